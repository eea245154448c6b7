"""The question in an e-mail, without greeting, signature, footers and quoted earlier mail.

Line by line and in time in step with its length. The libraries for this know little Dutch, or take
half a minute for a mail of blank lines (docs/decisions/mail-texts.md).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict

from balie.content import fold

# Words that may follow "Dear" or "Kind regards" on their line.
LONGEST_NAME = 3
# Characters of a mail that are looked at; below these stands what was quoted.
LONGEST_MAIL = 20_000
# A closing stands near the end: so many lines for name, company, address and telephone.
LONGEST_SIGNATURE = 15
# A header such as "From:" counts only with another within so many lines.
HEADER_LINES = 3

_QUOTED = re.compile(r"\s*(?:>|\|(?=\s))")
_RULE = re.compile(r"\s*[_=*-]{10,}\s*")
_SIGNATURE_MARK = re.compile(r"\s*(?:--|__)\s*")
_REFERENCE = re.compile(r"\[[^\]]{1,40}\]")


class Phrases(BaseModel):
    """Phrases by language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: tuple[str, ...]
    nl: tuple[str, ...]

    @cached_property
    def words(self) -> frozenset[tuple[str, ...]]:
        """The folded words of each phrase."""
        return frozenset(_words(phrase) for phrase in (*self.en, *self.nl))

    @cached_property
    def longest(self) -> int:
        """How many words the longest phrase has."""
        return max(map(len, self.words))


class MailWords(BaseModel):
    """What writers keep in ``data/conversation/mail.yml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    greetings: Phrases
    closings: Phrases
    footers: Phrases
    quote_starts: Phrases
    quote_words: Phrases
    headers: Phrases
    separators: Phrases
    subject_marks: Phrases

    @classmethod
    def load(cls, data_dir: Path) -> "MailWords":
        """The words as they stand in the file."""
        with (data_dir / "conversation" / "mail.yml").open(encoding="utf-8") as stream:
            # BaseLoader: "on" stays a word.
            return cls.model_validate(yaml.load(stream, Loader=yaml.BaseLoader))  # noqa: S506


class _Line(NamedTuple):
    """A line, its folded words, and which phrases it may begin with."""

    text: str
    words: tuple[str, ...]


def question_of(subject: str, body: str, words: MailWords) -> str:
    """What a ticket asks: its subject, and the customer's own words of the body.

    Nothing is ever left of a ticket only because all of it looks like trimmings: a mail that is
    nothing but a greeting stays one.
    """
    reader = _Reader(words)
    own_subject, own_body = reader.subject(subject), reader.body(body)
    if not own_subject or own_subject.casefold() in own_body.casefold():
        return own_body
    if not own_body:
        return own_subject
    return f"{own_subject.rstrip('.')}\n{own_body}"


@dataclass(frozen=True)
class _Reader:
    words: MailWords

    def subject(self, subject: str) -> str:
        """The subject without "Re:", "Antw:" and [references]."""
        text = _REFERENCE.sub(" ", subject).strip()
        while True:
            mark, colon, rest = text.partition(":")
            if not colon or _words(mark) not in self.words.subject_marks.words:
                return " ".join(text.split())
            text = rest.strip()

    def body(self, body: str) -> str:
        """The customer's own words."""
        lines = [
            _Line(line, _words(line)) for line in body[:LONGEST_MAIL].splitlines() if line.strip()
        ]
        own = [line for line in self._before_quote(lines) if not _QUOTED.match(line.text)]
        for trim in (self._before_footer, self._before_signature, self._after_greeting):
            own = _unless_empty(trim(own), own)
        if not any(line.words for line in own):  # all of it is quoted: a mail passed on
            own = [line for line in lines if not _RULE.fullmatch(line.text)]
        return _joined(own)

    def _before_quote(self, lines: Sequence[_Line]) -> list[_Line]:
        for number, line in enumerate(lines):
            following = lines[number + 1 : number + 1 + HEADER_LINES]
            if self._begins_quote(line, following):
                return list(lines[:number])
        return list(lines)

    def _begins_quote(self, line: _Line, following: Sequence[_Line]) -> bool:
        if _is_phrase(line.words, self.words.separators):
            return True
        if self._is_header(line):
            return any(map(self._is_header, following))
        # "On Monday ... wrote:" may be broken over two lines.
        introduction = [line, *following[:1]]
        return bool(_begins_with(line.words, self.words.quote_starts)) and any(
            part.text.rstrip().endswith(":")
            and _holds([word for each in introduction for word in each.words], self.words)
            for part in introduction
        )

    def _is_header(self, line: _Line) -> bool:
        name, colon, _ = line.text.strip(" *>\t").partition(":")
        return bool(colon) and _words(name) in self.words.headers.words

    def _before_footer(self, lines: list[_Line]) -> list[_Line]:
        for number, line in enumerate(lines):
            if _begins_with(line.words, self.words.footers):
                return lines[:number]
        return lines

    def _before_signature(self, lines: list[_Line]) -> list[_Line]:
        first = max(0, len(lines) - LONGEST_SIGNATURE)
        for number in range(first, len(lines)):
            if _SIGNATURE_MARK.fullmatch(lines[number].text) or self._is_closing(lines[number]):
                return lines[:number]
        return lines

    def _is_closing(self, line: _Line) -> bool:
        closing = _begins_with(line.words, self.words.closings)
        return closing > 0 and len(line.words) - closing <= LONGEST_NAME

    def _after_greeting(self, lines: list[_Line]) -> list[_Line]:
        number = next((n for n, line in enumerate(lines) if line.words), 0)
        if number >= len(lines):
            return lines
        line, rest = lines[number], lines[number + 1 :]
        greeting = _begins_with(line.words, self.words.greetings)
        if not greeting:
            return lines
        if self._is_greeting(line, greeting):
            return rest
        before, comma, after = line.text.partition(",")
        if comma and len(_words(before)) - greeting <= LONGEST_NAME:
            return [_Line(after.strip(), _words(after)), *rest]
        return lines

    def _is_greeting(self, line: _Line, greeting: int) -> bool:
        """Whether the line is nothing more: "Hello", "Dear Sir, Madam,", "Beste mevrouw Jansen"."""
        names = len(line.words) - greeting
        return names == 0 or (names <= LONGEST_NAME and line.text.rstrip().endswith((",", ":")))


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", fold(text)))


def _begins_with(words: Sequence[str], phrases: Phrases) -> int:
    """How many words the longest phrase has that the words begin with; 0 for none."""
    lengths = range(min(phrases.longest, len(words)), 0, -1)
    return next((length for length in lengths if tuple(words[:length]) in phrases.words), 0)


def _is_phrase(words: tuple[str, ...], phrases: Phrases) -> bool:
    return words in phrases.words


def _holds(words: Sequence[str], mail: MailWords) -> bool:
    return any(phrase[0] in words for phrase in mail.quote_words.words)


def _unless_empty(trimmed: list[_Line], whole: list[_Line]) -> list[_Line]:
    return trimmed if any(line.words for line in trimmed) else whole


def _joined(lines: Sequence[_Line]) -> str:
    return "\n".join(line.text.strip() for line in lines)
