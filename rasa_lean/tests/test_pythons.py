"""A project of one's own trains and answers on every Python that Rasa Lean is for.

Downloads some 200 packages for each, so it runs only where BALIE_TEST_PYTHONS names the Pythons, by
version or path:

    BALIE_TEST_PYTHONS=3.11,3.12,/opt/python3.13 make test-pythons
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import clean_environment

ROOT = Path(__file__).parents[2]
SAMPLE = Path(__file__).parent / "sample"
PYTHONS = [each for each in os.environ.get("BALIE_TEST_PYTHONS", "").split(",") if each]

pytestmark = [
    pytest.mark.skipif(not PYTHONS, reason="BALIE_TEST_PYTHONS names no Python"),
    pytest.mark.timeout(1200),
]


@pytest.mark.parametrize("wanted", PYTHONS or ["none"])
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
