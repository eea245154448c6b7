"""Each package that is held back still has its reason, and stands in docs/dependencies.md."""

import re
from importlib.metadata import requires
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Package: where the reason stands, and what stands there.
REASONS = {
    "sanic": ("rasa.core.run", "app.run("),
    "sanic-cors": ("rasa.server", "from sanic_cors import CORS"),
    "sanic-jwt": ("rasa.server", "from sanic_jwt import Initialize"),
    "websockets": ("sanic.server.websockets.impl", "from websockets.connection import CLOSED"),
    "ruamel.yaml": ("rasa.shared.utils.io", "yaml.Loader.add_constructor"),
    "setuptools": ("rasa.engine.training.fingerprinting", "import pkg_resources"),
    "apscheduler": ("rasa.core.jobs", "from apscheduler.schedulers.asyncio import"),
    "prompt-toolkit": ("rasa.core.channels.console", "from prompt_toolkit.styles import"),
    "pydot": ("rasa.shared.core.training_data.visualization", "nx.nx_pydot.to_pydot"),
}


def _held_back() -> list[str]:
    text = (ROOT / "requirements" / "base.in").read_text(encoding="utf-8")
    lines = text.partition("# Held back")[2].splitlines()[1:]
    return re.findall(r"^([A-Za-z][\w.-]*)", "\n".join(lines), re.MULTILINE)


@pytest.mark.parametrize("package", REASONS)
def test_the_reason_to_hold_it_back_is_still_there(package: str) -> None:
    module, reason = REASONS[package]
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).read_text(encoding="utf-8")
    assert reason in source, f"{package} may move: try it without its bound"


def test_sanic_still_asks_for_its_old_routing() -> None:
    assert any(each.startswith("sanic-routing (~=0.7)") for each in requires("sanic") or ())


def test_the_documentation_names_each_package_with_its_reason() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| ([a-z][\w.-]*) \| [<\d]", text, re.MULTILINE)
    held = [name for name in _held_back() if name != "legacy-cgi"]
    assert documented == held
    assert {*REASONS, "sanic-routing"} == set(held)
    assert "`legacy-cgi`" in text


def test_what_makes_old_sanic_dangerous_is_not_there() -> None:
    """As docs/security.md says: no static files."""
    spec = find_spec("rasa")
    assert spec is not None
    assert spec.origin is not None
    sources = [file.read_text(encoding="utf-8") for file in Path(spec.origin).parent.rglob("*.py")]
    assert len(sources) > 200
    assert not [source for source in sources if ".static(" in source]
