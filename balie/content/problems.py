"""What can be wrong with content, in words for those who write it.

The catalogue below is the only place with the checker's messages. `docs/writers.md` lists the
same codes (a test holds it).
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


class Place(NamedTuple):
    """A place in a file; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, order=True)
class Problem:
    """Something a writer has to look at, where it is, and what to do about it."""

    file: str
    line: int
    column: int
    code: str
    message: str
    fix: str

    @property
    def severity(self) -> Severity:
        """An error keeps the content from being used; a warning does not."""
        return CATALOGUE[self.code].severity

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}"
        return f"{place} {self.code} {self.message} ({self.fix})"

    def to_dict(self) -> dict[str, str | int]:
        """The problem as JSON can carry it."""
        return {**asdict(self), "severity": self.severity}


class ContentErrors(Exception):
    """The content cannot be used; `problems` holds every error at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))


class Entry(NamedTuple):
    """One kind of problem: its message and fix, with `{names}` for the details."""

    message: str
    fix: str
    severity: Severity = "error"


CATALOGUE: dict[str, Entry] = {
    # The file itself
    "missing-file": Entry("The file is missing.", "Write it, or remove what needs it."),
    "empty-file": Entry("Nothing stands in this file.", "Write it, or remove the file."),
    "unreadable": Entry(
        "The file cannot be read: {detail}.",
        "Put a file in its place that you may read; a folder must not have its name.",
    ),
    "not-utf8": Entry(
        "The file is not saved as UTF-8.", "Save it as UTF-8 in your editor (menu: encoding)."
    ),
    # What YAML itself would spoil
    "syntax": Entry(
        "This cannot be read as YAML: {detail}.",
        "Compare the indentation and quotes of this line and the one above it.",
    ),
    "too-deep": Entry(
        "Lists or keys stand more than {most} deep within each other here.",
        "Close or remove brackets; a text that begins with [ or {{ needs double quotes.",
    ),
    "tab": Entry(
        "A tab stands before the text; YAML indents with spaces.", "Use two spaces a level."
    ),
    "starts-with-sign": Entry(
        "The text begins with {sign}, which YAML takes for a command.",
        "Put the text in double quotes, or below a | with two more spaces before it.",
    ),
    "text-after-quotes": Entry(
        "The text begins with {sign}, and more text follows after its end.",
        "Put the whole text below a | with two more spaces before it.",
    ),
    "open-quotes": Entry(
        "The quotes that begin here are never closed.", "Close them at the end of the text."
    ),
    "colon-in-text": Entry(
        "YAML takes the colon in this text for the end of a key.",
        "Put the text in double quotes; if there is none, check this line's indentation.",
    ),
    "text-cut": Entry(
        "The text is cut off here: a # after a space begins a remark.",
        "Put the text in double quotes; a remark belongs on a line of its own.",
    ),
    "duplicate-key": Entry(
        "`{key}` stands here twice; line {line} has it already.", "Remove one of the two."
    ),
    "bad-key": Entry("What stands before this colon is no key.", "Write one plain word there."),
    "alias": Entry("A text is copied here with a * or <<.", "Write the text out."),
    # The form of a file
    "unknown-key": Entry("`{key}` is no key that may stand here.", "{hint}"),
    "missing-key": Entry("`{key}` is missing here.", "Add it."),
    "missing-language": Entry(
        "The {language} text is missing.", "Add `{key}:` beside the other language."
    ),
    "empty-text": Entry("Nothing stands after this key.", "Write the text, or remove the key."),
    "not-text": Entry(
        "A text is expected here, and a list or a group of keys was found.",
        "Write the text on this line; one that begins with {{ or [ needs double quotes.",
    ),
    "not-keys": Entry(
        "Keys are expected here, and something else was found.",
        "Write them below this line, indented by two spaces (for a text: `en:` and `nl:`).",
    ),
    "not-list": Entry(
        "A list is expected here, and something else was found.",
        "Write `[one, two]`, or one entry a line, each after `- `.",
    ),
    "too-few": Entry("There are too few entries here.", "Add entries: at least {least}."),
    "bad-name": Entry(
        "`{value}` is no name.", "Use small letters, digits and _ only; begin with a letter."
    ),
    "bad-folder": Entry(
        "`{value}` is no name for a topic's folder.",
        "Rename the folder: small letters, digits and _ only; it begins with a letter.",
    ),
    "bad-fact": Entry("`{value}` is no fact number.", "Write it like 2.10."),
    "bad-date": Entry("`{value}` is no date.", "Write year-month-day, like 2027-06-01."),
    "bad-yes-no": Entry("`{value}` is neither yes nor no.", "Write yes or no."),
    "bad-url": Entry(
        "`{value}` is no address that customers may be sent to.",
        "Begin with https://, mailto: or tel:, without spaces.",
    ),
    "wrong-value": Entry("This value does not fit here: {detail}.", "See docs/writers.md."),
    # What texts say
    "unknown-label": Entry(
        "**{label}** is no {language} name on the screen that data/labels.yml lists.",
        "{hint} Bold is for names on the screen only.",
    ),
    "labels-differ": Entry(
        "The {language} text names **{label}**, and the other language not its translation.",
        "Name the same buttons and pages in both languages, in pairs of data/labels.yml.",
    ),
    "open-bold": Entry("A ** has no partner.", "Put ** before and after the name."),
    "markup": Entry(
        "`{found}` would be shown as it stands: a text is plain, with **bold** only.",
        "Remove it; an address goes to data/links.yml and is named by `link:`.",
    ),
    "placeholders-differ": Entry(
        "{{{name}}} stands in one language only.", "Use the same placeholders in both."
    ),
    "unknown-placeholder": Entry(
        "Nothing is known that could be filled in for {{{name}}}.", "Possible here: {known}."
    ),
    "numbers-differ": Entry(
        "The number {number} stands in one language only.",
        "Compare the two texts; if both are right, write the number alike.",
        "warning",
    ),
    "too-many-sentences": Entry(
        "The {language} text has {count} sentences; a step has at most two.",
        "Make two steps of it, or move what explains to `help:`.",
    ),
    "too-long": Entry(
        "The {language} title has {count} characters; a button holds {most}.", "Shorten it."
    ),
    # What refers to something else
    "unknown-link": Entry("There is no link `{value}`.", "{hint} See data/links.yml."),
    "unknown-topic": Entry("There is no topic `{value}`.", "{hint} See data/topics/."),
    "unknown-account-fact": Entry("`{value}` is no account fact.", "{hint} Possible: {known}."),
    "unknown-check": Entry("`{value}` is no check.", "{hint} Possible: {known}."),
    "unknown-account-answer": Entry(
        "`{value}` is no answer that the account knows.", "{hint} Possible: {known}."
    ),
    "unknown-request": Entry(
        "`{value}` is no kind of support request.", "{hint} Possible: {known}."
    ),
    "unknown-case": Entry(
        "`{value}` is no case of the account fact that the topic shows.",
        "{hint} Possible: {known}.",
    ),
    "missing-account-text": Entry(
        "There are no texts for `{value}`.", "Write data/account/{value}.yml."
    ),
    "unknown-variant": Entry(
        "`{value}` is no case of this account fact, so this text is never used.",
        "{hint} Possible: {known}.",
        "warning",
    ),
    "missing-variant": Entry("The case `{value}` has no text.", "Add it."),
    "missing-option": Entry(
        "The account may answer `{value}`, which is no option here.", "Add it to the options."
    ),
    # Guides
    "duplicate-id": Entry(
        "`{value}` is the name of an earlier step or question.", "Give this one another name."
    ),
    "not-step": Entry(
        "This is neither a step nor a question.",
        "Begin a step with `id:` and a question with `ask:`.",
    ),
    "unknown-question": Entry("There is no question `{value}` in this guide.", "{hint}"),
    "later-question": Entry(
        "The question `{value}` stands later.", "Move it up: it must be asked before."
    ),
    "unknown-option": Entry("`{value}` is no option of `{question}`.", "Possible: {known}."),
    "ambiguous-option": Entry(
        "Two options are said with the same words: {value}.", "Leave them to one of the two."
    ),
    "dead-end": Entry(
        "After `{option}` at `{question}` the guide has no further step.",
        "Let one step at least apply to each answer.",
    ),
    "needs-guide": Entry("`{key}` belongs to a guide, and there is none.", "Remove `{key}:`."),
    "review-due": Entry(
        "This topic was to be checked again by {value}.",
        "Check its facts, then set `as_of:` and a new `review_by:`.",
        "warning",
    ),
    # Examples
    "wrong-intent": Entry(
        "These are examples of `{value}`, and this file is for `{expected}`.",
        "Write `- intent: {expected}`, or move them to the right file.",
    ),
    "unknown-intent": Entry(
        "There is no intent `{value}`.", "{hint} Possible: topics, conversation/nlu/, buttons.yml."
    ),
    "missing-intent": Entry(
        "The intent `{value}`, which buttons have, is missing here.",
        "Add `- intent: {value}` with the example `- /{value}`.",
    ),
    "not-button": Entry(
        "The only example of an intent of buttons is its own name: `- /{expected}`.",
        "Write that line; what customers type belongs to conversation/nlu/.",
    ),
    "missing-rule": Entry(
        "No rule says what to do at the intent `{value}`.",
        "Add a rule with the steps `- intent: {value}` and `- action: ...`.",
    ),
    "unknown-action": Entry("There is no action `{value}`.", "{hint} Possible: {known}."),
    "no-examples": Entry("There are no examples in this file.", "Add lines that begin with `- `."),
    "bad-example": Entry("This line is no example.", "Begin it with `- ` and write one message."),
    "same-example": Entry(
        "The same message is an example of `{other}` ({place}).", "Keep it in one of the two."
    ),
    # The list of facts
    "no-facts": Entry("There are no facts in this file.", "Name the file that lists the facts."),
    "bad-fact-entry": Entry(
        "Fact {number} is not written like the others: {detail}.",
        "Write **{number}** [seed], and below it the lines `- EN: ...` and `- NL: ...`.",
    ),
    "unknown-fact": Entry(
        "There is no fact {value} in the list of facts.", "Correct the number, or remove it."
    ),
    "later-fact": Entry(
        "Fact {value} is of a later time than what the assistant tells.",
        "Remove it here and from the texts; `review_note:` is the place to mention it.",
    ),
    "untold-fact": Entry(
        "No topic carries fact {value}.", "Name it in the `sources:` of the topic that tells it."
    ),
}


def problem(place: Place, code: str, /, **details: object) -> Problem:
    """The problem `code` at `place`, with its details filled in."""
    entry = CATALOGUE[code]
    fix = entry.fix.format(**details).strip()
    return Problem(*place, code, entry.message.format(**details), fix)
