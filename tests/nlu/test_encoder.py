"""What holds of every sentence encoder, of the vectors made of them, and of doing without."""

import numpy as np
import pytest
import spacy

from balie.nlu import use_encoder
from balie.nlu.encoder import MissingEncoder, UnknownEncoder, Vectors, make_encoder

TEXTS = ["my card was refused", "mijn kaart werd geweigerd", "what is the weather tomorrow"]
WORDS = ("my", "card", "was", "refused", "mijn", "kaart", "what", "is", "the", "weather")


class OwnEncoder:
    """As a company might write it: the numbers of letters."""

    def encode(self, texts):
        rows = np.array([[text.count(c) for c in "abcdefgh"] for text in texts], np.float32)
        rows = rows.reshape(len(texts), 8)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)


@pytest.fixture(scope="module")
def spacy_model(tmp_path_factory):
    """A folder with a tiny spaCy model that has word vectors."""
    folder = tmp_path_factory.mktemp("spacy") / "tiny"
    nlp = spacy.blank("nl")
    numbers = np.random.default_rng(1)
    for word in WORDS:
        nlp.vocab.set_vector(word, numbers.normal(size=16).astype(np.float32))
    nlp.to_disk(folder)
    return folder


@pytest.fixture(params=["use", "spacy", "own"])
def name(request, spacy_model):
    own = f"{OwnEncoder.__module__}.OwnEncoder"
    return {"use": "use", "spacy": f"spacy:{spacy_model}", "own": own}[request.param]


def check_there_is_a_row_for_each_text_of_one_width(encoder):
    several = encoder.encode(TEXTS)

    assert several.dtype == np.float32
    assert several.ndim == 2
    assert len(several) == len(TEXTS)
    assert encoder.encode([]).shape == (0, several.shape[1])


def check_rows_have_unit_length_or_none(encoder):
    lengths = np.linalg.norm(encoder.encode([*TEXTS, "", " ", "🙏", "\ufffd", "x" * 5000]), axis=1)

    assert np.all(np.isclose(lengths, 1, atol=1e-4) | (lengths == 0))
    assert lengths[0] > 0


def check_a_text_has_the_same_vector_whatever_stands_beside_it(encoder):
    texts = [TEXTS[0] * 30, "ok", TEXTS[1]]

    for row, text in zip(encoder.encode(texts), texts, strict=True):
        np.testing.assert_allclose(row, encoder.encode([text])[0], atol=1e-4)


CONTRACT = (
    check_there_is_a_row_for_each_text_of_one_width,
    check_rows_have_unit_length_or_none,
    check_a_text_has_the_same_vector_whatever_stands_beside_it,
)


@pytest.mark.parametrize("check", CONTRACT, ids=lambda check: check.__name__)
def test_every_encoder_keeps_the_contract(name, check):
    check(make_encoder(name))


def test_loaded_directions_encode_the_same(name, tmp_path):
    one = Vectors(name, width=2, weight=0.5)
    before = one.fit(TEXTS)
    one.save(tmp_path / "directions.npy")

    loaded = Vectors(name, width=2, weight=0.5).load(tmp_path / "directions.npy")

    assert before.shape == (3, 2)  # the main directions only
    np.testing.assert_allclose(loaded.encode(TEXTS), before, atol=1e-6)


@pytest.mark.parametrize(("name", "weight"), [("none", 1.0), ("use", 0.0)])
def test_without_an_encoder_or_with_weight_0_there_are_no_vectors(name, weight, tmp_path):
    vectors = Vectors(name, width=2, weight=weight)

    assert vectors.fit(TEXTS).shape == (3, 0)
    vectors.save(tmp_path / "directions.npy")
    loaded = Vectors(name, width=2, weight=weight).load(tmp_path / "directions.npy")
    assert loaded.encode(TEXTS).shape == (3, 0)


def test_by_default_a_sentence_is_nearer_to_its_translation_than_to_another():
    english, dutch, other = make_encoder("use").encode(TEXTS)

    assert english @ dutch > 0.6 > 0.4 > english @ other


@pytest.fixture
def without_package(monkeypatch):
    make_encoder.cache_clear()
    monkeypatch.setattr(use_encoder, "available", lambda: False)
    yield
    make_encoder.cache_clear()


def test_where_the_package_is_missing_training_does_without(without_package, caplog):
    assert Vectors("use", width=2, weight=1.0).fit(TEXTS).shape == (3, 0)
    assert use_encoder.PROJECT in caplog.text


def test_a_model_with_vectors_is_not_loaded_without_the_package(tmp_path, request):
    one = Vectors("use", width=2, weight=1.0)
    one.fit(TEXTS)
    one.save(tmp_path / "directions.npy")
    request.getfixturevalue("without_package")

    with pytest.raises(MissingEncoder, match=use_encoder.PROJECT):
        Vectors("use", width=2, weight=1.0).load(tmp_path / "directions.npy")


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("word2vec", UnknownEncoder),
        ("balie.nlu.encoder.NoSuchClass", UnknownEncoder),
        ("no_such_package.Encoder", MissingEncoder),
        ("spacy:no_such_model", MissingEncoder),
    ],
)
def test_an_encoder_that_there_is_not_is_told_by_name(name, error):
    with pytest.raises(error, match=name.partition(":")[2] or name):
        make_encoder(name)


def test_a_spacy_model_without_vectors_is_refused(tmp_path):
    spacy.blank("nl").to_disk(tmp_path)

    with pytest.raises(UnknownEncoder, match="no word vectors"):
        make_encoder(f"spacy:{tmp_path}")
