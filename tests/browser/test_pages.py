"""The pages of the help in a real browser: accessible, small screens, keyboard, no violations."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from balie.content import LANGUAGES, Content
from balie.desk.help.articles import slug_of
from tests.browser.conftest import OpenPage
from tests.desk.conftest import Desk

# Axe takes its time on a busy machine.
pytestmark = pytest.mark.timeout(900)

KINDS = ("", "/privacy", "/search?q=kaart", "/search?q=zzzz", "/nowhere", "/past-due")
SCHEMES = ("light", "dark")


def paths(content: Content) -> list[str]:
    """Every page in one language."""
    others = [path for path in KINDS if path != "/past-due"]
    return [*others, *(f"/{slug_of(name)}" for name in content.topics)]


def complaints(page: Page) -> list[str]:
    """What the browser complained about, violations of the policy among it."""
    return list(page.complaints)  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", LANGUAGES)
def test_A12_axe_finds_nothing_on_any_page(
    help_desk: Desk, open_page: OpenPage, content: Content, language: str
) -> None:
    # Axe brings a script of its own, which the pages' policy would refuse.
    page, axe = open_page(bypass_csp=True), Axe()
    for path in paths(content):
        page.goto(f"{help_desk.url}/{language}{path}")
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        found = axe.run(page).response["violations"]
        assert [(path, each["id"], each["nodes"][0]["html"]) for each in found] == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [320, 1280])
def test_A12_axe_finds_nothing_in_either_scheme_at_any_width(
    help_desk: Desk, open_page: OpenPage, scheme: str, width: int
) -> None:
    page, axe = open_page(width, bypass_csp=True, color_scheme=scheme), Axe()
    for path in KINDS:
        page.goto(f"{help_desk.url}/nl{path}")
        assert axe.run(page).response["violations"] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [320, 1280])
def test_A12_axe_finds_nothing_with_the_chat_open_on_the_page(
    help_desk: Desk, open_page: OpenPage, language: str, scheme: str, width: int
) -> None:
    # The chat fades in; half-faded words have little contrast.
    settled = {"color_scheme": scheme, "reduced_motion": "reduce"}
    page, axe = open_page(width, bypass_csp=True, **settled), Axe()
    for path in ("", "/past-due"):
        page.goto(f"{help_desk.url}/{language}{path}")
        # An open chat stays open on the next page, and its conversation goes on.
        if page.locator(".opener").is_visible():
            page.locator(".opener").click()
        expect(page.locator("balie-chat .message").first).to_be_visible()
        found = axe.run(page).response["violations"]
        assert [(path, each["id"], each["nodes"][0]["html"]) for each in found] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_A7_no_page_needs_scrolling_sideways_at_320_pixels(
    help_desk: Desk, open_page: OpenPage, content: Content, language: str
) -> None:
    page = open_page(320)
    for path in paths(content):
        page.goto(f"{help_desk.url}/{language}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


@pytest.mark.parametrize("language", LANGUAGES)
def test_S7_no_page_violates_the_policy(
    help_desk: Desk, open_page: OpenPage, content: Content, language: str
) -> None:
    page = open_page()
    for path in paths(content):
        page.goto(f"{help_desk.url}/{language}{path}")
        page.wait_for_load_state("load")
    assert complaints(page) == []


def test_A7_what_can_be_pressed_is_large_enough(help_desk: Desk, open_page: OpenPage) -> None:
    page = open_page(360)
    for path in KINDS:
        page.goto(f"{help_desk.url}/en{path}")
        small = page.evaluate(
            """() => [...document.querySelectorAll('a, button, select, summary, input')]
                .filter(each => each.checkVisibility() && !each.closest('.skip, balie-chat'))
                .filter(each => !each.closest('.text'))
                .map(each => [each.textContent.trim(), each.getBoundingClientRect().height])
                .filter(([, height]) => height < 44)"""
        )
        rows = page.evaluate("[...document.querySelectorAll('.teasers a')].map(a => a.textContent)")
        assert [each for each in small if each[0] not in [row.strip() for row in rows]] == []


_COVERED = """() => {
  const opener = document.querySelector("balie-chat").shadowRoot.querySelector(".opener");
  const one = opener.getBoundingClientRect();
  return [...document.querySelectorAll("main a, main p, main li, footer a")].filter((each) => {
    const two = each.getBoundingClientRect();
    return one.left < two.right && two.left < one.right
      && one.top < two.bottom && two.top < one.bottom;
  }).map((each) => each.textContent.trim());
}"""


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_at_the_end_of_a_page_the_button_of_the_chat_covers_nothing(
    help_desk: Desk, open_page: OpenPage, width: int
) -> None:
    page = open_page(width)
    for path in ("/nl", "/nl/past-due", "/en/privacy"):
        page.goto(f"{help_desk.url}{path}")
        page.locator(".opener").wait_for()
        page.evaluate("window.scrollTo({top: 1e6, behavior: 'instant'})")
        assert page.evaluate(_COVERED) == [], path


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_columns_of_the_home_page_are_about_as_long(
    help_desk: Desk, open_page: OpenPage, language: str
) -> None:
    page = open_page(1280)
    page.goto(f"{help_desk.url}/{language}")
    boxes = [shelf.bounding_box() for shelf in page.locator(".shelf").all()]
    ends: dict[float, float] = {}
    for box in filter(None, boxes):
        ends[box["x"]] = max(ends.get(box["x"], 0), box["y"] + box["height"])

    assert len(ends) > 1
    assert max(ends.values()) - min(ends.values()) < 250


def test_A5_by_keyboard_one_comes_from_search_to_an_article(
    help_desk: Desk, open_page: OpenPage
) -> None:
    page = open_page()
    page.goto(f"{help_desk.url}/en")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("declined card")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/search?q=declined+card")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for _ in range(5):
        if page.evaluate("document.activeElement.closest('.teasers') !== null"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/payment-declined")
    assert page.locator("h1").inner_text() == "Payment declined"


def test_every_step_reads_without_a_script(help_desk: Desk, open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"{help_desk.url}/nl/past-due")
    assert page.get_by_text("Saldo vereffenen").first.is_visible()
    page.get_by_text("Lukt dit niet?").first.click()
    assert page.locator("details[open] .text").first.is_visible()
    page.get_by_label("Demo: aanmelden als").select_option("C-1001")
    page.get_by_role("button", name="Aanmelden").click()
    assert page.url.endswith("/nl/past-due")
    assert page.get_by_text("Demo: aangemeld als").is_visible()


def test_on_paper_the_help_of_every_step_shows(help_desk: Desk, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{help_desk.url}/nl/past-due")
    page.emulate_media(media="print")

    assert page.locator("details .text").first.bounding_box()
    assert not page.locator(".top nav").is_visible()
    assert not page.locator(".demo").is_visible()
