"""Colors that can be read in both schemes, and tokens that are documented and used."""

import re
from pathlib import Path

import pytest

import balie.desk
from tests.desk.test_page import contrast

STATIC = Path(balie.desk.__file__).parent / "static"
TOKENS = (STATIC / "tokens.css").read_text(encoding="utf-8")
STYLES = (STATIC / "help.css").read_text(encoding="utf-8")
DOCUMENT = Path(__file__).parents[3] / "docs" / "design-system.md"

COLORS = {
    name: schemes
    for name, *schemes in re.findall(
        r"--balie-color-([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", TOKENS
    )
}
WORDS = [
    *[(front, back) for front in ("ink", "faint", "action") for back in ("paper", "ground")],
    ("on-action", "action"),
    ("on-action", "action-strong"),
    ("action-strong", "action-ground"),
    ("on-band", "band"),
    ("band", "on-band"),
    ("on-accent", "accent"),
    ("ink", "turn-ground"),
    ("action", "turn-ground"),
    ("turn", "turn-ground"),
    ("wrong", "wrong-ground"),
    ("wrong", "paper"),
]
EDGES = [("line", "paper"), ("line", "ground"), ("action", "paper"), ("accent", "band")]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_A7_words_and_edges_stand_out_enough(scheme: int) -> None:
    for front, back in WORDS:
        assert contrast(COLORS[front][scheme], COLORS[back][scheme]) >= 4.5, (front, back)
    for front, back in EDGES:
        assert contrast(COLORS[front][scheme], COLORS[back][scheme]) >= 3, (front, back)


def test_every_color_is_documented() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")

    assert len(COLORS) >= 18
    assert [name for name in COLORS if f"`--balie-color-{name}`" not in document] == []


def test_the_help_page_uses_tokens_that_exist_and_no_color_of_its_own() -> None:
    defined = set(re.findall(r"(--balie-[a-z0-9-]+):", TOKENS))
    used = set(re.findall(r"var\((--balie-[a-z0-9-]+)", STYLES))

    assert used - defined == set()
    assert re.findall(r"#[0-9a-f]{3,8}\b|rgb\(|hsl\(", STYLES) == []


def test_the_font_is_served_with_its_license() -> None:
    for file in re.findall(r'url\("(.+?)"\)', TOKENS):
        assert (STATIC / file).exists()
    assert (STATIC / "fonts" / "source-sans-3.LICENSE.txt").exists()
