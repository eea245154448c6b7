"""What is left of a mail is the question: both languages, quoted mail, signatures, footers."""

import time
from pathlib import Path

import pytest

from balie.desk.triage.mail import MailWords, question_of

WORDS = MailWords.load(Path(__file__).parents[3] / "data")

DUTCH = """Geachte heer, mevrouw,

Wij hebben vorige week de factuur betaald, maar de melding staat er nog.
- factuur E0400AB12
- betaald op 3 november

Kunt u dit nakijken?

Met vriendelijke groet,
Jan de Vries
Contoso Nederland B.V.
Tel. 020-1234567

Op ma 3 nov. 2026 om 10:12 schreef Facturering <billing@example.com>:
> Uw betaling is achterstallig.
"""
ENGLISH = """Hi there, why was my card declined? It worked last month.

Thanks in advance,
John

Sent from my iPhone

-----Original Message-----
From: Billing
Sent: Monday
Subject: payment declined
Your payment was declined.
"""


def body(text: str) -> str:
    return question_of("", text, WORDS)


def test_a_dutch_mail_is_its_question() -> None:
    assert body(DUTCH).splitlines() == [
        "Wij hebben vorige week de factuur betaald, maar de melding staat er nog.",
        "- factuur E0400AB12",
        "- betaald op 3 november",
        "Kunt u dit nakijken?",
    ]


def test_an_english_mail_is_its_question() -> None:
    assert body(ENGLISH) == "why was my card declined? It worked last month."


@pytest.mark.parametrize(
    "quote",
    [
        "On Mon, 3 Nov 2026 at 10:12, Billing <b@example.com> wrote:\n> pay the bill",
        "On Mon, 3 Nov 2026 at 10:12, Billing\n<b@example.com> wrote:\npay the bill",
        "Op 3 november 2026 heeft Jan het volgende geschreven:\nbetaal de rekening",
        "Van: Facturering\nVerzonden: maandag\nAan: ons\nOnderwerp: rekening\nbetaal",
        "*From:* Billing\n*Sent:* Monday\npay the bill",
        "----- Oorspronkelijk bericht -----\nbetaal de rekening",
        "---------- Forwarded message ----------\npay",
        "> pay the bill\n>> or not",
    ],
)
def test_earlier_mail_is_left_out(quote: str) -> None:
    assert body(f"Can we pay by invoice?\n\n{quote}") == "Can we pay by invoice?"


@pytest.mark.parametrize(
    "end",
    [
        "Mvg,\nAn",
        "M.v.g. An Peeters",
        "Groetjes Piet",
        "Alvast bedankt!\n\nPiet",
        "Kind regards\nJohn\nContoso Ltd",
        "Thanks,\nJohn",
        "-- \nJohn",
        "Verzonden vanaf mijn iPhone",
        "Dit bericht is vertrouwelijk en alleen voor de geadresseerde bestemd.\nVerwijder het.",
        "This e-mail and any attachments are confidential.",
    ],
)
def test_signatures_and_footers_are_left_out(end: str) -> None:
    assert body(f"Kan ik per factuur betalen?\n\n{end}") == "Kan ik per factuur betalen?"


@pytest.mark.parametrize(
    "start", ["Beste,\n", "Dear Sir or Madam,\n\n", "Hoi, ", "L.S.,\n", "Goedemorgen,\n", "Hello\n"]
)
def test_greetings_are_left_out(start: str) -> None:
    found = body(f"{start}mijn kaart werd geweigerd, hoe kan dat nu weer?")

    assert found == "mijn kaart werd geweigerd, hoe kan dat nu weer?"


@pytest.mark.parametrize(
    "text",
    [
        "Thanks to your mail I know that the card was declined. Why?",
        "On Monday I paid; why is it still due?",
        "Van: welke rekening wordt dit betaald?",
        "Best way to pay by invoice?",
        "To: pay or not to pay",
        "Op welke dag wordt er afgeschreven:",
        "hello",
        "Hi my card was declined, why is that?",
        "Hallo kaart geweigerd",
        "Bedankt",
        "Kind regards",
    ],
)
def test_what_only_looks_like_trimmings_stays(text: str) -> None:
    assert body(text) == text


def test_a_mail_that_is_only_passed_on_is_read_itself() -> None:
    forwarded = (
        "---------- Forwarded message ----------\nFrom: An\nDate: today\nwhere is my invoice"
    )

    assert "where is my invoice" in body(forwarded)
    assert body("> where is my invoice") == "> where is my invoice"


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Re: Fwd: invoice", "invoice\nI cannot find it."),
        ("Antw: RE: [Ticket#123] factuur", "factuur\nI cannot find it."),
        ("", "I cannot find it."),
        ("find it", "I cannot find it."),
        ("Invoice: where?", "Invoice: where?\nI cannot find it."),
    ],
)
def test_subject_and_body_are_both_used(subject: str, expected: str) -> None:
    assert question_of(subject, "I cannot find it.", WORDS) == expected


def test_a_subject_alone_is_enough() -> None:
    assert question_of("Re: invoice", " \n", WORDS) == "invoice"


@pytest.mark.parametrize(
    "text", ["\n", " \n", "> ", "From: x\n", "Op x schreef:\n", "-", "--\n", "Dear ", "a ", "a,"]
)
def test_R8_hostile_mail_takes_no_longer_than_other_mail(text: str) -> None:
    begun = time.perf_counter()
    question_of(text * 20, text * (60_000 // len(text)), WORDS)

    assert time.perf_counter() - begun < 5
