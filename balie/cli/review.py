"""`balie review`: what writers and the people who train the assistant should look at."""

import json
import sys
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from balie.cli.texts import say
from balie.settings import load_settings

if TYPE_CHECKING:
    from balie.cli.example_review import Finding

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Quick = Annotated[
    bool, typer.Option("--quick", help="Leave out the labels in doubt, which take a few minutes.")
]

app = typer.Typer(add_completion=False, help="What should be looked at by a person.")


@app.callback()
def review() -> None:
    """What should be looked at by a person."""


@app.command("data")
def review_data(quick: Quick = False, as_json: Json = False) -> None:
    """Check the training examples; each finding as file:line, with the label that is likely."""
    from balie.cli.example_review import read_examples, review_examples, steps

    project = load_settings().project_dir
    examples = read_examples(project, project / "data")
    tests = read_examples(project, project / "tests" / "nlu", pattern="*.yml")
    typer.echo(say("review_reading", examples=len(examples), tests=len(tests)), err=True)
    if not quick:
        typer.echo(say("review_cross_validating"), err=True)
    config = project / "config.yml"
    length, label = steps(config, not quick), say("review_progress")
    with typer.progressbar(length=length, label=label, file=sys.stderr, show_pos=True) as bar:
        findings = review_examples(examples, tests, config, not quick, lambda: bar.update(1))
    if as_json:
        typer.echo(json.dumps([_row(each) for each in findings], indent=2, ensure_ascii=False))
    else:
        for each in findings:
            typer.echo(f"{each.file}:{each.line}: {_sentence(each)}")
    counts = Counter(each.is_error for each in findings)
    typer.echo(say("review_done", errors=counts[True], hints=counts[False]), err=True)
    if counts[True]:
        raise typer.Exit(1)


def _row(finding: "Finding") -> dict[str, Any]:
    return {
        "file": finding.file,
        "line": finding.line,
        "kind": finding.kind,
        "severity": "error" if finding.is_error else "hint",
        "message": _sentence(finding),
        "text": finding.text,
        "intent": finding.intent,
        "likely": finding.likely,
        "other": finding.other,
    }


def _sentence(finding: "Finding") -> str:
    values = {
        "text": finding.text,
        "intent": finding.intent,
        "likely": finding.likely or "",
        "other": finding.other or "",
        **finding.values,
    }
    return say(f"review_{finding.kind}", **values)
