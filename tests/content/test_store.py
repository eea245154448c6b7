"""A running process gets edits, and never broken content."""

import logging

import pytest

from balie.content import ContentErrors, ContentStore

TEXTS = "conversation/texts.yml"


class Clock:
    """Time that passes when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(folder, clock):
    return ContentStore(folder.path, clock=clock)


def greeting(store):
    return store.current().texts["greeting"]["en"]


def test_edit_shows_without_restart(folder, store, clock):
    assert greeting(store) == "Hello."

    folder.edit(TEXTS, "Hello.", "Welcome.")
    clock.now += 1

    assert greeting(store) == "Welcome."


def test_new_topic_shows_without_restart(folder, store, clock):
    store.current()

    source = folder.path / "topics/ask_person/topic.yml"
    folder.write("topics/third/topic.yml", source.read_text(encoding="utf-8"))
    clock.now += 1

    assert "third" in store.current().topics


def test_files_are_looked_at_once_a_second_at_most(folder, store, clock):
    store.current()

    folder.edit(TEXTS, "Hello.", "Welcome.")
    clock.now += 0.9

    assert greeting(store) == "Hello."


def test_unchanged_files_are_not_read_again(folder, store, clock):
    first = store.current()
    clock.now += 10

    assert store.current() is first


def test_broken_edit_keeps_the_last_good_version_and_says_why(folder, store, clock, caplog):
    store.current()

    folder.edit(TEXTS, "Hello.", "**Hello.")
    clock.now += 1
    with caplog.at_level(logging.ERROR):
        assert greeting(store) == "Hello."

    assert store.problem is not None
    assert store.problem.startswith("data/conversation/texts.yml:1:16 starts-with-sign")
    assert store.problem in caplog.text


def test_problem_is_logged_once(folder, store, clock, caplog):
    store.current()
    folder.edit(TEXTS, "Hello.", "**Hello.")
    for _ in range(3):
        clock.now += 1
        store.current()

    assert len(caplog.records) == 1


def test_mended_file_is_taken_and_the_problem_forgotten(folder, store, clock):
    store.current()
    folder.edit(TEXTS, "Hello.", "**Hello.")
    clock.now += 1
    store.current()

    folder.edit(TEXTS, "**Hello.", "Welcome back.")
    clock.now += 1

    assert greeting(store) == "Welcome back."
    assert store.problem is None


def test_content_that_was_never_good_is_an_error_until_it_is(folder, clock):
    folder.edit(TEXTS, "Hello.", "**Hello.")
    store = ContentStore(folder.path, clock=clock)
    with pytest.raises(ContentErrors):
        store.current()

    folder.edit(TEXTS, "**Hello.", "Hello.")
    clock.now += 1

    assert greeting(store) == "Hello."
