"""YAML is read as it was typed: nothing is guessed, and every place is known."""

from pathlib import Path

import pytest

from balie.content.reader import Document, read_document


def read(tmp_path: Path, text: str) -> Document:
    path = tmp_path / "some.yml"
    path.write_text(text, encoding="utf-8")
    return read_document(path, "some.yml")


@pytest.mark.parametrize(
    "typed",
    ["No", "yes", "on", "null", "~", "2.10", "010", "0x1f", "12:30", "1_000", "2021-08-11", ".5"],
)
def test_every_value_stays_the_text_that_was_typed(tmp_path, typed):
    assert read(tmp_path, f"en: {typed}\nlist: [{typed}]\n").data == {"en": typed, "list": [typed]}


def test_keys_stay_text_too(tmp_path):
    assert read(tmp_path, "no: a\n1.0: b\n").data == {"no": "a", "1.0": "b"}


def test_places_count_from_one(tmp_path):
    document = read(tmp_path, "a:\n  - b: één ding\n    c: twee\n")

    assert document.place(("a", 0, "c")) == ("some.yml", 3, 8)
    assert document.key_place(("a", 0, "c")) == ("some.yml", 3, 5)


def test_place_of_something_missing_is_what_it_would_belong_to(tmp_path):
    assert read(tmp_path, "a:\n  b: c\n").place(("a", "x", 1)) == ("some.yml", 1, 1)


def test_byte_order_mark_is_no_text(tmp_path):
    assert read(tmp_path, "\ufeffa: b\n").data == {"a": "b"}


def test_python_tags_make_no_objects(tmp_path):
    document = read(tmp_path, "a: !!python/object/apply:os.getcwd []\n")

    assert document.data == {"a": []}
    assert [problem.code for problem in document.problems] == ["starts-with-sign"]


def test_bomb_of_aliases_is_not_unfolded(tmp_path):
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]

    document = read(tmp_path, "\n".join(lines))

    assert "alias" in {problem.code for problem in document.problems}
    assert len(document.values) < 500


def test_value_inside_is_found_by_its_path(tmp_path):
    document = read(tmp_path, "a:\n  - b: c\n")

    assert document.get("a", 0, "b") == "c"
    assert document.get("a", 1, "b") is None
    assert document.get("a", "b") is None
