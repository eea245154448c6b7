"""Commands take a whole model only, and say in a line what is wrong with another."""

import warnings
from pathlib import Path

import pytest
import typer

from balie.cli.models import load_parser
from balie.nlu.parser import Parser
from tests.cli.test_training import cut, flip, spoil, write_model


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (cut, "this model is damaged"),
        (flip, "this model is damaged"),
        (spoil, "this model is damaged"),
        (Path.unlink, "there is no such model"),
    ],
)
def test_a_model_that_cannot_be_used_is_told_in_a_line(tmp_path, monkeypatch, capsys, damage, told):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    model = tmp_path / "mine.tar.gz"
    write_model(model)
    damage(model)
    with pytest.raises(typer.Exit) as ended:
        load_parser(model)

    assert ended.value.exit_code == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"balie: {model}: {told}")


def test_what_rasa_warns_its_developers_of_is_kept_out(tmp_path, monkeypatch, capsys):
    def load(model):
        warnings.warn("Slot auto-fill has been removed in 3.0", UserWarning, stacklevel=1)
        return model

    model = tmp_path / "mine.tar.gz"
    write_model(model)
    monkeypatch.setattr(Parser, "load", load)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        assert load_parser(model) == model

    assert capsys.readouterr().err == ""
