"""What writers write, as types: the files under ``data/`` are read into these and nothing else.

Every value arrives as the text that was typed; the types below decide what it means. The JSON
Schema that editors use is written from them too (see `schema`).
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from balie.content.languages import Language

URL_SCHEMES = ("https://", "mailto:", "tel:")


def _iso_date(value: object) -> object:
    # Pydantic alone would also take a number of seconds for a date.
    if isinstance(value, str):
        try:
            return date.fromisoformat(value) if len(value) == 10 else _not_a_date(value)
        except ValueError:
            return _not_a_date(value)
    return value


def _not_a_date(value: str) -> object:
    raise PydanticCustomError("bad_date", "not a date: {value}", {"value": value})


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _safe_url(value: str) -> str:
    if not value.startswith(URL_SCHEMES) or any(char.isspace() for char in value):
        raise PydanticCustomError("bad_url", "not a safe address: {value}", {"value": value})
    return value


Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
FactNumber = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+$")]
Url = Annotated[Prose, AfterValidator(_safe_url)]
IsoDate = Annotated[date, BeforeValidator(_iso_date)]
Choices = Annotated[
    list[Name],
    BeforeValidator(_listed),
    Field(min_length=1),
    WithJsonSchema(
        {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
    ),
]
YesNo = Annotated[bool, WithJsonSchema({"enum": ["yes", "no", True, False]})]


class Model(BaseModel):
    """Immutable, and strict about keys: a key that is not known is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Model):
    """The same text in every language."""

    en: Prose = Field(description="The text in American English.")
    nl: Prose = Field(description="The text in formal Dutch (u).")

    def __getitem__(self, language: Language) -> str:
        text: str = getattr(self, language)
        return text


class Phrases(Model):
    """Other words in which customers say the same, by language."""

    en: list[Prose] = Field(default=[], description="English words or phrases.")
    nl: list[Prose] = Field(default=[], description="Dutch words or phrases.")

    def __getitem__(self, language: Language) -> list[str]:
        phrases: list[str] = getattr(self, language)
        return phrases


class Option(Text):
    """One answer to a question of a guide; its text is the button's title."""

    says: Phrases = Field(
        default=Phrases(), description="What customers may type instead of the button's title."
    )


class GuideItem(Text):
    """What steps and questions have in common."""

    link: Name | None = Field(default=None, description="Id of a link in data/links.yml.")
    help: Text | None = Field(default=None, description="What someone gets who is stuck here.")
    when: dict[Name, Choices] = Field(
        default={},
        description="Only with these answers: a question that stands earlier, and its option(s).",
    )


class Step(GuideItem):
    """One action on the screen, in at most two sentences."""

    id: Name = Field(description="Name of the step; people's places are kept by it.")


class Question(GuideItem):
    """A question whose answer decides which later steps apply."""

    ask: Name = Field(description="Name of the question; `when` of later items refers to it.")
    from_account: Name | None = Field(
        default=None,
        description="The account's own answer; signed-in customers are then not asked.",
    )
    options: dict[Name, Option] = Field(min_length=2, description="The possible answers.")

    @property
    def id(self) -> str:
        """The question's name, so that every item of a guide has an `id`."""
        return self.ask


def _kind(value: Any) -> str:
    if isinstance(value, Mapping):
        return "question" if "ask" in value else "step"
    return "question" if isinstance(value, Question) else "step"


Item = Annotated[
    Annotated[Step, Tag("step")] | Annotated[Question, Tag("question")], Discriminator(_kind)
]


class Source(Model):
    """Where a topic's facts come from."""

    page: Prose = Field(description="File name of the help page.")
    facts: list[FactNumber] = Field(default=[], description="Numbers in the list of facts.")


class TopicFile(Model):
    """A ``topic.yml``."""

    title: Text = Field(description="Short name: a button's title and a heading.")
    description: Text | None = Field(default=None, description="One line for lists and search.")
    answer: Text = Field(description="The short answer, before any guide.")
    account: Name | None = Field(
        default=None, description="Which of the customer's own facts are shown (a closed list)."
    )
    links: list[Name] = Field(default=[], description="Ids of links shown with the answer.")
    offer: Text | None = Field(
        default=None, description="The sentence that offers the guide; may hold {steps}."
    )
    guide: list[Item] = Field(default=[], description="Steps and questions, one at a time.")
    done: Text | None = Field(default=None, description="Said when the guide has ended.")
    check: Name | None = Field(
        default=None, description="What is verified in the billing system when the guide ends."
    )
    handoff: YesNo = Field(
        default=False, description="Whether a person takes over at once, instead of an answer."
    )
    related: list[Name] = Field(default=[], description="Topics offered besides.")
    sources: list[Source] = Field(default=[], description="Where the facts come from.")
    as_of: IsoDate = Field(description="Day on which the facts were right.")
    review_by: IsoDate = Field(description="Day by which somebody must check the topic again.")
    review_note: Text | None = Field(
        default=None, description="For writers: what may have changed since."
    )


class Topic(TopicFile):
    """A topic: its file plus its name, which is the folder's and the intent's name."""

    id: Name


class FormField(GuideItem):
    """One field of a form; its own text is the question that asks for it."""

    id: Name = Field(description="Name of the field; answers are kept by it.")
    label: Text = Field(description="Short name, for the summary and to name it by.")
    says: Phrases = Field(
        default=Phrases(), description="What customers call it, besides its label."
    )
    portal: Text | None = Field(
        default=None,
        description="The field's name on the portal; without it, it is asked and not sent.",
    )
    check: Name = Field(default="text", description="What the answer must be (a closed list).")
    from_account: Name | None = Field(
        default=None, description="The value in the account (a closed list); it is not asked."
    )
    options: dict[Name, Option] = Field(
        default={}, description="The possible answers, where there are only some."
    )
    optional: YesNo = Field(default=False, description="Whether customers may skip it.")


class FormFile(Model):
    """A ``form.yml``: what a topic fills in for signed-in customers."""

    request: Name = Field(description="The kind of support request that it becomes.")
    offered_for: Name = Field(
        description="The case of the topic's account fact in which customers may fill it in."
    )
    offer: Text = Field(description="The sentence that offers it.")
    subject: Text = Field(description="The request's subject.")
    filed: Text = Field(description="Said when it has been filed; {number} is its number.")
    fields: list[FormField] = Field(min_length=1, description="The fields in their order.")


class Form(FormFile):
    """A form and the topic that it belongs to."""

    topic: Name


class Variant(Text):
    """One wording of an account fact; Python chooses which one applies."""

    item: Text | None = Field(
        default=None, description="Line repeated for each entry of a list, placed at {items}."
    )
    guide: YesNo = Field(default=True, description="Whether the topic's guide is offered.")
    offer: Text | None = Field(
        default=None, description="The sentence that offers the guide here, not the topic's own."
    )
    topics: list[Name] = Field(default=[], description="Topics offered as buttons.")
    solved: YesNo = Field(
        default=True,
        description="At a guide's end: whether it has helped. If not, the way back is offered.",
    )


class AccountText(Model):
    """Everything that can be said about one account fact or one check."""

    id: Name
    variants: dict[Name, Variant]

    def __getitem__(self, variant: str) -> Variant:
        return self.variants[variant]


class LinkAddress(Model):
    """A link's address in every language."""

    en: Url
    nl: Url

    def __getitem__(self, language: Language) -> str:
        url: str = getattr(self, language)
        return url


class Link(Model):
    """A page that texts may point to."""

    title: Text
    url: LinkAddress


class Label(Model):
    """A name on the screen; where no Dutch name is known the English one is on the screen."""

    en: Prose
    nl: Prose | None = None
    where: Prose

    def __getitem__(self, language: Language) -> str:
        return (self.nl if language == "nl" else None) or self.en


class Group(Model):
    """Topics that stand together on the home page of the help."""

    title: Text
    topics: list[Name]


class Section(Model):
    """A heading of the privacy page and what stands below it."""

    title: Text
    text: Text


class Words(Model):
    """Words and phrases of every language, one of each at least."""

    en: list[Prose] = Field(min_length=1)
    nl: list[Prose] = Field(min_length=1)


class MailFile(Model):
    """``conversation/mail.yml``: by which words the parts of an e-mail are told apart."""

    greetings: Words
    closings: Words
    footers: Words
    quote_starts: Words
    quote_words: Words
    headers: Words
    separators: Words
    subject_marks: Words


class FormWords(Model):
    """What is said in the middle of a form."""

    skip: Words
    keep: Words
    back: Words
    stop: Words
    help: Words
    show: Words
    copy_: Words = Field(alias="copy")
    change: Words
    around_change: Words
    file: Words
    confirm: Words
    refuse: Words
    agree: Words
    hesitation: Words
    courtesy: Words
    asks_what: Words


class StepWords(Model):
    """What is said in the middle of a guide about its steps as such."""

    how_many: Words
    beginning: Words
    step: Words
    numbers: Words
    ordinals: Words
    recall: Words
    around: Words


class SignalsFile(Model):
    """``conversation/signals.yml``: words that the assistant looks for."""

    progress: Words
    trouble: Words
    onward: Words
    show_me: Words
    person: Words
    go_on: Words
    another_time: Words
    unknown: Words
    second: Words
    where_we_were: Words
    question_openings: Words
    withdraw: Words
    filed_request: Words
    ticket: Words
    no_person: Words
    about_request: Words
    not_about_request: Words
    steps: StepWords
    self_harm: Words
    yes: list[Prose] = Field(min_length=1)
    no: list[Prose] = Field(min_length=1)
    form: FormWords
    dutch: list[Prose] = Field(min_length=1)
    english: list[Prose] = Field(min_length=1)


class ButtonIntent(Model):
    """An intent that only buttons have, in Rasa's way of writing."""

    intent: Name
    examples: Prose


class ButtonsFile(Model):
    """``conversation/buttons.yml``."""

    version: Prose = ""
    nlu: list[ButtonIntent] = Field(min_length=1)


class RuleStep(Model):
    """What is said or done in a rule, in Rasa's way of writing."""

    intent: Name | None = None
    action: Prose | None = None
    entities: Any = None
    slot_was_set: Any = None
    active_loop: Any = None


class Rule(Model):
    """One rule of the conversation, in Rasa's way of writing."""

    rule: Prose
    steps: list[RuleStep] = Field(min_length=1)
    condition: Any = None
    conversation_start: YesNo = False
    wait_for_user_input: YesNo = True


class RulesFile(Model):
    """``conversation/rules.yml``."""

    version: Prose = ""
    rules: list[Rule] = Field(min_length=1)


@dataclass(frozen=True)
class Content:
    """Everything that writers wrote, by id."""

    topics: Mapping[str, Topic]
    links: Mapping[str, Link]
    labels: tuple[Label, ...]
    account: Mapping[str, AccountText]
    texts: Mapping[str, Text]
    desk: Mapping[str, Text]
    page: Mapping[str, Text] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    help: Mapping[str, Text] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    privacy: tuple[Section, ...] = ()

    def without(self, names: Set[str]) -> "Content":
        """The content as if these topics did not exist: nothing leads to them."""

        def rest(topics: Iterable[str]) -> list[str]:
            return [name for name in topics if name not in names]

        return replace(
            self,
            topics={
                name: topic.model_copy(update={"related": rest(topic.related)})
                for name, topic in self.topics.items()
                if name not in names
            },
            forms={name: form for name, form in self.forms.items() if name not in names},
            account={
                name: text.model_copy(
                    update={
                        "variants": {
                            case: variant.model_copy(update={"topics": rest(variant.topics)})
                            for case, variant in text.variants.items()
                        }
                    }
                )
                for name, text in self.account.items()
            },
            groups=tuple(
                group.model_copy(update={"topics": rest(group.topics)}) for group in self.groups
            ),
        )
