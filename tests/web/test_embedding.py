"""One script tag on any page puts the chat there, also on another origin."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from balie.desk.tokens import make_customer_token
from tests.desk.conftest import Desk
from tests.web.conftest import Chat

EXAMPLE = Path(__file__).parents[2] / "web" / "examples" / "embed.html"
ONE_TAG = """<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Mijn Contoso</title>
<script src="{desk}/static/balie-chat.js" {attributes}></script></head>
<body><h1>Contoso</h1></body></html>"""


def test_the_example_page_works_on_another_origin(
    open_chat: Callable[..., Chat], embedded_desk: Desk, site: tuple[str, Path]
) -> None:
    address, folder = site
    html = EXAMPLE.read_text(encoding="utf-8").replace("http://127.0.0.1:8000", embedded_desk.url)
    (folder / "embed.html").write_text(html, encoding="utf-8")
    chat = open_chat(address).visit("/embed.html")
    chat.button("Stel een vraag").click()
    chat.ready()
    chat.ask("Hallo", "Hello.")
    chat.page.reload()
    expect(chat.messages("customer")).to_contain_text("Hallo")


def test_one_script_tag_is_enough_on_another_origin(
    open_chat: Callable[..., Chat], embedded_desk: Desk, site: tuple[str, Path]
) -> None:
    address, folder = site
    token = make_customer_token(embedded_desk.settings, "C-1001")
    attributes = f'data-chat data-language="nl" data-topic="past_due" data-token="{token}"'
    html = ONE_TAG.format(desk=embedded_desk.url, attributes=attributes)
    (folder / "index.html").write_text(html, encoding="utf-8")
    chat = open_chat(address).visit("/")
    chat.button("Stel een vraag").click()
    chat.ready()
    expect(chat.page.locator(".choice").first).to_have_text("Geef het korte antwoord")
    assert embedded_desk.query("SELECT customer FROM desk_conversations") == [("C-1001",)]


def test_one_script_tag_is_enough(open_chat: Callable[..., Chat], desk: Desk) -> None:
    chat = open_chat()
    html = ONE_TAG.format(desk=desk.url, attributes='data-chat data-language="nl"')
    chat.page.route("**/one", lambda route: route.fulfill(body=html, content_type="text/html"))
    chat.visit("/one").button("Stel een vraag").click()
    chat.ready()
    expect(chat.messages("assistant")).to_contain_text("computerprogramma")


def test_the_page_can_open_and_close_the_chat_and_hears_of_it(
    open_chat: Callable[..., Chat],
) -> None:
    chat = open_chat().visit_host(attributes="can-sign-in")
    chat.page.evaluate(
        """() => { window.heard = [];
        for (const name of ["balie-sign-in", "balie-language"])
          document.addEventListener(name, (event) => window.heard.push([name, event.detail])); }"""
    )
    chat.page.evaluate("document.querySelector('balie-chat').open()")
    expect(chat.input).to_be_focused()
    chat.ready().page.locator(".sign-in").click()
    chat.button("Nederlands").click()
    assert chat.page.evaluate("window.heard") == [
        ["balie-sign-in", {}],
        ["balie-language", {"language": "nl"}],
    ]
    chat.page.evaluate("document.querySelector('balie-chat').close()")
    expect(chat.page.locator("dialog")).to_be_hidden()


def test_an_open_chat_is_open_on_the_next_page_and_takes_no_focus(
    open_chat: Callable[..., Chat],
) -> None:
    chat = open_chat().visit_host()
    chat.page.locator(".opener").click()
    chat.ready()
    chat.page.reload()
    expect(chat.page.locator("dialog")).to_be_visible()
    chat.ready()
    assert chat.page.evaluate("document.activeElement.nodeName") == "BODY"


def test_a_site_brings_its_own_colors_and_type(open_chat: Callable[..., Chat]) -> None:
    chat = open_chat().visit_host()
    chat.page.evaluate(
        """() => { const { style } = document.documentElement;
        style.setProperty("--balie-color-action", "rgb(80, 0, 90)");
        style.setProperty("--balie-font", "Georgia, serif"); }"""
    )
    opener = chat.page.locator(".opener")
    assert opener.evaluate("(at) => getComputedStyle(at).backgroundColor") == "rgb(80, 0, 90)"
    assert "Georgia" in opener.evaluate("(at) => getComputedStyle(at).fontFamily")


def test_every_attribute_method_event_and_color_is_documented() -> None:
    root = Path(__file__).parents[2]
    document = (root / "docs" / "chat-widget.md").read_text(encoding="utf-8")
    element = (root / "web" / "src" / "balie-chat.ts").read_text(encoding="utf-8")
    css = (root / "web" / "src" / "styles" / "chat.css").read_text(encoding="utf-8")
    public = element.partition("override properties = {")[2].partition("opened:")[0]
    names = re.findall(r'^\s+(\w+): \{(?:.*attribute: "([\w-]+)")?', public, re.MULTILINE)

    assert {attribute or name for name, attribute in names} >= {"server", "can-sign-in", "language"}
    for name, attribute in names:
        assert f"| `{attribute or name}` |" in document
    for event in re.findall(r'tellPage\("([\w-]+)"', element):
        assert f"| `{event}` |" in document
    for color in set(re.findall(r"var\((--balie-[a-z0-9-]+)", css)):
        short = f"`-{color.removeprefix('--balie-color-')}`"
        assert color in document or short in document or color.startswith("--balie-space-")
