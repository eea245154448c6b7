"""`balie map`: pictures of the topics and guides, for those who write them."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer

PAGE = "README.md"
_PAGE_TITLE = "# The map of the topics\n"
_LEGEND = """
`balie map` draws these pictures from the topics; run it again after you have changed a title, a
guide or a check. Nothing here is edited by hand.

All topics:

- Green cards are topics with a guide (and the number of its steps), white ones only answer, and an
  amber one hands over to a person.
- A solid arrow leads to a topic that is offered as related. A dashed one leads to a topic that is
  offered in some cases only: the customer's own account decides. Amber arrows lead to a person,
  who is also offered at any step of a guide where its help has not helped.

A guide:

- White cards are steps, with the number that customers see. A step with two numbers is reached on
  ways of different lengths.
- Amber cards are questions; the buttons below them are the answers that lead that way.
- The last card holds what is said about the customer's account at the end, case by case.
- Small print shows the names in the files, and `help` where a step has a help text.
"""

Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FOLDER",
        file_okay=False,
        help="Where the pictures go: docs/map, and docs/map/nl for Dutch, when not given.",
    ),
]
Check = Annotated[
    bool, typer.Option("--check", help="Draw nothing; say which pictures are out of date.")
]
Language = Annotated[Literal["en", "nl"], typer.Option("--language", help="Language of the texts.")]


def map(out: Out = None, check: Check = False, language: Language = "en") -> None:
    """Draw topics, guides, branches and handoffs as pictures (SVG)."""
    from balie.content import ContentErrors, load_content
    from balie.content.diagrams import draw
    from balie.settings import load_settings

    settings = load_settings()
    folder = out or settings.project_dir / "docs" / "map" / ("" if language == "en" else language)
    try:
        content = load_content(settings.data_dir)
    except ContentErrors as errors:
        raise _failure(f"{errors}\nMend the content first: balie check") from None
    pictures = draw(content, language)
    titles = {name: topic.title[language] for name, topic in content.topics.items()}
    texts = {f"{name}.dot": text for name, text in pictures.items()}
    texts[PAGE] = _page(pictures, titles)
    if check:
        _check(folder, texts)
    else:
        _draw(folder, texts)


def _page(pictures: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """The page that shows all pictures."""
    parts = [_PAGE_TITLE + _LEGEND]
    for name in pictures:
        title = titles.get(name, "All topics")
        parts.append(f"## {title}\n\n[![{title}]({name}.svg)]({name}.svg)\n")
    return "\n".join(parts)


def _check(folder: Path, texts: Mapping[str, str]) -> None:
    """Compare the texts only: each version of Graphviz draws them a little differently."""
    wrong = [f"{path}: of a guide that is gone" for path in _leftovers(folder, texts)]
    for name, text in texts.items():
        path = folder / name
        if not path.exists():
            wrong.append(f"{path}: missing")
        elif path.read_text(encoding="utf-8") != text:
            wrong.append(f"{path}: out of date")
    if wrong:
        raise _failure("\n".join([*sorted(wrong), "Draw the map anew: balie map"]))
    typer.echo(f"The map in {folder} is up to date.")


def _draw(folder: Path, texts: Mapping[str, str]) -> None:
    dot = shutil.which("dot")
    if dot is None:
        raise _failure(
            "The pictures are drawn by Graphviz, whose program `dot` is not installed here.\n"
            "Install it (Debian, Ubuntu: apt-get install graphviz; macOS: brew install graphviz)."
        )
    if not _is_ours(folder / PAGE):
        raise _failure(f"{folder / PAGE} is another page; choose another folder with --out.")
    folder.mkdir(parents=True, exist_ok=True)
    for path in _leftovers(folder, texts):
        path.unlink()
        path.with_suffix(".svg").unlink(missing_ok=True)
    for name, text in texts.items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        if path.suffix == ".dot":
            _run(dot, path)
    typer.echo(f"{len(texts) - 1} pictures drawn; {folder / PAGE} shows them.")


def _is_ours(page: Path) -> bool:
    """Whether the page may be written: there is none, or an earlier map's."""
    return not page.exists() or page.read_text(encoding="utf-8").startswith(_PAGE_TITLE)


def _run(dot: str, path: Path) -> None:
    command = [dot, "-Tsvg", "-o", str(path.with_suffix(".svg")), str(path)]
    done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise _failure(f"`dot` could not draw {path}:\n{done.stderr}")


def _leftovers(folder: Path, texts: Mapping[str, str]) -> Iterator[Path]:
    """Files that an earlier map has drawn and this one does not; nobody else's."""
    from balie.content.diagrams import MARK

    for path in sorted(folder.glob("*.dot")):
        if path.name not in texts and MARK in path.read_text(encoding="utf-8").split("\n", 1)[0]:
            yield path


def _failure(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(1)
