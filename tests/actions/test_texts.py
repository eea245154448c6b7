"""Every text that the assistant says stands in texts.yml, and every text there is said."""

import ast
import re
from pathlib import Path

import yaml

from balie.billing.models import InvoiceSummary, Subscription
from balie.content import Content
from tests.actions.conftest import ROOT

SOURCES = sorted((ROOT / "actions").glob("*.py"))
# Functions whose first argument is the key of a text.
SAYS = {"say", "text", "Say"}


def _literals(source: Path) -> set[str]:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _keys_that_are_said(source: Path) -> set[str]:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    firsts = [
        call.args[0]
        for call in calls
        if getattr(call.func, "attr", getattr(call.func, "id", "")) in SAYS
    ]
    return {key for first in firsts for key in _strings_of(first)}


def _strings_of(node: ast.expr) -> list[str]:
    """A literal, or both ends of a condition between two."""
    if isinstance(node, ast.IfExp):
        return [*_strings_of(node.body), *_strings_of(node.orelse)]
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return [str(node.value)] if is_text else []  # type: ignore[attr-defined]


def _computed_keys() -> set[str]:
    """Keys that are put together from what the billing backend says."""
    frequencies = Subscription.model_fields["billing_frequency"].annotation.__args__  # type: ignore[union-attr]
    statuses = InvoiceSummary.model_fields["status"].annotation.__args__  # type: ignore[union-attr]
    small_talk = {"goodbye", "thank_you", "bot_challenge"}  # said by the name of the intent
    return {
        *(f"frequency_{each}" for each in frequencies),
        *(f"invoice_{each}" for each in statuses),
        *small_talk,
    }


def test_every_text_that_is_said_is_written(content: Content) -> None:
    said = {key for source in SOURCES for key in _keys_that_are_said(source)} | _computed_keys()
    assert len(said) > 20, "the search finds what it looks for"
    assert said - set(content.texts) == set()


def test_every_text_that_is_written_is_said(content: Content) -> None:
    used = {literal for source in SOURCES for literal in _literals(source)} | _computed_keys()
    # Where keys have a common beginning in the code: f"form_problem_{kind}".
    prefixes = tuple(
        found
        for source in SOURCES
        for found in re.findall(r'say\(f"([a-z_]+_)\{', source.read_text(encoding="utf-8"))
    )
    unused = {key for key in content.texts if key not in used and not key.startswith(prefixes)}
    assert unused == set(), "remove them from data/conversation/texts.yml"


def test_the_texts_are_read_from_one_file(content: Content) -> None:
    file = yaml.safe_load((ROOT / "data/conversation/texts.yml").read_text(encoding="utf-8"))
    assert set(file) == set(content.texts)
