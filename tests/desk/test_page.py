"""The chat as a page of its own: both languages, no script but its own, no demo in production."""

import re
import time
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from pydantic import SecretStr

import balie.desk
from balie.settings import Settings
from tests.desk.conftest import DATA, Desk
from tests.desk.test_problems import is_problem

STATIC = Path(balie.desk.__file__).parent / "static"
SECRETS = {
    name: f"{name}-{'x' * 40}"
    for name, field in Settings.model_fields.items()
    if field.annotation is SecretStr
}


class Page(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize(
    ("query", "accept", "language", "heading"),
    [
        ("", "nl", "nl", "Hulp bij facturering"),
        ("?lang=en", "nl", "en", "Billing help"),
        ("?lang=nl", "en", "nl", "Hulp bij facturering"),
        ("?lang=xx", "en", "en", "Billing help"),
    ],
)
def test_the_page_comes_in_the_visitors_language(
    desk: Desk, query: str, accept: str, language: str, heading: str
) -> None:
    response = desk.http.get(f"/chat{query}", headers={"Accept-Language": accept})

    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.text
    assert f"<h1>{heading}</h1>" in response.text
    assert response.headers["content-language"] == language


def test_P8_the_page_says_that_this_is_a_computer_program(desk: Desk) -> None:
    for language, program in (("en", "computer program"), ("nl", "computerprogramma")):
        assert program in desk.http.get(f"/chat?lang={language}").text


def test_S7_the_policy_allows_no_script_or_style_but_the_desks_own_files(desk: Desk) -> None:
    response = desk.http.get("/chat")
    policy = response.headers["content-security-policy"]
    page = Page(response.text)

    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert [script["src"] for script in page.all("script")] == [
        "/static/balie-chat.js",
        "/static/demo.js",
    ]
    assert not page.all("style")
    for _, attributes in page.tags:
        assert not any(name == "style" or name.startswith("on") for name in attributes)


def test_S7_a_topic_in_the_address_cannot_write_into_the_page(desk: Desk) -> None:
    html = desk.http.get("/chat", params={"topic": '"><script>alert(1)</script>'}).text

    assert "alert(1)" not in html
    assert 'topic="past_due"' in desk.http.get("/chat?topic=past_due").text


def test_every_field_has_a_label(desk: Desk) -> None:
    page = Page(desk.http.get("/chat").text)
    labelled = {label["for"] for label in page.all("label")}

    fields = [*page.all("input"), *page.all("textarea"), *page.all("select")]
    assert {field["id"] for field in fields} == labelled


def test_the_demo_is_for_development_only(
    desk: Desk, settings: Settings, open_desk: Callable[[Settings], Desk]
) -> None:
    made = desk.http.post("/api/v1/demo/token", json={"customer": "C-1001"})
    token = made.json()["customer_token"]
    begun = desk.http.post("/api/v1/conversations", json={"customer_token": token})
    assert begun.status_code == 201
    assert "C-1001 Contoso" in desk.http.get("/chat").text

    production = open_desk(
        Settings(**{**settings.model_dump(), **SECRETS, "environment": "production"})
    )
    refused = production.http.post("/api/v1/demo/token", json={"customer": "C-1001"})
    assert refused.status_code == 404
    html = production.http.get("/chat").text
    assert 'id="demo"' not in html
    assert not Page(html).all("select")


def test_only_customers_of_the_demo_can_be_signed_in_as(desk: Desk) -> None:
    refused = desk.http.post(
        "/api/v1/demo/token", json={"customer": "C-9999"}, headers={"Accept-Language": "nl"}
    )

    assert is_problem(refused, 404, "unknown-customer")
    assert refused.json()["title"] == "Deze klant bestaat niet in de demo."


def test_the_page_uses_every_text_that_is_written(desk: Desk) -> None:
    written = yaml.safe_load((DATA / "conversation" / "page.yml").read_text(encoding="utf-8"))
    template = (STATIC.parent / "templates" / "page.html").read_text(encoding="utf-8")
    used = set(re.findall(r"texts\.([a-z_]+)", template))

    assert {key for key in written if not key.startswith("demo_customer_")} == used


def test_the_chat_gets_the_pages_language_and_topic(desk: Desk) -> None:
    (chat,) = Page(desk.http.get("/chat?lang=nl&topic=past_due").text).all("balie-chat")
    assert chat["language"] == "nl"
    assert chat["topic"] == "past_due"


def test_a_changed_text_shows_without_a_restart(desk: Desk, data_dir: Path) -> None:
    file = data_dir / "conversation" / "page.yml"
    before = file.read_text(encoding="utf-8")
    desk.http.get("/chat")
    try:
        file.write_text(before.replace('"Billing help"', '"Help with bills"'), encoding="utf-8")
        time.sleep(1.1)  # files are looked at once a second
        assert "<h1>Help with bills</h1>" in desk.http.get("/chat?lang=en").text
    finally:
        file.write_text(before, encoding="utf-8")


def test_static_files_are_served_and_nothing_beside_them(desk: Desk) -> None:
    for name in ("page.css", "balie-chat.js", "demo.js", "icon.svg"):
        assert desk.http.get(f"/static/{name}").status_code == 200
    for name in ("../page.py", "..%2fpage.py", "%2e%2e/page.py"):
        assert desk.http.get(f"/static/{name}").status_code == 404


def test_the_page_takes_letters_and_colors_from_where_the_help_pages_do(desk: Desk) -> None:
    css = (STATIC / "page.css").read_text(encoding="utf-8")
    tokens = (STATIC / "tokens.css").read_text(encoding="utf-8")
    styles = [link["href"] for link in Page(desk.http.get("/chat").text).all("link")]
    used = set(re.findall(r"var\((--[a-z0-9-]+)", css))

    assert "/static/tokens.css" in styles
    assert "--balie-font" in used
    assert used - set(re.findall(r"(--balie-[a-z0-9-]+):", tokens)) == set()
    assert re.findall(r"#[0-9a-f]{3,8}\b|rgb\(|hsl\(", css) == []


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
