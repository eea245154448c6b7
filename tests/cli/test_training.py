"""Training keeps the newest few models, and nothing of anybody else's is removed."""

import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from balie.cli import training
from balie.cli.training import KEPT_MODELS, fingerprint, forget_old_models, is_whole


@pytest.fixture
def models(tmp_path: Path) -> list[Path]:
    """Six models, the oldest first."""
    made = [tmp_path / f"balie-{number:012x}.tar.gz" for number in range(6)]
    for age, path in enumerate(reversed(made)):
        path.touch()
        os.utime(path, (1_700_000_000 - age, 1_700_000_000 - age))
    return made


def test_the_newest_few_models_stay(models: list[Path]) -> None:
    forget_old_models(models[-1])

    assert sorted(models[0].parent.iterdir()) == models[-KEPT_MODELS:]


def test_the_model_that_was_just_made_stays_however_old_its_date(models: list[Path]) -> None:
    forget_old_models(models[0], keep=2)

    assert sorted(models[0].parent.iterdir()) == [models[0], models[-1]]


def test_models_of_others_are_never_removed(models: list[Path]) -> None:
    folder = models[0].parent
    others = ["20261121-clever-name.tar.gz", "balie-mine.tar.gz", "balie-0123456789ab.tar.gz.bak"]
    for name in others:
        (folder / name).touch()
    (folder / "training-x").mkdir()

    forget_old_models(models[-1], keep=1)

    assert {each.name for each in folder.iterdir()} == {*others, "training-x", models[-1].name}


def test_a_training_that_succeeds_forgets_the_oldest(
    models: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    (project / "models").mkdir(parents=True)
    for path in models:
        path.rename(project / "models" / path.name)

    def trained(command: list[str], **_: object) -> object:
        out = Path(command[command.index("--out") + 1])
        (out / command[command.index("--fixed-model-name") + 1]).touch()
        return type("Done", (), {"returncode": 0})

    monkeypatch.setattr(training.subprocess, "run", trained)
    monkeypatch.setattr(training, "missing_topics", lambda *_: [])
    made = training.train(project)

    left = sorted((project / "models").iterdir())
    assert made in left
    assert len(left) == KEPT_MODELS


def write_model(path: Path) -> None:
    """A whole archive that no command has a use for."""
    inside = path.with_name("weights")
    inside.write_bytes(os.urandom(5000))
    with tarfile.open(path, "w:gz") as archive:
        archive.add(inside, "weights")
    inside.unlink()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3000])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[2000] ^= 255
    path.write_bytes(data)


def spoil(path: Path) -> None:
    path.write_bytes(b"garbage")


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [cut, flip, spoil, empty, Path.unlink])
def test_a_model_that_cannot_be_read_to_its_end_is_damaged(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    model = tmp_path / "balie-0.tar.gz"
    write_model(model)
    assert is_whole(model)
    damage(model)

    assert not is_whole(model)


@pytest.mark.parametrize("damage", [cut, flip])
def test_a_damaged_model_is_trained_again(
    tmp_path: Path,
    damage: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    model = training.model_path(tmp_path)
    model.parent.mkdir()
    write_model(model)
    whole = model.read_bytes()
    damage(model)

    def trained(command: list[str], **_: object) -> object:
        (Path(command[command.index("--out") + 1]) / model.name).write_bytes(whole)
        return type("Done", (), {"returncode": 0})

    monkeypatch.setattr(training.subprocess, "run", trained)
    monkeypatch.setattr(training, "missing_topics", lambda *_: [])

    assert training.train(tmp_path) == model
    assert model.read_bytes() == whole
    assert capsys.readouterr().err == f"The model {model.name} is damaged; it is trained again.\n"


def test_a_folder_that_is_named_like_a_file_does_not_stop_it(tmp_path: Path) -> None:
    (tmp_path / "data/topics/past_due/topic.yml").mkdir(parents=True)

    assert len(fingerprint(tmp_path)) == 12
