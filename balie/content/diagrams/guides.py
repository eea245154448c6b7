"""The picture of one guide: steps, questions, where each answer leads, and the check at the end."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from balie.content.diagrams import dot, look
from balie.content.diagrams.dot import Markup
from balie.content.diagrams.overview import OVERVIEW
from balie.content.guide import all_paths
from balie.content.languages import Language
from balie.content.model import Content, Question, Step, Topic

_START, _DONE, _CHECK = "(start)", "(done)", "(check)"
_STEP_WIDTH, _SMALL_WIDTH, _CASE_WIDTH, _BUTTON_WIDTH = 38, 52, 64, 24  # characters a line

# Two neighbors on a way through a guide, and the answers with which one leads to the other.
Hops = Mapping[tuple[str, str], Mapping[str, set[str]]]


def guide_picture(topic: Topic, content: Content, language: Language) -> Iterator[str]:
    """The nodes and edges of the topic's guide."""
    yield from look.defaults(rankdir="TB", nodesep="0.4", ranksep="0.5")
    yield _start(topic, language)
    numbers = _numbers(topic)
    for item in topic.guide:
        yield dot.node(item.id, _item(item, numbers.get(item.id, "?"), language))
    yield from _arrows(topic, language)
    yield _done(topic, content, language)
    if topic.check:
        yield from _check(topic.check, content, language)


def _start(topic: Topic, language: Language) -> str:
    account = [f"account: {topic.account}"] if topic.account else []
    card = look.topic_card(topic, language, look.STRONG, *account)
    return dot.node(_START, card, URL=f"{OVERVIEW}.svg")


def _item(item: Step | Question, mark: str, language: Language) -> Markup:
    asks = isinstance(item, Question)
    tone, color = (look.YOUR_TURN, look.TURN) if asks else (look.PLAIN, look.ACTION)
    big = dot.font(dot.bold(dot.plain(mark)), color, look.LARGE)
    small = dot.lines(" · ".join(_small_print(item)), _SMALL_WIDTH)
    text = look.text_cell(dot.lines(item[language], _STEP_WIDTH))
    rows = [
        [dot.cell(big, rowspan="2", valign="top", cellpadding="6"), text],
        [look.small_cell(small, tone)],
    ]
    return dot.card(rows, tone.border, tone.ground)


def _small_print(item: Step | Question) -> Iterator[str]:
    yield item.id
    if isinstance(item, Question) and item.from_account:
        yield f"from_account: {item.from_account}"
    if item.link:
        yield f"link: {item.link}"
    if item.help:
        yield "help"


def _numbers(topic: Topic) -> dict[str, str]:
    """The number that customers see at each step; several where ways to it differ in length."""
    seen: dict[str, set[int]] = {}
    for path in all_paths(topic):
        steps = (item for item in path.items if isinstance(item, Step))
        for number, step in enumerate(steps, start=1):
            seen.setdefault(step.id, set()).add(number)
    return {name: "/".join(map(str, sorted(numbers))) for name, numbers in seen.items()}


def _arrows(topic: Topic, language: Language) -> Iterator[str]:
    hops = _hops(topic)
    for (tail, head), answers in hops.items():
        rivals = [given for (start, _), given in hops.items() if start == tail]
        deciding = [
            question
            for question in _asked_by(topic, tail)
            if question.id == tail or _differ(question.id, rivals)
        ]
        titles = _titles(deciding, answers, language)
        label = {"label": look.buttons(titles, _BUTTON_WIDTH)} if titles else {}
        yield dot.edge(tail, head, **label)


def _hops(topic: Topic) -> Hops:
    hops: dict[tuple[str, str], dict[str, set[str]]] = {}
    for path in all_paths(topic):
        for hop in pairwise([_START, *(item.id for item in path.items), _DONE]):
            answers = hops.setdefault(hop, {})
            for question, option in path.answers.items():
                answers.setdefault(question, set()).add(option)
    return hops


def _asked_by(topic: Topic, name: str) -> list[Question]:
    """The questions up to the item `name`."""
    ids = [item.id for item in topic.guide]
    before = topic.guide[: ids.index(name) + 1] if name in ids else []
    return [item for item in before if isinstance(item, Question)]


def _differ(question: str, rivals: list[Mapping[str, set[str]]]) -> bool:
    return any(given.get(question) != rivals[0].get(question) for given in rivals)


def _titles(
    questions: Iterable[Question], answers: Mapping[str, set[str]], language: Language
) -> list[str]:
    return [
        option[language]
        for question in questions
        for name, option in question.options.items()
        if name in answers.get(question.id, ())
    ]


def _done(topic: Topic, content: Content, language: Language) -> str:
    said = topic.done or content.texts.get("guide_done")
    text = look.text_cell(dot.lines(said[language] if said else "", _CASE_WIDTH))
    return dot.node(_DONE, dot.card([[text]], look.CALM.border, look.CALM.ground))


def _check(name: str, content: Content, language: Language) -> Iterator[str]:
    """The check with a row for each case, and the topics that are offered in it."""
    tone = look.CALM
    rows = [[look.small_cell(dot.plain(f"check: {name}"), tone, colspan="2")]]
    for case, variant in content.account[name].variants.items():
        label = look.small_cell(dot.bold(dot.plain(case)), tone, valign="top")
        text = dot.lines(variant[language], _CASE_WIDTH)
        offered = (content.topics[each].title[language] for each in variant.topics)
        arrows = "".join(dot.lines(f"→ {title}", _CASE_WIDTH) for title in offered)
        both = text + (dot.font(Markup(arrows), look.ACTION, look.BUTTON) if arrows else "")
        rows.append([label, look.text_cell(Markup(both), bgcolor=look.PAPER)])
    yield dot.node(_CHECK, dot.card(rows, tone.border, tone.ground))
    yield dot.edge(_DONE, _CHECK)
