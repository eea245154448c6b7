"""Vectors of meaning, and doing without."""

import numpy as np
import pytest

from balie.nlu import encoder
from balie.nlu.encoder import Encoder, MissingEncoder, encode

TEXTS = ["my card was refused", "mijn kaart werd geweigerd", "what is the weather tomorrow"]


def test_a_sentence_is_nearer_to_its_translation_than_to_another():
    english, dutch, other = encode(TEXTS)

    assert english @ dutch > 0.6 > 0.4 > english @ other


def test_vectors_are_in_the_order_of_the_texts_whatever_their_length():
    texts = [TEXTS[0] * 3, "ok", TEXTS[1]]

    together = encode(texts)

    for row, text in zip(together, texts, strict=True):
        np.testing.assert_allclose(row, encode([text])[0], atol=1e-4)


def test_only_the_main_directions_are_kept():
    found = Encoder(width=2, weight=1.0).fit(TEXTS)

    assert found.shape == (3, 2)


def test_loaded_directions_encode_the_same(tmp_path):
    one = Encoder(width=2, weight=0.5)
    before = one.fit(TEXTS)
    one.save(tmp_path / "directions.npy")

    loaded = Encoder(width=2, weight=0.5).load(tmp_path / "directions.npy")

    np.testing.assert_allclose(loaded.encode(TEXTS), before, atol=1e-6)


def test_with_weight_0_there_are_no_vectors():
    assert Encoder(width=2, weight=0.0).fit(TEXTS).shape == (3, 0)


def test_without_the_package_there_are_no_vectors(monkeypatch):
    monkeypatch.setattr(encoder, "available", lambda: False)

    assert Encoder(width=2, weight=1.0).fit(TEXTS).shape == (3, 0)


def test_a_model_with_vectors_is_not_loaded_without_the_package(monkeypatch, tmp_path):
    one = Encoder(width=2, weight=1.0)
    one.fit(TEXTS)
    one.save(tmp_path / "directions.npy")
    monkeypatch.setattr(encoder, "available", lambda: False)

    with pytest.raises(MissingEncoder, match=encoder.PROJECT):
        Encoder(width=2, weight=1.0).load(tmp_path / "directions.npy")
