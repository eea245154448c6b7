"""The built chat is small, says what the YAML says, and is the one that the sources give."""

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"
TEXTS = ROOT / "data" / "conversation" / "widget.yml"
BUILT = ROOT / "balie" / "desk" / "static" / "balie-chat.js"
TOP = ("package.json", "package-lock.json", "tsconfig.json", "vite.config.ts", "texts.ts")


def written() -> dict[str, dict[str, str]]:
    return dict(yaml.load(TEXTS.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))


def sources() -> str:
    return "\n".join(each.read_text(encoding="utf-8") for each in sorted(WEB.glob("src/**/*.ts")))


def test_the_built_file_names_the_sources_as_they_are() -> None:
    names = [*TOP, "fingerprint.ts"]
    names += [
        each.relative_to(WEB).as_posix() for each in (WEB / "src").rglob("*") if each.is_file()
    ]
    sha = hashlib.sha256()
    for name in sorted(names):
        sha.update(f"{name}\0".encode() + (WEB / name).read_bytes() + b"\0")
    sha.update(TEXTS.read_bytes())

    first = BUILT.read_text(encoding="utf-8").splitlines()[0]
    assert sha.hexdigest() in first, "run `make web` and commit balie/desk/static/balie-chat.js"


def test_building_again_gives_the_committed_file(tmp_path: Path) -> None:
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not installed, so the chat cannot be built here")
    copy = tmp_path / "web"
    shutil.copytree(WEB, copy, ignore=shutil.ignore_patterns("node_modules"))
    (tmp_path / "data" / "conversation").mkdir(parents=True)
    shutil.copy(TEXTS, tmp_path / "data" / "conversation")
    installed = WEB / "node_modules"
    if installed.is_dir() and _is_current(installed):
        (copy / "node_modules").symlink_to(installed)
    else:
        _run(["npm", "ci", "--silent"], copy)
    _run(["npm", "run", "--silent", "build"], copy)

    again = tmp_path / "balie" / "desk" / "static" / "balie-chat.js"
    assert again.read_bytes() == BUILT.read_bytes(), "run `make web` and commit the result"


def _is_current(installed: Path) -> bool:
    """Whether the packages that lie there are those of the lock file."""
    mark = installed / ".package-lock.json"
    if not mark.is_file():
        return False
    wanted = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    found = json.loads(mark.read_text(encoding="utf-8"))["packages"]
    return all(
        found[name]["version"] == wanted.get(name, {}).get("version") for name in found
    ) and {"node_modules/lit", "node_modules/vite"} <= set(found)


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env={**os.environ}
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_chat_weighs_at_most_30_kilobytes() -> None:
    assert len(gzip.compress(BUILT.read_bytes(), 9)) <= 30_000


def test_the_built_file_holds_every_text_in_both_languages() -> None:
    built = BUILT.read_text(encoding="utf-8")
    for key, text in written().items():
        assert set(text) == {"en", "nl"}, key
        for each in text.values():
            assert each.strip() == each
            assert each.replace("`", "\\`") in built, f"{key}: run `make web`"


def test_every_text_is_used_and_every_text_that_is_used_is_written() -> None:
    named = set(re.findall(r"""\b(?:say|item|told)\("([a-z_]+)\"""", sources()))
    quoted = set(re.findall(r'"([a-z_]+)"', sources()))
    made = {f"author_{name}" for name in ("customer", "assistant", "agent", "system")}
    made |= {f"masked_{kind}" for kind in ("card", "iban", "code", "expiry")}
    made |= {"ticket_waiting", "ticket_agent"}

    assert named - set(written()) == set()
    assert set(written()) - quoted - made == set()


def test_no_sentence_stands_in_typescript() -> None:
    code = re.sub(r"//.*|/\*(?s:.*?)\*/", "", sources())
    shown = re.findall(r">([^<>${}=;()]*[a-z]{3,} [a-z]{2,}[^<>${}=;()]*)<", code)
    assert shown == []


def test_S7_the_sources_make_nodes_only_from_templates() -> None:
    for sink in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "unsafeHTML",
        "unsafeSVG",
        "eval(",
        "new Function",
        "style=",
    ):
        assert sink not in sources()
    # Lit's own: it makes templates from the sources' markup through its Trusted Types policy.
    assert BUILT.read_text(encoding="utf-8").count("innerHTML") == 1


def test_the_lock_file_names_no_registry() -> None:
    lock = (WEB / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert '"integrity"' in lock
