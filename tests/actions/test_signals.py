"""The words that writers list are heard in both languages, and nowhere else."""

from pathlib import Path

import pytest

from actions.signals import Signals, load_signals
from balie.content.model import Step

STEP = Step(
    id="settle",
    en="Choose **Settle balance**, then **Billing > Your products**.",
    nl="Kies **Saldo vereffenen** en dan **Facturering > Uw producten**.",
)
BARE = Step(id="wait", en="Wait a day.", nl="Wacht een dag.")


@pytest.mark.parametrize("text", ["👍", " 👌\n", "✅"])
def test_a_sign_alone_means_yes(signals: Signals, text: str) -> None:
    assert signals.means_yes(text)
    assert not signals.means_no(text)


@pytest.mark.parametrize("text", ["👎", "❌ "])
def test_a_sign_alone_means_no(signals: Signals, text: str) -> None:
    assert signals.means_no(text)
    assert not signals.means_yes(text)


@pytest.mark.parametrize("text", ["", " ", "yes", "👍👍", "👍 ok", "nee"])
def test_anything_more_is_no_sign(signals: Signals, text: str) -> None:
    assert not signals.means_yes(text)
    assert not signals.means_no(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("in Dutch please", "nl"),
        ("NEDERLANDS", "nl"),
        ("liever in het nl", "nl"),
        ("can I do this in English?", "en"),
        ("spreekt u Engels", "en"),
        ("English or Dutch", None),
        ("another language", None),
        ("I am on holiday in hollandaise", None),
        ("enkel", None),
    ],
)
def test_the_language_that_is_named(signals: Signals, text: str, language: str | None) -> None:
    assert signals.asked_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "I clicked Settle balance",
        "i've chosen settle balance",
        "SETTLE BALANCE pressed",
        "I'm on Your products",
        "opened Your products, what now?",
        "Ik heb op Saldo vereffenen geklikt",
        "ik zit op Uw producten",
        "Saldo vereffenen aangeklikt, en nu?",
        "clicked Saldo vereffenen",
    ],
)
def test_progress_names_something_on_the_screen_and_says_it_is_done(
    signals: Signals, text: str
) -> None:
    assert signals.reports_progress(text, STEP)
    assert not signals.reports_progress(text, BARE)


@pytest.mark.parametrize(
    "text",
    [
        "I clicked",
        "Settle balance",
        "I clicked Settle",
        "where is Settle balance?",
        "I clicked Settle balance and nothing happened",
        "I clicked Settle balance, is that right?",
        "ik heb op Saldo vereffenen geklikt maar krijg een foutmelding",
        "ik kan niet op Saldo vereffenen klikken, wel geopend",
        "",
    ],
)
def test_less_than_that_is_no_progress(signals: Signals, text: str) -> None:
    assert not signals.reports_progress(text, STEP)


@pytest.mark.parametrize(
    "text",
    [
        "Settle balance is not there",
        "I can't find Your products",
        "Saldo vereffenen is grijs",
        "waar staat Uw producten",
        "Settle balance?",
    ],
)
def test_trouble_names_something_on_the_screen_too(signals: Signals, text: str) -> None:
    assert signals.names_trouble_here(text, STEP)
    assert not signals.names_trouble_here(text, BARE)


@pytest.mark.parametrize("text", ["it is not there", "waarom?", "error", "Geen idee"])
def test_trouble_with_something_else_is_not_about_this_step(signals: Signals, text: str) -> None:
    assert signals.reports_trouble(text)
    assert not signals.names_trouble_here(text, STEP)


@pytest.mark.parametrize(
    ("text", "little"),
    [
        ("where is Settle balance", True),
        ("waar is Uw producten dan", True),
        ("I would like to talk to a person about Settle balance", False),
        ("a person please", False),
    ],
)
def test_little_beside_a_label_is_about_the_step(signals: Signals, text: str, little: bool) -> None:
    assert signals.is_little_but_label(text, STEP) is little
    assert not signals.is_little_but_label(text, BARE)


@pytest.mark.parametrize(
    "text",
    ["how", "How?", "HOE?", "show me", "ok, how do I do that", "laat maar zien", "Hoe doe ik dat?"],
)
def test_steps_are_accepted(signals: Signals, text: str) -> None:
    assert signals.wants_steps(text)


@pytest.mark.parametrize("text", ["", "no", "however", "how much is it", "hoeveel", "ik weet het"])
def test_steps_are_not_accepted(signals: Signals, text: str) -> None:
    assert not signals.wants_steps(text)


def test_words_stay_words_however_yaml_reads_them(tmp_path: Path) -> None:
    file = tmp_path / "signals.yml"
    file.write_text("yes: [on, 1, yes]\nno: [no, 'off']\n", encoding="utf-8")
    read = load_signals(file)
    assert [read.means_yes(word) for word in ("on", "1", "yes", "no")] == [True, True, True, False]
    assert read.means_no("no")


@pytest.mark.parametrize("text", ["good, let's continue", "en nu verder met de stappen", "Resume"])
def test_going_on_is_asked_for(signals: Signals, text: str) -> None:
    assert signals.wants_to_go_on(text)


@pytest.mark.parametrize("text", ["I will continue tomorrow", "later verdergaan", "thanks"])
def test_going_on_at_another_time_is_not_going_on(signals: Signals, text: str) -> None:
    assert not signals.wants_to_go_on(text)


@pytest.mark.parametrize(
    "text", ["no idea", "Geen idee van wie die is", "dat weet ik niet", "not sure"]
)
def test_not_knowing_is_said(signals: Signals, text: str) -> None:
    assert signals.does_not_know(text)


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "niet van mij",
        "I don't know why the bank refused my card last week, but it did so twice",
    ],
)
def test_a_no_and_a_story_are_no_not_knowing(signals: Signals, text: str) -> None:
    assert not signals.does_not_know(text)


@pytest.mark.parametrize(
    "text",
    [
        "I want to kill myself",
        "i don't want to live anymore",
        "I’m thinking about suicide",
        "suicide",
        "since the letter I feel suicidal",
        "Ik wil niet meer leven.",
        "ik denk aan zelfmoord",
        "ZELFMOORD",
        "ik ben suïcidaal",
        "ik wil een einde maken aan mijn leven",
        "ik ben bang dat ik mezelf iets aandoe of mezelf pijn doen ga",
    ],
)
def test_a_cry_for_help_is_heard(signals: Signals, text: str) -> None:
    assert signals.speaks_of_self_harm(text)


@pytest.mark.parametrize(
    "text",
    [
        "this bill is killing me",
        "I'm dying to know when the payment arrives",
        "the subscription is dead, kill it",
        "how do I end my subscription and take my licenses with me",
        "renewing at that price would be suicide for our company",
        "my card died, I could kill for a new one",
        "the old plan is better off dead",
        "ik schrik me dood van deze rekening",
        "die facturen worden nog eens mijn dood",
        "ik lach me dood",
        "een dode link in de e-mail",
        "ik wil een einde maken aan mijn abonnement",
        "hoe maak ik er een einde aan?",
        "het abonnement leeft nog, maar de kaart is dood",
        "ik betaal me suf, daar wil ik van af",
    ],
)
def test_what_people_say_of_a_bill_is_no_cry_for_help(signals: Signals, text: str) -> None:
    assert not signals.speaks_of_self_harm(text)


@pytest.mark.parametrize(
    "text",
    [
        "when do I hear from you?",
        "What are your opening hours?",
        "how is my request doing",
        "did you get my message?",
        "what time do you open tomorrow?",
        "Is dit al doorgegeven?",
        "wanneer hoor ik iets?",
        "wat zijn de openingstijden",
        "hoe staat het met mijn aanvraag?",
        "Is er al nieuws?",
        "wat is mijn kenmerk",
        "when will they answer?",
        "when are they going to call me back",
        "wanneer bellen jullie terug?",
    ],
)
def test_a_question_about_the_open_request(signals: Signals, text: str) -> None:
    assert signals.asks_about_request(text)


@pytest.mark.parametrize(
    "text",
    [
        "when will I get my invoice?",
        "how long does it take before the payment arrives",
        "hoe staat het met mijn factuur?",
        "hoe lang duurt het voordat mijn betaling binnen is",
        "hoe staat het met mijn krediet",
        "why was my card declined",
    ],
)
def test_a_question_about_a_bill_is_none_about_the_request(signals: Signals, text: str) -> None:
    assert not signals.asks_about_request(text)
