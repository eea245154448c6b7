"""From a ticket to what it is about, and a reply that a person may send."""

from typing import Self

from pydantic import BaseModel

from balie.content import Content, Language, Question, Rendered, Topic, guide, render
from balie.desk.rasa import Ranked, Understanding
from balie.desk.triage.mail import MailWords, question_of
from balie.privacy import mask

# What a ticket is about stands in its first words, and a wall of text must not take seconds.
LONGEST_QUESTION = 2000


class Ticket(BaseModel):
    """A ticket as it came in; `masked` before anything is done with it."""

    subject: str = ""
    text: str = ""

    def masked(self) -> Self:
        """The same without card numbers, IBANs and BSNs."""
        return self.model_copy(
            update={"subject": mask(self.subject).text, "text": mask(self.text).text}
        )

    def question(self, words: MailWords) -> str:
        """What it asks, to be understood; empty where there is nothing in it."""
        return question_of(self.subject, self.text, words)[:LONGEST_QUESTION]


class Triage(BaseModel):
    """What is understood of a ticket."""

    language: Language
    intent: str
    confidence: float
    ranking: list[Ranked]
    decision: str
    suggested_reply: str | None

    @classmethod
    def of(cls, found: Understanding, content: Content) -> Self:
        """The triage of a ticket that was understood so."""
        rest = found.model_dump(exclude={"second_topic"})
        return cls(**rest, suggested_reply=suggested_reply(found, content))


def suggested_reply(found: Understanding, content: Content) -> str | None:
    """The topic's answer and the first step of its guide, in the ticket's language.

    None where Balie is not sure, where it is none of its topics, and where a person is asked for.
    """
    names = (found.intent, found.second_topic) if found.decision == "answer" else ()
    topics = [content.topics[name] for name in names if name and name in content.topics]
    if not topics or any(topic.handoff for topic in topics):
        return None
    language = found.language
    parts = [_answer(topic, content, language) for topic in topics]
    if topics[0].guide:
        parts.insert(1, _beginning(topics[0], content, language))
    body = Rendered("\n\n".join(parts))
    return render(content.desk["triage_reply"][language], {"body": body}, language)


def _answer(topic: Topic, content: Content, language: Language) -> str:
    links = [_link(name, content, language) for name in topic.links]
    return "\n".join([topic.answer[language].strip(), *links])


def _beginning(topic: Topic, content: Content, language: Language) -> str:
    """The first step of the guide, or the question that comes before it."""
    state = guide.start(topic, {})
    first = guide.item(topic, state)
    shown = Rendered(first[language].strip())
    if isinstance(first, Question):
        options = Rendered(" / ".join(option[language] for option in first.options.values()))
        key, values = "triage_question", {"question": shown, "options": options}
        text = render(content.desk[key][language], values, language)
    else:
        number, of = guide.progress(topic, state)
        step = {"number": number, "of": of, "step": shown}
        text = render(content.desk["triage_step"][language], step, language)
    return "\n".join([text, *([_link(first.link, content, language)] if first.link else [])])


def _link(name: str, content: Content, language: Language) -> str:
    link = content.links[name]
    return f"{link.title[language]}: {link.url[language]}"
