"""Makes the pictures of README and docs in docs/images: help page, article, chat, guide, handoff.

Run by `make screenshots`: starts a whole Balie of its own, and needs chromium on this machine.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

from balie.cli.temporary import TemporaryBalie
from balie.settings import Settings

PROJECT = Path(__file__).parent.parent
IMAGES = PROJECT / "docs" / "images"
WIDE = {"width": 1200, "height": 800}
CHAT = {"width": 760, "height": 900}
QUESTIONS = {"en": "why was my payment declined?", "nl": "waarom is mijn betaling geweigerd?"}
ANSWERS = ".message:not(.customer)"
PATIENCE = 20_000  # milliseconds


def main() -> None:
    """Make every picture in both languages."""
    chromium = shutil.which("chromium")
    if not chromium:
        sys.exit("Screenshots need chromium, for example: apt install chromium")
    IMAGES.mkdir(exist_ok=True)
    with TemporaryBalie(Settings(project_dir=PROJECT)) as balie, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for language in ("nl", "en"):
            page = browser.new_page(viewport=WIDE, color_scheme="light")
            take_help(page, balie.address, language)
            page.set_viewport_size(CHAT)
            take_chat(page, balie.address, language)
            page.close()
        browser.close()


def take_help(page: Page, address: str, language: str) -> None:
    """Home page and an article."""
    for name, path in (("help", ""), ("article", "/past-due")):
        page.goto(f"{address}/{language}{path}")
        page.wait_for_load_state("load")
        save(page, f"{name}.{language}")


def take_chat(page: Page, address: str, language: str) -> None:
    """A question, the first step of its guide, and what comes after asking for a person."""
    page.goto(f"{address}/chat?lang={language}")
    page.locator("#demo summary").click()
    page.locator("#demo-customer").select_option("C-1001")
    page.locator("#demo button").click()
    field = page.get_by_role("textbox").first
    field.wait_for(timeout=PATIENCE)
    wait_for_answers(page, 1)
    say(page, field, QUESTIONS[language])
    save(page, f"chat.{language}")
    say(page, field, {"en": "yes", "nl": "ja"}[language])
    say(page, field, {"en": "another card", "nl": "een andere kaart"}[language])
    save(page, f"guide.{language}")
    say(page, field, {"en": "talk to a person", "nl": "een medewerker spreken"}[language])
    save(page, f"handoff.{language}")


def say(page: Page, field: Locator, text: str) -> None:
    """Type a message and wait for what is answered."""
    before = page.locator(ANSWERS).count()
    field.fill(text)
    field.press("Enter")
    wait_for_answers(page, before + 1)


def wait_for_answers(page: Page, count: int) -> None:
    """Wait until so many answers stand in the log, and for their buttons."""
    page.locator(ANSWERS).nth(count - 1).wait_for(timeout=PATIENCE)
    page.wait_for_timeout(500)


def save(page: Page, name: str) -> None:
    """Keep the window as a picture."""
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
