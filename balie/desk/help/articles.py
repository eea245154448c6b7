"""Topics as articles in one language, ready for the templates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from balie.content import Content, Language, Outline, Text, Topic, outline
from balie.desk.help.markup import Block, Run, blocks, first_sentence, plain, runs


@dataclass(frozen=True)
class Reference:
    """A link: to another article, or to a page elsewhere."""

    title: str
    url: str


@dataclass(frozen=True)
class StepView:
    """One numbered step, with what helps where it does not work."""

    anchor: str
    number: int
    text: Sequence[Run]
    link: Reference | None
    help: Sequence[Block]


@dataclass(frozen=True)
class GuideView:
    """Steps, and where they end in a question, what follows each answer."""

    steps: Sequence[StepView]
    question: Sequence[Run] = ()
    question_link: Reference | None = None
    question_help: Sequence[Block] = ()
    branches: Sequence["BranchView"] = ()


@dataclass(frozen=True)
class BranchView:
    """What follows one answer."""

    anchor: str
    title: str
    guide: GuideView


@dataclass(frozen=True)
class Article:
    """A whole topic."""

    topic: str
    slug: str
    title: str
    description: str
    answer: Sequence[Block]
    answer_text: str
    guide: GuideView | None
    done: Sequence[Block]
    links: Sequence[Reference]
    related: Sequence["Teaser"]
    sources: Sequence[Reference]
    has_account: bool
    as_of: date
    review_by: date


@dataclass(frozen=True)
class Teaser:
    """An article in a list."""

    topic: str
    slug: str
    title: str
    description: str


@dataclass(frozen=True)
class Shelf:
    """A group of articles."""

    title: str
    teasers: Sequence[Teaser]


def slug_of(topic: str) -> str:
    """How a topic is called in addresses."""
    return topic.replace("_", "-")


def topic_of(slug: str) -> str:
    """The topic that an address names."""
    return slug.replace("-", "_")


def teaser(topic: Topic, language: Language) -> Teaser:
    """The topic in a list."""
    return Teaser(topic.id, slug_of(topic.id), topic.title[language], _description(topic, language))


def shelves(content: Content, language: Language, other: str) -> list[Shelf]:
    """All topics in their groups; those in none stand below `other`."""
    grouped = {name for group in content.groups for name in group.topics}
    found = [(group.title[language], group.topics) for group in content.groups]
    found.append((other, [name for name in content.topics if name not in grouped]))
    return [
        Shelf(title, [teaser(content.topics[name], language) for name in names])
        for title, names in found
        if names
    ]


def article(content: Content, topic: Topic, language: Language) -> Article:
    """The topic, made ready to be read."""
    guide = outline(topic)
    return Article(
        topic=topic.id,
        slug=slug_of(topic.id),
        title=topic.title[language],
        description=_description(topic, language),
        answer=blocks(topic.answer[language]),
        answer_text=plain(topic.answer[language]),
        guide=_Guide(content, language).view(guide, "step") if guide else None,
        done=blocks(topic.done[language]) if topic.done else [],
        links=[_link(content, name, language) for name in topic.links],
        related=[teaser(content.topics[name], language) for name in topic.related],
        sources=_sources(content, topic, language),
        has_account=topic.account is not None,
        as_of=topic.as_of,
        review_by=topic.review_by,
    )


class _Guide:
    """Makes the guide of a topic ready; anchors tell where in it something stands."""

    def __init__(self, content: Content, language: Language) -> None:
        self._content = content
        self._language = language

    def view(self, guide: Outline, anchor: str) -> GuideView:
        question = guide.question
        return GuideView(
            steps=list(self._steps(guide, anchor)),
            question=runs(question[self._language]) if question else [],
            question_link=self._link(question.link) if question else None,
            question_help=self._blocks(question.help) if question else [],
            branches=[
                BranchView(
                    anchor=f"{anchor}-{slug_of(option)}",
                    title=question.options[option][self._language],
                    guide=self.view(branch, f"{anchor}-{slug_of(option)}"),
                )
                for option, branch in guide.branches.items()
            ]
            if question
            else [],
        )

    def _steps(self, guide: Outline, anchor: str) -> Iterator[StepView]:
        for each in guide.steps:
            yield StepView(
                anchor=f"{anchor}-{each.number}",
                number=each.number,
                text=runs(each.step[self._language]),
                link=self._link(each.step.link),
                help=self._blocks(each.step.help),
            )

    def _link(self, name: str | None) -> Reference | None:
        return _link(self._content, name, self._language) if name else None

    def _blocks(self, text: Text | None) -> list[Block]:
        return blocks(text[self._language]) if text else []


def _description(topic: Topic, language: Language) -> str:
    if topic.description:
        return topic.description[language]
    return first_sentence(topic.answer[language])


def _link(content: Content, name: str, language: Language) -> Reference:
    link = content.links[name]
    return Reference(link.title[language], link.url[language])


def _sources(content: Content, topic: Topic, language: Language) -> list[Reference]:
    """The topic's source pages that a link leads to; a file's name would tell readers nothing."""
    pages = {_page_name(source.page) for source in topic.sources}
    links = [_link(content, name, language) for name in content.links]
    return [link for link in links if urlsplit(link.url).fragment == "" and _page_of(link) in pages]


def _page_of(link: Reference) -> str:
    """The last part of the address; a help page has the same name there as its file here."""
    return urlsplit(link.url).path.rsplit("/", 1)[-1]


def _page_name(file: str) -> str:
    """`past-due.nl.md` is the page `past-due`."""
    return file.removesuffix(".md").removesuffix(".nl").removesuffix(".en")
