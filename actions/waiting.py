"""Decides what a message means while the conversation waits for a person. Pure, like `plan`."""

from collections.abc import Mapping
from dataclasses import dataclass

from actions.signals import Signals
from actions.turn import ANSWER, Turn
from balie.content import Content
from balie.content.form_checks import find_email

CONTACT = "contact_support"

# What is said in place of a text that knows of no open request.
_INSTEAD: Mapping[str, str] = {
    "greeting": "waiting_greeting",
    "thank_you": "waiting_thanks",
    "goodbye": "waiting_goodbye",
    "bot_challenge": "waiting_bot_challenge",
    "what_now": "waiting_all_right",
    "anything_else": "waiting_all_right",
    "no_other_topics": "waiting_noted",
    "stuck_no_guide": "waiting_noted",
    "request_not_withdrawn": "waiting_request_not_withdrawn",
}


# To thanks, or a "yes" to nothing in particular, the reference need not be said again.
_IN_PASSING = frozenset({"waiting_all_right", "waiting_thanks", "waiting_goodbye"})


@dataclass(frozen=True)
class TellOfTicket:
    """Say one text, and let the desk say how the open request stands.

    `email` is an address that the customer wrote for it; `topic` may be meant instead. Without
    `details` the desk adds nothing.
    """

    text: str
    email: str | None = None
    topic: str | None = None
    details: bool = True


@dataclass(frozen=True)
class WaitingPlanner:
    """The plan for what is said of the request that is open, by the writers' word lists."""

    content: Content
    signals: Signals

    def asked(self, turn: Turn) -> TellOfTicket | None:
        """A question about the open request: when somebody answers, how it stands."""
        if not turn.waiting or not self.signals.asks_about_request(turn.text):
            return None
        return TellOfTicket("waiting_status", topic=self._surely_meant(turn))

    def _surely_meant(self, turn: Turn) -> str | None:
        """The topic of its own that the message is surely about."""
        topic = self.content.topics.get(turn.intent) if turn.decision == ANSWER else None
        return topic.id if topic and not topic.handoff else None

    def given_up(self, turn: Turn) -> TellOfTicket | None:
        """A wish to have the open request closed; that is for the person to do."""
        given_up = turn.waiting and self.signals.gives_up_person(turn.text)
        about_else = self._surely_meant(turn) is not None
        return TellOfTicket("waiting_stays_open") if given_up and not about_else else None

    def left_address(self, turn: Turn) -> TellOfTicket | None:
        """An e-mail address, with hardly a word around it."""
        if not turn.waiting or "?" in turn.text:
            return None
        email = find_email(turn.text)
        rest = turn.text.replace(email, " ") if email else ""
        if email is None or not self.signals.is_brief(rest):
            return None
        return TellOfTicket("waiting_email", email)

    def instead_of(self, text: str) -> TellOfTicket | None:
        """What is said in place of `text`; None where it fits an open request too."""
        if text not in _INSTEAD:
            return None
        return TellOfTicket(_INSTEAD[text], details=_INSTEAD[text] not in _IN_PASSING)
