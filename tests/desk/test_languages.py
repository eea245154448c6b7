"""Accept-Language."""

import pytest

from balie.desk.languages import preferred_language


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "en"),
        ("", "en"),
        ("nl", "nl"),
        ("NL-be", "nl"),
        ("en-GB,nl;q=0.9", "en"),
        ("fr;q=1.0, nl;q=0.5, en;q=0.4", "nl"),
        ("nl, en", "nl"),
        ("nl;q=0, en;q=0", "en"),
        ("nl;q=oops, en;q=0.1", "en"),
        ("de, *", "en"),
        (",;,;q=,", "en"),
    ],
)
def test_the_language_ranked_first_wins(header: str | None, expected: str) -> None:
    assert preferred_language(header, "en") == expected


def test_without_a_wish_of_ours_the_default_is_taken() -> None:
    assert preferred_language("fr, de", "nl") == "nl"
