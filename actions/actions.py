"""The actions that Rasa's rules name: read the turn, decide, carry it out, reply.

A topic needs no action of its own. What an action does by its name gives way to what the
conversation is in the middle of (`Planner.interruption`).
"""

from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.assistant import Outcome
from actions.plan import Act, OutOfScope, Planner
from actions.replies import Reply
from actions.resources import resources
from actions.turn import Turn, read_turn
from balie.content import Language


class TurnAction(Action, ABC):
    """One turn; subclasses say what their name stands for."""

    @abstractmethod
    def plan(self, planner: Planner, turn: Turn) -> Act:
        """What the action does when nothing else is going on."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer the turn and return what is to be remembered."""
        assistant = resources().assistant()
        turn = read_turn(tracker)
        planner = assistant.planner
        act = planner.interruption(turn) or self.plan(planner, turn)
        outcome = await assistant.perform(planner.while_waiting(act, turn), turn)
        for reply in outcome.replies:
            _utter(dispatcher, reply, outcome.language)
        return _remembered(outcome)


class AnswerTopic(TurnAction):
    """A billing question: the answer, the customer's own facts, the offer of the guide."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_answer_topic"

    def plan(self, planner: Planner, turn: Turn) -> Act:
        """Answer the topic that was asked about."""
        return planner.topic(turn)


class WalkGuide(TurnAction):
    """A step forward or back in the guide, yes and no, a button of it."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_walk_guide"

    def plan(self, planner: Planner, turn: Turn) -> Act:
        """The move that the intent names."""
        return planner.guide(turn)


class OfferTopics(TurnAction):
    """The customer was misunderstood: the next likeliest topics."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_offer_topics"

    def plan(self, planner: Planner, turn: Turn) -> Act:
        """Offer what has not been offered yet."""
        return planner.other_topics(turn)


class SmallTalk(TurnAction):
    """Greeting, thanks, goodbye, who this is."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_small_talk"

    def plan(self, planner: Planner, turn: Turn) -> Act:
        """Say the text for the intent."""
        return planner.small_talk(turn)


class SayOutOfScope(TurnAction):
    """Not a billing question."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_out_of_scope"

    def plan(self, planner: Planner, turn: Turn) -> Act:
        """Say what Balie knows about instead."""
        return OutOfScope()


class SwitchLanguage(TurnAction):
    """Another language was asked for."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_switch_language"

    def plan(self, planner: Planner, turn: Turn) -> Act:
        """Go on in that language, at the same place."""
        return planner.switch_language(turn)


def _utter(dispatcher: CollectingDispatcher, reply: Reply, language: Language) -> None:
    custom = {
        "language": language,
        "links": [
            {"title": each.title[language], "url": each.url[language]} for each in reply.links
        ],
        "step": reply.step,
        "handoff": reply.handoff,
        "ticket": reply.ticket,
        "topic": reply.topic,
    }
    dispatcher.utter_message(
        text=reply.text,
        buttons=[button.to_message() for button in reply.buttons],
        json_message={key: value for key, value in custom.items() if value},
    )


def _remembered(outcome: Outcome) -> list[dict[str, Any]]:
    return [
        SlotSet("language", outcome.language),
        SlotSet("dialogue", outcome.dialogue.to_slot() or None),
        SlotSet("guide", outcome.guides.to_slot()),
        SlotSet("form", outcome.filling.to_slot() if outcome.filling else None),
    ]
