"""What must hold of the training examples; each check returns what is wrong, in words."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from math import ceil
from pathlib import Path

from balie.content import LANGUAGES, fold
from balie.nlu.features import character_ngrams
from balie.nlu.intents import CONVERSATION, OUT_OF_SCOPE
from balie.nlu.messages import Labelled, read_labelled

# How alike two texts may be: the share of their character trigrams that both have.
SIMILARITY = 0.85
# Below this even different questions share most of their trigrams.
SHORTEST_COMPARED = 15  # characters

ENOUGH_TOPIC = 80  # examples in each language, for the topics customers ask about most
ENOUGH_CONVERSATION = 40
ENOUGH_OUT_OF_SCOPE = 300
MUCH_ASKED = (
    "payment_declined",
    "past_due",
    "unused_licenses",
    "change_billing_frequency",
    "pay_by_invoice",
)

PERSONAL = {
    "an e-mail address": re.compile(r"[\w.+-]+@[\w-]+\.\w+"),
    "an IBAN": re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,}", re.IGNORECASE),
    "a card number": re.compile(r"(?:\d[ -]?){13,19}"),
    "a telephone number": re.compile(r"(?:\+|\b00)\d{2}[\d -]{8,}|\b0\d{1,3}[ -]?\d{6,8}\b"),
}


def training_files(data_dir: Path) -> list[Path]:
    """The files of examples, each named after its language."""
    return sorted([*data_dir.glob("topics/*/nlu.*.yml"), *data_dir.glob("conversation/nlu/*.yml")])


def read_all(files: Sequence[Path]) -> list[Labelled]:
    """The examples of some files."""
    return [message for file in files for message in read_labelled(file)[0]]


def shared_between_intents(examples: Sequence[Labelled]) -> list[str]:
    """Texts that are examples of two intents, but for case, punctuation and accents."""
    intents: dict[str, set[str]] = {}
    for example in examples:
        if folded := fold(example.text):
            intents.setdefault(folded, set()).add(example.intent)
    return [
        f"{text!r} is an example of {' and '.join(sorted(names))}"
        for text, names in intents.items()
        if len(names) > 1
    ]


def leaked(examples: Sequence[Labelled], development: Sequence[Labelled]) -> list[str]:
    """Examples that stand, exactly or nearly, in the development set too."""
    exact = {fold(message.text) for message in development}
    return [
        *(f"{example.text!r}" for example in examples if fold(example.text) in exact),
        *(_described(*pair) for pair in near_duplicates(examples, development)),
    ]


def near_duplicates_across_intents(examples: Sequence[Labelled]) -> list[str]:
    """Examples of different intents that are nearly the same text."""
    found = near_duplicates(examples, examples, worth=lambda a, b: a.intent < b.intent)
    return [_described(*pair) for pair in found]


def _described(left: Labelled, right: Labelled) -> str:
    return f"{left.text!r} ({left.intent}) is like {right.text!r} ({right.intent})"


def too_few(examples: Sequence[Labelled]) -> list[str]:
    """Intents with fewer examples in a language than they need."""
    counts = Counter((example.intent, example.language) for example in examples)
    needed = {
        **dict.fromkeys(MUCH_ASKED, ENOUGH_TOPIC),
        **dict.fromkeys(CONVERSATION, ENOUGH_CONVERSATION),
        OUT_OF_SCOPE: ENOUGH_OUT_OF_SCOPE,
    }
    return [
        f"{intent} has {counts[intent, language]} of {enough} examples in {language}"
        for intent, enough in sorted(needed.items())
        for language in LANGUAGES
        if counts[intent, language] < enough
    ]


def personal_data(examples: Sequence[Labelled]) -> list[str]:
    """Examples that hold what could be somebody's own number or address."""
    return [
        f"{example.text!r} holds {kind}"
        for example in examples
        for kind, pattern in PERSONAL.items()
        if pattern.search(example.text)
    ]


Pair = tuple[Labelled, Labelled]


def near_duplicates(
    lefts: Sequence[Labelled],
    rights: Sequence[Labelled],
    worth: Callable[[Labelled, Labelled], bool] = lambda left, right: True,
) -> Iterator[Pair]:
    """Pairs of texts that share most of their character trigrams; `worth` leaves some out."""
    left, right = map(_trigram_sets, (lefts, rights))
    frequency = Counter(trigram for trigrams in left + right for trigram in trigrams)
    by_trigram: dict[str, list[int]] = defaultdict(list)
    for number, trigrams in enumerate(right):
        for trigram in _rarest(trigrams, frequency):
            by_trigram[trigram].append(number)
    for number, trigrams in enumerate(left):
        shared = {other for rare in _rarest(trigrams, frequency) for other in by_trigram[rare]}
        for other in sorted(shared):
            if worth(lefts[number], rights[other]) and _alike(trigrams, right[other]):
                yield lefts[number], rights[other]


def _trigram_sets(messages: Sequence[Labelled]) -> list[frozenset[str]]:
    """Each text's trigrams; none of a text that is too short to compare."""
    return [
        frozenset(character_ngrams(text.split(), 3, 3))
        if len(text) >= SHORTEST_COMPARED
        else frozenset()
        for text in (fold(message.text) for message in messages)
    ]


def _rarest(trigrams: frozenset[str], frequency: Counter[str]) -> list[str]:
    """The rarest trigrams of a text, so many that any text alike has at least one of them."""
    enough = len(trigrams) - ceil(SIMILARITY * len(trigrams)) + 1 if trigrams else 0
    return sorted(trigrams, key=lambda trigram: (frequency[trigram], trigram))[:enough]


def _alike(left: frozenset[str], right: frozenset[str]) -> bool:
    if min(len(left), len(right)) < SIMILARITY * max(len(left), len(right)):
        return False  # most pairs end here, and sooner
    return len(left & right) >= SIMILARITY * len(left | right)
