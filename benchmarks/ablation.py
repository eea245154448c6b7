"""What each part of the intent model adds, on the development set.

`python -m benchmarks.ablation` prints a table in Markdown.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from balie.content import LANGUAGES
from balie.nlu import data_checks
from balie.nlu.intent_model import IntentModel, Options
from balie.nlu.intents import OUT_OF_SCOPE
from balie.nlu.messages import Labelled
from balie.nlu.sentences import Sentence, sentence
from balie.nlu.tokenizer import tokens_of

ROOT = Path(__file__).parents[1]
CHOSEN = Options()
VARIANTS = {
    "as chosen": CHOSEN,
    "without the encoder": replace(CHOSEN, encoder_weight=0.0),
    "encoder twice as heavy": replace(CHOSEN, encoder_weight=2 * CHOSEN.encoder_weight),
    "all 512 directions of the encoder": replace(CHOSEN, encoder_width=512),
    "single words": replace(CHOSEN, word_ngrams=1),
    "words up to three": replace(CHOSEN, word_ngrams=3),
    "characters up to four": replace(CHOSEN, char_ngrams=4),
    "characters up to six": replace(CHOSEN, char_ngrams=6),
    "smoother (C = 0.3)": replace(CHOSEN, penalty=0.3),
}
SHARES = (0.1, 0.25, 0.5)


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

    def every(self, share: float) -> "Corpus":
        """That share of the messages, spread evenly over the files."""
        numbers = [n for n in range(len(self.messages)) if int(n * share) != int((n - 1) * share)]
        return Corpus([self.messages[n] for n in numbers], [self.sentences[n] for n in numbers])


def main() -> None:
    """Print a table: variants of the model, then the learning curve."""
    training = Corpus.read(data_checks.training_files(ROOT / "data"))
    folder = ROOT / "tests" / "nlu"
    development = Corpus.read([folder / f"development.{each}.yml" for each in LANGUAGES])
    print("| variant | examples | en in scope | nl in scope | out of scope found | training |")
    print("|---|---|---|---|---|---|")
    for name, options in VARIANTS.items():
        _print(name, training, development, options)
    for share in SHARES:
        _print(f"{share:.0%} of the examples", training.every(share), development, CHOSEN)


def _print(name: str, training: Corpus, development: Corpus, options: Options) -> None:
    started = time.perf_counter()
    model = IntentModel(options)
    model.fit_final(training.sentences, [message.intent for message in training.messages])
    seconds = time.perf_counter() - started
    found = np.array([ranking[0][0] for ranking in model.rank(development.sentences)])
    labels = np.array([message.intent for message in development.messages])
    languages = np.array([message.language for message in development.messages])
    inside = labels != OUT_OF_SCOPE
    shares = [(found == labels)[inside & (languages == each)].mean() for each in ("en", "nl")]
    shares.append((found == labels)[~inside].mean())
    cells = " | ".join(f"{share:.1%}" for share in shares)
    print(f"| {name} | {len(training.messages)} | {cells} | {seconds:.0f} s |", flush=True)


def _sentence(message: Labelled) -> Sentence:
    return sentence(tokens_of(message.text, message.language))


if __name__ == "__main__":
    main()
