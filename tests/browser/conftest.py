"""A real browser for the pages: Debian's Chromium, driven by Playwright."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from balie.content import Content, load_content
from tests.desk.conftest import DATA, Desk, FakeRasa, make_settings

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def help_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with the real content."""
    state = tmp_path_factory.mktemp("browser")
    rasa = FakeRasa()
    desk = Desk(make_settings(DATA, f"sqlite:///{state / 'balie.db'}", rasa, state))
    yield desk
    desk.stop()
    rasa.stop()


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content(DATA)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("there is no chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens pages that note every violation of the policy and every error in `page.complaints`."""
    contexts = []

    def opened(width: int = 1280, **options: object) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda line: (
                complaints.append(line.text)
                if line.type == "error" and "404 (Not Found)" not in line.text
                else None
            ),
        )
        page.complaints = complaints  # type: ignore[attr-defined]
        return page

    yield opened
    for context in contexts:
        context.close()
