"""The pages of the help over HTTP: both languages, readable without scripts, safe and findable."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import yaml

import balie.desk
from balie.content import LANGUAGES, Content, Language, Step, load_content
from balie.desk.help.articles import slug_of
from balie.desk.help.markup import plain
from balie.settings import Settings
from tests.desk.conftest import CARD, DATA, Desk
from tests.desk.help.conftest import Html
from tests.desk.test_page import SECRETS

TOPICS = sorted(load_content(DATA).topics)
OTHER_PAGES = ("", "/privacy", "/search", "/search?q=kaart", "/search?q=zzzz", "/nowhere")
PAGES = [*OTHER_PAGES, *(f"/{slug_of(name)}" for name in TOPICS)]
TEMPLATES = Path(balie.desk.__file__).parent / "templates" / "help"


def read(desk: Desk, path: str) -> Html:
    response = desk.http.get(path)
    assert response.status_code == 200, path
    return Html(response.text)


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TOPICS)
def test_an_article_holds_the_whole_topic(
    help_desk: Desk, content: Content, language: Language, name: str
) -> None:
    topic = content.topics[name]
    page = read(help_desk, f"/{language}/{slug_of(name)}")

    said = [topic.title[language]]
    said += plain_lines(topic.answer[language])
    for item in topic.guide:
        said.append(plain(item[language]))
        said += plain_lines(item.help[language]) if item.help else []
        if not isinstance(item, Step):
            said += [option[language] for option in item.options.values()]
    said += plain_lines(topic.done[language]) if topic.done else []
    shown = words(page.text.replace(" ", ""))
    assert [text for text in said if text.replace(" ", "") not in shown] == []
    links = {link["href"] for link in page.all("a")}
    wanted = [*topic.links, *(item.link for item in topic.guide if item.link)]
    assert {content.links[link].url[language] for link in wanted} <= links
    assert {f"/{language}/{slug_of(other)}" for other in topic.related} <= links
    assert str(topic.as_of.year) in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_sources_are_told_by_title_and_link_and_not_by_file_name(
    help_desk: Desk, content: Content, language: Language
) -> None:
    link = content.links["manage_payment_methods_help"]
    page = read(help_desk, f"/{language}/past-due")

    assert {link.url[language]} <= {each["href"] for each in page.all("a")}
    assert "billing-faq" not in page.text
    assert "manage-payment-methods" not in page.text


def test_sources_that_no_link_leads_to_are_left_out(help_desk: Desk, content: Content) -> None:
    said = content.help["based_on"]["en"]

    assert content.topics["payment_retry"].sources
    assert said not in read(help_desk, "/en/payment-retry").text
    assert said in read(help_desk, "/en/past-due").text


def plain_lines(text: str) -> list[str]:
    return [plain(line.removeprefix("- ")) for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_home_page_leads_to_every_topic_in_its_group(
    help_desk: Desk, content: Content, language: Language
) -> None:
    page = read(help_desk, f"/{language}")
    links = [link["href"] for link in page.all("a")]

    assert {f"/{language}/{slug_of(name)}" for name in TOPICS} <= set(links)
    assert all(group.title[language] in page.text for group in content.groups)
    assert links.count(f"/{language}/past-due") == 2  # often asked, too


def test_a_topic_of_no_group_shows_by_itself(desk: Desk) -> None:
    page = read(desk, "/nl")  # its two topics are in no group

    assert "Overige onderwerpen" in page.text
    assert "/nl/past-due" in {link["href"] for link in page.all("a")}


@pytest.mark.parametrize("path", PAGES)
def test_the_language_switch_stays_on_the_same_page(help_desk: Desk, path: str) -> None:
    for language in LANGUAGES:
        page = Html(help_desk.http.get(f"/{language}{path}", headers=BROWSER).text)
        switch = {link.get("hreflang"): link["href"] for link in page.all("a")}
        here = "" if path == "/nowhere" else path.partition("?")[0]
        assert (switch["nl"], switch["en"]) == (f"/nl{here}", f"/en{here}")
        assert page.all("html") == [{"lang": language}]


BROWSER = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": "en"}


@pytest.mark.parametrize(
    ("path", "accept", "to"),
    [
        ("/", "nl-BE,nl;q=0.9", "/nl"),
        ("/", "fr", "/en"),
        ("/?lang=nl", "en", "/nl"),
        ("/?lang=xx&topic=past_due", "nl", "/nl/past-due"),
        ("/?topic=no_such_topic", "en", "/en"),
        ("/?topic=https://evil.example", "en", "/en"),
        ("/en/past_due", "nl", "/en/past-due"),
        ("/nl/", "nl", "/nl"),
    ],
)
def test_other_addresses_lead_to_the_right_page(
    help_desk: Desk, path: str, accept: str, to: str
) -> None:
    response = help_desk.http.get(path, headers={"Accept-Language": accept})

    assert response.status_code in (307, 308)
    assert urlsplit(response.headers["location"]).path == to


@pytest.mark.parametrize(
    ("path", "accept_language", "heading", "language"),
    [
        ("/nl/nowhere", "en", "Deze pagina bestaat niet", "nl"),
        ("/en/nowhere/at/all", "nl", "This page does not exist", "en"),
        ("/de", "nl", "Deze pagina bestaat niet", "nl"),
        ("/static/nothing.css", "en", "This page does not exist", "en"),
    ],
)
def test_a_lost_reader_gets_a_page_in_their_language(
    help_desk: Desk, path: str, accept_language: str, heading: str, language: str
) -> None:
    response = help_desk.http.get(
        path, headers={"Accept": "text/html", "Accept-Language": accept_language}
    )

    assert response.status_code == 404
    assert heading in response.text
    assert response.headers["content-language"] == language
    assert 'content="noindex"' in response.text


def test_a_lost_program_gets_a_problem(help_desk: Desk) -> None:
    for path, accept in (("/nl/nowhere", "*/*"), ("/api/v1/nowhere", "text/html")):
        response = help_desk.http.get(path, headers={"Accept": accept})
        assert response.json()["type"] == "urn:balie:problem:not-found"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_S7_no_page_has_a_script_or_style_of_its_own(
    help_desk: Desk, language: str, path: str
) -> None:
    response = help_desk.http.get(f"/{language}{path}", headers=BROWSER)
    policy = response.headers["content-security-policy"]
    page = Html(response.text)

    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "default-src 'none'" in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"
    sources = {script.get("src") for script in page.all("script")}
    assert sources <= {None, "/static/balie-chat.js"}
    kinds = [script.get("type") for script in page.all("script") if not script.get("src")]
    assert set(kinds) <= {"application/ld+json"}  # data, which no browser runs
    assert not page.all("style")
    for _, attributes in page.tags:
        assert not any(name == "style" or name.startswith("on") for name in attributes)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_S8_pages_link_to_listed_hosts_only_and_safely(
    help_desk: Desk, content: Content, language: str, path: str
) -> None:
    listed = {
        urlsplit(url).hostname
        for link in content.links.values()
        for url in (link.url.en, link.url.nl)
    }
    page = Html(help_desk.http.get(f"/{language}{path}", headers=BROWSER).text)

    for link in page.all("a"):
        parts = urlsplit(link["href"] or "")
        if not parts.scheme and not parts.netloc:
            continue
        assert parts.scheme == "mailto" or parts.scheme == "tel" or parts.hostname in listed
        assert parts.scheme in ("https", "mailto", "tel")
        assert set((link["rel"] or "").split()) == {"noopener", "noreferrer"}


@pytest.mark.parametrize(
    "hostile", ['"><script>alert(1)</script>', "</title><svg onload=alert(1)>", "{{7*7}}", "\x00'"]
)
def test_S7_what_is_searched_for_cannot_write_into_the_page(help_desk: Desk, hostile: str) -> None:
    response = help_desk.http.get("/en/search", params={"q": hostile})

    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert "<svg" not in response.text
    assert "49" not in re.findall(r"“(.*?)”", response.text)


def test_P1_a_card_number_in_a_search_is_hidden(help_desk: Desk) -> None:
    html = help_desk.http.get("/en/search", params={"q": f"card {CARD} declined"}).text

    assert CARD not in html
    assert "1111" in html
    assert "/en/payment-declined" in html


def test_every_page_has_a_title_and_a_description_of_its_own(help_desk: Desk) -> None:
    for language in LANGUAGES:
        titles, descriptions = set(), set()
        paths = ["", "/privacy", *(f"/{slug_of(name)}" for name in TOPICS)]
        for path in paths:
            html = help_desk.http.get(f"/{language}{path}").text
            titles.add(re.findall(r"<title>(.+?)</title>", html)[0])
            (description,) = re.findall(r'<meta name="description" content="(.+?)">', html)
            assert 20 < len(description) < 170, path
            descriptions.add(description)
        assert len(titles) == len(descriptions) == len(paths)


def test_search_engines_are_told_of_both_languages_and_the_one_address(
    settings: Settings, open_desk: Callable[[Settings], Desk]
) -> None:
    desk = open_desk(settings.model_copy(update={"public_url": "https://help.example.com"}))
    page = read(desk, "/nl/past-due")
    links = {
        link.get("hreflang") or link["rel"]: link["href"]
        for link in page.all("link")
        if link["rel"] in ("canonical", "alternate")
    }

    assert links == {
        "canonical": "https://help.example.com/nl/past-due",
        "nl": "https://help.example.com/nl/past-due",
        "en": "https://help.example.com/en/past-due",
        "x-default": "https://help.example.com/en/past-due",
    }
    sitemap = desk.http.get("/sitemap.xml").text
    assert "<loc>https://help.example.com/nl/past-due</loc>" in sitemap
    assert "https://help.example.com/sitemap.xml" in desk.http.get("/robots.txt").text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TOPICS)
def test_structured_data_holds_the_answer_and_the_steps(
    help_desk: Desk, content: Content, language: Language, name: str
) -> None:
    topic = content.topics[name]
    page = read(help_desk, f"/{language}/{slug_of(name)}")
    graph = {each["@type"]: each for each in json.loads(page.scripts[0])["@graph"]}

    (question,) = graph["FAQPage"]["mainEntity"]
    assert question["name"] == topic.title[language]
    assert question["acceptedAnswer"]["text"] == plain(topic.answer[language])
    assert ("HowTo" in graph) == bool(topic.guide)
    if topic.guide:
        told = json.dumps(graph["HowTo"], ensure_ascii=False)
        for item in topic.guide:
            if isinstance(item, Step):
                assert json.dumps(plain(item[language]), ensure_ascii=False)[1:-1] in told


def test_no_topic_is_named_like_a_page_of_the_help() -> None:
    assert not {"search", "privacy", "demo"} & set(TOPICS)


def test_a_page_answers_to_its_headers_alone(help_desk: Desk) -> None:
    for path in ("/nl", "/en/past-due", "/nl/privacy", "/sitemap.xml"):
        response = help_desk.http.head(path)
        assert (response.status_code, response.content) == (200, b"")


# The demo ------------------------------------------------------------------------------------


def test_a_demo_customer_signs_in_and_out_without_a_script(
    settings: Settings,
    open_desk: Callable[[Settings], Desk],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("balie.desk.help.site._CHAT", DATA / "links.yml")  # some file that exists
    desk = open_desk(settings)
    with httpx.Client(base_url=desk.url, follow_redirects=True, trust_env=False) as browser:
        form = {"customer": "C-1004", "back": "/past-due"}
        page = browser.post("/nl/demo", data=form)
        assert page.url.path == "/nl/past-due"
        assert "Demo: aangemeld als C-1004 Bakkerij De Korenaar" in page.text
        assert page.headers["cache-control"] == "no-store"
        (chat,) = Html(page.text).all("balie-chat")
        assert chat["topic"] == "past_due"
        begun = browser.post("/api/v1/conversations", json={"customer_token": chat["token"]})
        assert begun.status_code == 201
        page = browser.post("/nl/demo", data={"back": "/past-due"})
        assert "aangemeld als C-1004" not in page.text
        assert "token" not in Html(page.text).all("balie-chat")[0]


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/../x", "\r\nX: y"])
def test_signing_in_leads_nowhere_else(help_desk: Desk, back: str) -> None:
    response = help_desk.http.post("/en/demo", data={"customer": "C-1001", "back": back})

    assert response.headers["location"] == "/en"


def test_S9_another_site_cannot_sign_a_visitor_in(help_desk: Desk) -> None:
    response = help_desk.http.post(
        "/en/demo", data={"customer": "C-1001"}, headers={"Origin": "https://evil.example"}
    )

    assert response.status_code == 403
    assert "set-cookie" not in response.headers


def test_the_demo_is_gone_in_production(
    settings: Settings, open_desk: Callable[[Settings], Desk]
) -> None:
    production = Settings(**{**settings.model_dump(), **SECRETS, "environment": "production"})
    desk = open_desk(production)
    page = desk.http.get("/en", headers={"Cookie": "balie-demo-customer=C-1001"})

    assert not Html(page.text).all("select")
    assert "C-1001" not in page.text
    assert desk.http.post("/en/demo", data={"customer": "C-1001"}).status_code == 404


# Texts and privacy ---------------------------------------------------------------------------


def test_every_text_of_the_pages_is_written_and_used() -> None:
    written = yaml.safe_load((DATA / "help" / "texts.yml").read_text(encoding="utf-8"))
    sources = [*TEMPLATES.glob("*.html"), TEMPLATES.parents[1] / "help" / "pages.py"]
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    said = set(re.findall(r"""(?:say|site\.text)\(\s*["']([a-z_]+)""", code))
    said |= {"found_one", "found_none"}

    assert said == set(written)


def test_a_changed_topic_shows_without_a_restart(
    settings: Settings, open_desk: Callable[[Settings], Desk], data_dir: Path
) -> None:
    desk = open_desk(settings)
    file = data_dir / "topics" / "past_due" / "topic.yml"
    before = file.read_text(encoding="utf-8")
    assert "A new answer" not in desk.http.get("/en/past-due").text
    try:
        file.write_text(before.replace("An answer.", "A new answer."), encoding="utf-8")
        deadline = 40
        while "A new answer" not in desk.http.get("/en/past-due").text and deadline:
            deadline -= 1
            time.sleep(0.1)
        assert deadline
    finally:
        file.write_text(before, encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "stays"),
    [
        ("en", "a request to pay by invoice that you had us file"),
        ("nl", "een aanvraag om per factuur te betalen die u in de chat hebt laten indienen"),
    ],
)
def test_the_privacy_page_tells_what_erasing_leaves_in_the_billing_system(
    help_desk: Desk, language: str, stays: str
) -> None:
    assert stays in read(help_desk, f"/{language}/privacy").text


def test_the_privacy_page_tells_how_long_as_it_is_set(
    settings: Settings, open_desk: Callable[[Settings], Desk]
) -> None:
    desk = open_desk(
        settings.model_copy(update={"conversation_token_days": 7.0, "idempotency_hours": 12.0})
    )

    dutch, english = (read(desk, f"/{language}/privacy").text for language in ("nl", "en"))
    assert "die werkt 7 dagen" in dutch
    assert "12 uur" in dutch
    assert "it works for 7 days" in english
    assert "12 hours" in english


def test_the_privacy_page_names_the_choice_that_erases(help_desk: Desk) -> None:
    names = yaml.safe_load((DATA / "conversation" / "page.yml").read_text(encoding="utf-8"))
    for language in LANGUAGES:
        if "erase" in names:
            assert names["erase"][language] in read(help_desk, f"/{language}/privacy").text


def test_reading_sets_no_cookie_and_loads_nothing_from_elsewhere(help_desk: Desk) -> None:
    for path in ("/nl", "/en/past-due", "/nl/search?q=kaart", "/en/privacy"):
        response = help_desk.http.get(path)
        assert "set-cookie" not in response.headers
        page = Html(response.text)
        loaded = [each.get("src") for tag in ("img", "script") for each in page.all(tag)]
        loaded += [
            link["href"]
            for link in page.all("link")
            if link["rel"] not in ("canonical", "alternate")
        ]
        assert all(url is None or url.startswith("/static/") for url in loaded)
        for url in filter(None, loaded):
            assert help_desk.http.get(url).status_code == 200
