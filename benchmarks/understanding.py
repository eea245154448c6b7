"""`make bench-nlu`: our understanding beside others, and what more examples would bring.

Writes docs/understanding-comparison.md and its pictures.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from balie.content import LANGUAGES
from balie.nlu.data_checks import read_all, training_files
from balie.nlu.intent_model import IntentModel, Options
from balie.nlu.intents import OUT_OF_SCOPE
from balie.nlu.metrics import Outcome, by_intent, figure_names, figures
from balie.nlu.plots import write_plots
from benchmarks.ablation import TEMPERATURE, Corpus
from benchmarks.cached_encoder import CachedUse
from benchmarks.candidates import (
    BASELINE_PYTHON,
    ROOT,
    Candidate,
    Tried,
    diet,
    in_own_process,
    ours,
    plain,
)
from benchmarks.machine import describe

SETS = ("development", "heldout")
SHARES = (0.1, 0.25, 0.5, 1.0)
DOCS = ROOT / "docs"
PICTURES = "understanding"
WEAKEST = 10
EPOCHS = 100  # of DIET, as Rasa's default pipeline has them
COLORS = 64  # of a picture, which keeps it small
NO_BASELINE = (
    "Rasa's default pipeline (DIET) was left out: `.venv-baseline` (`make baseline`) is missing."
)


def main() -> None:
    """Run everything and write the page."""
    parser = argparse.ArgumentParser(prog="make bench-nlu", description=__doc__)
    parser.add_argument("--model", type=Path, help="ours, trained already (no training time)")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="of DIET")
    parser.add_argument(
        "--share", type=float, default=1.0, help="of the examples, for DIET, which takes hours"
    )
    arguments = parser.parse_args()
    examples = [m for m in read_all(training_files(ROOT / "data")) if not m.text.startswith("/")]
    candidates: dict[str, Candidate] = {
        "Balie": partial(ours, model=arguments.model),
        "TF-IDF + LinearSVC": plain,
    }
    if BASELINE_PYTHON.exists():
        fewer = "" if arguments.epochs == EPOCHS else f", {arguments.epochs} of {EPOCHS} epochs"
        some = "" if arguments.share == 1 else f", {arguments.share:.0%} of the examples"
        candidates[f"Rasa's default (DIET{some}{fewer})"] = partial(
            diet, epochs=arguments.epochs, share=arguments.share
        )
    else:
        print(NO_BASELINE, file=sys.stderr)
    messages = {
        f"{name}.{language}": read_all([ROOT / "tests" / "nlu" / f"{name}.{language}.yml"])
        for name in SETS
        for language in LANGUAGES
    }
    every = [message for group in messages.values() for message in group]
    tried = {}
    for name, candidate in candidates.items():
        print(f"{name}...", file=sys.stderr, flush=True)
        tried[name] = in_own_process(candidate, examples, every)
    sizes = [len(group) for group in messages.values()]
    write_pictures(tried["Balie"].outcomes, DOCS / PICTURES)
    given = " ".join(sys.argv[1:])
    command = f"python -m benchmarks.understanding {given}" if given else "make bench-nlu"
    parts = [
        _head(len(examples), every, command),
        *(_comparison(name, tried, sizes) for name in SETS),
        _cost(tried),
        _weak(_of_set(tried["Balie"], sizes, "heldout")),
        _curve(),
        _pictures(),
    ]
    page = DOCS / "understanding-comparison.md"
    page.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    print(f"wrote {page}", file=sys.stderr)


def _head(examples: int, messages: Sequence[object], command: str) -> str:
    left_out = "" if BASELINE_PYTHON.exists() else f"\n\n{NO_BASELINE}"
    return (
        "# Understanding: the comparison\n\n"
        f"Written by `{command}` on {datetime.now(UTC):%Y-%m-%d} ({describe()}). Everything "
        f"learned from the same {examples:,} examples, or from the share of them that is named, "
        f"and was tried on the same {len(messages):,} messages of `tests/nlu/`, of which some that "
        "everybody says are examples too. What the figures mean: "
        "[understanding.md](understanding.md). The others know intents only: they answer all that "
        f"they do not call out of scope, and tell no languages.{left_out}"
    )


def _of_set(tried: Tried, sizes: Sequence[int], name: str, language: str = "") -> list[Outcome]:
    """The outcomes of one set of messages, in one language or in both."""
    names = [f"{each}.{code}" for each in SETS for code in LANGUAGES]
    ends = np.cumsum(sizes).tolist()
    starts = [0, *ends[:-1]]
    return [
        outcome
        for key, start, end in zip(names, starts, ends, strict=True)
        if key.startswith(f"{name}.{language}")
        for outcome in tried.outcomes[start:end]
    ]


def _comparison(name: str, tried: dict[str, Tried], sizes: Sequence[int]) -> str:
    columns = [(who, language) for who in tried for language in LANGUAGES]
    found = {
        (who, language): asdict(figures(_of_set(tried[who], sizes, name, language)))
        for who, language in columns
    }
    for who, language in columns:
        if not tried[who].knows_languages:
            found[who, language]["language"] = None
    header = ["", *(f"{who}, {language}" for who, language in columns)]
    rows = [
        [figure.replace("_", " "), *(_shown(figure, found[column][figure]) for column in columns)]
        for figure in figure_names()
    ]
    return f"## `tests/nlu/{name}.*.yml`\n\n{_table(header, rows)}\n\nLatency in milliseconds."


def _cost(tried: dict[str, Tried]) -> str:
    rows = []
    for name, each in tried.items():
        seconds = "-" if each.training_seconds is None else f"{each.training_seconds:.0f} s"
        rows.append([name, seconds, f"{each.memory:.0f} MB"])
    return (
        "## What they take\n\n"
        + _table(["", "training, whole command", "memory of a process that understands"], rows)
        + "\n\nBalie's training is `rasa train nlu` with everything it does besides fitting."
    )


def _weak(outcomes: Sequence[Outcome]) -> str:
    listed = [each for each in by_intent(outcomes) if each.messages and each.recall is not None]
    weakest = sorted(listed, key=lambda each: each.recall or 0.0)[:WEAKEST]
    rows = [
        [each.intent, str(each.messages), _share(each.recall), _share(each.precision)]
        for each in weakest
    ]
    header = ["intent", "messages", "recognized", "right where found"]
    return (
        f"## Where Balie is weakest\n\nHeld-out messages, both languages.\n\n{_table(header, rows)}"
    )


def _curve() -> str:
    """Accuracy by the share of the examples that is learned from."""
    print("learning curve...", file=sys.stderr, flush=True)
    training = Corpus.read(training_files(ROOT / "data"))
    tests = {
        name: Corpus.read([ROOT / "tests" / "nlu" / f"{name}.{each}.yml" for each in LANGUAGES])
        for name in SETS
    }
    model = IntentModel(replace(Options(), encoder=CachedUse.NAME))
    rows = []
    # The whole first: it encodes the texts that the parts share.
    for share in sorted(SHARES, reverse=True):
        part = training.every(share)
        model.fit_final(part.sentences, part.intents, TEMPERATURE)
        cells = [cell for test in tests.values() for cell in _accuracies(model, test)]
        rows.insert(0, [f"{share:.0%}", f"{len(part.messages):,}", *cells])
    header = ["share", "examples"]
    header += [f"{name}, {what}" for name in SETS for what in (*LANGUAGES, "out of scope found")]
    return (
        "## What more examples would bring\n\nThe likeliest intent without thresholds, by the "
        "share of the examples (evenly over the files): in scope, and out of scope.\n\n"
        f"{_table(header, rows)}"
    )


def _accuracies(model: IntentModel, test: Corpus) -> list[str]:
    found = np.array([ranking[0][0] for ranking in model.rank(test.sentences)])
    labels = np.array([message.intent for message in test.messages])
    languages = np.array([message.language for message in test.messages])
    right, inside = found == labels, labels != OUT_OF_SCOPE
    groups = [inside & (languages == each) for each in LANGUAGES]
    return [_share(right[group].mean()) for group in (*groups, ~inside)]


def write_pictures(outcomes: Sequence[Outcome], folder: Path) -> None:
    """The three plots, with few colors so that they stay small."""
    for path in write_plots(outcomes, folder):
        with Image.open(path) as picture:
            picture.convert("RGB").quantize(COLORS).save(path, optimize=True)


def _pictures() -> str:
    titles = {
        "confusion_matrix": "Confusion matrix",
        "risk_coverage": "Risk and coverage",
        "reliability": "Reliability",
    }
    images = [f"![{title}]({PICTURES}/{name}.png)" for name, title in titles.items()]
    return "\n\n".join(["## Pictures\n\nBalie on all messages of both sets.", *images])


def _shown(name: str, value: float | None) -> str:
    if value is None or isinstance(value, int):
        return "-" if value is None else str(value)
    if name.startswith("latency"):
        return f"{value:.1f}"
    return f"{value:.3f}" if name == "ece" else _share(value)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
