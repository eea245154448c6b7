"""The form of a conversation test, and its reading from YAML.

Every value is text as its writer typed it (`no` and `2` stay words), as in ``data/``.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from balie.billing.events import EventName
from balie.content.languages import LANGUAGES, Language
from balie.content.problems import Place
from balie.content.reader import Document, Path_, read_document

Process = Literal["billing", "actions", "rasa", "desk"]
ProcessState = Literal["down", "up"]
Status = Literal["bot", "waiting", "agent", "closed"]

# What a turn does; each turn has exactly one of these.
DEEDS = ("user", "press", "sign_in", "event", "restart", "fault")
# Deeds that the desk answers with messages.
SPOKEN = ("user", "press")

_STEP = re.compile(
    r"(?:(?P<topic>[a-z][a-z0-9_]*)\.)?(?P<id>[a-z][a-z0-9_]*)"
    r"(?: +(?P<number>\d+)(?:/(?P<of>\d+))?)?"
)


class BadConversations(ValueError):
    """Files that hold no conversation tests; one line for each mistake."""


class ExpectedStep(NamedTuple):
    """A place in a guide; what is None may be anything."""

    id: str
    topic: str | None = None
    number: int | None = None
    of: int | None = None


class Fault(NamedTuple):
    """A process that goes down, or comes up again."""

    process: Process
    state: ProcessState


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _step(value: object) -> object:
    found = _STEP.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("step", "a step is written like `open_products 1/5`")
    number, of = (int(digits) if digits else None for digits in found.group("number", "of"))
    return ExpectedStep(found["id"], found["topic"], number, of)


def _fault(value: object) -> object:
    words = value.split() if isinstance(value, str) else []
    if len(words) != 2 or words[0] not in get_args(Process) or words[1] not in ("down", "up"):
        raise PydanticCustomError("fault", "a fault is written like `billing down`")
    return Fault(*words)  # type: ignore[arg-type]


Texts = Annotated[list[str], BeforeValidator(_listed)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Expected(_Model):
    """What must hold of the replies to one turn."""

    says: Texts = Field([], description="Words that must occur in the replies.")
    not_says: Texts = Field([], description="Words that must not occur in the replies.")
    texts: Texts = Field([], description="Names of texts in data/ that must be said.")
    not_texts: Texts = Field([], description="Names of texts in data/ that must not be said.")
    topic: str | None = Field(None, description="The topic whose short answer must be given.")
    step: Annotated[ExpectedStep, BeforeValidator(_step)] | None = Field(
        None, description="The step of a guide that must be shown; `none` where there is none."
    )
    question: str | None = Field(None, description="The question of a guide that must be put.")
    buttons: Texts = Field([], description="Titles of buttons that must be shown.")
    not_buttons: Texts = Field([], description="Titles of buttons that must not be shown.")
    links: Texts = Field([], description="Titles or parts of addresses of links.")
    language: Language | None = Field(None, description="The replies' language from here on.")
    status: Status | None = Field(None, description="Who deals with the conversation now.")
    handoff: bool | None = Field(None, description="Whether a ticket must be open now.")
    refused: str | None = Field(None, description="The problem with which the desk refuses.")


class Turn(Expected):
    """One thing that is done, and what must come of it."""

    user: str | None = Field(None, description="What the customer types.")
    press: str | None = Field(None, description="Title of the button that the customer presses.")
    sign_in: str | None = Field(None, description="The customer who signs in.")
    event: EventName | None = Field(None, description="What happens in the billing system.")
    restart: Process | None = Field(None, description="The process that ends and starts anew.")
    fault: Annotated[Fault, BeforeValidator(_fault)] | None = Field(
        None, description="The process that goes down or comes up again."
    )

    @model_validator(mode="after")
    def _one_deed(self) -> Self:
        done = [name for name in DEEDS if getattr(self, name) is not None]
        if len(done) != 1:
            raise PydanticCustomError("deed", f"a turn has one of: {', '.join(DEEDS)}")
        if done[0] not in SPOKEN and self.model_fields_set - set(DEEDS):
            raise PydanticCustomError("deed", f"`{done[0]}` gets no reply: expect nothing of it")
        return self

    @property
    def is_spoken(self) -> bool:
        """Whether the customer says something, so that there must be a reply."""
        return self.user is not None or self.press is not None


class Opening(Expected):
    """What must hold of the greeting."""


class ConversationForm(_Model):
    """A conversation as it is written."""

    name: str = Field(min_length=1, description="What the conversation shows, in a few words.")
    customer: str | None = Field(None, alias="as", description="Who is signed in from the start.")
    language: Language | None = Field(None, description="Else the file's name tells.")
    greeting: Opening | None = Field(None, description="What the desk says first.")
    turns: list[Turn] = Field(min_length=1)


@dataclass(frozen=True)
class Conversation:
    """A conversation test, and where it is written."""

    name: str
    language: Language
    turns: Sequence[Turn]
    lines: Sequence[int]
    file: Path
    line: int
    customer: str | None = None
    greeting: Opening | None = None

    @property
    def id(self) -> str:
        """A readable name that no other conversation has."""
        return f"{self.file.stem}: {self.name}"

    def needs(self, deed: str) -> bool:
        """Whether some turn does this (`event`, `restart`, ...)."""
        return any(getattr(turn, deed) is not None for turn in self.turns)


_FILE = TypeAdapter(list[ConversationForm])


def load_conversations(paths: Iterable[Path]) -> list[Conversation]:
    """The conversations of all files; raises `BadConversations` with every mistake in them."""
    found: list[Conversation] = []
    mistakes: list[str] = []
    for path in paths:
        try:
            found += _load(path)
        except BadConversations as error:
            mistakes.append(str(error))
    if mistakes:
        raise BadConversations("\n".join(mistakes))
    return found


def _load(path: Path) -> list[Conversation]:
    document = read_document(path, str(path))
    if document.problems:
        raise BadConversations("\n".join(map(str, document.problems)))
    try:
        forms = _FILE.validate_python(document.data)
    except ValidationError as error:
        raise BadConversations(
            "\n".join(_mistake(document, each) for each in error.errors())
        ) from (None)
    conversations = [_conversation(path, document, at, form) for at, form in enumerate(forms)]
    _refuse_namesakes(conversations)
    return conversations


def _conversation(path: Path, document: Document, at: int, form: ConversationForm) -> Conversation:
    language = form.language or _language_of(path)
    if language is None:
        raise BadConversations(f"{path}: name the language: rename to TOPIC.en.yml or TOPIC.nl.yml")
    return Conversation(
        name=form.name,
        language=language,
        turns=form.turns,
        lines=[document.place((at, "turns", i)).line for i in range(len(form.turns))],
        file=path,
        line=document.place((at,)).line,
        customer=form.customer,
        greeting=form.greeting,
    )


def _language_of(path: Path) -> Language | None:
    return next((each for each in LANGUAGES if path.stem.endswith(f".{each}")), None)


def _refuse_namesakes(conversations: Iterable[Conversation]) -> None:
    seen: set[str] = set()
    for each in conversations:
        if each.name in seen:
            raise BadConversations(
                f"{each.file}:{each.line}: two conversations named {each.name!r}"
            )
        seen.add(each.name)


def _mistake(document: Document, error: ErrorDetails) -> str:
    place = _place(document, error["loc"])
    where = ".".join(str(part) for part in error["loc"] if isinstance(part, str))
    unknown = error["type"] == "extra_forbidden"
    message = "is no key that may stand here" if unknown else error["msg"]
    return f"{document.file}:{place.line}: {where}: {message}"


def _place(document: Document, location: Path_) -> Place:
    return document.place(tuple(_known(document, location)))


def _known(document: Document, location: Path_) -> Iterator[str | int]:
    path: Path_ = ()
    for part in location:
        if (*path, part) in document.values:
            path = (*path, part)
            yield part
