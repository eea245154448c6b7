"""What goes in and out of the desk's API."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    EmailStr,
    Field,
    StrictBool,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from balie.content import Language
from balie.desk.tables import Author, Message, Status
from balie.privacy import mask

Token = Annotated[str, StringConstraints(max_length=4096)]

# What `BALIE_MESSAGE_MAX_CHARACTERS` is by default. Only described here: `read_text` checks a text
# when it is masked, and says kindly what is wrong with it.
_LENGTH: dict[str, Any] = {"maxLength": 2000}


class NewConversation(BaseModel):
    """How a conversation begins."""

    language: Language | None = Field(None, description="Else Accept-Language decides.")
    topic: str | None = Field(
        None,
        description="Topic of the page; one that does not exist counts as none.",
    )
    customer_token: Token | None = Field(None, description="Proves a signed-in customer.")


class CustomerToken(BaseModel):
    """Signs the visitor of a conversation in."""

    customer_token: Token


class ChosenLanguage(BaseModel):
    """The language in which a conversation goes on."""

    language: Language


def _only(name: str, other: str) -> dict[str, Any]:
    """JSON Schema of an object that has `name` and not `other`."""
    properties = {name: {"type": "string"}, other: {"type": "null"}}
    return {"required": [name], "properties": properties}


class PostedMessage(BaseModel):
    """A typed text, or the id of a button that is shown: one of the two."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [_only("text", "choice"), _only("choice", "text")]}
    )

    text: str | None = Field(
        None,
        description="At least one character of it can be seen.",
        json_schema_extra={"minLength": 1, **_LENGTH},
    )
    choice: str | None = Field(None, max_length=64, description="The id of a button.")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.text is None) == (self.choice is None):
            raise ValueError("either text or choice")
        return self


class HandoffRequest(BaseModel):
    """What a person should know besides the conversation."""

    email: EmailStr | None = Field(None, description="Where an answer may be sent.")

    @field_validator("email")
    @classmethod
    def _holds_no_number(cls, email: str | None) -> str | None:
        """An address is stored as it is, so it may hold nothing that would be masked."""
        if email is not None and mask(email).kinds:
            raise ValueError("an e-mail address without card or account numbers")
        return email

    note: str | None = Field(
        None, description="What the person should know first.", json_schema_extra=_LENGTH
    )


def storable_address(email: str | None) -> str | None:
    """The e-mail address, if a ticket may hold it."""
    try:
        return HandoffRequest(email=email, note=None).email
    except ValidationError:
        return None


class Feedback(BaseModel):
    """Whether the question was solved."""

    solved: StrictBool


class ButtonView(BaseModel):
    """A button; its id is used as `choice`."""

    id: str
    title: str


class LinkView(BaseModel):
    """A page to point to."""

    title: str
    url: str


class StepView(BaseModel):
    """The place in a guide: "Step 2 of 5"."""

    topic: str
    id: str
    number: int
    of: int


class MessageView(BaseModel):
    """One message. `text` is plain text with `**bold**` only."""

    seq: int
    author: Author
    language: Language
    text: str
    buttons: list[ButtonView]
    links: list[LinkView]
    step: StepView | None
    at: datetime


class Messages(BaseModel):
    """Messages in order, and who is dealing with the conversation."""

    messages: list[MessageView]
    status: Status


class Started(BaseModel):
    """A new conversation; `token` goes into the Authorization header of every later call."""

    id: str
    token: str
    language: Language
    messages: list[MessageView]


class HandedOff(Messages):
    """The ticket that a person will look at."""

    reference: str
    state: Literal["open", "closed"]


class TicketView(BaseModel):
    """How a ticket stands."""

    reference: str
    state: Literal["open", "closed"]
    language: Language
    topic: str | None
    email: str | None
    created_at: datetime
    updated_at: datetime


class Hours(BaseModel):
    """When people answer."""

    language: Language
    text: str
    open: bool


def message_view(message: Message) -> dict[str, Any]:
    """The message as JSON can carry it; the form of `MessageView`."""
    return {
        "seq": message.seq,
        "author": message.author,
        "language": message.language,
        "text": message.text,
        "buttons": [{"id": button.id, "title": button.title} for button in message.buttons],
        "links": message.links,
        "step": message.step,
        "at": message.at.isoformat().replace("+00:00", "Z"),
    }
