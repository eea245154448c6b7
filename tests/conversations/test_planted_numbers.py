"""Numbers that must not be kept are planted, and then everything that was written is searched."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest

from balie.cli.conversations.talk import Talk, begin, desk_client
from balie.cli.temporary import TemporaryBalie

# Test numbers that pass their checks (Luhn, mod 97, the 11-test).
CARDS = (
    "4111 1111 1111 1111",
    "5555-5555-5555-4444",
    "2223003122003222",
    "3782.822463.10005",
    "6011 0009 9013 9424",
    "٤١١١١١١١١١١١١١١١",  # Arabic-Indic digits of the first
)
IBANS = ("NL91 ABNA 0417 1643 00", "nl20ingb0001234567", "GB82 WEST 1234 5698 7654 32")
BSN = "111222333"
# An address of nobody (kept for examples), as a proxy in front of the desk names it.
ADDRESS = "203.0.113.77"
# Numbers that customers need and that fail the checks.
HARMLESS = ("E10030008", "INV-2026-004711", "4111111111111112", "NL123456789B13", "PO-7731-22")

# What may stand between the characters of a number that somebody typed. Not more: between two
# numbers that are hidden but for their last digits there is more, and together they spell others.
GAP = rb"[^0-9A-Za-z]{0,8}"
AROUND = 80  # bytes to show of where a number was found


@pytest.fixture(scope="module")
def planted(
    balie: TemporaryBalie, broken_store: Callable[[], AbstractContextManager[None]]
) -> Talk:
    """A conversation in which every number was said in every place that takes a text."""
    client = desk_client(balie.address)
    talk = begin(client, "en", "C-1001")
    for number in CARDS:
        talk.say(f"my card {number} was declined, why?")
    for number in IBANS:
        talk.say(f"can you collect it from {number} instead?")
    talk.say(f"mijn BSN is {BSN}, kunt u daarmee mijn rekening vinden?")
    talk.say(" and ".join((*CARDS, *IBANS, f"bsn {BSN}")))
    _hand_off(client, talk)
    _everywhere_else(client, talk)
    _fill_in_form(client)
    with broken_store():  # what fails is logged
        talk.say(f"hello? my card is {CARDS[0]}, my account {IBANS[0]}")
    return talk


def _hand_off(client: httpx.Client, talk: Talk) -> None:
    note = f"call me about {CARDS[0]}, {IBANS[0]}, BSN {BSN}"
    answer = client.post(
        f"/api/v1/conversations/{talk.id}/handoff", json={"note": note}, headers=talk.headers()
    )
    answer.raise_for_status()


def _fill_in_form(client: httpx.Client) -> None:
    """The numbers as answers of the request form, which is kept between turns and filed."""
    talk = begin(client, "en", "C-1003")
    talk.say("can we pay by invoice?")
    talk.say("yes")
    for number in (CARDS[0], IBANS[0], f"bsn {BSN}", *CARDS[1:]):
        talk.say(number)


def _everywhere_else(client: httpx.Client, talk: Talk) -> None:
    """The numbers in every other place that takes a text, fitting or not."""
    path = f"/api/v1/conversations/{talk.id}"
    for number in (*CARDS, *IBANS, f"bsn {BSN}"):
        typed = number.encode("ascii", "ignore").decode() or CARDS[0]
        headers = {
            **talk.headers(),
            "Idempotency-Key": typed,
            "Last-Event-ID": typed,
            "Accept-Language": typed,
            "User-Agent": f"browser {typed}",
        }
        for method, end, body in (
            ("POST", "/messages", {"text": f"hello, {number}"}),
            ("POST", "/messages", {"choice": number}),
            ("POST", "/messages", {"text": "x" * 3000 + number}),
            ("POST", "/handoff", {"email": f"{typed.replace(' ', '.')}@example.com"}),
            ("POST", "/handoff", {"email": "me@example.com", "note": number}),
            ("POST", "/feedback", {"solved": number}),
            ("PUT", "/customer", {"customer_token": number}),
            ("PUT", "/language", {"language": number}),
            ("GET", f"/messages?after={typed}", None),
            ("GET", "/ticket", None),
        ):
            client.request(method, path + end, json=body, headers=headers)
        client.post("/api/v1/conversations", json={"topic": number, "language": "en"})
        client.get("/en/search", params={"q": number}, headers={"User-Agent": typed})
        client.get(f"/en/{typed}", headers={"Accept": "text/html"})
        client.get("/", params={"topic": number})
        client.post("/en/demo", data={"customer": number, "back": number})


def _digits(number: str) -> str:
    return "".join(str(int(c)) if c.isdigit() else c for c in number if c.isalnum()).upper()


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def _found(path: Path, number: str) -> bytes | None:
    """Where the number stands in the file, with what is around it."""
    data = path.read_bytes()
    ways = [re.escape(each.encode()) for each in (number, json.dumps(number).strip('"'))]
    ways.append(GAP.join(bytes((each,)) for each in _digits(number).encode()))
    found = re.search(b"|".join(ways), data, re.IGNORECASE)
    return data[max(0, found.start() - AROUND) : found.end() + AROUND] if found else None


@pytest.mark.parametrize("number", [*CARDS, *IBANS, BSN])
def test_P4_a_planted_number_stands_in_no_database_log_or_file(
    balie: TemporaryBalie, planted: Talk, number: str
) -> None:
    files = list(_files(balie.settings.path("")))
    assert {"balie.db", "tracker.db", "billing.db", "rasa.log", "desk.log"} <= {
        path.name for path in files
    }
    assert {path.name: found for path in files if (found := _found(path, number))} == {}


def test_P4_the_canary_is_found_where_nothing_hides_it(
    balie: TemporaryBalie, planted: Talk, tmp_path: Path
) -> None:
    # The search itself must be able to find: the same numbers, written without any masking.
    for at, number in enumerate((*CARDS, *IBANS, BSN)):
        (tmp_path / f"{at}.log").write_text(f"customer said {number}.\n", encoding="utf-8")
        assert _found(tmp_path / f"{at}.log", number)


def test_P4_the_conversation_is_kept_with_its_numbers_hidden(
    balie: TemporaryBalie, planted: Talk
) -> None:
    said = planted.messages().text
    assert "was declined, why?" in said
    assert "For your safety" in said
    for number in (*CARDS, *IBANS, BSN):
        assert number not in said


def test_P7_no_address_of_a_customer_stands_in_any_file(
    balie: TemporaryBalie, broken_store: Callable[[], AbstractContextManager[None]]
) -> None:
    client = desk_client(balie.address)
    client.headers["X-Forwarded-For"] = ADDRESS
    talk = begin(client, "en", "C-1001")
    talk.say("why was my payment declined?")
    _hand_off(client, talk)
    client.get("/en/search", params={"q": "card"})
    client.get("/nowhere")
    with broken_store():
        talk.say("hello?")

    assert [path.name for path in _files(balie.settings.path("")) if _found(path, ADDRESS)] == []


@pytest.mark.parametrize("number", HARMLESS)
def test_P2_a_number_that_customers_need_is_left_alone(balie: TemporaryBalie, number: str) -> None:
    talk = begin(desk_client(balie.address), "en")
    talk.say(f"it is about {number}, please look at it")
    assert number in talk.messages().text
    with sqlite3.connect(balie.settings.path("tracker.db")) as connection:
        rows = connection.execute(
            "SELECT data FROM events WHERE sender_id = ? AND type_name = 'user'", (talk.id,)
        ).fetchall()
    assert any(number in data for (data,) in rows)
