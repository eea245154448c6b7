"""Decides what a message means while a form is being filled in. Pure, like `plan`."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, get_args

from actions.signals import Signals
from actions.state import Filling
from actions.turn import ANSWER, OUT_OF_SCOPE, Turn
from balie.content import LANGUAGES, Content, Form, FormField, fold
from balie.content.form import by_number, current, summary, value
from balie.content.form_checks import Circumstances, accept

CONTACT = "contact_support"

Move = Literal[
    "start",
    "resume",
    "answer",
    "wrong",
    "skip",
    "keep",
    "back",
    "change",
    "which",
    "again",
    "help",
    "copy",
    "file",
    "stop",
]

MOVES: tuple[Move, ...] = get_args(Move)

_BY_WORD: dict[str, Move] = {
    "back": "back",
    "copy": "copy",
    "help": "help",
    "keep": "keep",
    "skip": "skip",
    "stop": "stop",
}
# What these intents mean at a field, where the message is no answer to it.
_BY_INTENT: dict[str, Move] = {
    "previous_step": "back",
    "repeat_step": "again",
    "stuck": "help",
    "stop": "stop",
    "deny": "skip",
    "next_step": "skip",
    "affirm": "again",
}
_SMALL_TALK = frozenset({"greet", "goodbye", "thank_you", "bot_challenge", "switch_language"})
# So few words may be about the form where any text would be an answer to the field.
_FEW_WORDS = 4


@dataclass(frozen=True)
class FillForm:
    """A move in a form; `topic` is its topic, `field` what is meant, `value` the answer."""

    to: Move
    topic: str = ""
    field: str = ""
    value: str = ""


@dataclass(frozen=True)
class FormPlanner:
    """The plan for a turn in the middle of a form."""

    content: Content
    signals: Signals
    pause: timedelta

    def typed(self, turn: Turn) -> FillForm | None:
        """The move that a typed message asks for; None where it is about something else."""
        filling = self.waiting(turn)
        if filling is None:
            return None
        form = self.content.forms[filling.state.topic]
        field = current(form, filling.state)
        if field is None:
            return None if self.is_stale(turn) else self._at_summary(turn, form, filling)
        return self._at_field(turn, form, filling, field)

    def pressed(self, turn: Turn) -> FillForm | None:
        """The move of a form's button; None for a button that does not exist (any more)."""
        topic = turn.entity("topic") or ""
        move = next((each for each in MOVES if each == turn.entity("move")), None)
        if move is None or topic not in self.content.forms:
            return None
        return FillForm(move, topic, turn.entity("field") or "", turn.entity("value") or "")

    def waiting(self, turn: Turn) -> Filling | None:
        """The form that what is typed now belongs to."""
        filling = self.begun(turn)
        return filling if filling and filling.waiting else None

    def begun(self, turn: Turn) -> Filling | None:
        """The form that this customer has begun, also one that was left for later."""
        filling = turn.own_filling
        return filling if filling and filling.state.topic in self.content.forms else None

    def is_stale(self, turn: Turn) -> bool:
        """Whether the form was left so long ago that it asks before it goes on."""
        return turn.filling is not None and turn.now - turn.filling.at > self.pause

    def _at_field(
        self, turn: Turn, form: Form, filling: Filling, field: FormField
    ) -> FillForm | None:
        accepted = accept(field, turn.text, turn.language, circumstances(form, filling, turn))
        takes_anything = field.check == "text" and not field.options
        if accepted is not None and not takes_anything and not _asks(turn):
            return FillForm("answer", form.topic, field.id, accepted)
        if self.is_stale(turn):
            return None
        word = self._word(turn, form, filling, accepted)
        return word or self._aside(turn, form, field, accepted)

    def _aside(
        self, turn: Turn, form: Form, field: FormField, accepted: str | None
    ) -> FillForm | None:
        if self._is_aside(turn, accepted):
            return None
        if accepted is None or _asks(turn):
            help_ = FillForm("help", form.topic)
            return help_ if _asks(turn) else FillForm("wrong", form.topic, field.id)
        return FillForm("answer", form.topic, field.id, accepted)

    def _is_aside(self, turn: Turn, accepted: str | None) -> bool:
        """Whether the message is surely no answer, but about something else."""
        if turn.decision != ANSWER:
            return turn.decision == OUT_OF_SCOPE and _asks(turn)
        if turn.intent not in self.content.topics and turn.intent not in _SMALL_TALK:
            return False
        if accepted is None or _asks(turn):
            return True
        named = turn.intent == "switch_language" and self.signals.asked_language(turn.text)
        return bool(named) or (turn.intent == CONTACT and _is_short(turn, 2 * _FEW_WORDS))

    def _word(
        self, turn: Turn, form: Form, filling: Filling, accepted: str | None
    ) -> FillForm | None:
        """What one of the form's own words, or a clear intent in few words, asks for."""
        word = _BY_WORD.get(self.signals.form_word(turn.text) or "")
        if word:
            return FillForm(word, form.topic)
        if self.signals.wants_to_go_on(turn.text) and _is_short(turn, 2 * _FEW_WORDS):
            return FillForm("again", form.topic)
        named = self.signals.field_to_change(turn.text)
        if named is not None and (self._named(form, filling, named) or _is_short(turn)):
            return self._change(form, filling, named)
        if turn.decision == ANSWER and (accepted is None or _is_short(turn)):
            move = _BY_INTENT.get(turn.intent)
            return FillForm(move, form.topic) if move else None
        return None

    def _at_summary(self, turn: Turn, form: Form, filling: Filling) -> FillForm | None:
        sure = turn.decision == ANSWER
        if self.signals.means_yes(turn.text) or self.signals.form_word(turn.text) == "file":
            return FillForm("file", form.topic)
        if sure and turn.intent == "affirm" and not _asks(turn):
            return FillForm("file", form.topic)
        if self.signals.means_no(turn.text) or (sure and turn.intent == "deny"):
            return FillForm("which", form.topic)
        named = self._named(form, filling, self.signals.without_change(turn.text))
        if named is not None:
            return FillForm("change", form.topic, named)
        word = self._word(turn, form, filling, None)
        if word is not None or self._is_aside(turn, None):
            return word
        return FillForm("wrong", form.topic)

    def _change(self, form: Form, filling: Filling, named: str) -> FillForm:
        if not named:
            return FillForm("which", form.topic)
        field = self._named(form, filling, named)
        return FillForm("change", form.topic, field or "")

    def _named(self, form: Form, filling: Filling, text: str) -> str | None:
        """The field whose number or name `text` (folded) is."""
        if text.isdecimal():
            field = by_number(form, filling.state, int(text))
            return field.id if field else None
        labels = [
            (fold(line.field.label[language]), line.field.id)
            for line in summary(form, filling.state)
            for language in LANGUAGES
        ]
        exact = {name for label, name in labels if label == text}
        found = exact or {name for label, name in labels if text and text in label}
        return found.pop() if len(found) == 1 else None


def circumstances(form: Form, filling: Filling, turn: Turn) -> Circumstances:
    """What the checks of the form's fields have to know."""
    by_check = {each.check: each.id for each in form.fields}
    return Circumstances(
        today=turn.now.date(),
        country=value(filling.state, by_check.get("country", "")),
        company_name=filling.state.known.get(by_check.get("company_name", ""), ""),
    )


def _asks(turn: Turn) -> bool:
    return turn.text.rstrip().endswith("?")


def _is_short(turn: Turn, words: int = _FEW_WORDS) -> bool:
    return len(turn.text.split()) <= words
