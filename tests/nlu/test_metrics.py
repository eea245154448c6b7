"""The figures of understanding, and pictures of them."""

import pytest

from balie.nlu.messages import Labelled
from balie.nlu.metrics import (
    Bin,
    Outcome,
    by_intent,
    confusions,
    figures,
    reliability,
    risk_coverage,
)
from balie.nlu.plots import write_plots


def outcome(label, found, decision="answer", confidence=0.9, second=None, **more):
    """A message of three Dutch words that was understood in 2 ms."""
    others = more.get("others", ["view_invoice", "stop", "deny"])
    names = [found, *(other for other in others if other != found)]
    understood = {
        "language": more.get("language", "nl"),
        "intent": found,
        "confidence": confidence,
        "ranking": [{"intent": name, "confidence": 0.0} for name in names],
        "decision": decision,
        "second_topic": second,
    }
    return Outcome(Labelled(more.get("text", "een twee drie"), "nl", label), understood, 0.002)


OUTCOMES = [
    outcome("past_due", "past_due"),
    outcome("past_due", "payment_retry"),
    outcome("view_invoice", "past_due", "offer", 0.4),
    outcome("next_step", "next_step", second="past_due"),
    outcome("next_step", "stop"),
    outcome("past_due", "out_of_scope", "out_of_scope"),
    outcome("out_of_scope", "out_of_scope", "out_of_scope"),
    outcome("out_of_scope", "past_due"),
    outcome("out_of_scope", "greet"),
    outcome("out_of_scope", "past_due", "offer", language="en"),
]


@pytest.mark.parametrize(
    ("name", "share"),
    [
        ("messages", 10),
        ("in_scope", 6),
        ("accuracy", 2 / 6),
        ("accuracy_topics", 1 / 4),
        ("accuracy_conversation", 1 / 2),
        ("top_3", 3 / 6),
        ("answered_right", 2 / 6),
        ("wrong_answers", 1 / 6),  # next_step taken for stop is no other topic
        ("offered", 1 / 6),
        ("called_out_of_scope", 1 / 6),
        ("out_of_scope_answered", 1 / 4),  # small talk is no topic
        ("out_of_scope_found", 1 / 4),
        ("second_topic", 1 / 10),
        ("language", 9 / 10),
        ("latency_p50", 2.0),
    ],
)
def test_each_figure_counts_what_its_name_says(name, share):
    assert getattr(figures(OUTCOMES), name) == pytest.approx(share)


def test_the_language_of_a_word_or_two_is_not_judged():
    short = outcome("past_due", "past_due", text="te laat", language="en")

    assert figures([short]).language is None


def test_figures_of_nothing_are_none():
    assert figures([]).accuracy is None
    assert figures([]).ece is None


def test_calibration_error_is_the_mean_distance_of_confidence_and_accuracy():
    sure_but_wrong = [outcome("past_due", "stop", confidence=0.95)]
    sure_and_right = [outcome("past_due", "past_due", confidence=0.95)] * 3

    assert figures(sure_but_wrong + sure_and_right).ece == pytest.approx(0.95 - 0.75)


def test_reliability_has_a_bin_for_each_tenth_that_occurs():
    found = reliability([outcome("stop", "stop", confidence=c) for c in (0.31, 0.39, 1.0)])

    assert found == [Bin(2, pytest.approx(0.35), 1.0), Bin(1, 1.0, 1.0)]


def test_recall_and_precision_of_an_intent():
    [past_due] = [each for each in by_intent(OUTCOMES) if each.intent == "past_due"]

    assert (past_due.messages, past_due.recall, past_due.precision) == (3, 1 / 3, 1 / 4)


def test_an_intent_that_was_never_found_has_no_precision():
    [found] = [each for each in by_intent(OUTCOMES) if each.intent == "view_invoice"]

    assert (found.recall, found.precision) == (0.0, None)


def test_confusions_come_with_the_most_frequent_first():
    found = confusions(OUTCOMES)

    assert (found[0].label, found[0].found, found[0].times) == ("out_of_scope", "past_due", 2)
    assert all(confusion.label != confusion.found for confusion in found)


def test_risk_grows_where_less_sure_messages_are_wrong():
    coverage, risk = risk_coverage(
        [outcome("stop", "deny", confidence=0.2), outcome("stop", "stop", confidence=0.8)]
    )

    assert (coverage, risk) == ([0.5, 1.0], [0.0, 0.5])


def test_plots_are_three_pictures(tmp_path):
    paths = write_plots(OUTCOMES, tmp_path / "new")

    assert [path.name for path in paths] == [
        "confusion_matrix.png",
        "risk_coverage.png",
        "reliability.png",
    ]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in paths)
