"""What a message means in the middle of a form, whatever is typed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.form_plan import MOVES, FillForm, FormPlanner
from actions.signals import load_signals
from actions.state import Dialogue, Filling
from actions.turn import Turn
from balie.content import load_content
from balie.content.form import FormState

ROOT = Path(__file__).parents[2]
CONTENT = load_content(ROOT / "data")
SIGNALS = load_signals(ROOT / "data" / "conversation" / "signals.yml")
PLANNER = FormPlanner(CONTENT, SIGNALS, timedelta(hours=4))
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
FIELDS = CONTENT.forms["pay_by_invoice"].fields
ASKED = [each for each in FIELDS if "quota" not in each.when]
COMPLETE = {each.id: next(iter(each.options), "something") for each in ASKED}
INTENTS = [*CONTENT.topics, "affirm", "deny", "stop", "previous_step", "stuck", "out_of_scope"]


def turn(text: str, intent: str, decision: str, position: str | None = None) -> Turn:
    state = FormState("pay_by_invoice", {}, COMPLETE, position)
    return Turn(
        text=text,
        intent=intent,
        language="en",
        conversation_language="en",
        dialogue=Dialogue(),
        now=NOW,
        filling=Filling(state, "C-1003", begun=NOW, at=NOW),
        customer="C-1003",
        decision=decision,
    )


TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["yes?", "ja maar", "change", "field 0", "veld", "4?", "no", "file", "n/a"]),
)


@settings(deadline=None)
@given(TEXTS, st.sampled_from(INTENTS), st.sampled_from(["offer", "out_of_scope"]))
def test_without_a_clear_yes_nothing_is_filed(text, intent, decision):
    move = PLANNER.typed(turn(text, intent, decision))

    clear = SIGNALS.means_yes(text) or SIGNALS.agrees_to_file(text)
    assert clear or move is None or move.to != "file"


@settings(deadline=None)
@given(TEXTS, st.sampled_from(INTENTS), st.sampled_from(["answer", "offer"]))
def test_a_field_never_files_and_its_answers_are_its_own(text, intent, decision):
    for field in ASKED:
        move = PLANNER.typed(turn(text, intent, decision, field.id))
        if move is not None:
            assert move.to in MOVES
            assert move.to != "file"
            assert move.to != "answer" or move.value.strip()


@settings(deadline=None)
@given(TEXTS, st.sampled_from(INTENTS))
def test_a_form_that_does_not_wait_gets_nothing(text, intent):
    here = turn(text, intent, "answer")
    assert here.filling is not None

    assert PLANNER.typed(replace(here, filling=replace(here.filling, waiting=False))) is None
    assert PLANNER.typed(replace(here, customer="C-1001")) is None
    assert PLANNER.typed(replace(here, customer=None)) is None


@pytest.mark.parametrize(
    "entities",
    [
        {},
        {"move": "start"},
        {"move": "start", "topic": "past_due"},
        {"move": "burn", "topic": "pay_by_invoice"},
    ],
)
def test_a_button_that_does_not_exist_does_nothing(entities):
    assert PLANNER.pressed(replace(turn("", "fill_form", "answer"), entities=entities)) is None


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("overslaan", FillForm("skip", "pay_by_invoice")),
        ("I don't have one.", FillForm("skip", "pay_by_invoice")),
        ("Terug!", FillForm("back", "pay_by_invoice")),
        ("wijzig veld 6", FillForm("change", "pay_by_invoice", "company_name")),
        ("can you change field 6", FillForm("change", "pay_by_invoice", "company_name")),
        ("change", FillForm("which", "pay_by_invoice")),
        ("change field 99", FillForm("change", "pay_by_invoice")),
        ("change something", FillForm("which", "pay_by_invoice")),
        ("wat bedoelt u?", FillForm("help", "pay_by_invoice")),
        ("skip that please", FillForm("skip", "pay_by_invoice")),
        ("sla dat maar over hoor", FillForm("skip", "pay_by_invoice")),
        ("ik wil het jaartal aanpassen", FillForm("change", "pay_by_invoice", "established")),
        ("mag ik veld 7 nog wijzigen?", FillForm("change", "pay_by_invoice", "company_address")),
        ("the phone number", FillForm("change", "pay_by_invoice", "contact_phone")),
        ("waar vind ik de order-id?", FillForm("help", "pay_by_invoice", "order_id")),
        ("what is a VAT number?", FillForm("help", "pay_by_invoice", "vat_number")),
        ("wat heb ik al ingevuld?", FillForm("show", "pay_by_invoice")),
    ],
)
def test_words_of_the_form(text, move):
    assert PLANNER.typed(turn(text, "out_of_scope", "offer", "order_id")) == move


def test_a_change_is_no_number_of_cores():
    move = PLANNER.typed(turn("change field 4", "out_of_scope", "offer", "existing_cores"))

    assert move == FillForm("change", "pay_by_invoice", "sign_in_name")


def test_whoever_was_asked_which_field_names_it_by_a_bare_number():
    here = turn("14", "out_of_scope", "offer", "vat_number")
    assert here.filling is not None

    choosing = replace(here, filling=replace(here.filling, choosing=True))

    assert PLANNER.typed(choosing) == FillForm("change", "pay_by_invoice", "contact_phone")
    none_such = replace(choosing, text="99")
    assert PLANNER.typed(none_such) == FillForm("change", "pay_by_invoice", "")


def test_a_question_that_may_be_about_a_topic_is_left_to_the_topics():
    text = "kan ik later terug naar de creditcard?"

    assert PLANNER.typed(turn(text, "pay_by_invoice", "offer", "justification")) is None


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("yes", FillForm("file", "pay_by_invoice")),
        ("looks good, file it", FillForm("file", "pay_by_invoice")),
        ("Ziet er goed uit, dien maar in!", FillForm("file", "pay_by_invoice")),
        ("yes, but change the phone first", FillForm("change", "pay_by_invoice", "contact_phone")),
        ("ja, maar het jaar klopt niet", FillForm("change", "pay_by_invoice", "established")),
        ("ja maar wacht even", FillForm("which", "pay_by_invoice")),
        ("14 is wrong", FillForm("change", "pay_by_invoice", "contact_phone")),
        ("what is the order ID?", FillForm("help", "pay_by_invoice", "order_id")),
        ("file it?", FillForm("wrong", "pay_by_invoice")),
    ],
)
def test_words_at_the_summary(text, move):
    decision = "offer" if text.endswith("?") else "answer"

    assert PLANNER.typed(turn(text, "affirm", decision)) == move


@pytest.mark.parametrize(
    "text", ["We change our cards too often to keep them up to date.", "Stop paying for cards"]
)
def test_a_reason_with_such_words_is_a_reason(text):
    move = PLANNER.typed(turn(text, "change_billing_frequency", "answer", "justification"))

    assert move == FillForm("answer", "pay_by_invoice", "justification", text)
