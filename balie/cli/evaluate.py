"""`balie evaluate`: how well labelled messages are understood."""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from balie.cli.models import Model, load_parser

if TYPE_CHECKING:
    from balie.nlu.messages import Labelled
    from balie.nlu.metrics import Outcome
    from balie.nlu.parser import Parser

MOST_CONFUSIONS = 30

Files = Annotated[
    list[Path],
    typer.Argument(help="JSON lines with text, lang and intent, or Rasa's YAML (name.nl.yml)."),
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Plots = Annotated[Path | None, typer.Option(help="Write three pictures (PNG) into this folder.")]
Unseen = Annotated[
    bool, typer.Option("--unseen", help="Leave out what is, or nearly is, a training example.")
]


def evaluate(
    files: Files,
    model: Model = None,
    as_json: Json = False,
    plots: Plots = None,
    unseen: Unseen = False,
) -> None:
    """Print figures, confusions and each intent's recall for labelled messages."""
    messages, bad = _read(files)
    if unseen:
        messages = _without_examples(messages)
    outcomes = _understand(messages, load_parser(model))
    report = _report(outcomes)
    typer.echo(json.dumps(report, indent=2) if as_json else _page(report))
    if plots:
        from balie.nlu.plots import write_plots

        for path in write_plots(outcomes, plots):
            typer.echo(f"wrote {path}", err=True)
    if bad:
        raise typer.Exit(1)


def _read(files: Sequence[Path]) -> tuple[list["Labelled"], int]:
    """The messages of all files, and how much is wrong with them, which is reported here."""
    from balie.cli.labelled_files import known_intents, read_labelled_file
    from balie.settings import load_settings

    intents = known_intents(load_settings().data_dir)
    messages, bad = [], 0
    for file in files:
        found, problems = read_labelled_file(file, intents)
        messages += found
        bad += len(problems)
        for problem in problems:
            typer.echo(problem, err=True)
    if not messages:
        raise typer.Exit(1)
    return messages, bad


def _without_examples(messages: Sequence["Labelled"]) -> list["Labelled"]:
    from balie.content import fold
    from balie.nlu.data_checks import near_duplicates, read_all, training_files
    from balie.settings import load_settings

    examples = read_all(training_files(load_settings().data_dir))
    trained = {fold(example.text) for example in examples}
    trained |= {fold(message.text) for message, _ in near_duplicates(messages, examples)}
    return [message for message in messages if fold(message.text) not in trained]


def _understand(messages: Sequence["Labelled"], parser: "Parser") -> list["Outcome"]:
    from balie.nlu.metrics import Outcome

    outcomes = []
    with typer.progressbar(messages, label="messages", file=sys.stderr) as progress:
        for message in progress:
            start = time.perf_counter()
            found = parser.parse(message.text)
            outcomes.append(Outcome(message, found, time.perf_counter() - start))
    return outcomes


def _report(outcomes: Sequence["Outcome"]) -> dict[str, Any]:
    from balie.content import LANGUAGES
    from balie.nlu.metrics import by_intent, confusions, figures

    groups: dict[str, list[Outcome]] = {
        language: [outcome for outcome in outcomes if outcome.message.language == language]
        for language in LANGUAGES
    }
    groups["together"] = list(outcomes)
    return {
        "figures": {name: asdict(figures(group)) for name, group in groups.items()},
        "intents": [asdict(each) for each in by_intent(outcomes)],
        "confusions": [asdict(each) for each in confusions(outcomes)],
    }


def _page(report: dict[str, Any]) -> str:
    groups = report["figures"]
    names = next(iter(groups.values()))
    figures = [[_title(name), *(_shown(name, groups[g][name]) for g in groups)] for name in names]
    intents = [
        [
            each["intent"],
            str(each["messages"]),
            _percent(each["recall"]),
            _percent(each["precision"]),
        ]
        for each in report["intents"]
    ]
    confusions = [
        [each["label"], each["found"], str(each["times"])]
        for each in report["confusions"][:MOST_CONFUSIONS]
    ]
    return "\n\n".join(
        [
            _table(["", *groups], figures),
            _table(["intent", "messages", "recall", "precision"], intents),
            _table(["label", "taken for", "times"], confusions),
        ]
    )


def _title(name: str) -> str:
    return name.replace("_", " ").replace("latency", "latency, ms:")


def _shown(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, int):
        return str(value)
    if name.startswith("latency"):
        return f"{value:.1f}"
    return f"{value:.3f}" if name == "ece" else _percent(value)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])])
        for line in lines
    )
