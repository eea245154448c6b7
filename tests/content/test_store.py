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


def test_texts_that_processes_look_up_are_never_lost(folder, clock):
    folder.write("help/texts.yml", "site: {en: Help, nl: Hulp}\n")
    store = ContentStore(folder.path, clock=clock)
    store.current()

    folder.write(TEXTS, "anything_else: {en: More?, nl: Nog iets?}\n")
    (folder.path / "help/texts.yml").unlink()
    clock.now += 1

    assert greeting(store) == "Hello."
    assert store.current().help["site"]["en"] == "Help"
    assert "data/conversation/texts.yml:1:1 missing-key" in store.problem
    assert "data/help/texts.yml:1:1 missing-file" in store.problem


@pytest.mark.parametrize("name", [TEXTS, "conversation/desk.yml", "links.yml", "labels.yml"])
def test_without_a_file_that_all_need_nothing_starts(folder, clock, name):
    (folder.path / name).unlink()

    with pytest.raises(ContentErrors):
        ContentStore(folder.path, clock=clock).current()


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


TOPIC = "topics/pay_bill/topic.yml"


def test_a_broken_topic_is_left_out_at_the_start_and_the_others_stay(folder, clock, caplog):
    folder.edit(TOPIC, "en: Pay a bill", "en: Pay **a bill")
    folder.edit("topics/ask_person/topic.yml", "as_of", "related: [pay_bill]\nas_of")
    store = ContentStore(folder.path, clock=clock)
    with caplog.at_level(logging.ERROR):
        content = store.current()

    assert set(content.topics) == {"ask_person"}
    assert content.topics["ask_person"].related == []
    assert content.forms == {}
    assert [group.topics for group in content.groups] == [[]]
    assert list(store.left_out) == ["pay_bill"]
    assert "pay_bill" in caplog.text
    assert "data/topics/pay_bill/topic.yml:1:13 open-bold" in caplog.text


def test_nothing_leads_to_a_topic_that_is_left_out(folder, clock):
    folder.write("topics/ask_person/topic.yml", "title: [")

    content = ContentStore(folder.path, clock=clock).current()

    assert content.topics["pay_bill"].related == []
    assert content.account["outstanding_balance"]["several"].topics == []


def test_a_broken_form_leaves_its_topic_out(folder, clock):
    folder.edit("topics/pay_bill/form.yml", "request: billing", "request: bills")

    assert set(ContentStore(folder.path, clock=clock).current().topics) == {"ask_person"}


def test_a_topic_that_is_mended_comes_back(folder, clock):
    folder.edit(TOPIC, "en: Pay a bill", "en: Pay **a bill")
    store = ContentStore(folder.path, clock=clock)
    store.current()

    folder.edit(TOPIC, "en: Pay **a bill", "en: Pay a bill")
    clock.now += 1

    assert set(store.current().topics) == {"ask_person", "pay_bill"}
    assert (store.problem, store.left_out) == (None, {})


def test_other_edits_show_while_a_topic_is_left_out(folder, store, clock):
    folder.edit(TOPIC, "en: Pay a bill", "en: Pay **a bill")
    store.current()

    folder.edit(TEXTS, "Hello.", "Welcome.")
    clock.now += 1

    assert greeting(store) == "Welcome."


def test_a_topic_that_breaks_while_it_runs_stays_as_it_was(folder, store, clock):
    store.current()

    folder.edit(TOPIC, "en: Pay a bill", "en: Pay **a bill")
    clock.now += 1

    assert store.current().topics["pay_bill"].title["en"] == "Pay a bill"
    assert store.left_out == {}
    assert store.problem.startswith("data/topics/pay_bill/topic.yml:1:13 open-bold")


@pytest.mark.parametrize("name", ["links.yml", "account/balance_settled.yml", TEXTS])
def test_a_mistake_in_a_file_of_all_topics_cannot_be_left_out(folder, clock, name):
    folder.write(name, "a: [")

    with pytest.raises(ContentErrors):
        ContentStore(folder.path, clock=clock).current()


def test_without_any_topic_that_is_right_nobody_is_served(folder, clock):
    for name in ("pay_bill", "ask_person"):
        folder.write(f"topics/{name}/topic.yml", "title: [")

    with pytest.raises(ContentErrors):
        ContentStore(folder.path, clock=clock).current()


def test_the_way_to_a_person_is_never_left_out(folder, clock):
    folder.write("topics/contact_support/topic.yml", "title: [")

    with pytest.raises(ContentErrors):
        ContentStore(folder.path, clock=clock).current()
