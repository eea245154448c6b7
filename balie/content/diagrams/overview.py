"""The picture of all topics: what leads from one to another, and to a person."""

from collections.abc import Iterator

from balie.content.diagrams import dot, look
from balie.content.guide import all_paths
from balie.content.languages import Language
from balie.content.model import Content, Step, Topic

OVERVIEW = "all-topics"  # the hyphen keeps it apart from the name of any topic

# Related topics side by side: close to each other, but never so close that an arrow does not fit.
_LAYOUT = {
    "layout": "neato",
    "overlap": "prism",
    "overlap_scaling": "-2",
    "sep": "+20",
    "splines": "true",
}

Pair = tuple[str, str]


def overview(content: Content, language: Language) -> Iterator[str]:
    """The nodes and edges of all topics."""
    yield from look.defaults(**_LAYOUT)
    for topic in content.topics.values():
        card = look.topic_card(topic, language, look.topic_tone(topic), *_small_print(topic))
        picture = {"URL": f"{topic.id}.svg"} if topic.guide else {}
        yield dot.node(topic.id, card, **picture)
    related = list(_related(content))
    yield from _arrows(content, related, style="solid")
    by_account = [pair for pair in _offered_by_account(content) if pair not in related]
    yield from _arrows(content, by_account, style="dashed")


def _small_print(topic: Topic) -> Iterator[str]:
    if topic.guide:
        yield f"guide: {_steps(topic)}"
    if topic.handoff:
        yield "handoff: yes"


def _steps(topic: Topic) -> str:
    """How many steps the guide has: the fewest and the most of its ways."""
    counts = [sum(isinstance(item, Step) for item in path.items) for path in all_paths(topic)]
    return f"{min(counts)}" if min(counts) == max(counts) else f"{min(counts)}–{max(counts)}"


def _related(content: Content) -> Iterator[Pair]:
    for topic in content.topics.values():
        yield from ((topic.id, other) for other in topic.related)


def _offered_by_account(content: Content) -> Iterator[Pair]:
    """What cases of the topics' own account facts and checks offer, but for the topic itself."""
    for topic in content.topics.values():
        named = [content.account[name] for name in (topic.account, topic.check) if name]
        offered = (
            each for text in named for case in text.variants.values() for each in case.topics
        )
        yield from ((topic.id, other) for other in dict.fromkeys(offered) if other != topic.id)


def _arrows(content: Content, pairs: list[Pair], style: str) -> Iterator[str]:
    """An arrow for each pair, with two heads where the way back is there too."""
    for index, (tail, head) in enumerate(pairs):
        if (head, tail) in pairs[:index]:
            continue
        heads = {"dir": "both"} if (head, tail) in pairs else {}
        color = {"color": look.TURN} if content.topics[head].handoff else {}
        yield dot.edge(tail, head, style=style, **heads, **color)
