"""The search finds what customers mean, in their words."""

from pathlib import Path

import pytest

from balie.content import Content, Language
from balie.desk.help.search import Search
from tests.desk.conftest import DATA


@pytest.fixture(scope="module")
def searches(content: Content) -> dict[Language, Search]:
    return {language: Search(content, DATA, language) for language in ("en", "nl")}


@pytest.mark.parametrize(
    ("language", "query", "topic"),
    [
        ("en", "declined card", "payment_declined"),
        ("en", "overdue", "paid_but_still_due"),
        ("en", "LICENSES", "unused_licenses"),
        ("en", "pay yearly", "change_billing_frequency"),
        ("en", "download my invoices", "view_invoice"),
        ("en", "talk to a human", "contact_support"),
        ("en", "address", "change_billing_address"),
        ("nl", "waarom is mijn betaling geweigerd?", "payment_declined"),
        ("nl", "licentie", "unused_licenses"),
        ("nl", "jaarlijks betalen", "change_billing_frequency"),
        ("nl", "factuur downloaden", "view_invoice"),
        ("nl", "kredietcontrole", "credit_check"),
        ("nl", "krediet", "credit_check"),
        ("nl", "tegoed", "azure_credits"),
        ("nl", "adres wijzigen", "change_billing_address"),
    ],
)
def test_the_best_find_is_the_topic_that_was_meant(
    searches: dict[Language, Search], language: Language, query: str, topic: str
) -> None:
    assert searches[language].find(query)[0] == topic


def test_what_says_nothing_finds_nothing(searches: dict[Language, Search]) -> None:
    for query in ("", "   ", "?!", "zzzzqqq", "…", '"', "*", "(", "NEAR(", "\x00", "🙂" * 50):
        assert searches["nl"].find(query) == []


def test_signs_of_the_index_are_words_like_others(searches: dict[Language, Search]) -> None:
    for query in ('"card', "card*", "card OR", "card AND NOT", "NEAR(card)", "-card"):
        assert searches["en"].find(query)


def test_a_search_is_bounded(searches: dict[Language, Search]) -> None:
    assert len(searches["en"].find("card " * 10_000)) <= 8
    assert len(searches["nl"].find("factuur betalen adres kaart licentie tegoed rol")) <= 8


def test_without_examples_titles_and_texts_are_searched(content: Content, tmp_path: Path) -> None:
    assert Search(content, tmp_path, "en").find("licenses")[0] == "unused_licenses"
