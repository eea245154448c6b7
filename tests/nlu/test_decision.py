"""Answer, offer or out of scope; and a second question."""

import pytest
from rasa.shared.nlu.training_data.message import Message

from balie.nlu.decision import Decider
from balie.nlu.threshold_fit import Targets, fit_thresholds
from balie.nlu.thresholds import Thresholds, best_pair, decide

THRESHOLDS = Thresholds(topic=0.7, doubt=0.1, conversation=0.5, out_of_scope=0.4, second_topic=0.6)


def ranking(*entries):
    return [{"name": name, "confidence": confidence} for name, confidence in entries]


@pytest.mark.parametrize(
    ("entries", "decision"),
    [
        ([("past_due", 0.8), ("out_of_scope", 0.05)], "answer"),
        ([("past_due", 0.7)], "answer"),
        ([("past_due", 0.69)], "offer"),
        ([("past_due", 0.8), ("out_of_scope", 0.15)], "offer"),
        ([("next_step", 0.55), ("out_of_scope", 0.3)], "answer"),
        ([("next_step", 0.45)], "offer"),
        ([("out_of_scope", 0.45), ("past_due", 0.4)], "out_of_scope"),
        ([("out_of_scope", 0.35), ("past_due", 0.3)], "offer"),
    ],
)
def test_the_decision_follows_the_thresholds(entries, decision):
    assert decide(ranking(*entries), THRESHOLDS) == decision


def decided(message):
    storage = resource = None
    decider = Decider(Decider.get_default_config(), storage, resource, THRESHOLDS)
    return decider.process([message])[0]


def split(left, right):
    return (ranking(left), ranking(right))


def two_questions(*splits):
    whole = ranking(("pay_by_invoice", 0.5), ("past_due", 0.3), ("view_invoice", 0.2))
    message = Message({"text": "...", "intent": whole[0], "intent_ranking": whole})
    message.set("split_rankings", list(splits))
    return message


def test_of_two_questions_the_first_is_the_intent_and_the_second_comes_after():
    message = decided(two_questions(split(("past_due", 0.9), ("pay_by_invoice", 0.8))))

    assert message.get("intent") == {"name": "past_due", "confidence": 0.9}
    assert message.get("second_topic") == "pay_by_invoice"
    assert message.get("decision") == "answer"
    names = [entry["name"] for entry in message.get("intent_ranking")]
    assert names == ["past_due", "pay_by_invoice", "view_invoice"]


@pytest.mark.parametrize(
    "unsure",
    [
        split(("past_due", 0.9), ("pay_by_invoice", 0.5)),
        split(("past_due", 0.9), ("past_due", 0.9)),
        split(("past_due", 0.9), ("next_step", 0.9)),
        split(("out_of_scope", 0.9), ("past_due", 0.9)),
    ],
)
def test_one_topic_or_an_unsure_part_is_no_second_question(unsure):
    message = decided(two_questions(unsure))

    assert message.get("second_topic") is None
    assert message.get("intent")["name"] == "pay_by_invoice"


def test_the_surest_of_several_cuts_counts():
    cuts = [
        split(("past_due", 0.7), ("view_invoice", 0.7)),
        split(("past_due", 0.9), ("pay_by_invoice", 0.8)),
    ]

    assert best_pair(cuts) == cuts[1]


def test_an_intent_without_ranking_is_answered():
    message = Message({"text": "/x", "intent": {"name": "start_guide", "confidence": 1.0}})

    assert decided(message).get("decision") == "answer"


def test_decision_and_second_topic_are_part_of_the_output(pipeline):
    message = pipeline.run("why was my card refused")

    assert {"decision", "second_topic"} <= message.output_properties


@pytest.mark.parametrize("text", ["", "👍", "..."])
def test_nothing_but_signs_is_out_of_scope(pipeline, text):
    assert pipeline.run(text).get("decision") == "out_of_scope"


def test_thresholds_can_be_saved(tmp_path):
    THRESHOLDS.save(tmp_path)

    assert Thresholds.load(tmp_path) == THRESHOLDS


def cases():
    """A hundred messages in scope, of which the less sure are wrong, and twenty out of scope."""
    inside = [
        ("past_due", ranking(("past_due" if number >= 10 else "view_invoice", number / 100)))
        for number in range(1, 101)
    ]
    outside = [
        ("out_of_scope", ranking(("past_due", 0.5), ("out_of_scope", number / 100)))
        for number in range(11, 31)
    ]
    return inside + outside


def fit(rankings, targets=None, splits=()):
    labels, found = zip(*rankings, strict=True)
    return fit_thresholds(labels, found, splits, targets or Targets())


def test_as_much_is_answered_as_the_wrong_ones_allow():
    thresholds = fit(cases(), Targets(wrong=0.02))

    # Nine are wrong, at 0.01 to 0.09; two of a hundred may be answered.
    assert 0.07 < thresholds.topic <= 0.08


def test_what_is_out_of_scope_is_not_answered():
    thresholds = fit(cases(), Targets(out_of_scope_answered=0.05))
    answered = [
        decide(found, thresholds) == "answer" for label, found in cases() if label == "out_of_scope"
    ]

    assert sum(answered) <= 1


def test_few_messages_in_scope_are_called_out_of_scope():
    called = [("past_due", ranking(("out_of_scope", number / 100))) for number in range(1, 101)]

    thresholds = fit(called, Targets(called_out_of_scope=0.03))

    assert thresholds.out_of_scope == pytest.approx(0.98, abs=0.006)


def test_nobody_is_turned_away_while_it_is_as_likely_that_the_question_is_ours():
    rightly = [
        ("out_of_scope", ranking(("out_of_scope", number / 100))) for number in range(1, 101)
    ]

    assert fit(rightly).out_of_scope == pytest.approx(0.5, abs=0.006)


def test_conversation_is_taken_from_where_enough_of_it_is_right():
    unsure = [("stop", ranking(("next_step", 0.3)))] * 5
    sure = [("next_step", ranking(("next_step", 0.8)))] * 9

    thresholds = fit(unsure + sure, Targets(conversation_right=0.9))

    assert 0.3 < thresholds.conversation < 0.31


def test_few_messages_get_a_second_topic():
    confidences = [number / 100 for number in range(100)]
    splits = [[split(("past_due", c), ("view_invoice", 1.0))] for c in confidences]

    thresholds = fit(cases(), Targets(second_topic=0.05), splits)

    assert sum(c >= thresholds.second_topic for c in confidences) == 5


def test_where_nothing_holds_the_strictest_thresholds_are_taken():
    hopeless = [("past_due", ranking(("view_invoice", 1.0)))] * 10

    thresholds = fit(hopeless)

    assert (thresholds.topic, thresholds.doubt) == (0.995, 0.005)
