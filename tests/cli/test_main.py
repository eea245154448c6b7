"""The `balie` command finds its commands and imports only the one asked for."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from balie.cli.main import COMMANDS, app, load_command


@pytest.mark.parametrize("name", COMMANDS)
def test_command_can_be_loaded_and_has_a_help(name):
    command = load_command(name)

    assert command.name == name
    assert command.help


def test_unknown_command_is_refused():
    result = CliRunner().invoke(app, ["chek"])

    assert result.exit_code == 2
    assert "No such command" in result.stderr


def test_balie_alone_imports_no_part_of_the_product():
    code = "import sys, balie.cli.main; print([m for m in sys.modules if m.startswith('balie.')])"

    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert loaded.stdout.strip() == "['balie.cli', 'balie.cli.main']"
