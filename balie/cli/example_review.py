"""Checks of the training examples, each finding with its place and the label that is likely."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from balie.cli.held_out import HeldOutModel
from balie.content import LANGUAGES, fold
from balie.content.reader import read_document
from balie.content.rules.training import examples_in
from balie.nlu import data_checks
from balie.nlu.intent_model import Options
from balie.nlu.language_model import LanguageModel
from balie.nlu.messages import Labelled
from balie.nlu.sentences import sentence
from balie.nlu.text import has_word
from balie.nlu.tokenizer import tokens_of
from balie.privacy import mask
from balie.rasa_plugins.importer import language_of

# Two models that had not seen the example disagree with its label so surely.
SURE = 0.9
LONGEST = 400  # characters; longer ones are tickets rather than messages
# The language with fewer examples has at least this share of the other's.
BALANCE = 0.6
PRIOR = 0.9
ERRORS = frozenset({"same_label_differs", "near_label_differs", "personal", "empty"})


@dataclass(frozen=True)
class Placed(Labelled):
    """An example and where it stands."""

    file: str
    line: int

    @property
    def place(self) -> str:
        """As editors take it."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, order=True)
class Finding:
    """Something to look at; `review_<kind>` in texts.yml says it."""

    file: str
    line: int
    kind: str
    text: str = ""
    intent: str = ""
    likely: str | None = None  # the label that is likely right
    other: str | None = None  # the place of another example
    values: Mapping[str, object] = field(default_factory=dict, compare=False)

    @property
    def is_error(self) -> bool:
        """Whether it must be put right; the others are for a person to judge."""
        return self.kind in ERRORS

    @classmethod
    def of(cls, example: Placed, kind: str, **rest: object) -> "Finding":
        """A finding about one example."""
        known = {name: rest.pop(name) for name in ("likely", "other") if name in rest}
        place = (example.file, example.line, kind, mask(example.text).text, example.intent)
        return cls(*place, **known, values=rest)  # type: ignore[arg-type]


def read_examples(project: Path, folder: Path, pattern: str | None = None) -> list[Placed]:
    """All examples below a folder, with their places as seen from the project's folder."""
    files = sorted(folder.glob(pattern)) if pattern else data_checks.training_files(folder)
    found = []
    for file in files:
        if language := language_of(file):
            document = read_document(file, file.relative_to(project).as_posix())
            found += [
                Placed(each.text, language, each.intent, each.place.file, each.place.line)
                for each in examples_in(document)
                if not each.text.startswith("/")  # an intent that only buttons have
            ]
    return found


def review_examples(
    examples: Sequence[Placed],
    tests: Sequence[Placed],
    config: Path,
    with_labels: bool,
    step: Callable[[], object] = lambda: None,
) -> list[Finding]:
    """Every finding, in the order of the files; calls `step` `steps` times on the way."""
    checks = [
        _same(examples),
        _near(examples),
        _in_test_sets(examples, tests),
        _languages(examples),
        _single(examples),
        _balance(examples),
    ]
    if with_labels:
        checks.append(_labels(examples, model_options(config), step))
    findings: list[Finding] = []
    for check in checks:
        findings += check
        step()
    return sorted(findings)


def steps(config: Path, with_labels: bool) -> int:
    """How many steps a review has."""
    return 7 + 1 + model_options(config).folds if with_labels else 6


def model_options(config: Path) -> Options:
    """The intent model's options in config.yml."""
    pipeline = yaml.safe_load(config.read_text(encoding="utf-8")).get("pipeline") or []
    written: dict[str, Any] = next(
        (each for each in pipeline if "NgramClassifier" in each["name"]), {}
    )
    names = {each.name for each in fields(Options)}
    return Options(**{name: value for name, value in written.items() if name in names})


def _same(examples: Sequence[Placed]) -> Iterator[Finding]:
    """Texts that stand twice, but for case, punctuation and accents."""
    first: dict[tuple[str, str], Placed] = {}
    labels: dict[str, Counter[str]] = defaultdict(Counter)
    for example in examples:
        labels[fold(example.text)][example.intent] += 1
    for example in examples:
        folded = fold(example.text)
        # "Pardon?" is one word in both languages.
        same = first.setdefault((folded, example.language), example) if folded else example
        if same is not example:
            kind = "same_twice" if same.intent == example.intent else "same_label_differs"
            [(likely, _)] = labels[folded].most_common(1)
            yield Finding.of(example, kind, other=same.place, likely=likely, label=same.intent)


def _near(examples: Sequence[Placed]) -> Iterator[Finding]:
    """Texts of different intents that are nearly the same."""
    pairs = data_checks.near_duplicates(examples, examples, worth=lambda a, b: a.intent < b.intent)
    for left, right in pairs:
        assert isinstance(left, Placed)
        assert isinstance(right, Placed)
        if fold(left.text) != fold(right.text):  # the same text is a finding of its own
            yield Finding.of(left, "near_label_differs", other=right.place, label=right.intent)


def _in_test_sets(examples: Sequence[Placed], tests: Sequence[Placed]) -> Iterator[Finding]:
    """Examples that stand, exactly or nearly, among the messages that measure the model."""
    exact = {fold(each.text): each for each in tests}
    found: dict[str, tuple[Placed, Placed]] = {}
    for example in examples:
        if other := exact.get(fold(example.text)):
            found[example.place] = (example, other)
    for left, right in data_checks.near_duplicates(examples, tests):
        assert isinstance(left, Placed)
        assert isinstance(right, Placed)
        found.setdefault(left.place, (left, right))
    for example, other in found.values():
        # No error: what everybody says comes up by itself, and is left out when measuring.
        yield Finding.of(example, "in_test_set", other=other.place)


def _languages(examples: Sequence[Placed]) -> Iterator[Finding]:
    """Examples in another language than their file's name says; two models judge, each the half
    that it had not seen."""
    halves = [examples[0::2], examples[1::2]]
    for half, others in (halves, halves[::-1]):
        if {each.language for each in others} != set(LANGUAGES):
            continue
        model = LanguageModel(PRIOR).fit([e.text for e in others], [e.language for e in others])
        for example in half:
            found = model.detect(example.text, example.language)
            if found != example.language:
                yield Finding.of(example, f"language_{found}")


def _single(examples: Sequence[Placed]) -> Iterator[Finding]:
    """What one example alone can have wrong."""
    for example in examples:
        if not has_word(example.text):
            yield Finding.of(example, "empty")
        if len(example.text) > LONGEST:
            yield Finding.of(example, "long", length=len(example.text), most=LONGEST)
        is_personal = any(each.search(example.text) for each in data_checks.PERSONAL.values())
        # When a card expires is nobody's secret without the card's number.
        if is_personal or set(mask(example.text).kinds) - {"expiry"}:
            yield Finding.of(example, "personal")


def _balance(examples: Sequence[Placed]) -> Iterator[Finding]:
    """Intents that one language has far fewer examples of."""
    counts = Counter((each.intent, each.language) for each in examples)
    files = {(each.intent, each.language): each.file for each in reversed(examples)}
    for (intent, language), file in sorted(files.items()):
        have, most = counts[intent, language], max(counts[intent, each] for each in LANGUAGES)
        if have < BALANCE * most:
            values = {"have": have, "most": most}
            yield Finding(file, 1, "few", intent=intent, values=values)


def _labels(
    examples: Sequence[Placed], options: Options, step: Callable[[], object]
) -> Iterator[Finding]:
    """Examples that a model which had not seen them surely takes for another intent."""
    wholes = [sentence(tokens_of(each.text, each.language)) for each in examples]
    intents, languages = ([getattr(each, n) for each in examples] for n in ("intent", "language"))
    for found in HeldOutModel(options).likeliest(wholes, intents, languages):
        if found is None:
            step()
            continue
        for example, likely in zip(examples, found, strict=True):
            if likely.intent != example.intent and likely.confidence >= SURE:
                percent = round(100 * likely.confidence)
                yield Finding.of(example, "label", likely=likely.intent, percent=percent)
