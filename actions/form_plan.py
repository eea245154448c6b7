"""Decides what a message means while a form is being filled in. Pure, like `plan`."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, get_args

from actions.field_names import field_in, named_field
from actions.signals import Signals
from actions.state import Filling
from actions.turn import ANSWER, OFFER, OUT_OF_SCOPE, Turn
from balie.content import Content, Form, FormField, day_of
from balie.content.form import current, value
from balie.content.form_checks import Circumstances, accept, is_begun
from balie.content.guide import match_option

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
    "show",
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
    "show": "show",
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
# Nearly any text is an answer to these, so that words about the form come first.
_TAKES_ANYTHING = frozenset({"text", "reference"})
# Of an unsure question, so many of the likeliest intents are looked at.
_LIKELY = 2
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
            return self._takes_up_again(turn)
        form = self.content.forms[filling.state.topic]
        field = current(form, filling.state)
        if filling.choosing and not self.is_stale(turn):
            chosen = self._which_field(turn, form, filling)
            if chosen is not None:
                return chosen
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

    def _takes_up_again(self, turn: Turn) -> FillForm | None:
        """Goes on with the form that was left last, if the message asks for that."""
        filling = self.begun(turn)
        if filling is None or turn.walk or (turn.left and turn.left.at > filling.at):
            return None
        topic = filling.state.topic
        other = turn.decision == ANSWER and turn.intent in self.content.topics
        if (other and turn.intent != topic) or not _is_short(turn, 2 * _FEW_WORDS):
            return None
        asked = self.signals.wants_to_go_on(turn.text) and not self.signals.hesitates(turn.text)
        return FillForm("resume", topic) if asked else None

    def _which_field(self, turn: Turn, form: Form, filling: Filling) -> FillForm | None:
        """What answers "Which field do you want to change?"; a yes does not, and files nothing."""
        named = self._asked_field(turn, form, filling)
        if named is not None:
            return FillForm("change", form.topic, named)
        if self.signals.form_word(turn.text):
            return None
        if self._refuses_in_words(turn):
            return FillForm("stop", form.topic)
        sure = turn.decision == ANSWER and not _asks(turn)
        no = self.signals.means_no(turn.text) or (sure and turn.intent == "deny")
        if no or self.signals.names_filing(turn.text):
            return FillForm("again", form.topic)
        yes = self.signals.means_yes(turn.text) or self.signals.agrees(turn.text)
        return FillForm("which", form.topic) if yes or (sure and turn.intent == "affirm") else None

    def _at_field(
        self, turn: Turn, form: Form, filling: Filling, field: FormField
    ) -> FillForm | None:
        accepted = accept(field, turn.text, turn.language, circumstances(form, filling, turn))
        if field.options and accepted is None:
            accepted = _yes_or_no(turn, field)
        named = self._asked_field(turn, form, filling)
        if named is not None and not self.is_stale(turn):
            return FillForm("change", form.topic, named)
        takes_anything = field.check in _TAKES_ANYTHING and not field.options
        if accepted is not None and not takes_anything and not _asks(turn):
            return FillForm("answer", form.topic, field.id, accepted)
        if self.is_stale(turn):
            return None
        word = self._word(turn, form, filling, accepted)
        return word or self._aside(turn, form, filling, field, accepted)

    def _aside(
        self, turn: Turn, form: Form, filling: Filling, field: FormField, accepted: str | None
    ) -> FillForm | None:
        about = self._asked_about(turn, form, filling)
        if about is not None and about.id == field.id:
            return FillForm("help", form.topic, field.id)
        named = self._names_only(turn, form, filling)
        if named is not None and accepted is None:
            return FillForm("change", form.topic, named)
        if is_begun(field, turn.text, circumstances(form, filling, turn)):
            return FillForm("wrong", form.topic, field.id)
        if self._is_aside(turn, accepted):
            return None
        if not _asks(turn):
            done = accepted is not None
            return FillForm("answer" if done else "wrong", form.topic, field.id, accepted or "")
        if about is None and not _is_short(turn, _FEW_WORDS + 1) and self._may_be_topic(turn):
            return None
        return FillForm("help", form.topic, about.id if about else field.id)

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

    def _may_be_topic(self, turn: Turn) -> bool:
        """Whether an unsure question is likely about a topic."""
        likely = (turn.intent, *turn.ranking[:_LIKELY])
        return turn.decision == OFFER and any(each in self.content.topics for each in likely)

    def _word(
        self, turn: Turn, form: Form, filling: Filling, accepted: str | None
    ) -> FillForm | None:
        """What one of the form's own words, or a clear intent in few words, asks for."""
        word = _BY_WORD.get(self.signals.form_word(turn.text) or "")
        if word:
            return FillForm(word, form.topic)
        if self._refuses_in_words(turn) and _is_short(turn):
            return FillForm("stop", form.topic)
        if self.signals.wants_to_go_on(turn.text) and _is_short(turn, 2 * _FEW_WORDS):
            return FillForm("again", form.topic)
        named = self.signals.field_to_change(turn.text)
        if named is not None and (named_field(form, filling.state, named) or _is_short(turn)):
            return self._change(form, filling, named)
        if turn.decision == ANSWER and (accepted is None or _is_short(turn)):
            move = _BY_INTENT.get(turn.intent)
            return FillForm(move, form.topic) if move else None
        return None

    def _at_summary(self, turn: Turn, form: Form, filling: Filling) -> FillForm | None:
        refuses = self._refuses_in_words(turn)
        if self._files(turn) and not refuses and not filling.choosing:
            return FillForm("file", form.topic)
        named = self._asked_field(turn, form, filling) or self._named_at_summary(
            turn, form, filling
        )
        if named is not None:
            return FillForm("change", form.topic, named)
        about = self._asked_about(turn, form, filling)
        if about is not None:
            return FillForm("help", form.topic, about.id)
        if refuses:
            return FillForm("stop", form.topic)
        if self._refuses_to_file(turn):
            return FillForm("which", form.topic)
        word = self._word(turn, form, filling, None)
        if word is not None or self._is_aside(turn, None):
            return word
        if _asks(turn) and self._may_be_topic(turn):
            return None
        return FillForm("wrong", form.topic)

    def _files(self, turn: Turn) -> bool:
        """Whether the message is a clear yes to filing, with nothing held back."""
        if self.signals.means_yes(turn.text) or self.signals.agrees_to_file(turn.text):
            return True
        agrees = turn.decision == ANSWER and turn.intent == "affirm"
        return agrees and not _asks(turn) and not self.signals.hesitates(turn.text)

    def _refuses_in_words(self, turn: Turn) -> bool:
        return self.signals.refuses_to_file(turn.text) and not _asks(turn)

    def _refuses_to_file(self, turn: Turn) -> bool:
        sure = turn.decision == ANSWER
        held_back = turn.intent == "affirm" and self.signals.hesitates(turn.text)
        return self.signals.means_no(turn.text) or (sure and (turn.intent == "deny" or held_back))

    # Fields by name --------------------------------------------------------------------------

    def _asked_field(self, turn: Turn, form: Form, filling: Filling) -> str | None:
        """The field that the message surely asks to change."""
        words, state = self.signals, filling.state
        rest = words.without_change(turn.text)
        field = None
        if filling.choosing:
            field = named_field(form, state, rest) or field_in(form, state, rest)
            if field is None and rest.isdecimal():
                return ""  # a number, and of no field
        elif words.field_to_change(turn.text) or words.ends_in_change(turn.text):
            field = named_field(form, state, rest)
        return field.id if field else None

    def _named_at_summary(self, turn: Turn, form: Form, filling: Filling) -> str | None:
        """The field that a message at the summary names, where no question is asked."""
        if turn.decision == ANSWER and turn.intent in self.content.topics and _asks(turn):
            return None
        rest = self.signals.without_change(turn.text)
        field = named_field(form, filling.state, rest)
        if field is None and _is_short(turn, 2 * _FEW_WORDS) and not _asks(turn):
            field = field_in(form, filling.state, rest)
        return field.id if field else None

    def _names_only(self, turn: Turn, form: Form, filling: Filling) -> str | None:
        """The other field whose name is all that the message says."""
        rest = self.signals.without_change(turn.text)
        field = None if rest.isdecimal() else named_field(form, filling.state, rest)
        here = current(form, filling.state)
        other = field is not None and here is not None and field.id != here.id
        return field.id if field and other and not _asks(turn) else None

    def _asked_about(self, turn: Turn, form: Form, filling: Filling) -> FormField | None:
        """The field that a message asks to have explained."""
        if not self.signals.asks_what(turn.text) or not _is_short(turn, 2 * _FEW_WORDS):
            return None
        return field_in(form, filling.state, self.signals.without_change(turn.text))

    def _change(self, form: Form, filling: Filling, named: str) -> FillForm:
        if not named:
            return FillForm("which", form.topic)
        field = named_field(form, filling.state, named)
        return FillForm("change", form.topic, field.id if field else "")


def circumstances(form: Form, filling: Filling, turn: Turn) -> Circumstances:
    """What the checks of the form's fields have to know."""
    by_check = {each.check: each.id for each in form.fields}
    return Circumstances(
        today=day_of(turn.now),
        country=value(filling.state, by_check.get("country", "")),
        company_name=filling.state.known.get(by_check.get("company_name", ""), ""),
        company_address=filling.state.known.get(by_check.get("company_address", ""), ""),
    )


def _yes_or_no(turn: Turn, field: FormField) -> str | None:
    """The option that a yes or no, however it was worded, stands for."""
    word = {"affirm": "yes", "deny": "no"}.get(turn.intent)
    sure = turn.decision == ANSWER and _is_short(turn)
    return match_option(field, word, "en") if sure and word else None


def _asks(turn: Turn) -> bool:
    return turn.text.rstrip().endswith("?")


def _is_short(turn: Turn, words: int = _FEW_WORDS) -> bool:
    return len(turn.text.split()) <= words
