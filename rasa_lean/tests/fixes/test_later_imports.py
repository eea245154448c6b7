"""Libraries of rarely used stores are imported when they are used, and not before."""

from collections.abc import Callable
from types import ModuleType

import pytest
from rasa_lean.later import LaterImports

RunPython = Callable[..., str]
LATER = (
    *("aio_pika", "aiohttp", "boto3", "botocore", "portalocker", "pymongo", "redis", "requests"),
    *("sanic", "sentry_sdk", "sqlalchemy", "structlog_sentry"),
)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The packages that `rasa --version` imports."""
    import subprocess
    import sys

    from ..conftest import clean_environment

    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "rasa", "--version"],
        cwd=tmp_path_factory.mktemp("version"),
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
    )
    names = (line.split("|")[-1].strip() for line in done.stderr.splitlines() if "|" in line)
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("package", LATER)
def test_the_version_is_told_without_them(package: str, loaded: set[str]) -> None:
    assert package not in loaded


@pytest.mark.parametrize("package", ["tensorflow", "keras", "matplotlib", "spacy", "networkx"])
def test_nor_is_anything_else_heavy_imported(package: str, loaded: set[str]) -> None:
    assert package not in loaded


def _importing(source: str, *later: str) -> ModuleType:
    """A module that has executed the import statements, these packages being for later."""
    module, imports = ModuleType("importing"), LaterImports(*later)
    imports.let_in(module)
    try:
        exec(source, vars(module))
    finally:
        imports.take_away(module)
    return module


def test_what_is_there_is_had_when_it_is_used() -> None:
    module = _importing("from fractions import Fraction", "fractions")
    assert type(module.Fraction).__name__ == "Later"
    assert module.Fraction("1/2") + module.Fraction(1, 2) == 1


def test_the_lock_on_the_terminal_works(
    capsys: pytest.CaptureFixture[str], tmp_path: object
) -> None:
    import portalocker
    import rasa.shared.utils.io as rasa_io

    assert rasa_io.portalocker.Lock(f"{tmp_path}/lock").timeout == portalocker.Lock("x").timeout


def test_what_is_absent_says_so_when_it_is_used() -> None:
    module = _importing("import json\nfrom absent_library.deep import thing", "absent_library")
    assert module.json.loads("1") == 1
    with pytest.raises(ModuleNotFoundError, match="absent_library"):
        module.thing()
    with pytest.raises(ModuleNotFoundError, match="absent_library"):
        _ = module.thing.attribute


def test_a_class_for_later_knows_its_own() -> None:
    module = _importing(
        "import collections.abc\nfrom fractions import Fraction", "fractions", "collections"
    )
    half = module.Fraction(1, 2)
    assert isinstance(half, module.Fraction)
    assert not isinstance("1/2", module.Fraction)
    assert issubclass(type(half), module.Fraction)
    assert isinstance([], module.collections.abc.Sequence)


def test_an_error_of_a_library_for_later_is_caught() -> None:
    module = _importing("import zipfile", "zipfile")
    caught = False
    try:
        module.zipfile.ZipFile(__file__)
    except module.zipfile.BadZipFile:  # `pytest.raises` asks for the class itself
        caught = True
    assert caught
