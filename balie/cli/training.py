"""Trains a model when what it is made from has changed, and knows which model that is."""

import gzip
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from balie.cli.texts import say

PATTERNS = (
    "config.yml",
    "domain.yml",
    "balie/nlu/*.py",
    "balie/nlu/*.yml",
    "balie/rasa_plugins/importer.py",
    "requirements/base.txt",
    "requirements/rasa.txt",
)
# So many models stay, the new one among them: enough to go back to data of before.
KEPT_MODELS = 3
_OWN_NAME = re.compile(r"balie-[0-9a-f]{12}\.tar\.gz")
# What a file under data/ has that Rasa reads, wherever a writer puts it.
_RASAS = re.compile(rb"^(nlu|rules|stories|responses)\s*:", re.MULTILINE)


_CHUNK = 1 << 20


class TrainingFailed(Exception):
    """`rasa train` failed, or made a model that lacks topics."""


def model_path(project: Path) -> Path:
    """Where the model made from the project's present data is or will be."""
    return project / "models" / f"balie-{fingerprint(project)}.tar.gz"


def fingerprint(project: Path) -> str:
    """A short hash over everything that a model is made from.

    Texts are not among it: they are rendered at run time, so editing one needs no training.
    """
    digest = hashlib.sha256()
    for path in _sources(project):
        digest.update(str(path.relative_to(project)).encode())
        digest.update(path.read_bytes())
    # Of a topic file only its being there counts (the intent and the rule).
    for path in sorted(project.glob("data/topics/*/topic.yml")):
        digest.update(path.parent.name.encode())
    return digest.hexdigest()[:12]


def _sources(project: Path) -> Iterator[Path]:
    for pattern in PATTERNS:
        yield from sorted(project.glob(pattern))
    for path in sorted(project.glob("data/**/*.y*ml")):
        if path.is_file() and _RASAS.search(path.read_bytes()):
            yield path


def train(project: Path, force: bool = False) -> Path:
    """The model for the present data, trained where it is missing or damaged.

    Raises `TrainingFailed`.
    """
    model = model_path(project)
    if not force and model.exists():
        if is_whole(model):
            return model
        print(say("model_trained_again", name=model.name), file=sys.stderr)
    model.parent.mkdir(exist_ok=True)
    # A model takes its place when it is whole and good, so that nobody is served half of one.
    with tempfile.TemporaryDirectory(dir=model.parent, prefix="training-") as folder:
        made = Path(folder) / model.name
        # Rasa's own cache is passed over (--force): it sees changes in a component's class, and
        # not those in the modules that the class calls.
        command = [sys.executable, "-m", "rasa", "train", "--force"]
        command += ["--out", folder, "--fixed-model-name", model.name]
        done = subprocess.run(command, cwd=project, check=False)  # noqa: S603  (our own command)
        if done.returncode != 0 or not made.exists():
            raise TrainingFailed("Training failed; the messages above say why.")
        missing = missing_topics(made, project)
        if missing:
            raise TrainingFailed(f"The trained model lacks topics: {', '.join(missing)}.")
        made.replace(model)
    forget_old_models(model)
    return model


def is_whole(model: Path) -> bool:
    """Whether the archive can be read to its end, sums and all; takes a tenth of a second."""
    try:
        with gzip.open(model) as packed:
            while packed.read(_CHUNK):
                pass
        return tarfile.is_tarfile(model)
    except (OSError, EOFError, zlib.error):
        return False


def forget_old_models(newest: Path, keep: int = KEPT_MODELS) -> list[Path]:
    """Remove all but the newest of the models that training has made; those that it removed.

    Whatever has another kind of name was put there by somebody else and stays.
    """
    made = (each for each in newest.parent.iterdir() if _OWN_NAME.fullmatch(each.name))
    by_age = sorted(
        (each for each in made if each != newest and each.exists()),
        key=lambda each: each.stat().st_mtime,
        reverse=True,
    )
    old = by_age[keep - 1 :]
    for each in old:
        each.unlink(missing_ok=True)
    return old


def missing_topics(model: Path, project: Path) -> list[str]:
    """Topics of the project that the model does not know.

    Rasa trains without an importer that it cannot load and only logs it.
    """
    from rasa.engine.storage.local_model_storage import LocalModelStorage

    from balie.rasa_plugins.channel import missing_topics as missing_in

    metadata = LocalModelStorage.metadata_from_archive(model)
    return missing_in(metadata.domain, project / "data")
