"""A person: tickets, their references, and what is said about when somebody answers."""

import re
from datetime import UTC, datetime

import pytest

from balie.desk.database import in_transaction, open_engine
from balie.desk.tickets import find_ticket, list_tickets, new_reference, transcript
from balie.desk.tokens import make_customer_token
from tests.desk.conftest import CARD, Clock, Desk, FakeRasa, button, message

REFERENCE = re.compile(r"[2-9CFHLMRTWXY]{3}(-[2-9CFHLMRTWXY]{3}){2}")


def test_a_reference_is_short_and_holds_nothing_that_is_easily_misread() -> None:
    references = {new_reference() for _ in range(2000)}

    assert len(references) == 2000
    assert all(REFERENCE.fullmatch(each) for each in references)


def test_a_handoff_works_while_rasa_is_down_and_names_reference_and_hours(
    desk: Desk, rasa: FakeRasa
) -> None:
    conversation = desk.start()
    rasa.stop()
    handed = conversation.post("/handoff", {"email": "jan@example.com", "note": "please call"})

    assert handed.status_code == 200
    body = handed.json()
    assert REFERENCE.fullmatch(body["reference"])
    assert (body["state"], body["status"]) == ("open", "waiting")
    (told,) = body["messages"]
    assert f"**{body['reference']}**" in told["text"]
    assert "Monday through Friday from 9:00 AM to 5:00 PM" in told["text"].replace("\u202f", " ")
    ticket = conversation.request("GET", "/ticket").json()
    assert ticket["reference"] == body["reference"]
    assert ticket["email"] == "jan@example.com"


@pytest.mark.parametrize(
    ("moment", "language", "expected"),
    [
        (datetime(2026, 11, 13, 12, 0, tzinfo=UTC), "en", "They are available now."),
        (datetime(2026, 11, 14, 12, 0, tzinfo=UTC), "en", "back on Monday, November 16 at 9:00 AM"),
        (datetime(2026, 11, 14, 12, 0, tzinfo=UTC), "nl", "op maandag 16 november om 09:00 uur"),
        (datetime(2026, 11, 13, 7, 59, tzinfo=UTC), "nl", "op vrijdag 13 november om 09:00 uur"),
    ],
)
def test_the_message_says_when_people_answer_next(
    desk: Desk, clock: Clock, moment: datetime, language: str, expected: str
) -> None:
    clock.fixed = moment
    told = desk.start(language=language).post("/handoff", {}).json()["messages"][0]["text"]

    assert expected in told.replace("\u202f", " ")


def test_asking_twice_gives_the_same_open_ticket(desk: Desk) -> None:
    conversation = desk.start()
    first = conversation.post("/handoff", {}).json()
    second = conversation.post("/handoff", {"email": "jan@example.com"}).json()

    assert second["reference"] == first["reference"]
    assert "already waiting" in second["messages"][0]["text"]
    assert conversation.request("GET", "/ticket").json()["email"] == "jan@example.com"


def test_after_a_closed_ticket_a_new_one_may_be_opened(desk: Desk) -> None:
    conversation = desk.start()
    first = conversation.post("/handoff", {}).json()["reference"]
    desk.query("UPDATE desk_tickets SET state = 'closed'")
    second = conversation.post("/handoff", {}).json()["reference"]

    assert first != second
    assert conversation.request("GET", "/ticket").json()["reference"] == second


def test_the_assistants_own_handoff_opens_a_ticket_with_what_it_knows(
    desk: Desk, rasa: FakeRasa
) -> None:
    conversation = desk.start(language="nl", customer="C-1001")
    rasa.say(
        message("Ik haal er iemand bij.", language="nl"),
        language="nl",
        handoff={"reason": "stuck", "topic": "past_due", "step": "settle"},
    )
    answer = conversation.say("het lukt niet")

    assert answer["status"] == "waiting"
    assert [each["author"] for each in answer["messages"]] == ["assistant", "system"]
    rows = desk.query("SELECT reason, language, topic, step, customer, state FROM desk_tickets")
    assert rows == [("stuck", "nl", "past_due", "settle", "C-1001", "open")]


def test_who_signs_in_after_asking_for_a_person_is_named_on_the_ticket(desk: Desk) -> None:
    conversation = desk.start()
    conversation.post("/handoff", {})
    token = make_customer_token(desk.settings, "C-1003")
    conversation.request("PUT", "/customer", json={"customer_token": token})

    assert desk.query("SELECT customer FROM desk_tickets") == [("C-1003",)]


def test_the_step_of_the_guide_goes_with_the_ticket(desk: Desk, rasa: FakeRasa) -> None:
    step = {"topic": "past_due", "id": "open_products", "number": 1, "of": 4}
    rasa.say(message("Open it.", step=step))
    conversation = desk.start()
    conversation.say("go on")
    conversation.post("/handoff", {})

    assert desk.query("SELECT topic, step FROM desk_tickets") == [("past_due", "open_products")]


def test_a_step_of_one_topic_never_goes_with_another(desk: Desk, rasa: FakeRasa) -> None:
    step = {"topic": "past_due", "id": "open_products", "number": 1, "of": 4}
    conversation = desk.start()
    rasa.say(message("Open it.", step=step))
    conversation.say("go on")
    rasa.say(message("Bye."), handoff={"reason": "asked", "topic": "unused_licenses", "step": None})
    conversation.say("somebody please, about my licenses")

    assert desk.query("SELECT topic, step FROM desk_tickets") == [("unused_licenses", None)]


def test_a_topic_that_is_asked_about_later_takes_the_place_of_the_step(
    desk: Desk, rasa: FakeRasa
) -> None:
    step = {"topic": "past_due", "id": "open_products", "number": 1, "of": 4}
    conversation = desk.start()
    rasa.say(message("Open it.", step=step))
    conversation.say("go on")
    rasa.say(message("You pay for 40."), topic="unused_licenses")
    conversation.say("and my licenses?")
    conversation.post("/handoff", {})

    assert desk.query("SELECT topic, step FROM desk_tickets") == [("unused_licenses", None)]


def test_a_button_of_another_topic_leaves_no_step_behind(desk: Desk, rasa: FakeRasa) -> None:
    step = {"topic": "past_due", "id": "open_products", "number": 1, "of": 4}
    conversation = desk.start()
    rasa.say(message("Open it.", step=step, buttons=[button("Licenses", "unused_licenses")]))
    shown = conversation.say("go on")["messages"][-1]["buttons"][0]
    rasa.say(message("You pay for 40."))
    conversation.choose(shown)
    conversation.post("/handoff", {})

    assert desk.query("SELECT topic, step FROM desk_tickets") == [("unused_licenses", None)]


def test_rasa_hears_that_a_person_is_awaited_and_of_the_page(desk: Desk, rasa: FakeRasa) -> None:
    conversation = desk.start(topic="past_due")
    conversation.say("hello")
    conversation.post("/handoff", {})
    conversation.say("when do I hear from you?")

    heard = [(each["waiting"], each["topic"]) for each in rasa.received]
    assert heard == [(False, "past_due"), (True, "past_due")]


@pytest.mark.parametrize(
    ("written", "kept"),
    [("jan@example.com", "jan@example.com"), (None, None), ("jan@nowhere", None)],
)
def test_the_assistant_lets_the_desk_tell_of_the_ticket_and_leaves_an_address(
    desk: Desk, rasa: FakeRasa, written: str | None, kept: str | None
) -> None:
    conversation = desk.start()
    reference = conversation.post("/handoff", {}).json()["reference"]
    rasa.say(message("A person answers you here."), ticket={"email": written})
    answer = conversation.say("when do I hear from you?")

    assert [each["author"] for each in answer["messages"]] == ["assistant", "system"]
    told = answer["messages"][1]["text"].replace("\u202f", " ")
    assert f"**{reference}**" in told
    assert "Monday through Friday from 9:00 AM to 5:00 PM" in told
    assert desk.query("SELECT email FROM desk_tickets") == [(kept,)]


def test_a_ticket_that_was_dealt_with_is_not_told_of_and_none_is_opened(
    desk: Desk, rasa: FakeRasa
) -> None:
    conversation = desk.start()
    conversation.post("/handoff", {})
    desk.query("UPDATE desk_tickets SET state = 'closed'")
    rasa.say(message("A person answers you here."), ticket={"email": None})
    answer = conversation.say("when do I hear from you?")

    assert [each["author"] for each in answer["messages"]] == ["assistant"]
    assert desk.query("SELECT state FROM desk_tickets") == [("closed",)]


def test_while_a_person_is_awaited_the_assistant_goes_on_and_the_ticket_shows_it(
    desk: Desk, rasa: FakeRasa
) -> None:
    conversation = desk.start()
    reference = conversation.post("/handoff", {}).json()["reference"]
    answer = conversation.say(f"and my card {CARD}?")

    assert answer["status"] == "waiting"
    assert answer["messages"][-1]["text"] == "Hello."
    engine = open_engine(desk.settings.database())
    texts = in_transaction(
        engine,
        lambda session: [
            each.text for each in transcript(session, list_tickets(session, "open")[0])
        ],
    )
    found = in_transaction(engine, lambda session: find_ticket(session, reference.lower()))
    engine.dispose()
    assert "and my card •••• •••• •••• 1111?" in texts
    assert texts[-1] == "Hello."
    assert found is not None
    assert found.reference == reference


def test_P1_the_note_for_the_person_is_masked(desk: Desk) -> None:
    conversation = desk.start()
    conversation.post("/handoff", {"note": f"charge {CARD} please"})

    assert desk.query("SELECT note FROM desk_tickets") == [("charge •••• •••• •••• 1111 please",)]


@pytest.mark.parametrize(
    "body", [{"email": "no address"}, {"email": "a@b"}, {"note": 3}, {"email": "x" * 250 + "@a.nl"}]
)
def test_a_contact_that_cannot_be_used_is_refused(desk: Desk, body: dict[str, object]) -> None:
    conversation = desk.start()

    assert conversation.post("/handoff", body).status_code == 422
    assert conversation.request("GET", "/ticket").status_code == 404


def test_an_empty_note_is_no_note(desk: Desk) -> None:
    desk.start().post("/handoff", {"note": " \n"})

    assert desk.query("SELECT note FROM desk_tickets") == [(None,)]
