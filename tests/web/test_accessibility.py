"""A1 to A12: the chat for people who hear it, use it by keyboard or see it otherwise."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.desk.conftest import Desk, FakeRasa, button, message, reply
from tests.web.conftest import DESKTOP, LANGUAGES, PHONE, Chat

STEP = {"topic": "past_due", "id": "open_products", "number": 2, "of": 5}
LINK = {"title": "Payment methods", "url": "https://docs.microsoft.com/en-us/microsoft-365/"}
CHOICES = [button("Done", "next_step"), button("It does not work", "stuck")]
BOXES = """(selector) => {
  const root = document.querySelector("balie-chat").shadowRoot;
  return [...root.querySelectorAll(selector)].filter((each) => each.checkVisibility())
    .map((each) => { const { width, height } = each.getBoundingClientRect();
      return [each.textContent.trim() || each.id, Math.round(width), Math.round(height)]; }) }"""


def test_A1_the_log_has_its_role_and_name_before_the_first_message(
    open_chat: Callable[..., Chat],
) -> None:
    for language, name in (("en", "Conversation"), ("nl", "Gesprek")):
        chat = open_chat()
        chat.page.route("**/api/v1/**", lambda route: route.abort())
        chat.visit(f"/chat?lang={language}")
        log = chat.page.get_by_role("log", name=name, exact=True)
        expect(log).to_be_visible()
        assert chat.messages().count() == 0
        assert log.get_attribute("aria-live") == "off"  # the announcer speaks


def test_A2_each_message_is_announced_once_in_order_as_plain_text(
    chat: Chat, rasa: FakeRasa
) -> None:
    rasa.say(
        message("Open **Billing**.", step=STEP), message("And then:", buttons=CHOICES, links=[LINK])
    )
    chat.ask("What now?", "Open Billing.")
    expect(chat.messages("assistant")).to_have_count(3)
    rasa.say(message("That was all."))
    chat.ask("And now?", "That was all.")

    greeting, *rest = chat.announced()
    assert greeting.startswith("Balie. Hello. I am Balie, a computer program")
    assert rest == [
        "Balie. Step 2 of 5. Open Billing.",
        "Balie. And then:. Payment methods. Done. It does not work",
        "Balie. That was all.",
    ]
    region = chat.page.locator("[data-announcer]")
    assert region.get_attribute("aria-live") == "polite"


def test_A2_nothing_is_announced_on_reload(chat: Chat) -> None:
    chat.ask("What now?", "Hello.")
    chat.page.reload()
    expect(chat.messages()).to_have_count(3)
    chat.page.wait_for_timeout(500)
    assert chat.announced() == []


def test_A2_what_comes_while_the_chat_is_closed_is_announced_and_counted(
    open_chat: Callable[..., Chat], rasa: FakeRasa
) -> None:
    chat = open_chat().visit_host()
    chat.page.locator(".opener").click()
    chat.ready()
    rasa.slow(0.8, reply("Here I am."))
    chat.say("Hello?")
    chat.button("Close the chat").click()
    expect(chat.button(re.compile("Ask a question.*1 new message"))).to_be_visible()
    assert chat.announced()[-1] == "Balie. Here I am."


def test_A3_the_focus_stays_where_it_is_when_a_message_arrives(chat: Chat, rasa: FakeRasa) -> None:
    rasa.slow(0.5, reply("Here I am."))
    chat.say("Hello?")
    chat.page.locator("#menu-button").focus()
    chat.shows("Here I am.")
    assert chat.focused() == "menu-button"


def test_A3_after_a_quick_reply_the_focus_goes_to_the_field(chat: Chat, rasa: FakeRasa) -> None:
    rasa.say(message("Well?", buttons=CHOICES))
    chat.ask("What now?", "Well?")
    chat.button("It does not work").focus()
    chat.page.keyboard.press("Enter")
    assert chat.focused() == "input"
    expect(chat.messages("assistant")).to_have_count(3)
    assert chat.focused() == "input"


def test_A4_used_buttons_are_disabled_for_all_and_say_which_one_was_chosen(
    chat: Chat, rasa: FakeRasa
) -> None:
    rasa.say(message("Well?", buttons=CHOICES))
    chat.ask("What now?", "Well?")
    rasa.say(message("All right."))
    chat.button("It does not work").click()
    chat.shows("All right.")

    chosen = chat.button("It does not work (chosen)")
    for used in (chosen, chat.button("Done")):
        assert used.get_attribute("aria-disabled") == "true"
        assert used.get_attribute("disabled") is None  # still to be found and read
    asked = len(rasa.received)
    chosen.click(force=True)
    chat.button("Done").click(force=True)
    chat.page.wait_for_timeout(300)
    assert len(rasa.received) == asked

    chat.page.reload()
    assert chosen.get_attribute("aria-disabled") == "true"


def test_A5_everything_works_by_keyboard_alone(
    open_chat: Callable[..., Chat], rasa: FakeRasa, desk: Desk
) -> None:
    chat = open_chat().visit_host()
    press = chat.page.keyboard.press
    rasa.say(message("Well?", buttons=CHOICES))

    def tab_to(place: str, back: bool = False) -> None:
        for _ in range(60):
            if place in chat.focused():
                return
            press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"{place} cannot be reached")

    tab_to("opener")
    press("Enter")
    expect(chat.input).to_be_focused()
    chat.ready()
    chat.page.keyboard.type("What now?")
    press("Enter")
    chat.shows("Well?")
    tab_to("choice open", back=True)
    press("Space")
    expect(chat.messages("assistant")).to_have_count(3)
    expect(chat.input).to_be_focused()
    tab_to("person")
    press("Enter")
    expect(chat.page.locator("#note")).to_be_focused()
    expect(chat.page.locator(".standing")).to_be_visible()
    press("Escape")
    expect(chat.input).to_be_focused()
    tab_to("menu-button", back=True)
    press("Enter")
    expect(chat.button("Copy the text")).to_be_visible()
    press("Escape")
    expect(chat.button("Copy the text")).to_have_count(0)
    expect(chat.input).to_be_focused()
    press("Escape")
    expect(chat.page.locator("dialog")).to_be_hidden()
    assert chat.focused() == "opener"


def test_A5_on_a_phone_the_focus_stays_in_the_open_chat(open_chat: Callable[..., Chat]) -> None:
    chat = open_chat(viewport=PHONE).visit_host()
    chat.page.locator(".opener").click()
    chat.ready()
    for _ in range(20):
        chat.page.keyboard.press("Tab")
        assert chat.page.evaluate(
            "['BALIE-CHAT', 'BODY'].includes(document.activeElement.nodeName)"
        )
    chat.input.focus()
    chat.page.keyboard.press("Escape")
    expect(chat.page.locator("dialog")).to_be_hidden()
    assert chat.focused() == "opener"


def test_A6_each_message_has_its_own_language(chat: Chat, rasa: FakeRasa) -> None:
    chat.ask("What now?", "Hello.")
    rasa.say(message("Goedendag.", language="nl"), language="nl")
    chat.ask("En nu?", "Goedendag.")

    languages = [each.get_attribute("lang") for each in chat.messages().all()]
    assert languages == ["en", "en", "en", "en", "nl"]
    assert chat.newest().locator(".author").get_attribute("lang") == "nl"
    assert chat.page.evaluate("window.announced").pop() == ["nl", "Balie. Goedendag."]


def in_every_state(
    chat: Chat, rasa: FakeRasa, look: Callable[[], None], language: str = "en"
) -> None:
    """Look at the chat with an answer, a step, its menu, a question, a person and an error."""

    def answer(text: str, **rest: Any) -> None:
        said = message(text, language=language, buttons=CHOICES, links=[LINK], **rest)
        rasa.say(said, language=language)

    answer("Well?")
    chat.ask("4111 1111 1111 1111", "Well?")
    look()
    answer("Open **Billing**.", step=STEP)
    chat.ask("And?", "Open Billing.")
    look()
    assert chat.widget.locator(".panel").get_attribute("lang") == language
    chat.page.locator("#menu-button").click()
    look()
    chat.page.locator(".menu .danger").click()
    look()
    chat.page.keyboard.press("Escape")
    chat.page.locator(".person").click()
    expect(chat.page.locator(".standing")).to_be_visible()
    chat.page.locator("#email").fill("no address")
    chat.page.locator("#email").press("Enter")
    expect(chat.page.locator("#email-wrong")).to_be_visible()
    look()
    chat.page.keyboard.press("Escape")
    chat.say("\u200b")
    expect(chat.page.get_by_role("alert")).to_be_visible()
    look()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["320px", "desktop"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_A7_targets_are_large_and_nothing_sticks_out(
    open_chat: Callable[..., Chat], rasa: FakeRasa, language: str, viewport: dict[str, int]
) -> None:
    chat = open_chat(viewport=viewport).visit(f"/chat?lang={language}").ready()

    def look() -> None:
        for name, width, height in chat.page.evaluate(BOXES, "button, a, input, textarea"):
            assert min(width, height) >= 44, (name, width, height)
        sizes = chat.page.evaluate(
            "[document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]"
        )
        assert sizes[0] <= sizes[1]
        inside = """() => { const root = document.querySelector("balie-chat").shadowRoot;
            return [".panel", ".log"].map((each) => root.querySelector(each))
              .every((each) => each.scrollWidth <= each.clientWidth + 1); }"""
        assert chat.page.evaluate(inside)

    look()
    in_every_state(chat, rasa, look, language)


def test_A7_on_a_phone_the_chat_page_itself_does_not_scroll_away(
    open_chat: Callable[..., Chat],
) -> None:
    chat = open_chat(viewport={"width": 390, "height": 844}).visit("/chat?lang=nl").ready()
    for number in range(4):
        chat.ask(f"Vraag {number}, die lang is. " * 10, "Hello.")

    assert chat.page.evaluate("document.scrollingElement.scrollHeight") == 844
    head = chat.page.locator(".head").bounding_box()
    assert head is not None
    assert 0 < head["y"] < 200


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_what_not_to_write_is_told_at_every_width(
    open_chat: Callable[..., Chat], width: int
) -> None:
    chat = open_chat(viewport={"width": width, "height": 800}).visit().ready()
    box = chat.page.locator("#hint").bounding_box()

    assert box is not None
    assert box["width"] > 100
    assert box["height"] > 10


@pytest.mark.parametrize("width", [320, 1280])
def test_the_demo_customers_come_out_when_asked_for_and_fit(
    open_chat: Callable[..., Chat], width: int
) -> None:
    chat = open_chat(viewport={"width": width, "height": 800}).visit().ready()
    customers = chat.page.locator("#demo-customer")
    assert not customers.is_visible()
    chat.page.locator("#demo summary").click()

    box = customers.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_A7_where_the_chat_floats_its_targets_are_large_too(
    open_chat: Callable[..., Chat],
) -> None:
    for viewport in (PHONE, DESKTOP):
        chat = open_chat(viewport=viewport).visit_host()
        ((name, width, height),) = chat.page.evaluate(BOXES, "button")
        assert "Ask a question" in name
        assert min(width, height) >= 44
        chat.page.locator(".opener").click()
        chat.ready()
        boxes = chat.page.evaluate(BOXES, "button, a, input, textarea")
        assert len(boxes) > 5
        assert [each for each in boxes if min(each[1:]) < 44] == []


def test_A7_at_200_percent_the_floating_chat_can_be_read_and_used(
    open_chat: Callable[..., Chat],
) -> None:
    # A window of 1280 by 800, enlarged twice (and 640 by 400 twice more, where it is very low).
    for viewport in ({"width": 640, "height": 400}, {"width": 320, "height": 256}):
        chat = open_chat(viewport=viewport, device_scale_factor=2).visit_host()
        chat.page.locator(".opener").click()
        chat.ready()
        chat.ask("What now?", "Hello.")
        chat.page.locator(".person").scroll_into_view_if_needed()
        expect(chat.page.locator(".person")).to_be_in_viewport()
        chat.button("Close the chat").scroll_into_view_if_needed()
        expect(chat.button("Close the chat")).to_be_in_viewport()


def test_A7_forced_colors_keep_the_shapes(open_chat: Callable[..., Chat], rasa: FakeRasa) -> None:
    chat = open_chat(forced_colors="active").visit().ready()
    rasa.say(message("Open **Billing**.", step=STEP, buttons=CHOICES))
    chat.ask("And?", "Open Billing.")

    def style(selector: str, name: str) -> str:
        found = chat.page.locator(selector).first
        return str(found.evaluate("(each, name) => getComputedStyle(each)[name]", name))

    for selector in (".message.customer .bubble", ".choice.open", ".person", "#input", ".panel"):
        assert style(selector, "borderTopStyle") == "solid"
        assert style(selector, "borderTopWidth") != "0px"
    assert style(".track .done", "backgroundColor") != style(
        ".track span:last-child", "backgroundColor"
    )
    chat.input.focus()
    assert style("#input", "outlineStyle") == "solid"


def test_A7_nothing_moves_where_less_motion_is_asked_for(open_chat: Callable[..., Chat]) -> None:
    for motion, moves in (("reduce", False), ("no-preference", True)):
        chat = open_chat(reduced_motion=motion).visit_host()
        chat.page.locator(".opener").click()
        name = chat.page.locator("dialog").evaluate(
            "(each) => getComputedStyle(each).animationName"
        )
        assert (name != "none") == moves


@pytest.mark.parametrize(
    ("viewport", "stays"), [(DESKTOP, True), ({"width": 700, "height": 560}, False)]
)
def test_A8_the_open_chat_does_not_hide_what_has_the_focus(
    open_chat: Callable[..., Chat], viewport: dict[str, int], stays: bool
) -> None:
    chat = open_chat(viewport=viewport).visit_host()
    chat.page.locator(".opener").click()
    chat.ready()
    chat.page.locator("main a").first.focus()
    covered = """() => { const [one, two] = [document.activeElement.getBoundingClientRect(),
        document.querySelector("balie-chat").shadowRoot.querySelector("dialog").getBoundingClientRect()];
      return two.width > 0 && one.left < two.right && two.left < one.right
        && one.top < two.bottom && two.top < one.bottom; }"""
    for number in range(40):
        chat.page.keyboard.press("Tab")
        assert chat.page.evaluate("document.activeElement.hash") == f"#{number}"
        assert not chat.page.evaluate(covered), number
    # Where there is room beside or above the chat it stays; else it gives way.
    assert chat.page.locator("dialog").is_visible() == stays


def test_A9_what_was_written_before_is_not_asked_again(chat: Chat, desk: Desk) -> None:
    chat.ask("What do I owe?", "Hello.")
    chat.input.fill("It is about invoice 12")
    chat.page.locator(".person").click()
    note, email = chat.page.locator("#note"), chat.page.locator("#email")
    expect(note).to_have_value("It is about invoice 12")
    email.fill("sanne@example.com")
    email.press("Enter")
    expect(chat.page.locator(".standing")).to_contain_text("sanne@example.com")
    expect(chat.input).to_have_value("")

    chat.button("Add to your question").click()
    expect(email).to_have_value("sanne@example.com")
    expect(note).to_have_value("")
    chat.page.reload()
    chat.button("Add to your question").click()
    expect(email).to_have_value("sanne@example.com")
    ((kept, address),) = desk.query(
        "SELECT note, email FROM desk_tickets WHERE conversation_id = :id", id=chat.kept()["id"]
    )
    assert (kept, address) == ("It is about invoice 12", "sanne@example.com")


def test_A10_an_answer_is_shown_as_soon_as_it_is_there(chat: Chat, rasa: FakeRasa) -> None:
    answered: list[float] = []

    def respond(_: dict[str, Any]) -> tuple[int, Any]:
        answered.append(time.monotonic())
        return 200, reply("A rather long answer. " * 40)

    rasa.respond = respond
    delays = []
    for number in range(5):
        before = chat.messages("assistant").count()
        chat.say(f"Question {number}")
        chat.messages("assistant").nth(before).wait_for()
        delays.append(time.monotonic() - answered[-1])
    assert min(delays) < 0.5, delays


def test_A11_a_person_is_within_two_actions_of_every_state(
    open_chat: Callable[..., Chat], desk: Desk, rasa: FakeRasa
) -> None:
    def ask_for_menu(chat: Chat) -> None:
        chat.page.locator("#menu-button").click()

    def ask_to_erase(chat: Chat) -> None:
        ask_for_menu(chat)
        chat.page.locator(".menu .danger").click()

    def be_in_a_guide(chat: Chat) -> None:
        rasa.say(message("Open **Billing**.", step=STEP, buttons=CHOICES))
        chat.ask("And?", "Open Billing.")

    def meet_a_fault(chat: Chat) -> None:
        rasa.fail(500, {})
        chat.ask("And?", "I cannot answer right now")

    def wait_for_an_answer(chat: Chat) -> None:
        rasa.slow(0.9)
        chat.say("And?")

    def write(chat: Chat) -> None:
        chat.input.fill("Half a sentence")

    states: list[Callable[[Chat], None]] = [
        lambda _: None,
        ask_for_menu,
        ask_to_erase,
        be_in_a_guide,
        meet_a_fault,
        wait_for_an_answer,
        write,
    ]
    for viewport in (PHONE, DESKTOP):
        for state in states:
            rasa.reset()
            chat = open_chat(viewport=viewport).visit_host()
            if state is not states[0]:
                chat.page.locator(".opener").click()
                chat.ready()
                state(chat)
                chat.page.locator(".person").click()  # the first action
            else:
                chat.page.locator(".opener").click()  # the first
                chat.page.locator(".person").click()  # the second
            expect(chat.page.locator(".standing")).to_contain_text("A person will answer here.")
            assert desk.query(
                "SELECT state FROM desk_tickets WHERE conversation_id = :id", id=chat.kept()["id"]
            ) == [("open",)]
            chat.page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["320px", "desktop"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_A12_axe_finds_nothing(
    open_chat: Callable[..., Chat],
    rasa: FakeRasa,
    language: str,
    viewport: dict[str, int],
    scheme: str,
) -> None:
    chat = open_chat(viewport=viewport, color_scheme=scheme).visit(f"/chat?lang={language}").ready()

    def look() -> None:
        found = Axe().run(chat.page)
        assert found.violations_count == 0, [v["nodes"] for v in found.response["violations"]]

    look()
    in_every_state(chat, rasa, look, language)


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["320px", "desktop"])
def test_A12_axe_finds_nothing_where_the_chat_floats(
    open_chat: Callable[..., Chat], viewport: dict[str, int]
) -> None:
    chat = open_chat(viewport=viewport).visit_host()
    assert Axe().run(chat.page, context="balie-chat").violations_count == 0
    chat.page.locator(".opener").click()
    chat.ready()
    found = Axe().run(chat.page, context="balie-chat")
    assert found.violations_count == 0, [v["nodes"] for v in found.response["violations"]]
