"""Training data files with odd versions are treated as Rasa documents it."""

import warnings
from collections.abc import Callable
from typing import Any

import pytest
from packaging import version
from rasa.shared.utils.validation import validate_training_data_format_version as is_read


@pytest.mark.parametrize("written", ["3.1", "'3.1'", "2.0", None])
def test_a_file_of_this_version_or_an_older_one_is_read(written: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert is_read({"version": written}, "nlu.yml")


def test_an_older_version_is_warned_of() -> None:
    with pytest.warns(UserWarning, match="lower format version"):
        assert is_read({"version": "2.0"}, "nlu.yml")


@pytest.mark.parametrize("written", ["three", "1.x.0-beta-", 3.1])
def test_a_version_that_is_none_is_warned_of_and_the_file_is_read(written: Any) -> None:
    with pytest.warns(UserWarning, match="must specify 'version' as string"):
        assert is_read({"version": written}, "nlu.yml")


def test_a_newer_version_is_skipped() -> None:
    with pytest.warns(UserWarning, match="greater format version"):
        assert not is_read({"version": "4.0"}, "nlu.yml")


def test_other_libraries_do_not_see_the_old_class() -> None:
    assert not hasattr(version, "LegacyVersion")


def test_the_module_cannot_be_imported_without_the_fix(run_python: Callable[..., str]) -> None:
    printed = run_python(
        "import rasa.shared.utils.validation", expect=1, RASA_LEAN_WITHOUT="legacy_version"
    )
    assert "LegacyVersion" in printed
