"""`balie check`: everything that is wrong with the content, at once."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from balie.content import Problem
    from balie.content.coverage import Coverage

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Schema = Annotated[
    bool,
    typer.Option("--write-schema", help="Write the JSON Schema of a topic from its types anew."),
]
Facts = Annotated[
    Path | None,
    typer.Option(
        "--facts",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        readable=True,
        help="Also tell which topic carries which fact of this list of facts.",
    ),
]


def check(as_json: Json = False, write_schema: Schema = False, facts: Facts = None) -> None:
    """Check topics, texts and examples; each problem as file:line:column."""
    from balie.content import check_everything, schema
    from balie.content.coverage import check_facts
    from balie.settings import load_settings

    if write_schema:
        schema.write_schemas()
    data_dir = load_settings().data_dir
    problems = check_everything(data_dir)
    coverage = check_facts(data_dir, facts) if facts else None
    if coverage:
        problems = sorted([*problems, *coverage.problems])
    errors = sum(problem.severity == "error" for problem in problems)
    if as_json:
        typer.echo(json.dumps(_as_json(problems, coverage), indent=2, ensure_ascii=False))
    else:
        _print(problems, coverage)
        typer.echo(f"{errors} errors, {len(problems) - errors} warnings", err=True)
    if errors:
        raise typer.Exit(1)


def _as_json(problems: "list[Problem]", coverage: "Coverage | None") -> Any:
    listed = [problem.to_dict() for problem in problems]
    return {"facts": coverage.to_dicts(), "problems": listed} if coverage else listed


def _print(problems: "list[Problem]", coverage: "Coverage | None") -> None:
    from balie.cli.facts_report import report

    if coverage:
        for line in report(coverage):
            typer.echo(line)
        typer.echo("\nPROBLEMS\n" if problems else "\nNO PROBLEMS")
    for problem in problems:
        typer.echo(problem)
