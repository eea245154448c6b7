"""Outages as a customer sees them: the chat in a real browser, every process a real one.

`test_outages.py` tries the same over HTTP, and the faults of the action server and tracker store.
"""

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from balie.cli.conversations.expectations import LONGEST_WAIT
from balie.cli.temporary import TemporaryBalie
from balie.content import Language, load_content
from balie.desk.tokens import make_customer_token
from tests.web.conftest import Chat, a_browser

# What the browser may take to show an answer, on a machine that does much else.
SHOWING = 5.0
TOPIC: dict[Language, str] = {
    "en": "Pay a past-due balance",
    "nl": "Een achterstallig saldo betalen",
}
START: dict[Language, str] = {"en": "Yes, show me the steps", "nl": "Ja, toon de stappen"}
NEXT: dict[Language, str] = {"en": "Done, next step", "nl": "Gedaan, volgende stap"}
# The second step ends in this question.
SECOND_STEP: dict[Language, str] = {"en": "Step 2 of", "nl": "Stap 2 van"}
YES: dict[Language, str] = {"en": "Yes", "nl": "Ja"}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


class Visit(Chat):
    """A visitor of a running Balie, in one language."""

    language: Language = "en"
    texts: dict[str, dict[Language, str]]

    def text(self, key: str) -> str:
        """The desk's own words."""
        return self.texts[key][self.language]

    def press(self, title: str) -> None:
        """Press a button of the newest message that has any."""
        self.page.locator(".choice.open").get_by_text(title, exact=True).click()

    def at_second_step(self) -> "Visit":
        """Walk the guide to its second step."""
        self.press(TOPIC[self.language])
        self.press(START[self.language])
        self.press(NEXT[self.language])
        expect(self.newest()).to_contain_text(SECOND_STEP[self.language])
        return self

    def hears(self, text: str, act: Callable[[], None]) -> None:
        """After `act` the customer is told `text`, in time."""
        before = self.messages("assistant").count()
        begun = time.monotonic()
        act()
        expect(self.messages("assistant").nth(before)).to_contain_text(text)
        assert time.monotonic() - begun < LONGEST_WAIT + SHOWING

    def went_on_by_one(self) -> None:
        """The step that was under way was taken, once."""
        yes = self.page.locator(".choice.open").get_by_text(YES[self.language], exact=True)
        expect(yes).to_be_visible(timeout=90_000)
        said = self.messages("customer").all_inner_texts()
        assert [each.split("\n")[-1] for each in said].count(NEXT[self.language]) == 2
        numbers = [int(each.get_attribute("data-seq") or 0) for each in self.messages().all()]
        assert numbers == sorted(set(numbers))


@pytest.fixture
def visit(chromium: Browser, balie: TemporaryBalie) -> Iterator[Callable[[Language], Visit]]:
    """Opens the chat of the running Balie."""
    visits: list[Visit] = []

    def opened(language: Language) -> Visit:
        page = chromium.new_context(locale=language).new_page()
        visit = Visit(page, balie.address)
        visit.language, visit.texts = language, load_content(balie.settings.data_dir).desk
        visits.append(visit)
        visit.visit(f"/chat?lang={language}").ready()
        return visit

    yield opened
    for each in visits:
        each.check()
        each.page.context.close()


@pytest.mark.parametrize("language", ["en", "nl"])
def test_R5_with_rasa_dead_and_starting_the_customer_is_told_and_the_guide_goes_on(
    balie: TemporaryBalie, visit: Callable[[Language], Visit], language: Language
) -> None:
    chat = visit(language).at_second_step()
    balie.fault("rasa", down=True)
    chat.hears(chat.text("rasa_down"), lambda: chat.press(NEXT[language]))
    balie.start("rasa")
    retry = chat.text("button_retry")
    chat.hears(chat.text("rasa_down"), lambda: chat.press(retry))
    balie.fault("rasa", down=False)
    chat.press(retry)
    chat.went_on_by_one()


def test_R5_while_rasa_is_slow_the_customer_is_told_and_the_answer_still_comes(
    balie: TemporaryBalie, visit: Callable[[Language], Visit]
) -> None:
    chat = visit("nl").at_second_step()
    with balie.frozen("rasa"):
        chat.hears(chat.text("slow"), lambda: chat.press(NEXT["nl"]))
        assert any(chat.text("slow") in each for each in chat.announced())
        expect(chat.button(chat.text("button_person")).first).to_be_visible()
    chat.went_on_by_one()


def test_R5_when_rasa_is_killed_while_it_answers_the_guide_goes_on_afterwards(
    balie: TemporaryBalie, visit: Callable[[Language], Visit]
) -> None:
    chat = visit("en").at_second_step()
    with balie.frozen("rasa"):
        chat.press(NEXT["en"])
        expect(chat.messages("customer")).to_have_count(4)
        chat.hears(chat.text("rasa_down"), lambda: balie.fault("rasa", down=True))
    chat.page.locator(".person").click()  # a person needs no Rasa
    expect(chat.page.locator(".standing")).to_contain_text("A person will answer here.")
    chat.page.keyboard.press("Escape")
    balie.fault("rasa", down=False)
    chat.press(chat.text("button_retry"))
    chat.went_on_by_one()


def test_R5_with_billing_dead_the_customer_gets_the_answer_that_holds_for_all(
    balie: TemporaryBalie, visit: Callable[[Language], Visit]
) -> None:
    chat = visit("nl")
    token = make_customer_token(balie.settings, "C-1001")
    chat.widget.evaluate("(chat, token) => { chat.token = token }", token)
    chat.shows(chat.text("signed_in"))
    balie.fault("billing", down=True)
    unavailable = load_content(balie.settings.data_dir).texts["account_unavailable"]["nl"]
    chat.hears(unavailable, lambda: chat.press(TOPIC["nl"]))
    assert "214" not in chat.newest().inner_text()

    balie.fault("billing", down=False)
    chat.say("hoeveel staat er nog open?")
    expect(chat.messages("assistant").filter(has_text="214,50")).not_to_have_count(0)


def test_R5_while_the_database_is_locked_the_message_is_kept_and_then_sent_once(
    balie: TemporaryBalie, visit: Callable[[Language], Visit]
) -> None:
    chat = visit("nl").at_second_step()
    path = balie.settings.path("balie.db")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as another:
        another.execute("BEGIN EXCLUSIVE")
        begun = time.monotonic()
        chat.press(NEXT["nl"])
        expect(chat.page.locator(".outgoing")).to_contain_text("Uw bericht is bewaard")
        assert time.monotonic() - begun < LONGEST_WAIT + SHOWING
        expect(chat.page.locator(".person")).to_be_visible()
        another.execute("ROLLBACK")
    chat.went_on_by_one()
    expect(chat.page.locator(".outgoing")).to_have_count(0)


def test_R5_when_the_desk_is_killed_while_it_answers_nothing_is_lost_or_said_twice(
    balie: TemporaryBalie, visit: Callable[[Language], Visit]
) -> None:
    chat = visit("en").at_second_step()
    with balie.frozen("rasa"):
        chat.press(NEXT["en"])
        expect(chat.messages("customer")).to_have_count(4)
        balie.fault("desk", down=True)
        expect(chat.page.locator(".notice")).to_contain_text("There is no connection.")
        chat.input.fill("Half a sentence")
    balie.fault("desk", down=False)
    expect(chat.page.locator(".notice")).to_have_count(0)
    chat.went_on_by_one()
    expect(chat.input).to_have_value("Half a sentence")
