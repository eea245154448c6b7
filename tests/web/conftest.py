"""A real browser on a real desk, with a Rasa that does as told."""

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Locator, Page, expect, sync_playwright

from balie.settings import Settings
from tests.desk.conftest import Desk, FakeRasa, make_settings, write_data

PHONE = {"width": 320, "height": 640}
DESKTOP = {"width": 1280, "height": 800}
LANGUAGES = ("nl", "en")

# What a page of another team looks like: long, with links all over, and the chat floating above.
HOST_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>Account</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/host.css"><script src="/static/balie-chat.js" defer></script></head>
<body><main><h1>Account</h1><p><a href="#first">First</a></p>{links}</main>
<balie-chat language="{language}" {attributes}></balie-chat></body></html>"""
POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types lit-html"
)
HOST_CSS = """
main { padding-bottom: 100vh }
p { margin: 2rem 0; text-align: right }
a { display: inline-block; padding: 10px }
"""

# Notes what the policy refuses and what the live regions say, from the first moment on.
WATCH = """
window.refused = [];
window.announced = [];
document.addEventListener("securitypolicyviolation",
  (event) => window.refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
const watch = (chat) => new MutationObserver((changes) => {
  for (const change of changes) for (const added of change.addedNodes)
    if (added.nodeName === "P" && added.parentElement?.hasAttribute("data-announcer"))
      window.announced.push([added.lang, added.textContent]);
}).observe(chat.shadowRoot, { childList: true, subtree: true });
customElements.whenDefined("balie-chat").then(() => {
  for (const chat of document.querySelectorAll("balie-chat")) watch(chat);
});
"""

# Machines that do much else at the same time are slow; a test that holds does not wait for it.
expect.set_options(timeout=30_000)


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Debian's Chromium for as long as the context lasts; skips the test where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("there is no chromium here (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@contextmanager
def a_desk(settings: Settings) -> Iterator[Desk]:
    """A desk of one's own."""
    desk = Desk(settings)
    yield desk
    desk.stop()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, FakeRasa]]:
    folder = tmp_path_factory.mktemp("desk")
    rasa = FakeRasa()
    data = write_data(folder / "project" / "data")
    with a_desk(make_settings(data, f"sqlite:///{folder / 'balie.db'}", rasa, folder)) as desk:
        yield desk, rasa
        rasa.stop()


@pytest.fixture
def rasa(running: tuple[Desk, FakeRasa]) -> FakeRasa:
    running[1].reset()
    running[1].start()
    return running[1]


@pytest.fixture
def desk(running: tuple[Desk, FakeRasa], rasa: FakeRasa) -> Desk:
    """The desk with empty tables."""
    for table in ("conversations", "used_tokens"):
        running[0].query(f"DELETE FROM desk_{table}")
    return running[0]


_STILL = """() => Promise.all(
  [...document.querySelectorAll("balie-chat")].flatMap((chat) =>
    chat.shadowRoot.getAnimations().map((each) => each.finished.catch(() => null))
  )
)"""


class Chat:
    """One visitor's browser with the chat in it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.errors: list[str] = []
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.add_init_script(WATCH)

    def visit(self, path: str = "/chat?lang=en") -> "Chat":
        """Open the help page, where the chat is part of the page."""
        self.page.goto(f"{self.address}{path}")
        return self

    def visit_host(self, language: str = "en", attributes: str = "") -> "Chat":
        """Open a page on which the chat floats."""
        links = "".join(f'<p><a href="#{each}">Link {each}</a></p>' for each in range(40))
        html = HOST_PAGE.format(language=language, links=links, attributes=attributes)
        headers = {"Content-Security-Policy": POLICY}
        self.page.route(
            "**/host",
            lambda route: route.fulfill(body=html, content_type="text/html", headers=headers),
        )
        self.page.route(
            "**/host.css", lambda route: route.fulfill(body=HOST_CSS, content_type="text/css")
        )
        self.page.goto(f"{self.address}/host")
        return self

    @property
    def widget(self) -> Locator:
        return self.page.locator("balie-chat")

    @property
    def input(self) -> Locator:
        return self.page.locator("#input")

    def messages(self, author: str = "") -> Locator:
        return self.page.locator(f".message{author and '.'}{author}:not(.outgoing)")

    def newest(self) -> Locator:
        return self.messages().last

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.widget.get_by_role("button", name=name, exact=isinstance(name, str))

    def ready(self) -> "Chat":
        """Wait for the greeting, and until nothing fades in any more."""
        expect(self.messages("assistant").first).to_be_visible()
        self.page.evaluate(_STILL)
        return self

    def say(self, text: str) -> None:
        self.input.fill(text)
        self.input.press("Enter")

    def ask(self, text: str, answer: str) -> None:
        """Say something and wait for the answer."""
        before = self.messages("assistant").count()
        self.say(text)
        expect(self.messages("assistant").nth(before)).to_contain_text(answer)

    def shows(self, text: str) -> None:
        expect(self.newest()).to_contain_text(text)

    def announced(self) -> list[str]:
        return [text for _, text in self.page.evaluate("window.announced")]

    def focused(self) -> str:
        """The id or class of what has the focus, inside the chat or on the page."""
        return str(
            self.page.evaluate(
                """() => { let at = document.activeElement;
                while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
                return at.id || at.className || at.nodeName; }"""
            )
        )

    def kept(self) -> dict[str, Any]:
        """What the tab keeps of the conversation."""
        found = self.page.evaluate(
            "() => JSON.parse(sessionStorage.getItem(Object.keys(sessionStorage)[0]) || '{}')"
        )
        return dict(found)

    def check(self) -> None:
        """Nothing went wrong unseen."""
        assert self.errors == []
        with suppress(Error):
            assert self.page.evaluate("window.refused") == []


@pytest.fixture
def open_chat(chromium: Browser, desk: Desk) -> Iterator[Callable[..., Chat]]:
    """Opens chats, each in a browser of its own; none may end with an error."""
    chats: list[Chat] = []

    def opened(address: str | None = None, **options: Any) -> Chat:
        options = {"viewport": DESKTOP, "locale": "en", **options}
        page = chromium.new_context(**options).new_page()
        chats.append(Chat(page, address or desk.url))
        return chats[-1]

    yield opened
    for each in chats:
        each.check()
        each.page.context.close()


@pytest.fixture
def chat(open_chat: Callable[..., Chat]) -> Chat:
    """The help page in English, with the greeting."""
    return open_chat().visit().ready()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Another site: its address and its folder."""
    folder = tmp_path / "site"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", folder
    server.shutdown()
    server.server_close()


@pytest.fixture
def own_settings(rasa: FakeRasa, tmp_path: Path) -> Settings:
    """Settings for a desk of one's own, with a new database."""
    data = write_data(tmp_path / "project" / "data")
    return make_settings(data, f"sqlite:///{tmp_path / 'balie.db'}", rasa, tmp_path)


@pytest.fixture
def hasty_desk(own_settings: Settings) -> Iterator[Desk]:
    """A desk that soon says that an answer takes long."""
    with a_desk(own_settings.model_copy(update={"reply_patience": 0.5})) as desk:
        yield desk


@pytest.fixture
def embedded_desk(own_settings: Settings, site: tuple[str, Path]) -> Iterator[Desk]:
    """A desk that lets the other site embed it."""
    with a_desk(Settings(**{**own_settings.model_dump(), "allowed_origins": site[0]})) as desk:
        yield desk
