"""The comparison is fair: what the others understand is counted as ours is."""

from balie.nlu.messages import Labelled
from balie.nlu.metrics import figures
from benchmarks.candidates import in_own_process, plain, understood

EXAMPLES = [
    Labelled(text, "en", intent)
    for intent, texts in {
        "past_due": ("my bill is overdue", "the bill is late", "overdue bill"),
        "view_invoice": ("where is my invoice", "show the invoice", "invoice as pdf"),
        "out_of_scope": ("the weather is nice", "what weather tomorrow", "nice weather"),
    }.items()
    for text in texts
]


def test_a_candidate_learns_and_is_measured_in_a_process_of_its_own():
    messages = [Labelled("an overdue bill", "en", "past_due"), Labelled("weather", "en", "x")]

    tried = in_own_process(plain, EXAMPLES, messages)

    assert [each.found["intent"] for each in tried.outcomes] == ["past_due", "out_of_scope"]
    assert not tried.knows_languages
    assert tried.memory > 50
    assert figures(tried.outcomes).latency_p50 > 0


def test_what_is_not_called_out_of_scope_is_answered_unless_a_fallback_says_otherwise():
    shares = {"past_due": 0.6, "out_of_scope": 0.4}

    assert understood(shares)["decision"] == "answer"
    assert understood(shares, fallback=True)["decision"] == "offer"
    assert understood({"past_due": 0.4, "out_of_scope": 0.6})["decision"] == "out_of_scope"
