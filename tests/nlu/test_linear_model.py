"""The linear model, its features and the scores of what it has not seen."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfTransformer

from balie.nlu.cross_validation import Example, assign_folds, fit_and_cross_validate
from balie.nlu.features import Blocks, Counts, NgramCounter, character_ngrams, ngrams
from balie.nlu.linear_model import LinearModel, _idf, _label_weights, _tfidf, fit_linear
from balie.nlu.sentences import Sentence

TEXTS = ["my card", "the card", "my invoice", "an invoice", "next step", "next"]
LABELS = ["card", "card", "invoice", "invoice", "next", "next"]


def blocks(counter, texts, fit=False):
    counts = counter.fit(texts) if fit else counter.count(texts)
    return Blocks(counts, np.zeros((len(texts), 0), np.float32))


@pytest.fixture
def counter():
    return NgramCounter({"words": str.split})


def test_ngrams_are_runs_of_words():
    assert ngrams(["a", "b", "c"], 2) == ["a", "b", "c", "a b", "b c"]


def test_character_ngrams_mark_the_ends_of_a_word():
    assert character_ngrams(["ab"], 2, 3) == [" a", "ab", "b ", " ab", "ab "]


def test_in_a_large_corpus_an_ngram_of_a_single_document_does_not_count():
    counter = NgramCounter({"words": str.split}, rarest=2)

    counter.fit(["my card", "my invoice", "invoice once"])
    small = counter.vocabularies["words"]
    counter.fit([*["my card", "my invoice"] * 1000, "invoice once"])

    assert small == ["card", "invoice", "my", "once"]
    assert counter.vocabularies["words"] == ["card", "invoice", "my"]


def test_the_label_of_known_words_has_the_highest_score(counter):
    model = LinearModel().fit(blocks(counter, TEXTS, fit=True), LABELS)

    best = model.scores(blocks(counter, ["card", "invoice", "next"])).argmax(axis=1)

    assert [model.labels[column] for column in best] == ["card", "invoice", "next"]


def test_two_labels_have_a_column_each(counter):
    model = LinearModel().fit(blocks(counter, TEXTS[:4], fit=True), LABELS[:4])

    scores = model.scores(blocks(counter, ["card"]))

    assert scores.shape == (1, 2)
    assert scores[0, 0] > 0 > scores[0, 1]


def test_a_saved_model_gives_the_same_scores(counter, tmp_path):
    model = LinearModel().fit(blocks(counter, TEXTS, fit=True), LABELS)
    model.save(tmp_path / "model.npz")
    other = NgramCounter({"words": str.split})
    other.vocabularies = counter.vocabularies

    loaded = LinearModel().load(tmp_path / "model.npz")

    assert loaded.labels == model.labels
    texts = ["my card please", "", "unknown words"]
    np.testing.assert_array_equal(
        loaded.scores(blocks(other, texts)), model.scores(blocks(counter, texts))
    )


def test_weights_are_those_of_scikit_learn(counter):
    counts = counter.fit(["a b b c", "c d e a", "z"])["words"]

    expected = TfidfTransformer(sublinear_tf=True).fit_transform(counts.matrix)

    scaled = replace(counts, values=_tfidf(counts, _idf(counts))).matrix
    np.testing.assert_allclose(scaled.toarray(), expected.toarray(), 1e-5)


def test_words_that_were_not_learned_from_take_no_share_of_a_document(counter):
    learned = Counts.of(counter.fit(["card", "card new"])["words"].matrix[:1])

    scaled = _tfidf(counter.count(["card new"])["words"], _idf(learned))

    assert sorted(scaled) == [0.0, 1.0]


def test_every_group_is_spread_evenly_over_the_folds():
    groups = ["a", "a", "a", "b", "b", "a"]

    assert assign_folds(groups, 3) == [0, 1, 2, 0, 1, 0]


def test_held_out_scores_come_from_models_that_lack_the_example(counter):
    seen = []

    def fit(features, labels):
        seen.append(len(labels))
        return LinearModel().fit(features, labels)

    examples = [
        Example(Sentence(text, tuple(text.split()), ()), (), label, label)
        for text, label in zip(TEXTS, LABELS, strict=True)
    ]
    _, found = fit_and_cross_validate(
        examples, blocks(counter, TEXTS, fit=True), blocks(counter, []), fit, folds=2
    )

    assert seen == [6, 3, 3]  # all of them first
    assert found.wholes.shape == (6, 3)
    # "next" is known from the other fold's "next step".
    assert found.wholes[5].argmax() == 2


def test_an_intent_that_a_fold_does_not_know_gets_a_clear_no(counter):
    texts, labels = [*TEXTS, "alone"], [*LABELS, "rare"]
    examples = [
        Example(Sentence(text, (text,), ()), (), label, label)
        for text, label in zip(texts, labels, strict=True)
    ]

    fit = partial(fit_linear, penalty=1.0, balance=0.5)

    _, found = fit_and_cross_validate(
        examples, blocks(counter, texts, fit=True), blocks(counter, []), fit, folds=2
    )

    assert found.wholes[6, 3] == -1.0


def test_an_example_of_a_frequent_label_weighs_less_but_not_all_the_less():
    labels = ["rare"] + ["usual"] * 4 + ["frequent"] * 16

    assert _label_weights(labels, 0.5) == {"rare": 2.0, "usual": 1.0, "frequent": 0.5}
    assert _label_weights(labels, 1.0) == {"rare": 4.0, "usual": 1.0, "frequent": 0.25}
    assert set(_label_weights(labels, 0.0).values()) == {1.0}
