"""Conversations in which a request is filled in for the customer, on the real billing stub."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import actions
from actions.assistant import Assistant
from actions.plan import Planner
from actions.signals import load_signals
from actions.turn import read_turn
from balie.billing.client import BillingClient
from balie.billing.service import create_app
from balie.content import LANGUAGES, load_content
from balie.settings import Settings
from tests.billing.connection import InProcess

ROOT = Path(__file__).parents[2]
CONTENT = load_content(ROOT / "data")
SIGNALS = load_signals(ROOT / "data" / "conversation" / "signals.yml")
FORM = CONTENT.forms["pay_by_invoice"]
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
PAUSE = timedelta(hours=4)

ACTIONS = {
    each().name(): each()
    for each in (
        actions.AnswerTopic,
        actions.WalkGuide,
        actions.OfferTopics,
        actions.SmallTalk,
        actions.SayOutOfScope,
        actions.SwitchLanguage,
    )
}


def _rules() -> Mapping[str, str]:
    rules = yaml.safe_load((ROOT / "data/conversation/rules.yml").read_text(encoding="utf-8"))
    pairs = [{k: v for step in rule["steps"] for k, v in step.items()} for rule in rules["rules"]]
    return {pair["intent"]: pair["action"] for pair in pairs}


RULES = _rules()


class Talk:
    """A conversation with the assistant; what it remembers goes through JSON, as in Rasa."""

    def __init__(self, customer: str | None, language: str = "en") -> None:
        self.customer = customer
        self.language = language
        self.slots: dict[str, Any] = {}
        self.now = NOW
        self.replies: list[dict[str, Any]] = []

    async def say(self, text: str, intent: str = "out_of_scope", decision: str = "offer") -> str:
        """Type `text`; the understanding is `intent`, and unsure unless `decision` says more."""
        message = {"text": text, "intent": {"name": intent}, "decision": decision}
        return await self._turn(message, intent)

    async def sure(self, text: str, intent: str) -> str:
        """Type `text`, which is surely `intent`."""
        return await self.say(text, intent, "answer")

    async def press(self, title: str) -> str:
        """Press the newest button of this title."""
        buttons = [button for reply in self.replies for button in reply["buttons"]]
        button = next(each for each in reversed(buttons) if each["title"] == title)
        entities = button["entities"]
        message = {"intent": {"name": button["intent"]}, "entities": entities, "button": True}
        return await self._turn(message, button["intent"])

    async def begin(self) -> str:
        """Ask about paying by invoice and accept the offer to fill the request in."""
        await self.sure("how can we pay by invoice", "pay_by_invoice")
        return await self.press(CONTENT.texts["button_form"][self.language])

    async def fill(self) -> str:
        """Give an answer to each field that the account leaves open, to the summary."""
        for answer in ("skip", "IE6388047V", "1998", "skip", "+353 1 234 5678"):
            await self.say(answer)
        await self.say("Our accounts department pays once a month.")
        return await self.say("no", "deny", "answer")

    @property
    def titles(self) -> list[str]:
        """The buttons of the newest replies."""
        return [button["title"] for reply in self.replies for button in reply["buttons"]]

    @property
    def field(self) -> str | None:
        """The field that was asked for last."""
        step = self.replies[-1]["custom"].get("step") if self.replies else None
        return step["id"] if step else None

    async def _turn(self, message: dict[str, Any], intent: str) -> str:
        metadata = {"channel": "balie", "customer": self.customer, "language": self.language}
        tracker = Tracker(
            "conversation-1",
            json.loads(json.dumps(self.slots)),
            {"metadata": metadata, "language": self.language, **message},
            [], False, None, {}, "action_listen",
        )  # fmt: skip
        dispatcher = CollectingDispatcher()
        name = "action_answer_topic" if intent in CONTENT.topics else RULES[intent]
        Clock.now = self.now
        for event in await ACTIONS[name].run(dispatcher, tracker, {}):
            self.slots[event["name"]] = event["value"]
        self.replies = dispatcher.messages
        self.language = self.slots["language"]
        return "\n\n".join(reply["text"] for reply in self.replies)


class Clock:
    """The moment that a turn takes place at."""

    now = NOW


class Flaky(httpx.AsyncBaseTransport):
    """The billing stub, which may be down, or lose the answers to what it has done."""

    def __init__(self, app: Any) -> None:
        self._inner = httpx.ASGITransport(app)
        self.mode = "up"
        self.posted: list[dict[str, Any]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.mode == "down":
            raise ConnectionRefusedError
        response = await self._inner.handle_async_request(request)
        if request.method == "POST":
            self.posted.append({"key": request.headers["idempotency-key"]})
            if self.mode == "loses answers":
                raise TimeoutError
        return response


@pytest.fixture
async def billing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    """The billing stub, and the actions that talk to it."""
    settings = Settings(
        project_dir=tmp_path, billing_database_url=f"sqlite:///{tmp_path / 'billing.db'}"
    )
    app = create_app(settings, now=lambda: NOW)
    async with app.router.lifespan_context(app):
        transport = Flaky(app)
        client = BillingClient(
            "http://billing",
            settings.billing_token.get_secret_value(),
            breaker_failures=1000,
            connection=InProcess(transport),
        )
        assistant = Assistant(Planner(CONTENT, SIGNALS, PAUSE), client)
        monkeypatch.setattr(
            actions, "resources", lambda: SimpleNamespace(assistant=lambda: assistant)
        )
        monkeypatch.setattr(actions, "read_turn", lambda tracker: read_turn(tracker, Clock.now))
        yield SimpleNamespace(client=client, transport=transport, app=app)


def text(name: str, language: str = "en") -> str:
    return CONTENT.texts[name][language]


# Offer and conditions ---------------------------------------------------------------------------


async def test_customers_who_meet_the_conditions_are_offered_the_form_and_the_steps(billing):
    talk = Talk("C-1003")

    said = await talk.sure("can we pay by invoice", "pay_by_invoice")

    assert FORM.offer.en in said
    assert talk.titles == ["Yes, fill it in with me", "Show me the steps instead"]


async def test_the_offer_can_be_accepted_in_words(billing):
    talk = Talk("C-1003")
    await talk.sure("can we pay by invoice", "pay_by_invoice")

    await talk.sure("yes please", "affirm")

    assert talk.field == "order_id"


async def test_the_steps_stay_possible(billing):
    talk = Talk("C-1003")
    await talk.sure("can we pay by invoice", "pay_by_invoice")

    await talk.press("Show me the steps instead")

    assert talk.field == "open_help_support"


async def test_signed_out_customers_get_the_steps_and_hear_what_signing_in_does(billing):
    talk = Talk(None)

    said = await talk.sure("can we pay by invoice", "pay_by_invoice")

    assert text("form_sign_in") in said
    assert talk.titles == ["Yes, show me the steps"]


@pytest.mark.parametrize(
    ("customer", "case"),
    [
        ("C-1001", "open_charges"),
        ("C-1005", "pending_credit_check_and_legal_document"),
        ("C-1006", "private"),
        ("C-1007", "china"),
        ("C-1002", "approved"),
    ],
)
async def test_conditions_come_before_the_form(billing, customer, case):
    talk = Talk(customer)
    said = await talk.sure("can we pay by invoice", "pay_by_invoice")
    beginning = CONTENT.account["invoice_eligibility"][case].en.split("{amount}")[-1]

    assert beginning in said
    assert "Yes, fill it in with me" not in talk.titles
    assert ("Yes, show me the steps" in talk.titles) == (case == "approved")


async def test_an_old_button_starts_no_form_where_the_conditions_do_not_hold(billing):
    talk = Talk("C-1003")
    await talk.sure("can we pay by invoice", "pay_by_invoice")
    talk.customer = "C-1006"

    said = await talk.press("Yes, fill it in with me")

    assert CONTENT.account["invoice_eligibility"]["private"].en in said
    assert talk.slots["form"] is None


async def test_without_the_billing_system_there_are_the_steps(billing):
    billing.transport.mode = "down"
    talk = Talk("C-1003")

    said = await talk.sure("can we pay by invoice", "pay_by_invoice")

    assert text("account_unavailable") in said
    assert talk.titles == ["Yes, show me the steps"]


# Filling in -------------------------------------------------------------------------------------


async def test_what_the_account_knows_is_shown_with_its_source_and_not_asked(billing):
    talk = Talk("C-1003")

    said = await talk.begin()

    assert "6. Company name: Northwind Traders (from your account)" in said
    assert "9. Country or region: Ireland (from your account)" in said
    assert talk.field == "order_id"
    assert talk.replies[-1]["custom"]["step"] == {
        "topic": "pay_by_invoice", "id": "order_id", "number": 1, "of": 7,
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_whole_way_to_a_filed_request(billing, language):
    talk = Talk("C-1003", language)
    await talk.begin()

    said = await talk.fill()
    assert "10. " in said
    assert "IE6388047V" in said
    assert "+353 1 234 5678" in said

    said = await talk.press(text("button_form_file", language))
    assert "Company Name (as registered under VAT or Government Website): Northwind" in said
    assert talk.slots["form"] is None
    eligibility = await billing.client.invoice_eligibility("C-1003")
    assert eligibility.request.status == "pending"
    number = FORM.filed[language].split("{number}")[0]
    assert number in said


async def test_a_yes_at_the_summary_files_the_request_and_a_second_one_files_no_other(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.fill()

    await talk.sure("yes", "affirm")
    await talk.sure("yes", "affirm")

    assert len(billing.transport.posted) == 1


@pytest.mark.parametrize("words", ["help", "what is that?", "skip"])
async def test_words_for_a_field_only_repeat_the_question_at_the_summary(billing, words):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.fill()

    assert await talk.say(words) == text("form_shall_i_file")


async def test_nothing_is_filed_without_a_yes(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.fill()

    said = await talk.say("hmm well perhaps")

    assert text("form_not_understood") in said
    assert billing.transport.posted == []


@pytest.mark.parametrize(
    ("before", "wrong", "problem", "right"),
    [
        (["skip"], "IE1234567X", "form_problem_vat", "my number is 6388047V"),
        (["skip", "IE6388047V"], "next year", "form_problem_year", "it was 1998 I think"),
        (["skip", "IE6388047V", "1998"], "?!", "form_problem_text", "Windows"),
        (["skip", "IE6388047V", "1998", "skip"], "12", "form_problem_phone", "01 234 5678"),
    ],
)
async def test_a_wrong_answer_gets_a_clear_message_and_the_question_again(
    billing, before, wrong, problem, right
):
    talk = Talk("C-1003")
    await talk.begin()
    for answer in before:
        await talk.say(answer)
    asked = talk.field

    said = await talk.say(wrong)
    assert text(problem) in said
    assert talk.field == asked

    await talk.say(right)
    assert talk.field != asked


async def test_what_is_needed_cannot_be_skipped(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.press("Skip")

    said = await talk.say("skip")

    assert text("form_needed") in said
    assert talk.field == "vat_number"


async def test_the_company_name_must_be_the_account_s(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.say("change field 6")
    assert talk.field == "company_name"

    said = await talk.say("Southwind Traders")
    assert "the same as on your account: Northwind Traders" in said

    await talk.say("northwind traders")
    assert talk.field == "order_id"


async def test_core_fields_are_asked_for_only_if_a_higher_quota_is_wanted(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.fill()
    await talk.say("change the core quota")
    assert talk.field == "quota"

    await talk.press("Yes")
    assert talk.field == "existing_cores"
    for answer in ("40", "100 cores", "West Europe, series Dv3"):
        said = await talk.say(answer)

    assert "18. Cores wanted: 100" in said
    assert "19. Region and series: West Europe, series Dv3" in said


@pytest.mark.parametrize(
    ("text_", "intent"),
    [
        ("go back", "previous_step"),
        ("terug", "out_of_scope"),
        ("one question back please, I made a mistake", "previous_step"),
    ],
)
async def test_back_asks_the_question_before_again(billing, text_, intent):
    talk = Talk("C-1003")
    await talk.begin()
    for answer in ("skip", "IE6388047V"):
        await talk.say(answer)

    await talk.sure(text_, intent)
    assert talk.field == "vat_number"

    await talk.say("IE6433435F")
    assert talk.field == "established"


async def test_back_at_the_first_question_says_so(billing):
    talk = Talk("C-1003")
    await talk.begin()

    said = await talk.say("back")

    assert text("form_first_field") in said


@pytest.mark.parametrize("words", ["14", "change field 14", "phone number", "change the phone"])
async def test_a_field_is_changed_by_its_number_or_name(billing, words):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.fill()

    await talk.say(words)
    assert talk.field == "contact_phone"

    said = await talk.say("+353 1 679 7888")
    assert "14. Phone number of the contact person: +353 1 679 7888" in said


async def test_a_field_that_is_asked_again_shows_its_value_and_can_be_left(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.fill()

    said = await talk.say("change field 11")
    assert "Filled in now: 1998" in said
    said = await talk.press("Leave it like this")

    assert "11. Year of foundation: 1998" in said


@pytest.mark.parametrize("words", ["het e-mailadres", "veld 15 graag", "wijzig het e-mailadres"])
async def test_a_field_is_changed_in_dutch(billing, words):
    talk = Talk("C-1003", "nl")
    await talk.begin()
    await talk.fill()

    await talk.say(words)

    assert talk.field == "contact_email"


async def test_a_no_at_the_summary_asks_what_to_change(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.fill()

    said = await talk.sure("no, something is wrong", "deny")
    assert text("form_which_field") in said

    await talk.say("11")
    assert talk.field == "established"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", ["ok", "ja", "sure", "yes please", "👍", "klopt"])
@pytest.mark.parametrize("decision", ["answer", "offer"])
async def test_a_yes_to_which_field_files_nothing_and_asks_again(
    billing, words, decision, language
):
    talk = Talk("C-1003", language)
    await talk.begin()
    await talk.fill()
    await talk.press(CONTENT.texts["button_form_change"][talk.language])

    said = await talk.say(words, "affirm", decision)
    assert CONTENT.texts["form_which_field"][talk.language] in said
    assert not billing.transport.posted

    said = await talk.say(words, "affirm", decision)
    assert CONTENT.texts["form_which_field"][talk.language] in said
    assert not billing.transport.posted


async def test_which_field_has_the_ways_back_and_out(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.fill()
    await talk.press("Change something")
    assert talk.titles == ["Back to the summary", "Stop here"]

    said = await talk.press("Back to the summary")
    assert "11. Year of foundation: 1998" in said
    await talk.press("Yes, file it")
    assert len(billing.transport.posted) == 1


async def test_which_field_amid_the_form_goes_back_to_the_question(billing):
    talk = Talk("C-1003")
    await talk.begin()
    for answer in ("skip", "IE6388047V", "1998", "skip", "+353 1 234 5678"):
        await talk.say(answer)
    await talk.say("change something")
    assert talk.titles == ["Go on", "Stop here"]
    said = await talk.sure("ok", "affirm")
    assert text("form_which_field") in said, "that is no reason for paying by invoice"

    await talk.press("Go on")
    assert talk.field == "justification"


@pytest.mark.parametrize("words", ["no", "never mind", "file it"])
async def test_whoever_wants_to_change_nothing_after_all_is_asked_about_the_summary(billing, words):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.fill()
    await talk.press("Change something")

    await talk.sure(words, "deny" if words == "no" else "affirm")

    assert "Yes, file it" in talk.titles
    assert not billing.transport.posted


@pytest.mark.parametrize(
    "words",
    [
        "niet indienen",
        "nee, nog niet indienen",
        "dien maar niet in",
        "ik wil hem niet versturen",
        "don't submit",
        "do not file it please",
    ],
)
@pytest.mark.parametrize("intent", ["deny", "affirm", "stop"])
@pytest.mark.parametrize("asked_which", [False, True])
async def test_whoever_says_not_to_file_stops_with_all_that_is_filled_in(
    billing, words, intent, asked_which
):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.fill()
    if asked_which:
        await talk.press("Change something")

    said = await talk.sure(words, intent)
    assert said == text("form_stopped")
    await talk.sure("ok", "affirm")
    assert not billing.transport.posted

    await talk.say("continue with the request")
    assert "Yes, file it" in talk.titles


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("what is still missing?", "en"),
        ("what have we filled in?", "en"),
        ("wat ontbreekt er nog?", "nl"),
        ("wat heb ik ingevuld?", "nl"),
    ],
)
async def test_what_is_filled_in_and_what_is_missing_can_be_asked_for(billing, words, language):
    talk = Talk("C-1003", language)
    await talk.begin()
    for answer in ("skip", "IE6388047V"):
        await talk.say(answer)

    said = await talk.sure(words, "next_step")

    labels = {each.id: each.label[talk.language] for each in FORM.fields}
    filled, missing = said.split("\n\n")[0], talk.replies[1]["text"]
    assert f"{labels['vat_number']}: IE6388047V" in filled
    assert labels["established"] not in filled
    assert labels["established"] in missing
    assert labels["justification"] in missing
    assert labels["vat_number"] not in missing
    assert talk.field == "established"


async def test_a_filed_request_is_not_withdrawn_and_a_person_is_offered(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.fill()
    said = await talk.sure("cancel that request", "stop")
    assert text("request_not_withdrawn") not in said, "nothing is filed yet"
    await talk.say("continue with the request")
    await talk.press("Yes, file it")
    await talk.sure("thanks", "thank_you")

    said = await talk.sure("cancel that request", "stop")

    assert said == text("request_not_withdrawn")
    assert talk.titles == ["Talk to a person"]


async def test_a_field_that_does_not_exist_is_said_to_be_none(billing):
    talk = Talk("C-1003")
    await talk.begin()

    said = await talk.say("change field 99")

    assert text("form_no_such_field") in said


async def test_an_answer_that_sounds_like_a_topic_is_an_answer(billing):
    talk = Talk("C-1003")
    await talk.begin()
    for answer in ("skip", "IE6388047V", "1998", "skip", "+353 1 234 5678"):
        await talk.say(answer)

    await talk.sure("our card payments get declined all the time", "payment_declined")

    assert talk.field == "quota"


# Something else in between ----------------------------------------------------------------------


async def test_a_question_in_between_is_answered_and_the_field_asked_again(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.say("skip")

    said = await talk.sure("what is a credit check?", "credit_check")

    assert CONTENT.topics["credit_check"].answer.en.split(".")[0] in said
    assert talk.field == "vat_number"
    await talk.say("IE6388047V")
    assert talk.field == "established"


async def test_a_yes_after_a_question_in_between_starts_no_guide(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.say("skip")
    await talk.sure("how do I change the billing frequency?", "change_billing_frequency")

    await talk.sure("yes", "affirm")

    assert talk.field == "vat_number"
    assert talk.slots["guide"] is None


async def test_a_person_can_be_asked_for_at_every_field(billing):
    talk = Talk("C-1003")
    await talk.begin()

    await talk.sure("let me talk to a person please", "contact_support")

    handoff = talk.replies[-1]["custom"]["handoff"]
    assert (handoff["topic"], handoff["step"]) == ("pay_by_invoice", "order_id")


async def test_a_question_about_the_field_gets_its_help(billing):
    talk = Talk("C-1003")
    await talk.begin()

    said = await talk.say("what is an order ID?")

    field = next(each for each in FORM.fields if each.id == "order_id")
    assert field.help
    assert field.help.en in said
    assert talk.field == "order_id"


async def test_the_form_goes_on_in_another_language(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.say("skip")

    said = await talk.sure("Nederlands graag", "switch_language")

    assert text("language_switched", "nl") in said
    assert "btw-nummer" in said


async def test_a_question_and_then_a_stop_keep_the_form(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.say("skip")
    await talk.sure("how do I see an invoice?", "view_invoice")
    await talk.press("Stop here")
    assert talk.field is None

    await talk.press("Go on")
    assert talk.field == "vat_number"


async def test_another_guide_sets_the_form_aside(billing):
    talk = Talk("C-1003")
    await talk.sure("can we pay by invoice", "pay_by_invoice")
    steps = talk.replies
    await talk.press("Yes, fill it in with me")
    talk.replies = steps
    await talk.press("Show me the steps instead")
    assert talk.field == "open_help_support"

    await talk.sure("done", "next_step")
    assert talk.field == "new_request"


# Stopping and going on --------------------------------------------------------------------------


async def test_a_stopped_form_is_taken_up_where_it_was(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.say("skip")

    said = await talk.press("Stop here")
    assert text("form_stopped") in said
    await talk.sure("thanks", "thank_you")
    assert talk.field is None

    await talk.sure("let's go on", "next_step")
    assert talk.field == "vat_number"


async def test_a_stopped_form_is_offered_with_its_topic(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.say("skip")
    await talk.say("stop")

    said = await talk.sure("about paying by invoice", "pay_by_invoice")
    assert text("form_offer_to_go_on") in said

    await talk.sure("yes", "affirm")
    assert talk.field == "vat_number"


async def test_a_form_left_for_days_asks_before_it_goes_on(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.say("skip")
    talk.now += timedelta(days=3)

    said = await talk.sure("hello", "greet")
    assert "Pay by invoice" in said
    assert talk.titles[-1] == "Go on"

    await talk.sure("yes", "affirm")
    assert talk.field == "vat_number"


async def test_after_days_an_answer_that_fits_is_still_taken(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.say("skip")
    talk.now += timedelta(days=3)

    await talk.say("IE6388047V")

    assert talk.field == "established"


@pytest.mark.parametrize("other", [None, "C-1006"])
async def test_S12_nobody_else_sees_the_form(billing, other):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.say("skip")
    talk.customer = other

    said = await talk.sure("go on", "next_step")
    assert text("no_guide") in said

    talk.customer = "C-1003"
    await talk.say("IE6388047V")
    assert talk.field == "established"


# Filing -----------------------------------------------------------------------------------------


async def test_the_text_can_be_copied_for_the_portal(billing):
    talk = Talk("C-1003", "nl")
    await talk.begin()
    await talk.fill()

    said = await talk.press("Tekst voor de portal")

    assert "Land/regio / Country/region: Ierland" in said
    assert "kernquotum" not in said.split("Dit is de aanvraag")[0]
    assert billing.transport.posted == []


async def test_a_lost_answer_and_a_second_try_make_one_request(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.fill()
    billing.transport.mode = "loses answers"
    said = await talk.press("Yes, file it")
    assert text("form_not_filed") in said

    billing.transport.mode = "up"
    said = await talk.press("Try again")

    assert FORM.filed.en.split("{number}")[0] in said
    assert len({post["key"] for post in billing.transport.posted}) == 1


async def test_a_request_whose_answer_was_lost_is_not_made_again_after_days(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.fill()
    billing.transport.mode = "loses answers"
    await talk.press("Yes, file it")
    billing.transport.mode = "up"
    talk.now += timedelta(days=2)

    said = await talk.press("Try again")

    assert CONTENT.account["invoice_eligibility"]["pending"].en in said
    assert len(billing.transport.posted) == 1


async def test_a_change_after_a_lost_answer_makes_no_second_request(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.fill()
    billing.transport.mode = "loses answers"
    await talk.press("Yes, file it")
    billing.transport.mode = "up"
    await talk.say("change field 11")
    await talk.say("1999")

    said = await talk.press("Yes, file it")

    assert text("form_filed_before") in said
    assert talk.slots["form"] is None


async def test_a_request_that_cannot_be_filed_is_kept(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.fill()
    billing.transport.mode = "down"

    said = await talk.press("Yes, file it")
    assert text("form_not_filed") in said
    assert "Text for the portal" in talk.titles

    billing.transport.mode = "up"
    said = await talk.press("Try again")
    assert FORM.filed.en.split("{number}")[0] in said


async def test_a_request_made_elsewhere_meanwhile_is_not_made_twice(billing):
    first, second = Talk("C-1003"), Talk("C-1003")
    for talk in (first, second):
        await talk.begin()
        await talk.fill()
    await first.press("Yes, file it")

    said = await second.press("Yes, file it")

    assert CONTENT.account["invoice_eligibility"]["pending"].en in said
    assert len(billing.transport.posted) == 1


# Coming back, signing in, and the guide beside the form -------------------------------------------


async def test_whoever_comes_back_is_offered_the_form_that_was_left(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.say("skip")
    await talk.say("stop")

    said = await talk.sure("hello", "greet")
    assert "Earlier we were filling in a request" in said

    await talk.sure("yes", "affirm")
    assert talk.field == "vat_number"


@pytest.mark.parametrize("intent", ["next_step", "pay_by_invoice", "out_of_scope"])
async def test_words_for_going_on_take_up_the_form_that_was_left(billing, intent):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.say("skip")
    await talk.say("stop")

    said = await talk.sure("let us go on with the request", intent)

    assert text("form_resumes") in said
    assert talk.field == "vat_number"


async def test_another_topic_does_not_take_up_the_form(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.say("stop")

    await talk.sure("can we go on paying monthly", "change_billing_frequency")

    assert talk.field is None


async def test_a_yes_after_signing_in_begins_the_form_where_the_conditions_hold(billing):
    talk = Talk(None)
    await talk.sure("can we pay by invoice", "pay_by_invoice")
    talk.customer = "C-1003"

    said = await talk.sure("yes", "affirm")

    assert CONTENT.account["invoice_eligibility"]["eligible"].en in said
    assert talk.field == "order_id"


async def test_a_yes_after_signing_in_tells_who_cannot(billing):
    talk = Talk(None)
    await talk.sure("can we pay by invoice", "pay_by_invoice")
    talk.customer = "C-1006"

    said = await talk.sure("yes", "affirm")

    assert CONTENT.account["invoice_eligibility"]["private"].en in said
    assert talk.slots["form"] is None


async def test_in_the_middle_of_the_steps_the_form_is_offered_beside_them(billing):
    talk = Talk("C-1003")
    await talk.sure("can we pay by invoice", "pay_by_invoice")
    await talk.press("Show me the steps instead")

    await talk.sure("is there no easier way to pay by invoice", "pay_by_invoice")
    await talk.press("Fill in the request with me")

    assert talk.field == "order_id"


async def test_what_is_filled_in_is_shown_on_request(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.say("skip")

    said = await talk.say("what have I filled in so far?")

    assert "3. Order ID: left out" in said
    assert "10. Tax or VAT number:" not in said
    assert talk.field == "vat_number"


async def test_a_field_of_another_answer_is_said_to_be_one(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.fill()

    said = await talk.say("change field 18")

    assert "**Higher core quota**" in said
    assert text("form_no_such_field") not in said


async def test_the_address_must_be_the_account_s(billing):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.say("change field 7")

    said = await talk.say("5 Market Square, Cork")
    assert "the same as on your account: 3 Harbour Road, D01 F5P2 Dublin" in said

    await talk.say("3 Harbour Road, Dublin D01 F5P2")
    assert talk.field == "order_id"


async def test_topics_are_not_offered_below_a_question_of_the_form(billing):
    talk = Talk("C-1003")
    await talk.begin()

    await talk.say("can you order a taxi for me please?", "out_of_scope", "out_of_scope")

    assert "Talk to a person" in talk.titles
    assert "Payment declined" not in talk.titles


async def test_who_is_approved_is_offered_the_switch_and_not_the_request(billing):
    said = await Talk("C-1002").sure("can we pay by invoice", "pay_by_invoice")

    offer = CONTENT.account["invoice_eligibility"]["approved"].offer
    assert offer is not None
    assert offer.en in said


async def test_a_second_answer_that_is_none_offers_a_person(billing):
    talk = Talk("C-1003")
    await talk.begin()
    for word in ("skip", "IE6388047V", "1998", "skip", "+353 1 234 5678", "Once a month."):
        await talk.say(word)
    assert talk.field == "quota"
    person, offer = CONTENT.texts["button_person"].en, CONTENT.texts["form_or_person"].en
    said = await talk.say("purple", "out_of_scope", "out_of_scope")
    assert offer not in said
    for _ in range(3):
        said = await talk.say("purple", "out_of_scope", "out_of_scope")
        assert offer in said
        assert person in talk.titles
        assert talk.field == "quota"
    await talk.press(person)
    assert talk.replies[0]["custom"]["handoff"]["topic"] == "pay_by_invoice"
    await talk.sure("no", "deny")
    assert talk.slots["form"]["missed"] == 0


@pytest.mark.parametrize("typed", ["+353 1 234 5678", "06 12345678"])
async def test_a_phone_number_is_no_order_id(billing, typed):
    talk = Talk("C-1003")
    await talk.begin()
    said = await talk.say(typed)
    assert said.startswith(CONTENT.texts["form_problem_reference"].en)
    assert talk.field == "order_id"


@pytest.mark.parametrize("typed", ["hm", "Hmm...", "uh", "maybe", "misschien"])
async def test_humming_at_the_summary_files_nothing(billing, typed):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.fill()
    await talk.sure(typed, "affirm")
    assert billing.transport.posted == []
    assert talk.slots["form"] is not None


@pytest.mark.parametrize("typed", ["IE", "ie"])
async def test_a_country_alone_is_no_vat_number_and_no_greeting(billing, typed):
    talk = Talk("C-1003")
    await talk.begin()
    await talk.say("skip")
    said = await talk.sure(typed, "greet")
    assert said.startswith(CONTENT.texts["form_problem_vat"].en)
    assert talk.field == "vat_number"
