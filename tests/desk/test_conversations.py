"""Beginning, keeping and erasing a conversation."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from balie.settings import Settings
from tests.desk.conftest import (
    CARD,
    Desk,
    FakeRasa,
    button,
    database_files,
    message,
    reply,
    write_data,
)
from tests.desk.test_problems import is_problem


@pytest.mark.parametrize(
    ("language", "program", "person"),
    [("en", "computer program", "talk to a person"), ("nl", "computerprogramma", "medewerker")],
)
def test_P8_the_greeting_says_what_speaks_and_how_to_reach_a_person(
    desk: Desk, rasa: FakeRasa, language: str, program: str, person: str
) -> None:
    rasa.stop()
    started = desk.start(language=language).started
    greeting = started["messages"][0]

    assert started["language"] == language
    assert (greeting["seq"], greeting["author"], greeting["language"]) == (1, "assistant", language)
    assert program in greeting["text"]
    assert person in greeting["text"]
    assert rasa.received == []


def test_the_greeting_offers_the_main_topics_and_a_person(desk: Desk) -> None:
    titles = [each["title"] for each in desk.start().started["messages"][0]["buttons"]]

    assert titles == ["Pay a past-due balance", "Unused licenses", "Talk to a person"]


def test_the_answer_of_the_pages_own_topic_comes_first_by_a_name_that_says_so(
    desk: Desk, rasa: FakeRasa
) -> None:
    conversation = desk.start(topic="unused_licenses", language="nl")
    greeting = conversation.started["messages"][0]

    assert [each["title"] for each in greeting["buttons"]] == [
        "Geef het korte antwoord",
        "Een achterstallig saldo betalen",
        "Een medewerker spreken",
    ]
    conversation.choose(greeting["buttons"][0])
    assert rasa.received[-1]["intent"] == "unused_licenses"


@pytest.mark.parametrize("body", [None, b"{}", b"null"])
def test_without_a_body_a_conversation_begins_by_the_defaults(
    desk: Desk, body: bytes | None
) -> None:
    headers = {"Accept-Language": "nl", "Content-Type": "application/json"}
    response = desk.http.post("/api/v1/conversations", content=body, headers=headers)
    bare = desk.http.post("/api/v1/conversations")

    assert (response.status_code, response.json()["language"]) == (201, "nl")
    assert (bare.status_code, bare.json()["language"]) == (201, "en")


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "**Unused licenses**"), ("nl", "**Ongebruikte licenties**")],
)
def test_the_greeting_names_the_topic_of_the_page(desk: Desk, language: str, title: str) -> None:
    plain = desk.start(language=language).started["messages"][0]["text"]
    greeting = desk.start(topic="unused_licenses", language=language).started["messages"][0]

    assert title in greeting["text"]
    assert title not in plain
    assert greeting["text"].count("?") == 1


def test_the_greeting_offers_the_steps_where_the_topic_has_some(
    settings: Settings, open_desk: Callable[[Settings], Desk], rasa: FakeRasa, tmp_path: Path
) -> None:
    data = write_data(tmp_path / "with_steps" / "data")
    file = data / "topics" / "past_due" / "topic.yml"
    guide = "guide:\n  - {id: pay, en: Pay it., nl: Betaal het.}\n"
    file.write_text(file.read_text(encoding="utf-8") + guide, encoding="utf-8")
    desk = open_desk(settings.model_copy(update={"project_dir": data.parent}))
    conversation = desk.start(topic="past_due")
    greeting = conversation.started["messages"][0]

    assert "Shall I show you the steps" in greeting["text"]
    assert [each["title"] for each in greeting["buttons"]][:2] == [
        "Yes, show me the steps",
        "Give me the short answer",
    ]
    conversation.choose(greeting["buttons"][0])
    assert rasa.received[-1]["intent"] == "start_guide"
    assert rasa.received[-1]["entities"] == [{"entity": "topic", "value": "past_due"}]


def test_the_page_about_asking_for_a_person_offers_that_once(
    settings: Settings, open_desk: Callable[[Settings], Desk], tmp_path: Path
) -> None:
    data = write_data(tmp_path / "with_person" / "data")
    file = data / "topics" / "past_due" / "topic.yml"
    file.write_text(file.read_text(encoding="utf-8") + "handoff: yes\n", encoding="utf-8")
    desk = open_desk(
        settings.model_copy(
            update={"project_dir": data.parent, "greeting_topics": "unused_licenses"}
        )
    )
    greeting = desk.start(topic="past_due").started["messages"][0]

    titles = [each["title"] for each in greeting["buttons"]]
    assert titles == ["Unused licenses", "Talk to a person"]
    assert greeting["text"] == desk.start().started["messages"][0]["text"]


def test_an_unknown_topic_is_no_obstacle(desk: Desk) -> None:
    greeting = desk.start(topic="no_such_topic").started["messages"][0]

    assert len(greeting["buttons"]) == 3


@pytest.mark.parametrize(
    ("given", "accept", "expected"),
    [
        (None, "nl-BE,nl;q=0.9,en;q=0.8", "nl"),
        ("en", "nl", "en"),
        (None, "fr, de;q=0.9", "en"),
        (None, None, "en"),
    ],
)
def test_the_language_is_given_or_the_browsers_or_the_default(
    desk: Desk, given: str | None, accept: str | None, expected: str
) -> None:
    headers = {"Accept-Language": accept} if accept else {}
    response = desk.http.post("/api/v1/conversations", json={"language": given}, headers=headers)

    assert response.json()["language"] == expected


def test_S1_another_conversations_token_gives_no_data(desk: Desk) -> None:
    mine, other = desk.start(), desk.start()
    other.say("this is private")
    calls = [
        ("GET", "/messages", None),
        ("GET", "/events", None),
        ("GET", "/ticket", None),
        ("GET", "/transcript", None),
        ("POST", "/messages", {"text": "hello"}),
        ("POST", "/handoff", {}),
        ("POST", "/feedback", {"solved": True}),
        ("PUT", "/customer", {"customer_token": "x"}),
        ("PUT", "/language", {"language": "nl"}),
        ("DELETE", "", None),
    ]
    before = other.messages()
    for method, path, body in calls:
        response = desk.http.request(
            method,
            f"/api/v1/conversations/{other.id}{path}",
            json=body,
            headers={"Authorization": f"Bearer {mine.token}"},
        )
        assert response.status_code == 403, (method, path)
        assert "private" not in response.text
        assert response.headers["content-type"] == "application/problem+json"
    assert other.messages() == before


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Basic dTpw"},
    ],
)
def test_S1_a_call_without_a_valid_token_is_refused(desk: Desk, headers: dict[str, str]) -> None:
    conversation = desk.start()
    response = desk.http.get(f"/api/v1/conversations/{conversation.id}/messages", headers=headers)

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"


def test_S1_the_token_in_the_address_is_not_taken(desk: Desk) -> None:
    conversation = desk.start()
    path = f"/api/v1/conversations/{conversation.id}/messages"

    assert desk.http.get(path, params={"token": conversation.token}).status_code == 401


def test_a_conversation_goes_on_in_another_language(desk: Desk, rasa: FakeRasa) -> None:
    conversation = desk.start()
    answer = conversation.request("PUT", "/language", json={"language": "nl"}).json()
    conversation.say("en nu?")

    assert answer["messages"][0]["text"] == "We gaan verder in het Nederlands."
    assert rasa.received[-1]["language"] == "nl"


def test_the_conversation_follows_the_language_of_the_reply(desk: Desk, rasa: FakeRasa) -> None:
    conversation = desk.start()
    rasa.say(message("Goedendag.", language="nl"), language="nl")
    conversation.say("hallo")
    rasa.fail(500, {})

    assert "storing" in conversation.say("waarom?")["messages"][0]["text"]


@pytest.mark.parametrize("said", ["yes", 1, "true", None])
def test_feedback_is_true_or_false_and_nothing_like_it(desk: Desk, said: object) -> None:
    conversation = desk.start()

    assert is_problem(conversation.post("/feedback", {"solved": said}), 422, "invalid")
    assert len(conversation.messages()) == 1


def test_feedback_that_nothing_was_solved_offers_a_person(desk: Desk) -> None:
    conversation = desk.start()
    solved = conversation.post("/feedback", {"solved": True}).json()["messages"][0]
    unsolved = conversation.post("/feedback", {"solved": False}).json()["messages"][0]

    assert solved["buttons"] == []
    assert [each["title"] for each in unsolved["buttons"]] == ["Talk to a person"]
    assert desk.query("SELECT solved FROM desk_conversations")[0][0] in (0, False)


def test_feedback_offers_no_person_to_whoever_waits_for_one(desk: Desk) -> None:
    conversation = desk.start()
    reference = conversation.post("/handoff", {}).json()["reference"]
    unsolved = conversation.post("/feedback", {"solved": False}).json()["messages"][0]

    assert reference in unsolved["text"]
    assert unsolved["buttons"] == []


def test_the_transcript_is_plain_text_in_the_conversations_language(
    desk: Desk, rasa: FakeRasa
) -> None:
    rasa.say(
        message(
            "Open **Facturering**.",
            language="nl",
            links=[{"title": "Hulp", "url": "https://docs.microsoft.com/nl-nl/"}],
        ),
        language="nl",
    )
    conversation = desk.start(language="nl")
    conversation.say(f"kaart {CARD}")
    response = conversation.request("GET", "/transcript")

    assert response.headers["content-type"].startswith("text/plain")
    assert response.text.startswith("Gesprek met de helpdesk")
    assert "kaart •••• •••• •••• 1111" in response.text
    assert "Open Facturering.\nHulp: https://docs.microsoft.com/nl-nl/" in response.text
    assert "Balie (computerprogramma)" in response.text


def make_tracker(settings: Settings, *conversations: str) -> Callable[[], list[str]]:
    """Rasa's table with one event a conversation; returns how to read whose are left."""
    engine = create_engine(settings.tracker_database())
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE events (sender_id VARCHAR(255), data TEXT)"))
        for conversation in conversations:
            connection.execute(
                text("INSERT INTO events VALUES (:id, 'said: planted')"), {"id": conversation}
            )

    def left() -> list[str]:
        with engine.connect() as connection:
            return [row[0] for row in connection.execute(text("SELECT sender_id FROM events"))]

    return left


def test_erasing_removes_the_conversation_everywhere_and_twice_is_a_success(desk: Desk) -> None:
    conversation, other = desk.start(), desk.start()
    left = make_tracker(desk.settings, conversation.id, other.id)
    conversation.say("the planted sentence")
    conversation.post("/handoff", {"note": "the planted sentence"}, key="k")
    other.say("something else")

    assert conversation.request("DELETE", "").status_code == 204
    assert conversation.request("DELETE", "").status_code == 204
    assert conversation.request("GET", "/messages").status_code == 404
    assert conversation.post("/messages", {"text": "hi"}).status_code == 404
    assert left() == [other.id]
    assert len(other.messages()) == 3
    for table in ("conversations WHERE id", "messages WHERE conversation_id"):
        assert desk.query(f"SELECT 1 FROM desk_{table} = :id", id=conversation.id) == []
    for file in database_files(desk.settings):
        assert b"planted sentence" not in file.read_bytes(), file.name


def test_what_rasa_answers_after_the_erasure_is_forgotten_too(desk: Desk, rasa: FakeRasa) -> None:
    conversation = desk.start()
    left = make_tracker(desk.settings, "another")

    def erase_meanwhile(body: dict[str, object]) -> tuple[int, object]:
        assert conversation.request("DELETE", "").status_code == 204
        engine = create_engine(desk.settings.tracker_database())
        with engine.begin() as connection:
            connection.execute(
                text("INSERT INTO events VALUES (:id, 'late')"), {"id": conversation.id}
            )
        return 200, reply("Too late.")

    rasa.respond = erase_meanwhile

    assert conversation.post("/messages", {"text": "hello"}).status_code == 404
    assert left() == ["another"]


def test_a_choice_of_topic_is_remembered_for_the_ticket(desk: Desk, rasa: FakeRasa) -> None:
    conversation = desk.start()
    chosen = conversation.started["messages"][0]["buttons"][1]
    rasa.say(message("An answer.", buttons=[button("Next", "next_step")]))
    conversation.choose(chosen)
    conversation.post("/handoff", {})

    assert conversation.request("GET", "/ticket").json()["topic"] == "unused_licenses"
