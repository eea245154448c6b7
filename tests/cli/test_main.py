"""The `balie` command finds its commands and imports only the one asked for."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from balie.cli.main import COMMANDS, app, load_command
from balie.settings import load_settings


@pytest.mark.parametrize("name", COMMANDS)
def test_command_can_be_loaded_and_has_a_help(name):
    command = load_command(name)

    assert command.name == name
    assert command.help


def test_unknown_command_is_refused():
    result = CliRunner().invoke(app, ["chek"])

    assert result.exit_code == 2
    assert "No such command" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        *(
            [name]
            for name in COMMANDS
            if name not in ("parse", "triage", "evaluate", "review", "token")
        ),
        *([name, "messages.jsonl"] for name in ("parse", "triage", "evaluate")),
        ["review", "data"],
        ["tickets", "show", "H4C-7RM-2XW"],
        ["token", "--customer", "C-1001"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("terminal", ["nl_NL.UTF-8", "C"])
def test_a_wrong_setting_is_one_line_for_every_command(monkeypatch, tmp_path, arguments, terminal):
    (tmp_path / "messages.jsonl").write_text('{"text": "a", "lang": "en", "intent": "greet"}\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BALIE_DESK_PORT", "abc")
    monkeypatch.setenv("LC_ALL", terminal)
    load_settings.cache_clear()
    try:
        result = CliRunner().invoke(app, arguments)
    finally:
        load_settings.cache_clear()

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == (
        "balie: BALIE_DESK_PORT is `abc`; expected is a whole number from 1 to 65535.\n"
    )


def test_balie_alone_imports_no_part_of_the_product():
    code = "import sys, balie.cli.main; print([m for m in sys.modules if m.startswith('balie.')])"

    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert loaded.stdout.strip() == "['balie.cli', 'balie.cli.main']"


def test_python_runs_the_package_as_the_command():
    ran = subprocess.run(
        [sys.executable, "-m", "balie", "--help"], capture_output=True, text=True, check=True
    )

    assert "Usage: balie" in ran.stdout
