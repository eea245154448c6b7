"""What each part of the intent model adds, on the development set.

`python -m benchmarks.ablation` prints tables in Markdown; `--only WORD` prints those rows only
whose name holds the word.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import compress
from pathlib import Path

import numpy as np
import numpy.typing as npt

from balie.content import LANGUAGES
from balie.nlu import data_checks
from balie.nlu.encoder import make_encoder
from balie.nlu.features import Floats
from balie.nlu.intent_model import IntentModel, Options
from balie.nlu.intents import OUT_OF_SCOPE
from balie.nlu.messages import Labelled
from balie.nlu.sentences import Sentence, sentence
from balie.nlu.tokenizer import tokens_of
from benchmarks.cached_encoder import CachedUse
from benchmarks.rewriting import Rewrite, Spelling, with_concepts, without_lemmas

ROOT = Path(__file__).parents[1]
CHOSEN = replace(Options(), encoder=CachedUse.NAME)
OPTIONS = {
    "as chosen: words up to two, characters up to five, encoder": CHOSEN,
    "without the encoder": replace(CHOSEN, encoder_weight=0.0),
    "encoder twice as heavy": replace(CHOSEN, encoder_weight=2 * CHOSEN.encoder_weight),
    "all 512 directions of the encoder": replace(CHOSEN, encoder_width=512),
    "single words": replace(CHOSEN, word_ngrams=1),
    "words up to three": replace(CHOSEN, word_ngrams=3),
    "characters up to four": replace(CHOSEN, char_ngrams=4),
    "characters up to six": replace(CHOSEN, char_ngrams=6),
    "n-grams of a single example too": replace(CHOSEN, rarest=1),
    "smoother (C = 0.3)": replace(CHOSEN, penalty=0.3),
    "every example weighs the same": replace(CHOSEN, balance=0.0),
    "every intent weighs the same": replace(CHOSEN, balance=1.0),
    "out of scope weighs as much as any": replace(CHOSEN, out_of_scope_weight=1.0),
    "out of scope weighs a quarter": replace(CHOSEN, out_of_scope_weight=0.25),
}
SHARES = (0.1, 0.25, 0.5)
NEIGHBOURS = 10
# What training finds for the model as chosen; without held-out scores it is not known.
TEMPERATURE = 0.23
# Of the messages in scope: what a threshold in the place of a class may call out of scope.
REJECTED = 0.03


@dataclass(frozen=True)
class Corpus:
    """Labelled messages and their tokens."""

    messages: Sequence[Labelled]
    sentences: Sequence[Sentence]

    @classmethod
    def read(cls, files: Sequence[Path]) -> "Corpus":
        """The messages of some files."""
        messages = data_checks.read_all(files)
        return cls(messages, [_sentence(message) for message in messages])

    @property
    def intents(self) -> list[str]:
        """The label of each message."""
        return [message.intent for message in self.messages]

    @property
    def languages(self) -> npt.NDArray[np.str_]:
        """The language of each message."""
        return np.array([message.language for message in self.messages])

    def every(self, share: float) -> "Corpus":
        """That share of the messages, spread evenly over the files."""
        numbers = range(len(self.messages))
        return self.where([int(n * share) != int((n - 1) * share) for n in numbers])

    def where(self, chosen: Sequence[bool] | npt.NDArray[np.bool_]) -> "Corpus":
        """The chosen messages."""
        return Corpus(list(compress(self.messages, chosen)), list(compress(self.sentences, chosen)))

    def rewritten(self, rewrite: Rewrite) -> "Corpus":
        """The same messages with other words."""
        pairs = zip(self.sentences, self.messages, strict=True)
        return replace(
            self, sentences=[rewrite(sentence, message.language) for sentence, message in pairs]
        )


@dataclass(frozen=True)
class Scores:
    """A probability for each message (row) and intent (column)."""

    intents: Sequence[str]
    rows: Floats

    @property
    def best(self) -> npt.NDArray[np.str_]:
        """The likeliest intent of each message."""
        return np.array(self.intents)[self.rows.argmax(axis=1)]

    def plus(self, other: "Scores") -> "Scores":
        """The mean of both."""
        columns = [other.intents.index(intent) for intent in self.intents]
        return replace(self, rows=(self.rows + other.rows[:, columns]) / 2)


Method = Callable[[Corpus, Corpus], Scores]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ablation", description=__doc__)
    parser.add_argument("--only", default="", help="a word in the names of the rows")
    only = parser.parse_args().only
    training = Corpus.read(data_checks.training_files(ROOT / "data"))
    folder = ROOT / "tests" / "nlu"
    development = Corpus.read([folder / f"development.{each}.yml" for each in LANGUAGES])
    print("| variant | examples | English | Dutch | out of scope found | training |")
    print("|---|---|---|---|---|---|")
    for name, method in _methods(training).items():
        if only in name:
            _print(name, method, training, development)
    for share in SHARES:
        name = f"{share:.0%} of the examples"
        if only in name:
            _print(name, partial(one_model, CHOSEN), training.every(share), development)


def _methods(training: Corpus) -> dict[str, Method]:
    spelling = Spelling(training.sentences, [message.language for message in training.messages])
    return {
        **{name: partial(one_model, options) for name, options in OPTIONS.items()},
        "without lemmas": partial(rewritten, without_lemmas),
        "a concept lexicon (concepts.yml) in the lemmas' place": partial(rewritten, with_concepts),
        "slips of the keyboard mended first": partial(rewritten, spelling.rewrite),
        "a model for each language": one_for_each_language,
        "the encoder alone": encoder_alone,
        "n-grams and encoder apart, probabilities added": late_fusion,
        "probabilities of the nearest examples added": with_nearest,
        "no class for out of scope but a threshold": threshold_for_out_of_scope,
    }


def one_model(options: Options, training: Corpus, development: Corpus) -> Scores:
    """The intent model with these options."""
    model = IntentModel(options)
    model.fit_final(training.sentences, training.intents, TEMPERATURE)
    intents = model.intents
    rankings = [dict(ranking) for ranking in model.rank(development.sentences)]
    rows = np.array([[ranking[intent] for intent in intents] for ranking in rankings], np.float32)
    return Scores(intents, rows)


def rewritten(rewrite: Rewrite, training: Corpus, development: Corpus) -> Scores:
    """The intent model on rewritten sentences."""
    return one_model(CHOSEN, training.rewritten(rewrite), development.rewritten(rewrite))


def one_for_each_language(training: Corpus, development: Corpus) -> Scores:
    """Messages of a language by a model of that language's examples."""
    parts = {}
    for language in LANGUAGES:
        known = training.where(training.languages == language)
        asked = development.where(development.languages == language)
        parts[language] = one_model(CHOSEN, known, asked)
    intents = parts[LANGUAGES[0]].intents
    rows = np.zeros((len(development.messages), len(intents)), np.float32)
    for language, part in parts.items():
        columns = [part.intents.index(intent) for intent in intents]
        rows[development.languages == language] = part.rows[:, columns]
    return Scores(intents, rows)


def encoder_alone(training: Corpus, development: Corpus) -> Scores:
    """Logistic regression on the encoder's vectors."""
    from sklearn.linear_model import LogisticRegression

    machine = LogisticRegression(C=30.0, max_iter=300)
    machine.fit(_vectors(training), training.intents)
    return Scores(list(machine.classes_), machine.predict_proba(_vectors(development)))


def late_fusion(training: Corpus, development: Corpus) -> Scores:
    """Two models, of n-grams and of the encoder's vectors, and the mean of their probabilities."""
    words = one_model(replace(CHOSEN, encoder_weight=0.0), training, development)
    return words.plus(encoder_alone(training, development))


def with_nearest(training: Corpus, development: Corpus) -> Scores:
    """The intent model, and the labels of the nearest examples in the encoder's space."""
    chosen = one_model(CHOSEN, training, development)
    likeness = _vectors(development) @ _vectors(training).T
    nearest = np.argpartition(-likeness, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
    columns = np.array([chosen.intents.index(intent) for intent in training.intents])
    votes = np.zeros_like(chosen.rows)
    for row, numbers in enumerate(nearest):
        np.add.at(votes[row], columns[numbers], 1 / NEIGHBOURS)
    return chosen.plus(Scores(chosen.intents, votes))


def threshold_for_out_of_scope(training: Corpus, development: Corpus) -> Scores:
    """Without examples of out of scope: it is what no intent is likely for.

    The threshold is the best one for this very set: kinder than anything that can be had.
    """
    inside = np.array(training.intents) != OUT_OF_SCOPE
    known = one_model(CHOSEN, training.where(inside), development)
    likeliest = known.rows.max(axis=1)
    in_scope = np.array(development.intents) != OUT_OF_SCOPE
    rejected = likeliest < np.quantile(likeliest[in_scope], REJECTED)
    column = np.where(rejected, 2.0, 0.0).astype(np.float32)[:, None]
    return Scores([*known.intents, OUT_OF_SCOPE], np.hstack([known.rows, column]))


def _vectors(corpus: Corpus) -> Floats:
    encoder = make_encoder(CachedUse.NAME)
    if encoder is None:
        raise AssertionError("the cached encoder is always there")
    return encoder.encode([sentence.text for sentence in corpus.sentences])


def _print(name: str, method: Method, training: Corpus, development: Corpus) -> None:
    started = time.process_time()
    found = method(training, development).best
    seconds = time.process_time() - started
    labels, languages = np.array(development.intents), development.languages
    inside = labels != OUT_OF_SCOPE
    shares = [(found == labels)[inside & (languages == each)].mean() for each in ("en", "nl")]
    shares.append((found == labels)[~inside].mean())
    cells = " | ".join(f"{share:.1%}" for share in shares)
    print(f"| {name} | {len(training.messages)} | {cells} | {seconds:.0f} s |", flush=True)


def _sentence(message: Labelled) -> Sentence:
    return sentence(tokens_of(message.text, message.language))


if __name__ == "__main__":
    main()
