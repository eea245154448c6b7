"""Talking in the chat: answers, steps, buttons, sign-in, languages, people, and coming back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from balie.desk.tokens import make_customer_token
from tests.desk.conftest import Desk, FakeRasa, button, message, reply
from tests.web.conftest import LANGUAGES, Chat

STEP = {"topic": "past_due", "id": "open_products", "number": 2, "of": 5}
LINK = {
    "title": "Payment methods",
    "url": "https://docs.microsoft.com/en-us/microsoft-365/commerce/",
}
STEP_BUTTONS = [
    button("Done, next step", "next_step"),
    button("Back", "previous_step"),
    button("It does not work", "stuck"),
]


def test_an_answer_is_shown_with_its_bold_labels(chat: Chat, rasa: FakeRasa) -> None:
    rasa.say(message("Choose **Billing** and then **Pay <now>**.\n\nThat is all."))
    chat.ask("How do I pay?", "That is all.")

    assert chat.newest().locator("strong").all_inner_texts() == ["Billing", "Pay <now>"]
    assert chat.newest().locator(".text").count() == 2
    assert rasa.received[-1]["text"] == "How do I pay?"


def test_a_step_shows_its_place_its_page_and_its_buttons(chat: Chat, rasa: FakeRasa) -> None:
    rasa.say(message("Open **Billing**.", step=STEP, links=[LINK], buttons=STEP_BUTTONS))
    chat.ask("past due", "Open Billing.")

    card = chat.newest()
    expect(card.get_by_role("heading", name="Step 2 of 5")).to_be_visible()
    assert card.locator(".track .done").count() == 2
    assert card.locator(".track span").count() == 5
    link = card.get_by_role("link", name="Payment methods")
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert link.get_attribute("target") == "_blank"
    for title, intent in (("It does not work", "stuck"), ("Back", "previous_step")):
        chat.button(title).last.click()
        expect(chat.messages("customer").last).to_contain_text(title)
        expect(chat.messages("assistant").last.locator(".choice.open").first).to_be_visible()
        assert rasa.received[-1]["intent"] == intent


def test_feedback_and_not_what_i_meant_follow_an_answer(chat: Chat, rasa: FakeRasa) -> None:
    assert chat.page.locator(".aftermath").count() == 0
    chat.ask("Hello there", "Hello.")
    chat.button("Not what I meant").click()
    expect(chat.messages("customer").last).to_contain_text("Not what I meant")
    expect(chat.page.locator(".aftermath")).to_be_visible()
    assert rasa.received[-1]["text"] == "Not what I meant"

    chat.button("No, not yet").click()
    expect(chat.newest().get_by_role("button", name="Talk to a person")).to_be_visible()
    assert chat.page.locator(".aftermath").count() == 0
    chat.ask("And again", "Hello.")
    chat.button("Yes, solved").click()
    expect(chat.messages("system").last).to_contain_text("Thank you for letting us know.")


def test_the_conversation_goes_on_after_a_reload_and_on_the_next_page(
    chat: Chat, desk: Desk
) -> None:
    chat.ask("First question", "Hello.")
    chat.input.fill("half a sent")
    chat.page.reload()
    expect(chat.messages("customer")).to_have_count(1)
    expect(chat.input).to_have_value("half a sent")

    chat.page.goto(f"{desk.url}/chat?lang=en&topic=past_due")
    expect(chat.messages("customer")).to_contain_text("First question")
    expect(chat.input).to_have_value("half a sent")
    assert (
        len(desk.query("SELECT id FROM desk_conversations WHERE id = :id", id=chat.kept()["id"]))
        == 1
    )


def test_a_conversation_that_was_erased_elsewhere_begins_anew(chat: Chat, desk: Desk) -> None:
    chat.ask("First question", "Hello.")
    desk.query("DELETE FROM desk_conversations WHERE id = :id", id=chat.kept()["id"])
    chat.say("Still there?")
    expect(chat.messages("customer")).to_have_text([re.compile("Still there")])
    expect(chat.page.locator(".notice")).to_contain_text("A new one has begun")
    expect(chat.messages("assistant")).to_have_count(2)


def test_switching_the_language_switches_the_chat_and_the_conversation(
    chat: Chat, rasa: FakeRasa
) -> None:
    chat.button("Nederlands").click()
    expect(chat.messages("assistant").first).to_contain_text("computerprogramma")
    expect(chat.button("Een medewerker spreken").last).to_be_visible()

    rasa.say(message("Goedendag.", language="nl"), language="nl")
    chat.ask("Hallo", "Goedendag.")
    assert rasa.received[-1]["language"] == "nl"
    chat.button("English").click()
    expect(chat.messages("system")).to_contain_text("We continue in English.")
    expect(chat.button("Talk to a person").last).to_be_visible()


def test_the_chat_follows_the_language_in_which_the_assistant_answers(
    chat: Chat, rasa: FakeRasa
) -> None:
    rasa.say(message("Goedendag.", language="nl"), language="nl")
    chat.ask("Mijn betaling is geweigerd", "Goedendag.")
    expect(chat.page.get_by_label("Uw bericht")).to_be_visible()


def test_the_conversation_goes_along_to_the_page_in_the_other_language(
    chat: Chat, desk: Desk
) -> None:
    chat.ask("First question", "Hello.")
    chat.page.goto(f"{desk.url}/chat?lang=nl")
    expect(chat.messages("system")).to_contain_text("We gaan verder in het Nederlands.")
    expect(chat.messages("customer")).to_contain_text("First question")


def test_signing_in_during_the_conversation(chat: Chat, desk: Desk, rasa: FakeRasa) -> None:
    chat.ask("What do I owe?", "Hello.")
    assert rasa.received[-1]["customer"] is None
    chat.page.get_by_text("Sign in as (demo)").click()
    chat.page.get_by_label("Customer", exact=True).select_option("C-1001")
    chat.page.get_by_role("button", name="Sign in").first.click()
    expect(chat.messages("system")).to_contain_text("You are signed in.")
    chat.ask("And now?", "Hello.")
    assert rasa.received[-1]["customer"] == "C-1001"

    chat.page.reload()  # the token is used up; the conversation is not
    expect(chat.messages("customer")).to_have_count(2)
    assert chat.page.locator(".sign-in").count() == 0


def test_a_new_token_of_the_same_customer_on_every_page_is_not_worth_a_word(
    open_chat: Callable[..., Chat], desk: Desk, rasa: FakeRasa
) -> None:
    chat = open_chat()
    for number in range(3):
        token = make_customer_token(desk.settings, "C-1001")
        chat.visit_host(attributes=f'inline token="{token}"').ready()
        chat.ask(f"Question {number}", "Hello.")
        assert rasa.received[-1]["customer"] == "C-1001"
    assert chat.messages("system").count() == 0
    assert chat.messages("customer").count() == 3


def test_the_page_is_asked_to_sign_the_customer_in(chat: Chat) -> None:
    chat.page.locator(".sign-in").click()
    assert chat.focused() == "demo-customer"


def test_S12_another_customers_page_does_not_show_the_conversation(
    open_chat: Callable[..., Chat], desk: Desk
) -> None:
    first = make_customer_token(desk.settings, "C-1001")
    second = make_customer_token(desk.settings, "C-1002")
    chat = open_chat().visit_host(attributes=f'inline token="{first}"').ready()
    chat.ask("My own question", "Hello.")
    before = chat.kept()["id"]

    chat.visit_host(attributes=f'inline token="{second}"').ready()
    assert chat.messages("customer").count() == 0
    assert chat.kept()["id"] != before
    assert desk.query(
        "SELECT customer FROM desk_conversations WHERE id = :id", id=chat.kept()["id"]
    ) == [("C-1002",)]


def test_a_token_that_is_no_good_leaves_a_conversation(
    open_chat: Callable[..., Chat],
) -> None:
    chat = open_chat().visit_host(attributes='inline token="nonsense"').ready()
    chat.ask("Hello", "Hello.")


@pytest.mark.parametrize(
    ("language", "state"),
    [("en", "A person will answer here."), ("nl", "Een medewerker antwoordt hier.")],
)
def test_the_state_of_the_ticket_is_shown(
    open_chat: Callable[..., Chat], desk: Desk, language: str, state: str
) -> None:
    chat = open_chat().visit(f"/chat?lang={language}").ready()
    chat.page.locator(".person").click()
    standing = chat.page.locator(".standing")
    expect(standing).to_contain_text(state)
    ((reference,),) = desk.query(
        "SELECT reference FROM desk_tickets WHERE conversation_id = :id", id=chat.kept()["id"]
    )
    expect(standing).to_contain_text(reference)

    chat.page.reload()
    expect(standing).to_contain_text(reference)
    desk.query(
        "UPDATE desk_conversations SET status = 'agent' WHERE id = :id", id=chat.kept()["id"]
    )
    expect(standing).not_to_contain_text(state)  # by the stream, without a reload


def test_opening_hours_are_shown(open_chat: Callable[..., Chat]) -> None:
    for language, hours in (("en", "Monday through Friday"), ("nl", "maandag tot en met vrijdag")):
        chat = open_chat().visit(f"/chat?lang={language}").ready()
        expect(chat.page.locator(".about")).to_contain_text(hours)


def test_the_text_of_the_conversation_can_be_copied_and_downloaded(
    open_chat: Callable[..., Chat],
) -> None:
    chat = open_chat(permissions=["clipboard-read", "clipboard-write"]).visit().ready()
    chat.ask("What do I owe?", "Hello.")
    chat.button("This conversation").click()
    chat.button("Copy the text").click()
    expect(chat.page.locator(".notice")).to_contain_text("is copied")
    text = chat.page.evaluate("navigator.clipboard.readText()")
    assert "What do I owe?" in text
    assert "computer program" in text

    chat.button("This conversation").click()
    with chat.page.expect_download() as download:
        chat.button("Download the text").click()
    assert download.value.suggested_filename == "conversation.txt"
    assert "What do I owe?" in download.value.path().read_text(encoding="utf-8")


def test_a_conversation_can_be_erased_after_a_question(chat: Chat, desk: Desk) -> None:
    chat.ask("What do I owe?", "Hello.")
    before = chat.kept()["id"]
    chat.button("This conversation").click()
    chat.button("Erase this conversation").click()
    assert desk.query("SELECT id FROM desk_conversations WHERE id = :id", id=before)
    chat.button("Erase everything").click()
    expect(chat.messages("customer")).to_have_count(0)
    chat.ready()
    assert desk.query("SELECT id FROM desk_conversations WHERE id = :id", id=before) == []


def test_what_the_desk_refuses_comes_back_into_the_field(chat: Chat) -> None:
    chat.say("\u200b")
    expect(chat.page.get_by_role("alert")).to_contain_text("There is nothing in your message yet.")
    expect(chat.page.locator(".outgoing")).to_have_count(0)


def test_several_messages_in_a_row_all_arrive_in_order(chat: Chat, rasa: FakeRasa) -> None:
    rasa.slow(0.2, reply("Done."))
    for number in range(4):
        chat.say(f"Message {number}")
    expect(chat.messages("assistant")).to_have_count(5)
    assert [each["text"] for each in rasa.received] == [f"Message {number}" for number in range(4)]
    said = [each.split("\n")[-1] for each in chat.messages("customer").all_inner_texts()]
    assert said == [f"Message {number}" for number in range(4)]


def test_P8_what_this_is_and_how_to_reach_a_person_is_said_before_the_first_message(
    open_chat: Callable[..., Chat], desk: Desk
) -> None:
    for language, program, person in (
        ("en", "You are talking to a computer program.", "Talk to a person"),
        ("nl", "U praat met een computerprogramma.", "Een medewerker spreken"),
    ):
        for floating in (False, True):
            chat = open_chat()
            # Even where the desk does not answer at all.
            chat.page.route("**/api/v1/**", lambda route: route.abort())
            if floating:
                chat.visit_host(language).page.locator(".opener").click()
            else:
                chat.visit(f"/chat?lang={language}")
            expect(chat.page.locator(".about")).to_contain_text(program)
            expect(chat.page.locator(".about")).to_be_in_viewport()
            expect(chat.page.locator(".person")).to_have_text(person)
            assert chat.messages().count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_P8_the_greeting_says_so_too(open_chat: Callable[..., Chat], language: str) -> None:
    chat = open_chat().visit(f"/chat?lang={language}").ready()
    expect(chat.messages("assistant")).to_contain_text(
        re.compile("computer program|computerprogramma")
    )
    expect(chat.page.locator(".about")).to_be_in_viewport()
