"""A project of one's own trains and answers on every Python of this machine that fits.

BALIE_TEST_PYTHONS names others, by version (which uv fetches) or path:

    BALIE_TEST_PYTHONS=3.12,/opt/python3.13 make test-pythons
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import clean_environment

ROOT = Path(__file__).parents[2]
SAMPLE = Path(__file__).parent / "sample"
VERSIONS = ("3.11", "3.12", "3.13")  # as pyproject.toml has them

# Each installs some 200 packages.
pytestmark = pytest.mark.timeout(1200)


def _pythons() -> list[str]:
    named = [each for each in os.environ.get("BALIE_TEST_PYTHONS", "").split(",") if each]
    return named or [python for version in VERSIONS if (python := _python(version))]


def _python(version: str) -> str | None:
    """The first Python of that version that there is, and that runs."""
    return next((each for each in _candidates(version) if _version_of(each) == version), None)


def _candidates(version: str) -> Iterator[str]:
    yield sys.executable
    if found := shutil.which(f"python{version}"):
        yield found
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from map(str, sorted(pyenv.glob(f"versions/{version}.*/bin/python3")))


def _version_of(python: str) -> str:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip()


@pytest.mark.parametrize("wanted", _pythons())
def test_a_project_trains_and_answers(wanted: str, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    python = environment / "bin" / "python"
    uv = str(ROOT / ".uv" / "bin" / "uv")
    install = [uv, "pip", "install", "--quiet", "--python", str(python)]
    requirements = ROOT / "requirements"
    _run(tmp_path, uv, "venv", "--quiet", "--python", wanted, str(environment))
    _run(tmp_path, *install, "--require-hashes", "-r", str(requirements / "base.txt"))
    # Their metadata refuses Python 3.11 and later; --no-deps alone does not help.
    as_310 = ["--python-version", "3.10", "--no-deps"]
    _run(tmp_path, *install, *as_310, "--require-hashes", "-r", str(requirements / "rasa.txt"))
    _run(tmp_path, *install, "--no-build-isolation", "--no-deps", str(ROOT / "rasa_lean"))

    project = tmp_path / "project"
    project.mkdir()
    rasa = [str(python), "-m", "rasa"]
    # What `rasa init` writes, with a pipeline that needs no TensorFlow.
    _run(tmp_path, *rasa, "init", "--no-prompt", "--init-dir", str(project), check=False)
    shutil.copy(SAMPLE / "config.yml", project)
    assert "3.6.21" in _run(project, *rasa, "--version")
    assert "Your Rasa model is trained and saved" in _run(project, *rasa, "train")
    answer = _run(project, *rasa, "shell", "nlu", typed="hey there\n/stop\n")
    assert '"name": "greet"' in answer


def _run(folder: Path, *command: str, typed: str = "", check: bool = True) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env=clean_environment(),
        input=typed,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    assert not check or done.returncode == 0, done.stdout
    return done.stdout
