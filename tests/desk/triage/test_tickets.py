"""Suggested replies: the topic's own texts, in the ticket's language, or none."""

from pathlib import Path

import pytest

from balie.content import Question, load_content
from balie.desk.rasa import Understanding
from balie.desk.triage.tickets import Ticket, Triage, suggested_reply

CONTENT = load_content(Path(__file__).parents[3] / "data")


def understood(intent: str, decision: str = "answer", **rest: object) -> Understanding:
    ranking = [{"intent": intent, "confidence": 0.9}]
    found = {"language": "nl", "intent": intent, "confidence": 0.9, "ranking": ranking}
    return Understanding.model_validate({**found, "decision": decision, **rest})


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("topic", [t for t in CONTENT.topics.values() if not t.handoff])
def test_every_topic_gives_its_answer_and_what_comes_first(topic, language) -> None:
    reply = suggested_reply(understood(topic.id, language=language), CONTENT)

    assert reply is not None
    assert topic.answer[language].strip() in reply
    assert reply.startswith("Hello" if language == "en" else "Geachte")
    assert "{" not in reply
    if topic.guide:
        assert topic.guide[0][language].strip() in reply
        if isinstance(topic.guide[0], Question):
            assert all(option[language] in reply for option in topic.guide[0].options.values())


def test_a_guides_first_step_is_numbered() -> None:
    reply = suggested_reply(understood("past_due"), CONTENT)

    assert reply is not None
    assert "Stap 1 van" in reply
    assert "**Facturering > Uw producten**" in reply


def test_a_second_question_is_answered_too() -> None:
    reply = suggested_reply(understood("past_due", second_topic="view_invoice"), CONTENT)

    assert reply is not None
    assert CONTENT.topics["view_invoice"].answer["nl"].strip() in reply


@pytest.mark.parametrize(
    "found",
    [
        understood("out_of_scope", "out_of_scope"),
        understood("past_due", "offer"),
        understood("greet"),
        understood("contact_support"),
        understood("past_due", second_topic="contact_support"),
    ],
)
def test_where_it_is_not_sure_or_not_ours_no_reply_is_suggested(found) -> None:
    assert Triage.of(found, CONTENT).suggested_reply is None


def test_P1_a_ticket_is_masked_in_subject_and_text() -> None:
    masked = Ticket(subject="card 4111 1111 1111 1111", text="NL91ABNA0417164300").masked()

    assert "4111 1111" not in masked.subject
    assert "ABNA0417" not in masked.text
