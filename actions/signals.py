"""Words that writers list in ``data/conversation/signals.yml`` and the plan looks for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from actions.step_talk import StepTalk, StepWish
from balie.content import Language, Text, fold, named_labels
from balie.content.folding import whole_words
from balie.content.model import Question, Step

_QUESTION_MARK = "?"
# Words beside a label that say little: "where is", "I can't find".
_LITTLE = 3
_FEW = 3
_SHORT = 6
_BRIEF = 10
# The words of a form that are a whole message by themselves.
_FORM_WORDS = frozenset(("skip", "keep", "back", "stop", "help", "show", "copy"))
_PARTS = re.compile(r"[,.;:!\n]+")
# "Help + support" is also typed as "help and support".
_JOINERS = frozenset(("and", "en"))


@dataclass(frozen=True)
class Signals:
    """The word lists, as writers typed them."""

    words: Mapping[str, Any]

    def means_yes(self, text: str) -> bool:
        """Whether the text is nothing but a sign that means yes."""
        return text.strip() in self.words["yes"]

    def means_no(self, text: str) -> bool:
        """Whether the text is nothing but a sign that means no."""
        return text.strip() in self.words["no"]

    def asked_language(self, text: str) -> Language | None:
        """The language that the text names, if it names just one."""
        named: list[Language] = []
        if self._dutch.search(fold(text)):
            named.append("nl")
        if self._english.search(fold(text)):
            named.append("en")
        return named[0] if len(named) == 1 else None

    def reports_progress(self, text: str, here: Step | Question) -> bool:
        """Whether the text says that this step has been done, naming something on its screen.

        "I clicked Settle balance" does; "where is Settle balance?" and "I clicked Settle balance
        and nothing happened" do not.
        """
        return (
            self._names_label(text, here)
            and self.says_done(text)
            and not self.reports_trouble(text)
        )

    def wants_steps(self, text: str) -> bool:
        """Whether the text accepts steps that have just been offered: "how?", "take me through"."""
        folded = fold(text)
        return folded in self._show_me_words or bool(self._show_me.search(folded))

    def is_little_but_label(self, text: str, here: Step | Question) -> bool:
        """Whether the text hardly says more than a name on this step's screen."""
        said = _compared(text)
        rests = [said.replace(label, " ", 1) for label in _labels(here) if label in said]
        return any(len(rest.split()) <= _LITTLE for rest in rests)

    def names_trouble_here(self, text: str, here: Step | Question) -> bool:
        """Whether the text says that something on this step's screen does not work."""
        return self._names_label(text, here) and self.reports_trouble(text)

    def reports_trouble(self, text: str) -> bool:
        """Whether the text asks, or says that something went wrong."""
        folded = fold(text)
        asks = _QUESTION_MARK in text and not self._onward.search(folded)
        return asks or self.names_trouble(text)

    def names_trouble(self, text: str) -> bool:
        """Whether the text says that something went wrong."""
        return bool(self._trouble.search(fold(text)))

    def says_done(self, text: str) -> bool:
        """Whether the text says that something was done."""
        return bool(self._progress.search(fold(text)))

    def is_short(self, text: str) -> bool:
        """Whether the text has so few words that it hardly begins a new subject."""
        return len(fold(text).split()) <= _SHORT

    def is_a_word_or_two(self, text: str) -> bool:
        """Whether the text has so few words that a yes or no is all it says."""
        return len(fold(text).split()) <= _FEW

    def is_brief(self, text: str) -> bool:
        """Whether the text has so few words that it tells no story of its own."""
        return len(fold(text).split()) <= _BRIEF

    def names_person(self, text: str) -> bool:
        """Whether the text names whoever could help instead of a computer program."""
        return bool(self._person.search(fold(text)))

    def wants_to_go_on(self, text: str) -> bool:
        """Whether the text asks to take up what was left, and not at another time."""
        folded = fold(text)
        return bool(self._go_on.search(folded)) and not self._another_time.search(folded)

    def names_trouble_in_going_on(self, text: str) -> bool:
        """Whether the text names trouble beside its words for going on ("where" is in some)."""
        return self.names_trouble(self._go_on.sub(" ", fold(text)))

    def wants_the_same_place(self, text: str) -> bool:
        """Whether the text asks for the very place where we were, and not for what comes next."""
        return bool(self._where_we_were.search(fold(text)))

    def asks(self, text: str) -> bool:
        """Whether the text is worded as a question, with its mark or without."""
        return text.rstrip().endswith(_QUESTION_MARK) or bool(self._opening.match(fold(text)))

    def withdraws_request(self, text: str) -> bool:
        """Whether the text asks, in few words, to take a filed request back."""
        return self.is_brief(text) and self._withdraws(text, self._filed_request)

    def gives_up_person(self, text: str) -> bool:
        """Whether the text says that the ticket can go, or that no person is needed any more."""
        if bool(self._no_person.search(fold(text))):
            return True
        about_bill = self._not_request.search(fold(text))
        return not about_bill and self.is_brief(text) and self._withdraws(text, self._ticket)

    def _withdraws(self, text: str, what: re.Pattern[str]) -> bool:
        folded = fold(text)
        return bool(self._withdraw.search(folded) and what.search(folded))

    def names_second(self, text: str) -> bool:
        """Whether the text names the second of two things that were asked about."""
        return bool(self._second.search(fold(text)))

    def does_not_know(self, text: str) -> bool:
        """Whether the text says, in few words, that the customer has no answer to a question."""
        return self.is_brief(text) and bool(self._unknown.search(fold(text)))

    def speaks_of_self_harm(self, text: str) -> bool:
        """Whether the text says that somebody may want to end their own life or harm themselves."""
        folded = fold(text)
        return folded in self._self_harm_words or bool(self._self_harm.search(folded))

    def asks_about_request(self, text: str) -> bool:
        """Whether the text asks about a request that waits for a person, and names no bill."""
        folded = fold(text)
        return bool(self._request.search(folded)) and not self._not_request.search(folded)

    def step_wish(self, text: str) -> StepWish | None:
        """What the text, if it is about the steps of a guide as such, wants of them."""
        return self._steps.wish(text) if self.is_brief(text) else None

    def form_word(self, text: str) -> str | None:
        """What the text, if it is nothing but one of the form's words, says ("skip", "back").

        Words of courtesy do not count ("skip that please").
        """
        folded, plain = fold(text), self._plain(text)
        found = (name for name, words in self._form.items() if words & {folded, plain})
        return next(found, None)

    def agrees(self, text: str) -> bool:
        """Whether every part of the text, be it only out of courtesy, says yes ("ok, thanks")."""
        parts = [part for part in _PARTS.split(text) if fold(part)]
        yes = self._agrees | self._confirms
        every = all(
            fold(part) in self._files or yes & {fold(part), self._plain(part)} for part in parts
        )
        return bool(parts) and _QUESTION_MARK not in text and every

    def agrees_to_file(self, text: str) -> bool:
        """Whether every part of the text says yes to filing ("looks good, file it")."""
        clear = self._files | self._confirms
        return self.agrees(text) and any(fold(part) in clear for part in _PARTS.split(text))

    def names_filing(self, text: str) -> bool:
        """Whether a part of the text asks for filing in so many words ("file it", not "yes")."""
        return any(fold(part) in self._files for part in _PARTS.split(text))

    def refuses_to_file(self, text: str) -> bool:
        """Whether the text says that the request must not be filed ("don't submit it")."""
        return bool(self._refusal.search(fold(text)))

    def hesitates(self, text: str) -> bool:
        """Whether the text, though it may begin with a yes, holds something back."""
        return bool(self._hesitation.search(fold(text))) or self.names_trouble(text)

    def asks_what(self, text: str) -> bool:
        """Whether the text asks what something is, or where it is found."""
        return bool(self._asks_what.search(fold(text)))

    def field_to_change(self, text: str) -> str | None:
        """What a request to change a field names: "4" for "change field 4"; None if it is none."""
        return self.without_change(text) if self._asks_change.match(fold(text)) else None

    def ends_in_change(self, text: str) -> bool:
        """Whether the text ends with a word for a change ("ik wil veld 4 wijzigen")."""
        return bool(self._change_at_end.search(fold(text)))

    def without_change(self, text: str) -> str:
        """The text, folded, without the words that ask for a change."""
        return " ".join(self._change.sub(" ", fold(text)).split())

    def _plain(self, text: str) -> str:
        """The text, folded, without words of courtesy; whole if it has no others."""
        folded = fold(text)
        return " ".join(self._courtesy.sub(" ", folded).split()) or folded

    def _names_label(self, text: str, here: Step | Question) -> bool:
        said = _compared(text)
        return any(label in said for label in _labels(here))

    @cached_property
    def _progress(self) -> re.Pattern[str]:
        return whole_words(self._both("progress"))

    @cached_property
    def _trouble(self) -> re.Pattern[str]:
        return whole_words(self._both("trouble"))

    @cached_property
    def _onward(self) -> re.Pattern[str]:
        return whole_words(self._both("onward"))

    @cached_property
    def _person(self) -> re.Pattern[str]:
        return whole_words(self._both("person"))

    @cached_property
    def _go_on(self) -> re.Pattern[str]:
        return whole_words(self._both("go_on"))

    @cached_property
    def _where_we_were(self) -> re.Pattern[str]:
        return whole_words(self._both("where_we_were"))

    @cached_property
    def _opening(self) -> re.Pattern[str]:
        return whole_words(self._both("question_openings"))

    @cached_property
    def _withdraw(self) -> re.Pattern[str]:
        return whole_words(self._both("withdraw"))

    @cached_property
    def _filed_request(self) -> re.Pattern[str]:
        return whole_words(self._both("filed_request"))

    @cached_property
    def _ticket(self) -> re.Pattern[str]:
        return whole_words(self._both("ticket"))

    @cached_property
    def _no_person(self) -> re.Pattern[str]:
        return whole_words(self._both("no_person"))

    @cached_property
    def _another_time(self) -> re.Pattern[str]:
        return whole_words(self._both("another_time"))

    @cached_property
    def _second(self) -> re.Pattern[str]:
        return whole_words(self._both("second"))

    @cached_property
    def _unknown(self) -> re.Pattern[str]:
        return whole_words(self._both("unknown"))

    @cached_property
    def _show_me(self) -> re.Pattern[str]:
        return whole_words(phrase for phrase in self._both("show_me") if " " in phrase)

    @cached_property
    def _show_me_words(self) -> set[str]:
        return {fold(phrase) for phrase in self._both("show_me") if " " not in phrase}

    @cached_property
    def _self_harm(self) -> re.Pattern[str]:
        return whole_words(phrase for phrase in self._both("self_harm") if " " in phrase)

    @cached_property
    def _self_harm_words(self) -> set[str]:
        return {fold(phrase) for phrase in self._both("self_harm") if " " not in phrase}

    @cached_property
    def _request(self) -> re.Pattern[str]:
        return whole_words(self._both("about_request"))

    @cached_property
    def _not_request(self) -> re.Pattern[str]:
        return whole_words(self._both("not_about_request"))

    @cached_property
    def _steps(self) -> StepTalk:
        return StepTalk(self.words["steps"])

    @cached_property
    def _dutch(self) -> re.Pattern[str]:
        return whole_words(self.words["dutch"])

    @cached_property
    def _english(self) -> re.Pattern[str]:
        return whole_words(self.words["english"])

    @cached_property
    def _form(self) -> Mapping[str, frozenset[str]]:
        return {
            name: frozenset(fold(word) for word in (*lists["en"], *lists["nl"]))
            for name, lists in self.words["form"].items()
            if name in _FORM_WORDS
        }

    @cached_property
    def _change(self) -> re.Pattern[str]:
        lists = self.words["form"]
        names = ("change", "around_change")
        return whole_words(w for name in names for each in ("en", "nl") for w in lists[name][each])

    @cached_property
    def _files(self) -> frozenset[str]:
        return self._in_form("file")

    @cached_property
    def _confirms(self) -> frozenset[str]:
        return self._in_form("confirm")

    @cached_property
    def _refusal(self) -> re.Pattern[str]:
        return whole_words(self._in_form("refuse"))

    @cached_property
    def _agrees(self) -> frozenset[str]:
        return self._in_form("agree")

    @cached_property
    def _hesitation(self) -> re.Pattern[str]:
        return whole_words(self._in_form("hesitation"))

    @cached_property
    def _courtesy(self) -> re.Pattern[str]:
        return whole_words(self._in_form("courtesy"))

    @cached_property
    def _asks_what(self) -> re.Pattern[str]:
        return whole_words(self._in_form("asks_what"))

    @cached_property
    def _change_at_end(self) -> re.Pattern[str]:
        words = "|".join(map(re.escape, self._in_form("change")))
        return re.compile(rf"\b(?:{words})$")

    def _in_form(self, name: str) -> frozenset[str]:
        lists = self.words["form"][name]
        return frozenset(fold(word) for word in (*lists["en"], *lists["nl"]))

    @cached_property
    def _asks_change(self) -> re.Pattern[str]:
        words, around = (
            "|".join(fold(w) for each in ("en", "nl") for w in self.words["form"][name][each])
            for name in ("change", "around_change")
        )
        return re.compile(rf"(?:(?:{around}) )*(?:{words})\b")

    def _both(self, name: str) -> list[str]:
        return [*self.words[name]["en"], *self.words[name]["nl"]]


def load_signals(path: Path) -> Signals:
    """Read the lists; every scalar is text (no type guessing, so that ``no`` stays a word)."""
    return Signals(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))  # noqa: S506


def _labels(here: Text) -> set[str]:
    return {_compared(label) for text in (here.en, here.nl) for label in named_labels(text)}


def _compared(text: str) -> str:
    words = (word for word in fold(text).split() if word not in _JOINERS)
    return f" {' '.join(words)} "
