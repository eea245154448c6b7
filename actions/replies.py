"""Builds what the customer sees: texts, buttons, links and the step, in one language."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.account import Fact, Phrase, TextKey
from balie.content import Content, Language, Link, Text, Topic, render, render_variant
from balie.content.guide import GuideState, advance, item, progress, start
from balie.content.model import Question, Step

MAIN_TOPICS = (
    "payment_declined",
    "past_due",
    "unused_licenses",
    "change_billing_frequency",
    "pay_by_invoice",
)


@dataclass(frozen=True)
class Button:
    """A button: what it says, and the intent and entities behind it."""

    title: str
    intent: str
    entities: Mapping[str, str] = field(default_factory=dict)

    def to_message(self) -> dict[str, Any]:
        """As Rasa carries it; the payload is for `rasa shell`."""
        payload = json.dumps(dict(self.entities)) if self.entities else ""
        return {
            "title": self.title,
            "payload": f"/{self.intent}{payload}",
            "intent": self.intent,
            "entities": [{"entity": k, "value": v} for k, v in self.entities.items()],
        }


@dataclass(frozen=True)
class Reply:
    """One message of the assistant.

    `handoff` asks the desk for a person, `ticket` to tell of the ticket that is open already (and
    to note an e-mail address on it); `topic` is what the conversation is about from here on.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    links: tuple[Link, ...] = ()
    step: Mapping[str, Any] | None = None
    handoff: Mapping[str, Any] | None = None
    ticket: Mapping[str, Any] | None = None
    topic: str | None = None


@dataclass(frozen=True)
class Writer:
    """Writes replies in one language from the content."""

    content: Content
    language: Language

    def text(self, key: str, **values: object) -> str:
        """One of the assistant's own texts."""
        return render(self.content.texts[key][self.language], values, self.language)

    def say(self, key: str, buttons: Iterable[Button] = (), **values: object) -> Reply:
        """A reply that is one of the assistant's own texts."""
        return Reply(self.text(key, **values), tuple(buttons))

    def title(self, topic: str) -> str:
        """A topic's title."""
        return self.content.topics[topic].title[self.language]

    def answer(self, topic: Topic) -> Reply:
        """The topic's short answer with its links."""
        links = tuple(self.content.links[name] for name in topic.links)
        return Reply(topic.answer[self.language], links=links)

    def fact(self, name: str, fact: Fact) -> Reply:
        """An account fact or a check in words, with the topics that its text offers."""
        variant = self.content.account[name][fact.variant]
        values = self._resolve(fact.values)
        items = [self._resolve(each) for each in fact.items]
        text = render_variant(variant, values, self.language, items)
        return Reply(text, tuple(self.topic_button(topic) for topic in variant.topics))

    def offer(self, topic: Topic, own: Text | None = None) -> Reply:
        """The offer to walk through the topic's guide; `own` is the one for this customer."""
        _, steps = progress(topic, _beginning(topic))
        text = own or topic.offer or self.content.texts["offer_guide"]
        return Reply(
            render(text[self.language], {"steps": steps}, self.language),
            (self.start_button(topic.id),),
        )

    def place(self, topic: Topic, state: GuideState) -> Reply:
        """The step or question where the customer is."""
        here = item(topic, state)
        if isinstance(here, Question):
            return self._question(here)
        return self._step(topic, state, here)

    def _question(self, question: Question) -> Reply:
        buttons = tuple(
            Button(
                option[self.language],
                "choose_option",
                {"question": question.ask, "option": name},
            )
            for name, option in question.options.items()
        )
        return Reply(question[self.language], buttons, self._links(question))

    def _step(self, topic: Topic, state: GuideState, step: Step) -> Reply:
        number, of = progress(topic, state)
        # While a question is still open the number of steps is not the last word.
        last = number == of and is_last(topic, state)
        buttons = [
            Button(self.text("button_last" if last else "button_next"), "next_step"),
            Button(self.text("button_stuck"), "stuck"),
            self.stop_button(),
        ]
        if state.trail:
            buttons.insert(1, Button(self.text("button_back"), "previous_step"))
        place = {"topic": topic.id, "id": step.id, "number": number, "of": of}
        return Reply(step[self.language], tuple(buttons), self._links(step), place)

    def help(self, topic: Topic, state: GuideState) -> Reply:
        """The step's own help."""
        here = item(topic, state)
        written = here.help[self.language] if here.help else self.text("stuck_no_help")
        help_text = render(written, {}, self.language)  # keeps its bold names and paragraphs
        buttons = (
            *self.place(topic, state).buttons[:1],
            Button(self.text("button_stuck"), "stuck"),
            self.person_button(),
        )
        if isinstance(here, Question):
            buttons = (*self._question(here).buttons, self.person_button())
        return Reply(self.text("stuck_help", help=help_text), buttons, self._links(here))

    def topic_button(self, topic: str) -> Button:
        """A button that asks about a topic."""
        return Button(self.title(topic), topic)

    def topic_buttons(self, topics: Iterable[str] = MAIN_TOPICS) -> tuple[Button, ...]:
        """Buttons for the topics that there are."""
        return tuple(self.topic_button(topic) for topic in topics if topic in self.content.topics)

    def start_button(self, topic: str) -> Button:
        """The button that begins a topic's guide."""
        return Button(self.text("button_start"), "start_guide", {"topic": topic})

    def other_start_button(self, topic: str) -> Button:
        """The button that begins a guide while the customer is in the middle of another."""
        title = self.text("button_start_other", topic=self.title(topic))
        return Button(title, "start_guide", {"topic": topic})

    def resume_button(self, topic: str) -> Button:
        """The button that goes on with a guide."""
        return Button(self.text("button_resume"), "resume_guide", {"topic": topic})

    def stop_button(self) -> Button:
        """The button that leaves a guide."""
        return Button(self.text("button_stop"), "stop")

    def last_step_button(self) -> Button:
        """The button that returns to the last step of a guide that has ended."""
        return Button(self.text("button_last_step"), "previous_step")

    def person_button(self) -> Button:
        """The button that asks for a person."""
        return Button(self.text("button_person"), "contact_support")

    def none_button(self) -> Button:
        """The button that says that none of the offered topics is meant."""
        return Button(self.text("button_none"), "none_of_these")

    def _links(self, here: Step | Question) -> tuple[Link, ...]:
        return (self.content.links[here.link],) if here.link else ()

    def _resolve(self, values: Mapping[str, object]) -> dict[str, object]:
        return {name: self._worded(value) for name, value in values.items()}

    def _worded(self, value: object) -> object:
        if isinstance(value, Phrase):
            return self.text(value.key, **value.values)
        return self.text(value) if isinstance(value, TextKey) else value


def is_last(topic: Topic, state: GuideState) -> bool:
    """Whether the guide ends after this step."""
    return advance(topic, state) is None


def _beginning(topic: Topic) -> GuideState:
    return start(topic, {})
