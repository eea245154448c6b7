"""`balie test`: hold the conversations of the test files with Balie."""

# ruff: noqa: PT028  (the command's name begins like a test's, but it is none)

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import httpx
import typer

from balie.cli.conversations.backstage import Backstage, BillingBackstage, NoBackstage
from balie.cli.conversations.form import BadConversations, Conversation, load_conversations
from balie.cli.conversations.runner import Result, Runner
from balie.cli.conversations.talk import desk_client
from balie.cli.processes import StartFailed
from balie.cli.temporary import TemporaryBalie
from balie.cli.training import TrainingFailed
from balie.content import ContentStore
from balie.settings import Settings, load_settings

Files = Annotated[
    list[Path] | None, typer.Argument(help="Files to run; all of tests/conversations without any.")
]
Url = Annotated[str | None, typer.Option("--url", help="Address of the desk to talk with.")]
Only = Annotated[
    str, typer.Option("--only", "-k", help="Run only conversations with these words in the name.")
]
Transcripts = Annotated[
    bool, typer.Option("--transcripts", "-t", help="Print every conversation, not only failures.")
]
Json = Annotated[bool, typer.Option("--json", help="Print the results as JSON.")]


class NotRunning(Exception):
    """There is no Balie at the address that was given."""


def test(
    files: Files = None,
    url: Url = None,
    only: Only = "",
    transcripts: Transcripts = False,
    as_json: Json = False,
) -> None:
    """Hold test conversations with Balie; where none runs, one is started for as long as it takes.

    A conversation that ends a process is left out where Balie was running already.
    """
    settings = load_settings()
    conversations = _chosen(settings, files, only)
    begun = time.monotonic()
    try:
        with _balie(settings, url) as (address, backstage):
            content = ContentStore(settings.data_dir)
            runner = Runner(desk_client(address), content.current, backstage)
            results = _run_all(runner, conversations)
    except (NotRunning, StartFailed, TrainingFailed) as error:
        typer.echo(f"balie: {error}", err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps([_row(each) for each in results], indent=2, ensure_ascii=False))
    else:
        _print(results, transcripts, time.monotonic() - begun)
    if not all(each.passed for each in results):
        raise typer.Exit(1)


def _chosen(settings: Settings, files: list[Path] | None, only: str) -> list[Conversation]:
    folder = settings.project_dir / "tests" / "conversations"
    try:
        found = load_conversations(files or sorted(folder.glob("*.yml")))
    except (BadConversations, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    return [each for each in found if only.casefold() in each.id.casefold()]


@contextmanager
def _balie(settings: Settings, url: str | None) -> Iterator[tuple[str, Backstage]]:
    """The address of the Balie to test, and what can be done behind its scenes."""
    own = f"http://{settings.desk_host}:{settings.desk_port}"
    address = (url or own).rstrip("/")
    if _answers(address):
        yield address, BillingBackstage(settings) if address == own else NoBackstage()
    elif url is not None:
        raise NotRunning(f"no desk answers at {address}")
    else:
        typer.echo(f"No Balie runs at {own}; one is started for the test.", err=True)
        with TemporaryBalie(settings) as temporary:
            yield temporary.address, temporary


def _answers(address: str) -> bool:
    try:
        return desk_client(address).get("/health").status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _run_all(runner: Runner, conversations: Sequence[Conversation]) -> list[Result]:
    with typer.progressbar(
        conversations, label="Conversations", file=sys.stderr, show_pos=True
    ) as bar:
        return [runner.run(each) for each in bar]


def _print(results: Sequence[Result], transcripts: bool, seconds: float) -> None:
    for result in results:
        if transcripts or not result.passed:
            typer.echo(f"{result.report()}\n")
        if result.left_out:
            typer.echo(f"left out: {result.conversation.id} ({result.left_out})")
    failed = sum(not each.passed for each in results)
    left_out = sum(each.left_out is not None for each in results)
    passed = len(results) - failed - left_out
    counts = f"{passed} passed, {failed} failed, {left_out} left out"
    typer.echo(f"{counts} in {seconds:.0f} seconds")


def _row(result: Result) -> dict[str, object]:
    return {
        "file": str(result.conversation.file),
        "line": result.conversation.line,
        "name": result.conversation.name,
        "passed": result.passed,
        "failures": list(result.failures),
        "left_out": result.left_out,
        "transcript": result.transcript,
    }
