"""Every mistake in a file has its message and its fix, and stands in docs/files.md."""

import re
from pathlib import Path

import pytest

from balie.cli import file_problems
from balie.cli.file_problems import CODES, FileProblem
from balie.cli.texts import all_texts

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "files.md").read_text(encoding="utf-8")


def test_every_code_is_said_in_both_languages_with_a_fix() -> None:
    written = {key for key in all_texts() if key.startswith("file_")}
    names = [f"file_{code.replace('-', '_')}" for code in CODES]

    assert written == {*names, *(f"{name}_fix" for name in names)}


def test_every_code_is_documented_and_nothing_else() -> None:
    table = DOCUMENT.partition("| code |")[2].partition("| exit code |")[0]

    assert re.findall(r"^\| `([a-z0-9-]+)` \|", table, re.MULTILINE) == list(CODES)


def test_only_these_codes_are_used() -> None:
    folder = Path(file_problems.__file__).parent
    sources = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))

    assert set(re.findall(r'FileProblem\(\s*"([a-z0-9-]+)"', sources)) == set(CODES)


def test_a_problem_is_one_line_with_place_code_message_and_fix(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LC_ALL", "nl_NL.UTF-8")

    assert FileProblem("missing-key", 3, 5, key="text").of("a.jsonl") == (
        "a.jsonl:3:5 missing-key `text` ontbreekt hier. (Voeg het toe.)"
    )
