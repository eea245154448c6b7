"""Opening hours in their time zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from balie.desk.hours import BadHours, OpeningHours
from tests.desk.conftest import Clock, Desk

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def hours(text: str) -> OpeningHours:
    return OpeningHours.parse(text, AMSTERDAM)


@pytest.mark.parametrize(
    ("text", "moment", "expected"),
    [
        ("mon-fri 09:00-17:00", "2026-11-20T08:59", "2026-11-20T09:00"),
        ("mon-fri 09:00-17:00", "2026-11-20T09:00", "2026-11-20T09:00"),
        ("mon-fri 09:00-17:00", "2026-11-20T16:59", "2026-11-20T16:59"),
        ("mon-fri 09:00-17:00", "2026-11-20T17:00", "2026-11-23T09:00"),
        ("mon-fri 09:00-17:00", "2026-11-21T12:00", "2026-11-23T09:00"),
        ("mon-fri 09:00-17:00, sat 10:00-14:00", "2026-11-20T18:00", "2026-11-21T10:00"),
        ("mon-fri 09:00-12:00, mon-fri 13:00-17:00", "2026-11-20T12:30", "2026-11-20T13:00"),
        ("sat-sun 10:00-12:00", "2026-11-20T18:00", "2026-11-21T10:00"),
        ("fri-mon 10:00-12:00", "2026-11-17T18:00", "2026-11-20T10:00"),
        ("wed 10:00-12:00", "2026-11-18T13:00", "2026-11-25T10:00"),
        # The clock goes back on October 25: the hours stay those on the wall.
        ("mon 09:00-17:00", "2026-10-24T12:00", "2026-10-26T09:00"),
    ],
)
def test_the_next_opening_is_the_first_moment_with_people(
    text: str, moment: str, expected: str
) -> None:
    assert hours(text).next_opening(at(moment)) == at(expected)


def test_a_moment_of_another_time_zone_is_the_same_moment() -> None:
    moment = at("2026-11-20T09:30").astimezone(ZoneInfo("UTC"))

    assert hours("mon-fri 09:00-17:00").is_open(moment)
    assert not hours("mon-fri 10:00-17:00").is_open(moment)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "always",
        "mon-fri",
        "mon-fri 9-17",
        "mon 17:00-09:00",
        "mon 09:00-25:00",
        "xyz 09:00-10:00",
    ],
)
def test_hours_of_another_form_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadHours, match="like mon-fri 09:00-17:00"):
        hours(text)


@pytest.mark.parametrize(
    ("moment", "language", "is_open", "text"),
    [
        ("2026-11-20T10:00", "en", True, "People answer Monday through Friday"),
        ("2026-11-21T10:00", "nl", False, "Zij zijn er weer op maandag 23 november"),
    ],
)
def test_the_api_tells_when_people_answer(
    desk: Desk, clock: Clock, moment: str, language: str, is_open: bool, text: str
) -> None:
    clock.fixed = at(moment)
    response = desk.http.get("/api/v1/hours", headers={"Accept-Language": language})

    assert response.status_code == 200
    assert response.json()["open"] is is_open
    assert response.json()["language"] == language
    assert text in response.json()["text"]
