"""A second client on the same API: Bot Framework Web Chat, from another origin."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.desk.conftest import Desk, FakeRasa, button, message
from tests.web.conftest import Chat

EXAMPLE = Path(__file__).parents[2] / "web" / "examples" / "webchat"
STEP = {"topic": "past_due", "id": "open_products", "number": 1, "of": 2}
PAGE = "https://docs.microsoft.com/en-us/microsoft-365/commerce/"
# Packages that cannot be fetched are no fault of the example.
NO_REGISTRY = re.compile(
    "ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|E40[134]"
)


@pytest.fixture(scope="module")
def built() -> Path:
    """The example as it is deployed; its packages stay in `node_modules`, which git ignores."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not installed, so Web Chat cannot be built here")
    if not _is_installed():
        done = _npm("ci", "--no-progress")
        if done.returncode and NO_REGISTRY.search(done.stderr):
            pytest.skip(
                f"Web Chat's packages cannot be fetched here: {done.stderr.splitlines()[0]}"
            )
        assert done.returncode == 0, done.stderr
    done = _npm("run", "--silent", "build")
    assert done.returncode == 0, done.stdout + done.stderr
    return EXAMPLE


def _is_installed() -> bool:
    mark = EXAMPLE / "node_modules" / ".package-lock.json"
    wanted = json.loads((EXAMPLE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    found = json.loads(mark.read_text(encoding="utf-8"))["packages"] if mark.is_file() else {}
    return "node_modules/botframework-webchat" in found and all(
        wanted.get(name, {}).get("version") == each.get("version") for name, each in found.items()
    )


def _npm(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["npm", *arguments], cwd=EXAMPLE, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.fixture
def web_chat(
    built: Path,
    open_chat: Callable[..., Chat],
    embedded_desk: Desk,
    site: tuple[str, Path],
) -> Page:
    """The example's page on a site of its own, in Dutch, with the greeting."""
    address, folder = site
    shutil.copy(built / "index.html", folder)
    shutil.copytree(built / "dist", folder / "dist")
    page = open_chat(address).visit(f"/index.html?server={embedded_desk.url}").page
    expect(said(page).first).to_contain_text("computerprogramma")
    return page


def said(page: Page) -> Locator:
    """Everything in the log, the customer's words among it."""
    return page.locator(".webchat__basic-transcript__activity")


def say(page: Page, text: str) -> None:
    field = page.get_by_placeholder("Typ uw bericht")
    field.fill(text)
    field.press("Enter")


def suggested(page: Page, title: str) -> Locator:
    return page.locator(".webchat__suggested-action", has_text=title)


def test_web_chat_asks_presses_a_button_and_walks_a_step(
    web_chat: Page, embedded_desk: Desk, rasa: FakeRasa
) -> None:
    rasa.say(
        message(
            "Uw betaling is **geweigerd** <i>en</i> [zo](https://example.com).",
            language="nl",
            buttons=[button("Ja, toon de stappen", "affirm", topic="past_due")],
        ),
        language="nl",
    )
    say(web_chat, "Waarom is mijn betaling geweigerd?")

    answer = said(web_chat).last
    expect(answer).to_contain_text("Uw betaling is geweigerd <i>en</i> [zo](https://example.com).")
    expect(answer.locator("strong")).to_have_text("geweigerd")
    expect(answer.locator("a")).to_have_count(0)
    assert rasa.received[-1]["text"] == "Waarom is mijn betaling geweigerd?"

    link = {"title": "Naar de facturen", "url": PAGE}
    rasa.say(
        message(
            "Open **Facturering**.",
            language="nl",
            step=STEP,
            links=[link],
            buttons=[button("Gedaan, volgende stap", "next_step")],
        ),
        language="nl",
    )
    suggested(web_chat, "Ja, toon de stappen").click()
    card = said(web_chat).last
    expect(card).to_contain_text("Stap 1 van 2")
    expect(card).to_contain_text("Open Facturering.")
    # What a screen reader says of it is the card's text, not "1 attachment".
    expect(card.get_by_role("article")).to_contain_text(
        re.compile(r"Stap 1 van 2\s+Open Facturering\.\s+Naar de facturen")
    )
    web_chat.context.route(PAGE, lambda route: route.fulfill(body="Facturen"))
    with web_chat.context.expect_page() as opened:
        card.get_by_role("button", name="Naar de facturen").click()
    opened.value.wait_for_url(PAGE)
    assert rasa.received[-1]["intent"] == "affirm"

    rasa.say(message("Klaar.", language="nl", step={**STEP, "number": 2}), language="nl")
    suggested(web_chat, "Gedaan, volgende stap").click()
    expect(said(web_chat).last).to_contain_text("Stap 2 van 2")
    expect(web_chat.locator(".webchat__suggested-action")).to_have_count(0)

    stored = embedded_desk.query(
        "SELECT text FROM desk_messages WHERE author = 'customer' ORDER BY seq"
    )
    assert [text for (text,) in stored] == [
        "Waarom is mijn betaling geweigerd?",
        "Ja, toon de stappen",
        "Gedaan, volgende stap",
    ]
    # Each is shown once, and as sent.
    expect(said(web_chat)).to_have_count(7)
    expect(web_chat.get_by_text("Wordt verzonden")).to_have_count(0)


def test_web_chat_loses_nothing_and_says_nothing_twice(web_chat: Page, rasa: FakeRasa) -> None:
    rasa.say(message("Jazeker.", language="nl"), language="nl")
    web_chat.context.set_offline(True)
    say(web_chat, "Bent u daar?")
    expect(web_chat.get_by_text("Wordt verzonden")).not_to_have_count(0)
    web_chat.context.set_offline(False)
    expect(said(web_chat).last).to_contain_text("Jazeker.")

    rasa.stop()
    say(web_chat, "Nog eens")
    expect(said(web_chat).last).to_contain_text("geen antwoord geven")
    rasa.start()
    suggested(web_chat, "Opnieuw proberen").click()
    expect(said(web_chat).last).to_contain_text("Jazeker.")
    assert [each["text"] for each in rasa.received] == ["Bent u daar?", "Nog eens"]

    say(web_chat, "a" * 2001)
    expect(said(web_chat).last).to_contain_text("2.001 tekens")
    expect(web_chat.get_by_text("Verzenden mislukt.").last).to_be_visible()

    web_chat.reload()
    expect(said(web_chat)).to_have_count(6)
    expect(said(web_chat).nth(1)).to_contain_text("Bent u daar?")


def test_web_chat_follows_the_language_of_the_customer(web_chat: Page) -> None:
    say(web_chat, "Hello")
    expect(said(web_chat).last).to_contain_text("Hello.")
    expect(web_chat.get_by_placeholder("Type your message")).to_be_visible()
    expect(web_chat.get_by_role("button", name="Talk to a person")).to_be_visible()


def test_a_person_is_one_press_away_in_web_chat(web_chat: Page, embedded_desk: Desk) -> None:
    web_chat.get_by_role("button", name="Een medewerker spreken").first.click()
    expect(said(web_chat)).to_have_count(2)
    ((reference,),) = embedded_desk.query("SELECT reference FROM desk_tickets")
    expect(said(web_chat).last).to_contain_text(str(reference))


def test_the_lock_file_of_the_example_names_no_registry() -> None:
    lock = (EXAMPLE / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in lock
    assert '"integrity"' in lock
