"""Data files are looked for everywhere but in hidden folders."""

from pathlib import Path

from rasa.shared.data import get_data_files


def test_hidden_folders_hold_no_data_of_the_project(tmp_path: Path) -> None:
    for name in ("stories.yml", "tests/stories.yml", ".venv/lib/tests/stories.yml"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("stories: []")

    found = get_data_files(str(tmp_path), lambda _: True)

    assert found == sorted(str(tmp_path / name) for name in ("stories.yml", "tests/stories.yml"))


def test_a_hidden_folder_that_is_asked_for_is_read(tmp_path: Path) -> None:
    folder = tmp_path / ".data"
    folder.mkdir()
    (folder / "stories.yml").write_text("stories: []")

    assert get_data_files(str(folder), lambda _: True) == [str(folder / "stories.yml")]
