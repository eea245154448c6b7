"""What is done in a turn: a table of situations, in both languages where words matter."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, get_args

import pytest

from actions.assistant import Assistant
from actions.form_plan import FillForm
from actions.plan import (
    Act,
    Answer,
    AskAgain,
    AskToResume,
    Care,
    Choose,
    CountSteps,
    GoToStep,
    HandOver,
    Help,
    Move,
    OfferTopics,
    OutOfScope,
    Planner,
    RecallStep,
    Reopen,
    Resume,
    Say,
    StartGuide,
    Stop,
    SwitchLanguage,
)
from actions.signals import Signals
from actions.state import Dialogue, Walk
from actions.turn import Turn
from actions.waiting import TellOfTicket
from balie.billing.client import BillingClient
from balie.content import Content, GuideState, guide
from balie.content.model import Topic
from tests.actions.conftest import NOW, PAUSE

STEP_ONE = {
    "id": "open",
    "en": "Open **Billing > Your products**.",
    "nl": "Open **Facturering > Uw producten**.",
}
QUESTION = {
    "ask": "owner",
    "en": "Is the card yours?",
    "nl": "Is het uw eigen kaart?",
    "options": {
        "own": {"en": "Yes", "nl": "Ja", "says": {"en": ["mine"], "nl": ["van mij"]}},
        "other": {"en": "No", "nl": "Nee", "says": {"en": ["my boss's card"], "nl": []}},
    },
}
STEP_TWO = {"id": "save", "en": "Choose **Save**.", "nl": "Kies **Opslaan**."}


def _topic(name: str, **more: Any) -> Topic:
    text = {"en": name, "nl": name}
    day = date(2027, 1, 1)
    return Topic(id=name, title=text, answer=text, as_of=day, review_by=day, **more)


TOPICS = {
    topic.id: topic
    for topic in (
        _topic("card", guide=[STEP_ONE, QUESTION, STEP_TWO]),
        _topic("other_guide", guide=[STEP_ONE]),
        _topic("plain"),
        _topic("contact_support", handoff=True),
    )
}


@pytest.fixture
def plan(content: Content, signals: Signals) -> Planner:
    """A planner on a few topics of no meaning."""
    return Planner(replace(content, topics=TOPICS, forms={}), signals, PAUSE)


def _at(item: str, topic: str = "card", ago: timedelta = timedelta()) -> Walk:
    trail = ("open", "owner")[: ("open", "owner", "save").index(item)]
    answers = {"owner": "own"} if item == "save" else {}
    return Walk(GuideState(topic, item, answers, (), trail), NOW - ago)


def _turn(intent: str = "card", text: str = "...", **more: Any) -> Turn:
    dialogue = Dialogue(**more.pop("dialogue", {}))
    return Turn(
        text=text,
        intent=intent,
        language=more.pop("language", "en"),
        conversation_language=more.pop("conversation_language", "en"),
        dialogue=dialogue,
        now=NOW,
        **more,
    )


def _act(plan: Planner, turn: Turn) -> Act:
    """As the action of the intent decides."""
    by_rule = {
        **dict.fromkeys(("greet", "goodbye", "thank_you", "bot_challenge"), plan.small_talk),
        **dict.fromkeys(("not_meant", "none_of_these"), plan.other_topics),
        "switch_language": plan.switch_language,
        "out_of_scope": lambda turn: OutOfScope(),
        **dict.fromkeys(
            (
                *("affirm", "deny", "next_step", "previous_step", "repeat_step", "stuck", "stop"),
                *("start_guide", "resume_guide", "choose_option"),
            ),
            plan.guide,
        ),
    }
    act = plan.interruption(turn) or by_rule.get(turn.intent, plan.topic)(turn)
    return plan.while_waiting(act, turn)


LONG_AGO = PAUSE + timedelta(minutes=1)
STEP, ASKED, LAST = _at("open"), _at("owner"), _at("save")
GONE = Walk(GuideState("removed_topic", "open"), NOW)
OFFER_GUIDE, OFFER_TOPIC = {"offered_guide": "card"}, {"offered_topic": "plain"}
HINTED: dict[str, Any] = {"sign_in_hinted": True, "last_topic": "card"}
PAUSED = {"paused": True}
OFFER_RESUME, OFFER_PERSON = {"offered_resume": True}, {"offered_person": True}
NO_GUIDE = Say("no_guide", topics=True)
NOTHING_OPEN = Say("anything_else")

SITUATIONS: dict[str, list[tuple[Turn, Act]]] = {
    "a topic": [
        (_turn("plain"), Answer("plain")),
        (_turn("plain", second_topic="card"), Answer("plain", ("card",))),
        (_turn("plain", second_topic="plain"), Answer("plain")),
        (_turn("plain", second_topic="contact_support"), HandOver("asked", about="plain")),
        (_turn("plain", second_topic="contact_support", waiting=True), Answer("plain")),
        (_turn("plain", second_topic="no_such_topic"), Answer("plain")),
        (_turn("plain", walk=STEP), Answer("plain")),
        (
            _turn("no_such_topic", decision="offer", ranking=("no_such_topic", "card")),
            OfferTopics(("card",), "unsure"),
        ),
        (
            _turn("no_such_topic", ranking=("no_such_topic", "card")),
            Say("topic_unavailable"),
        ),
    ],
    "doubt": [
        (_turn("card", decision="out_of_scope"), OutOfScope()),
        (
            _turn(
                decision="offer",
                ranking=("greet", "plain", "card", "other_guide", "contact_support"),
            ),
            OfferTopics(("plain", "card", "other_guide"), "unsure"),
        ),
        (_turn("greet", decision="offer", ranking=("greet",)), OutOfScope()),
        (_turn("stuck", decision="offer", walk=STEP), Help()),
        (_turn("affirm", decision="offer", walk=STEP), Move("next")),
        (_turn("affirm", decision="offer", ranking=("card",)), OfferTopics(("card",), "unsure")),
        (_turn("plain", decision="offer", walk=ASKED, ranking=("plain",)), AskAgain()),
        (
            _turn(
                "plain",
                decision="offer",
                walk=ASKED,
                ranking=("plain",),
                dialogue={"asked_again": "owner"},
            ),
            OfferTopics(("plain",), "unsure"),
        ),
        (_turn("card", decision="offer", is_button=True), Answer("card")),
    ],
    "small talk": [
        (_turn("greet"), Say("greeting", topics=True)),
        (_turn("greet", walk=STEP), Say("greeting")),
        (_turn("thank_you"), Say("thank_you")),
        (_turn("goodbye"), Say("goodbye")),
        (_turn("bot_challenge"), Say("bot_challenge", topics=True)),
        (_turn("out_of_scope"), OutOfScope()),
    ],
    "waiting for a person": [
        (_turn("greet", waiting=True), TellOfTicket("waiting_greeting")),
        (_turn("thank_you", waiting=True), TellOfTicket("waiting_thanks", details=False)),
        (_turn("goodbye", waiting=True), TellOfTicket("waiting_goodbye", details=False)),
        (_turn("bot_challenge", waiting=True), TellOfTicket("waiting_bot_challenge")),
        (_turn("affirm", waiting=True), TellOfTicket("waiting_all_right", details=False)),
        (_turn("stuck", waiting=True), TellOfTicket("waiting_noted")),
        (_turn("out_of_scope", waiting=True), TellOfTicket("waiting_noted")),
        (_turn("contact_support", waiting=True), TellOfTicket("waiting_asked")),
        (
            _turn("contact_support", waiting=True, is_button=True),
            TellOfTicket("waiting_asked"),
        ),
        (_turn("plain", waiting=True), Answer("plain")),
        (_turn("affirm", waiting=True, walk=STEP), Move("next")),
        (
            _turn("out_of_scope", "when do I hear from you?", waiting=True),
            TellOfTicket("waiting_status"),
        ),
        (
            _turn("next_step", "hoe staat het met mijn aanvraag?", waiting=True, walk=STEP),
            TellOfTicket("waiting_status"),
        ),
        (
            _turn("plain", "how is my request doing?", waiting=True),
            TellOfTicket("waiting_status", topic="plain"),
        ),
        (_turn("plain", "when will I get my invoice?", waiting=True), Answer("plain")),
        (_turn("plain", "when do I hear from you?"), Answer("plain")),
        (
            _turn("out_of_scope", "cancel my ticket", waiting=True),
            TellOfTicket("waiting_stays_open"),
        ),
        (
            _turn("contact_support", "ik wil toch geen medewerker meer", waiting=True, walk=STEP),
            TellOfTicket("waiting_stays_open"),
        ),
        (_turn("out_of_scope", "cancel my ticket"), OutOfScope()),
        (_turn("plain", "how do I close a request at my company", waiting=True), Answer("plain")),
        (
            _turn("out_of_scope", "my address is eva@contoso.example.", waiting=True),
            TellOfTicket("waiting_email", "eva@contoso.example"),
        ),
        (_turn("plain", "does eva@contoso.example get the bill?", waiting=True), Answer("plain")),
        (_turn("out_of_scope", "eva@contoso.example"), OutOfScope()),
    ],
    "a filed request": [
        (
            _turn("stop", "cancel that request", dialogue={"request_filed": True}),
            Say("request_not_withdrawn"),
        ),
        (
            _turn("plain", "ik wil de aanvraag intrekken", dialogue={"request_filed": True}),
            Say("request_not_withdrawn"),
        ),
        (
            _turn("stop", "cancel that request", dialogue={"request_filed": True}, waiting=True),
            TellOfTicket("waiting_request_not_withdrawn"),
        ),
        (_turn("stop", "cancel that request"), NOTHING_OPEN),
        (_turn("plain", "cancel my license", dialogue={"request_filed": True}), Answer("plain")),
    ],
    "the same step again": [
        (_turn("next_step", "continue with the steps", walk=STEP, dialogue=PAUSED), Move("same")),
        (_turn("next_step", "doorgaan met de stappen", walk=STEP, dialogue=PAUSED), Move("same")),
        (_turn("next_step", "continue", walk=STEP), Move("next")),
        (_turn("next_step", "done, next", walk=STEP, dialogue=PAUSED), Move("next")),
        (
            _turn(
                "previous_step",
                "ik wil graag weer doorgaan waar we waren",
                walk=STEP,
                decision="offer",
            ),
            Move("same"),
        ),
        (_turn("stuck", "I can't continue", walk=STEP, dialogue=PAUSED), Help()),
        (_turn("plain", "continue with the steps", walk=STEP, dialogue=PAUSED), Answer("plain")),
    ],
    "self-harm": [
        (_turn("out_of_scope", "I want to kill myself"), Care()),
        (_turn("stop", "ik wil niet meer leven", walk=ASKED, waiting=True), Care()),
        (_turn("plain", "this bill is killing me"), Answer("plain")),
    ],
    "the steps as such": [
        (_turn("stop", "how many steps are left?", walk=STEP), CountSteps()),
        (_turn("plain", "hoeveel stappen nog?", walk=ASKED), CountSteps()),
        (_turn("affirm", "naar het begin", walk=LAST), Move("first")),
        (_turn("next_step", "step 1 please", walk=LAST), GoToStep(1)),
        (_turn("repeat_step", "wat was stap 1?", walk=LAST), RecallStep(1)),
        (_turn("stuck", "step 1 does not work", walk=STEP), Help()),
        (_turn("plain", "how many steps are left?"), Answer("plain")),
        (_turn("previous_step", ended=LAST), Reopen()),
        (_turn("previous_step", decision="offer", ended=LAST), Reopen()),
        (_turn("previous_step", ended=_at("save", ago=LONG_AGO)), NO_GUIDE),
        (_turn("previous_step", ended=GONE), NO_GUIDE),
        (_turn("previous_step", ended=_at("save", ago=timedelta(hours=1)), left=STEP), Resume()),
        (_turn("previous_step", ended=STEP, walk=LAST), Move("back")),
    ],
    "an answer to a question, and not to the offer after it": [
        (_turn("affirm", "mine", walk=ASKED, dialogue=OFFER_RESUME), Choose("owner", "own")),
        (_turn("affirm", "van mij", walk=ASKED, dialogue=OFFER_RESUME), Choose("owner", "own")),
        (_turn("affirm", "yes", walk=ASKED, dialogue=OFFER_RESUME), Move("same")),
    ],
    "three questions": [
        (
            _turn("plain", questions=("card", "other_guide", "plain")),
            Answer("card", ("other_guide", "plain")),
        ),
        (_turn("plain", questions=("card", "greet", "plain")), Answer("plain")),
        (_turn("plain", questions=("card", "contact_support", "plain")), Answer("plain")),
    ],
    "a question that has a word of an answer in it": [
        (_turn("plain", "can I see which of them is mine", walk=ASKED), Answer("plain")),
        (_turn("plain", "mag dat met die van mij?", walk=ASKED), Choose("owner", "own")),
        (
            _turn(
                "plain",
                "can I see which of them is mine",
                walk=ASKED,
                decision="offer",
                ranking=("plain",),
            ),
            AskAgain(),
        ),
        (_turn("card", "is that card one of mine?", walk=ASKED), Choose("owner", "own")),
        (_turn("plain", "that card is really mine", walk=ASKED), Choose("owner", "own")),
        (_turn("plain", "mine?", walk=ASKED), Choose("owner", "own")),
        (_turn("plain", "which one is really mine", walk=ASKED), Choose("owner", "own")),
    ],
    "an answer that is none": [
        (_turn("out_of_scope", "purple", decision="out_of_scope", walk=ASKED), AskAgain()),
        (
            _turn("out_of_scope", "what is the weather like today", walk=ASKED),
            OutOfScope(),
        ),
        (_turn("out_of_scope", "weather?", decision="out_of_scope", walk=ASKED), OutOfScope()),
    ],
    "yes": [
        (_turn("affirm"), Say("what_now", topics=True)),
        (_turn("affirm", dialogue=OFFER_GUIDE), StartGuide("card")),
        (_turn("affirm", dialogue={"offered_guide": "removed"}), Say("what_now", topics=True)),
        (_turn("affirm", dialogue=OFFER_TOPIC), Answer("plain")),
        (_turn("affirm", dialogue={"offered_topic": "removed"}), Say("what_now", topics=True)),
        (_turn("affirm", dialogue=OFFER_PERSON), HandOver("asked")),
        (_turn("affirm", walk=STEP, dialogue=OFFER_PERSON), HandOver("asked")),
        (_turn("affirm", walk=STEP, dialogue=OFFER_RESUME), Move("same")),
        (_turn("affirm", walk=GONE, dialogue=OFFER_RESUME), NO_GUIDE),
        (_turn("affirm", walk=STEP), Move("next")),
        (_turn("affirm", walk=LAST), Move("next")),
        (_turn("affirm", "absolutely", walk=ASKED), Choose("owner", "own")),
        (_turn("affirm", "yes", walk=ASKED, dialogue=OFFER_RESUME), Move("same")),
        (_turn("affirm", walk=GONE), Say("what_now", topics=True)),
    ],
    "no": [
        (_turn("deny"), NOTHING_OPEN),
        (_turn("deny", dialogue=OFFER_GUIDE), NOTHING_OPEN),
        (_turn("deny", dialogue=OFFER_TOPIC), NOTHING_OPEN),
        (_turn("deny", dialogue=OFFER_PERSON), NOTHING_OPEN),
        (_turn("deny", walk=STEP, dialogue=OFFER_PERSON), Move("same")),
        (_turn("deny", walk=STEP, dialogue=OFFER_RESUME), Stop()),
        (_turn("deny", walk=STEP), Help()),
        (_turn("deny", "not really", walk=ASKED), Choose("owner", "other")),
        (_turn("deny", walk=GONE), NOTHING_OPEN),
    ],
    "moves": [
        (_turn("next_step"), NO_GUIDE),
        (_turn("next_step", dialogue=OFFER_GUIDE), StartGuide("card")),
        (_turn("next_step", walk=GONE, dialogue=OFFER_GUIDE), StartGuide("card")),
        (_turn("next_step", walk=STEP), Move("next")),
        (_turn("next_step", walk=ASKED), AskAgain()),
        (_turn("next_step", walk=STEP, dialogue=OFFER_RESUME), Move("same")),
        (_turn("next_step", walk=GONE, dialogue=OFFER_RESUME), NO_GUIDE),
        (_turn("next_step", left=STEP), Resume()),
        (_turn("previous_step"), NO_GUIDE),
        (_turn("previous_step", walk=STEP), Move("back")),
        (_turn("previous_step", walk=STEP, dialogue=OFFER_RESUME), Move("same")),
        (_turn("previous_step", walk=GONE), NO_GUIDE),
        (_turn("repeat_step", walk=STEP), Move("same")),
        (_turn("repeat_step"), NO_GUIDE),
        (_turn("repeat_step", dialogue={"last_topic": "plain"}), Answer("plain")),
        (_turn("repeat_step", dialogue={"last_topic": "removed"}), NO_GUIDE),
        (_turn("repeat_step", dialogue={"last_topic": "contact_support"}), NO_GUIDE),
        (_turn("stuck", walk=STEP), Help()),
        (_turn("stuck"), Say("stuck_no_guide", topics=True)),
        (_turn("stuck", walk=GONE), Say("stuck_no_guide", topics=True)),
        (_turn("stop", walk=STEP), Stop()),
        (_turn("stop"), NOTHING_OPEN),
        (_turn("stop", left=STEP), NOTHING_OPEN),
    ],
    "a guide left long ago": [
        (_turn("next_step", walk=_at("open", ago=LONG_AGO)), AskToResume()),
        (_turn("previous_step", walk=_at("open", ago=LONG_AGO)), AskToResume()),
        (_turn("repeat_step", walk=_at("open", ago=LONG_AGO)), AskToResume()),
        (_turn("affirm", walk=_at("open", ago=LONG_AGO)), AskToResume()),
        (_turn("next_step", walk=_at("open", ago=PAUSE)), Move("next")),
        (_turn("affirm", walk=_at("open", ago=LONG_AGO), dialogue=OFFER_RESUME), Move("same")),
        (_turn("plain", "mine", walk=_at("owner", ago=LONG_AGO)), Answer("plain")),
        (
            _turn("plain", "I clicked Your products", walk=_at("open", ago=LONG_AGO)),
            Answer("plain"),
        ),
    ],
    "buttons": [
        (_turn("start_guide", entities={"topic": "card"}, is_button=True), StartGuide("card")),
        (
            _turn("start_guide", entities={"topic": "removed"}, is_button=True),
            OutOfScope(),
        ),
        (_turn("start_guide", is_button=True), OutOfScope()),
        (
            _turn("resume_guide", walk=STEP, entities={"topic": "card"}, is_button=True),
            Move("same"),
        ),
        (_turn("resume_guide", left=STEP, entities={"topic": "card"}, is_button=True), Resume()),
        (
            _turn(
                "resume_guide",
                walk=_at("open", "other_guide"),
                left=STEP,
                entities={"topic": "card"},
                is_button=True,
            ),
            Resume(),
        ),
        (_turn("resume_guide", left=GONE, is_button=True), NO_GUIDE),
        (_turn("resume_guide", is_button=True), NO_GUIDE),
        (
            _turn(
                "choose_option",
                walk=ASKED,
                entities={"question": "owner", "option": "other"},
                is_button=True,
            ),
            Choose("owner", "other"),
        ),
        (_turn("choose_option", walk=ASKED, is_button=True), NO_GUIDE),
        (
            _turn("choose_option", entities={"question": "owner", "option": "own"}, is_button=True),
            NO_GUIDE,
        ),
        (_turn("previous_step", "/previous_step", walk=ASKED, is_button=True), Move("back")),
    ],
    "not what was meant": [
        (_turn("not_meant"), Say("no_other_topics")),
        (
            _turn(
                "not_meant",
                ranking=("not_meant", "plain"),
                dialogue={"last_topic": "card", "likely": ("card", "other_guide")},
            ),
            OfferTopics(("other_guide", "plain"), "not_meant"),
        ),
        (
            _turn(
                "none_of_these",
                is_button=True,
                ranking=("none_of_these",),
                dialogue={"likely": ("card", "plain"), "rejected": ("card",)},
            ),
            OfferTopics(("plain",), "not_meant"),
        ),
        (
            _turn(
                "none_of_these", is_button=True, dialogue={"likely": ("x",), "rejected": ("card",)}
            ),
            Say("no_other_topics"),
        ),
    ],
    "another language": [
        (_turn("switch_language", "in Dutch please"), SwitchLanguage("nl")),
        (_turn("switch_language", "Nederlands graag"), SwitchLanguage("nl")),
        (_turn("switch_language", "in het Engels"), SwitchLanguage("en")),
        (_turn("switch_language", "can we do this in English"), SwitchLanguage("en")),
        (_turn("switch_language", "another language"), SwitchLanguage("nl")),
        (
            _turn("switch_language", "een andere taal", conversation_language="nl"),
            SwitchLanguage("en"),
        ),
        (_turn("switch_language", "Dutch or English?"), SwitchLanguage("nl")),
    ],
    "an answer to a question, whatever intent it seems to be": [
        (_turn("deny", "no", walk=ASKED), Choose("owner", "other")),
        (_turn("affirm", "ja", walk=ASKED), Choose("owner", "own")),
        (_turn("plain", "it is mine", walk=ASKED), Choose("owner", "own")),
        (_turn("plain", "van mij", walk=ASKED, language="nl"), Choose("owner", "own")),
        (_turn("plain", "my boss's card", walk=ASKED, decision="offer"), Choose("owner", "other")),
        (_turn("plain", "2", walk=ASKED, decision="out_of_scope"), Choose("owner", "other")),
        (_turn("plain", "mine", walk=STEP), Answer("plain")),
    ],
    "signs": [
        (_turn("plain", "👍", walk=STEP), Move("next")),
        (_turn("plain", " ✅ ", dialogue=OFFER_GUIDE), StartGuide("card")),
        (_turn("plain", "👎", walk=STEP), Help()),
        (_turn("plain", "👍 thanks", walk=STEP), Answer("plain")),
        (_turn("plain", "👎", walk=STEP, dialogue=OFFER_RESUME), Stop()),
    ],
    "a word of progress or trouble at a step": [
        (_turn("plain", "I clicked Your products", walk=STEP), Move("next")),
        (_turn("plain", "Ik heb Uw producten geopend", walk=STEP, language="nl"), Move("next")),
        (_turn("plain", "i'm on YOUR PRODUCTS now", walk=STEP), Move("next")),
        (_turn("plain", "I opened Your products, what now?", walk=STEP), Move("next")),
        (_turn("card", "where is Your products?", walk=STEP), Help()),
        (_turn("card", "Uw producten staat er niet", walk=STEP, language="nl"), Help()),
        (
            _turn("plain", "I clicked Your products and nothing happened", walk=STEP),
            Answer("plain"),
        ),
        (_turn("plain", "I clicked on Save", walk=STEP), Answer("plain")),
        (_turn("plain", "I clicked", walk=STEP), Answer("plain")),
        (_turn("plain", "I clicked Your products"), Answer("plain")),
        (
            _turn("contact_support", "I clicked Your products, get me a person please", walk=STEP),
            Answer("contact_support"),
        ),
    ],
    "a word that takes an offer": [
        (
            _turn("greet", "show me", decision="offer", dialogue={"offered_topic": "plain"}),
            Answer("plain"),
        ),
        (
            _turn("affirm", "yes, the second", dialogue={"asked_too": ("plain",)}),
            Answer("plain"),
        ),
        (
            _turn("card", "my second card was refused", dialogue={"asked_too": ("plain",)}),
            Answer("card"),
        ),
    ],
    "a yes or no that is none": [
        (_turn("affirm", "ok thanks", walk=ASKED), AskAgain()),
        (_turn("deny", "geen idee", walk=ASKED), AskAgain()),
        (_turn("deny", "I don't know", walk=ASKED), AskAgain()),
        (_turn("affirm", "perhaps", walk=ASKED, decision="offer", ranking=("plain",)), AskAgain()),
        (_turn("deny", "???", walk=ASKED, decision="offer"), AskAgain()),
    ],
    "unsure, and yet clear": [
        (
            _turn("contact_support", "a HUMAN now", decision="offer", ranking=("contact_support",)),
            HandOver("asked"),
        ),
        (
            _turn("contact_support", "what now", decision="offer", ranking=("contact_support",)),
            OfferTopics(("contact_support",), "unsure"),
        ),
        (
            _turn("plain", "laten we verdergaan", decision="offer", left=STEP, ranking=("plain",)),
            Resume(),
        ),
        (
            _turn("plain", "laten we verdergaan", decision="offer", ranking=("plain",)),
            OfferTopics(("plain",), "unsure"),
        ),
        (
            _turn(
                "plain",
                "mooi, laten we verdergaan",
                decision="offer",
                walk=STEP,
                dialogue=OFFER_RESUME,
                ranking=("plain",),
            ),
            Move("same"),
        ),
        (_turn("stop", "oké laten we verdergaan", left=STEP), Resume()),
        (_turn("deny", "nee, niet verdergaan", left=STEP), NOTHING_OPEN),
        (_turn("thank_you", "thanks, go on", walk=STEP, dialogue=OFFER_RESUME), Move("same")),
        (
            _turn("thank_you", "dank u, ik ga later verder", walk=STEP, dialogue=OFFER_RESUME),
            Say("thank_you"),
        ),
        (
            _turn(
                "plain",
                "nu niet verdergaan",
                decision="offer",
                walk=STEP,
                dialogue=OFFER_RESUME,
                ranking=("plain",),
            ),
            OfferTopics(("plain",), "unsure"),
        ),
        (
            _turn("plain", "which one, I don't know", decision="offer", walk=STEP),
            Help(),
        ),
        (
            _turn(
                "card",
                "and ours?",
                decision="offer",
                ranking=("card",),
                customer="C",
                dialogue=HINTED,
            ),
            Answer("card"),
        ),
        (
            _turn("card", "and ours?", decision="offer", ranking=("card",), dialogue=HINTED),
            OfferTopics(("card",), "unsure"),
        ),
    ],
    "accepting steps that were offered": [
        (_turn("card", "how?", dialogue=OFFER_GUIDE), StartGuide("card")),
        (_turn("card", "Hoe doe ik dat?", dialogue=OFFER_GUIDE), StartGuide("card")),
        (_turn("greet", "laat maar zien", dialogue=OFFER_GUIDE), StartGuide("card")),
        (
            _turn("plain", "how do I do that", dialogue=OFFER_GUIDE, decision="offer"),
            StartGuide("card"),
        ),
        (_turn("plain", "how do I get a refund", dialogue=OFFER_GUIDE), Answer("plain")),
        (_turn("card", "how?"), Answer("card")),
        (_turn("card", "how?", dialogue={"offered_guide": "removed"}), Answer("card")),
    ],
}
ROWS = [(name, turn, act) for name, rows in SITUATIONS.items() for turn, act in rows]


@pytest.mark.parametrize(
    ("turn", "act"),
    [row[1:] for row in ROWS],
    ids=[f"{name}: {turn.intent} {turn.text!r}" for name, turn, _ in ROWS],
)
def test_what_is_done(plan: Planner, turn: Turn, act: Act) -> None:
    assert _act(plan, turn) == act


def test_every_act_is_in_the_table() -> None:
    planned = {type(act) for _, _, act in ROWS}
    assert planned == set(get_args(Act)) - {FillForm}, "forms have tests of their own"


def test_three_topics_are_offered_at_most(plan: Planner) -> None:
    likely = ("card", "plain", "other_guide", "contact_support")
    unsure = plan.unsure(_turn(ranking=likely))
    assert unsure == OfferTopics(likely[:3], "unsure")
    others = plan.other_topics(_turn("not_meant", dialogue={"likely": likely}))
    assert others == OfferTopics(likely[:3], "not_meant")


def test_a_step_that_an_edit_removed_is_not_in_the_way(plan: Planner) -> None:
    walk = Walk(GuideState("card", "vanished", {}, (), ("open",)), NOW)
    assert plan.current_item(_turn(walk=walk)) == TOPICS["card"].guide[0]
    assert _act(plan, _turn("next_step", walk=walk)) == Move("next")


def test_a_guide_that_an_edit_removed_is_no_guide(plan: Planner) -> None:
    walk = Walk(GuideState("plain", "open"), NOW)
    assert plan.current_item(_turn(walk=walk)) is None
    assert guide.start(TOPICS["card"], {}).position == "open"
    for intent in ("affirm", "deny", "next_step", "previous_step", "repeat_step", "stuck", "stop"):
        assert isinstance(_act(plan, _turn(intent, walk=walk)), Say)


async def test_at_a_topic_that_is_left_out_there_is_the_way_to_a_person(plan: Planner) -> None:
    turn = _turn("vanished", decision="answer", ranking=("vanished", "card"))
    assistant = Assistant(plan, BillingClient("http://127.0.0.1:9", "token"))
    outcome = await assistant.perform(plan.topic(turn), turn)

    assert "A person can." in outcome.replies[0].text
    assert [button.intent for button in outcome.replies[0].buttons] == ["contact_support"]
    await assistant.billing.aclose()
