"""What the pictures look like: the colors of the help page, one typeface, cards and arrows."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from balie.content.diagrams import dot
from balie.content.diagrams.dot import Markup
from balie.content.languages import Language
from balie.content.model import Topic

PAPER = "#ffffff"
GROUND = "#f6f4f1"
INK = "#22262a"
FAINT = "#5b6168"
ACTION = "#0b5563"
TURN = "#8a5200"

# Points. Graphviz takes the width of letters in whole points; at 16 its errors are smallest, so
# that bold words do not touch their neighbors.
SMALL, BUTTON, NORMAL, LARGE = "12", "13", "16", "24"

# Nearly every machine has one of these or one as wide: the text fits wherever it is looked at.
_FONT = "Helvetica,Arial,sans-serif"
_TITLE_WIDTH, _NAME_WIDTH = 28, 60  # characters a line


class Tone(NamedTuple):
    """Colors that belong together: of a card's border and ground, its text and small print."""

    border: str
    ground: str
    text: str
    faint: str


PLAIN = Tone("#c9c4bc", PAPER, INK, FAINT)
YOUR_TURN = Tone(TURN, "#fdf3e0", INK, TURN)
STRONG = Tone(ACTION, ACTION, PAPER, "#cfe3e7")
CALM = Tone(ACTION, "#e9f2f3", INK, ACTION)


def defaults(**graph: str) -> Iterator[str]:
    """The look of everything that says nothing else, and the `graph`'s own attributes."""
    yield dot.defaults("graph", bgcolor=GROUND, pad="0.4", **graph)
    yield dot.defaults("node", shape="plain", fontname=_FONT, fontsize=NORMAL, fontcolor=INK)
    yield dot.defaults("edge", fontname=_FONT, color=FAINT, arrowsize="0.8")


def topic_card(topic: Topic, language: Language, tone: Tone, *more: str) -> Markup:
    """A topic by its title and name, with further small print, a line each."""
    title = dot.bold(dot.lines(topic.title[language], _TITLE_WIDTH))
    small = Markup("".join(dot.lines(line, _NAME_WIDTH) for line in (topic.id, *more)))
    rows = [[text_cell(dot.font(title, tone.text))], [small_cell(small, tone)]]
    return dot.card(rows, tone.border, tone.ground)


def topic_tone(topic: Topic) -> Tone:
    """How a topic is shown among others: one where a person takes over stands out."""
    if topic.handoff:
        return YOUR_TURN
    return CALM if topic.guide else PLAIN


def buttons(titles: Iterable[str], width: int) -> Markup:
    """What customers may choose, as they see it: a button for each."""
    return dot.table(([_button(title, width)] for title in titles), border="0")


def _button(title: str, width: int) -> Markup:
    frame = {"border": "1", "style": "rounded", "color": ACTION, "bgcolor": PAPER}
    text = dot.font(dot.lines(title, width), ACTION, BUTTON)
    return dot.cell(text, **frame, align="left", balign="left", cellpadding="4")


def text_cell(text: Markup, **values: str) -> Markup:
    """A cell with text at its left."""
    return dot.cell(text, align="left", balign="left", cellpadding="6", **values)


def small_cell(text: Markup, tone: Tone, **values: str) -> Markup:
    """A cell with small print."""
    return text_cell(dot.font(text, tone.faint, SMALL), **values)
