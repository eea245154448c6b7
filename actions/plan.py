"""Decides what to do in a turn. Pure: no network, no clock, no text.

Rasa's rules choose an action by intent; each action asks `interruption` first, because what is
open (a question of a guide, an offer) and how sure the understanding is are things that the rules
do not see.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Literal

from actions.form_plan import FillForm, FormPlanner
from actions.signals import Signals
from actions.step_talk import StepWish
from actions.turn import ANSWER, OFFER, OUT_OF_SCOPE, Turn
from actions.waiting import TellOfTicket, WaitingPlanner
from balie.content import Content, Language, Topic
from balie.content.guide import item, match_option
from balie.content.matching import is_filler, mentions_option, names_option
from balie.content.model import Question, Step

OFFERED_TOPICS = 3
SEVERAL = 3  # questions in one message
CONTACT = "contact_support"

# These answer an offer ("Shall we go on?") before they answer the question of a guide.
OFFER_INTENTS = frozenset({"affirm", "deny", "next_step"})

# These win over a word of trouble at a step ("no such button, go back").
LEAVING_INTENTS = frozenset({"previous_step", "stop", "switch_language", "not_meant"})

# In the middle of a guide these are understood even where the classifier is in two minds.
GUIDE_INTENTS = frozenset(
    {"affirm", "deny", "next_step", "previous_step", "repeat_step", "stuck", "stop"}
)


@dataclass(frozen=True)
class Answer:
    """Answer a topic."""

    topic: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class StartGuide:
    """Begin a topic's guide at its first step."""

    topic: str


@dataclass(frozen=True)
class Move:
    """Go on in the guide, back, to its beginning, or say the step again."""

    to: Literal["next", "back", "same", "first"]


@dataclass(frozen=True)
class GoToStep:
    """Go back to a step by its number; one that has not been reached yet has to wait."""

    number: int


@dataclass(frozen=True)
class RecallStep:
    """Say an earlier step again, and then the one where the customer is."""

    number: int


@dataclass(frozen=True)
class CountSteps:
    """Say how many steps are left."""


@dataclass(frozen=True)
class Resume:
    """Go on with the guide that was left for later, at the same place."""


@dataclass(frozen=True)
class Reopen:
    """Return to the last step of the guide that has just ended."""


@dataclass(frozen=True)
class Choose:
    """Take an answer to a question of the guide."""

    question: str
    option: str


@dataclass(frozen=True)
class AskAgain:
    """Put the guide's open question again."""


@dataclass(frozen=True)
class AskToResume:
    """Ask whether to go on with a guide that was left long ago."""


@dataclass(frozen=True)
class Help:
    """Give the step's own help; the second time at one step, offer a person."""


@dataclass(frozen=True)
class Stop:
    """Leave the guide."""


@dataclass(frozen=True)
class OfferTopics:
    """Show likely topics to choose from; `why` picks the sentence before them."""

    topics: tuple[str, ...]
    why: Literal["unsure", "not_meant"]


@dataclass(frozen=True)
class OutOfScope:
    """Say that this is not among what Balie knows."""


@dataclass(frozen=True)
class Say:
    """Say one text, with the usual topics as buttons if `topics`."""

    text: str
    topics: bool = False


@dataclass(frozen=True)
class SwitchLanguage:
    """Go on in another language."""

    language: Language


@dataclass(frozen=True)
class Care:
    """Answer somebody who may want to harm themselves."""


@dataclass(frozen=True)
class HandOver:
    """Pass the conversation on to a person; `about` is the topic that the message names."""

    reason: str
    about: str | None = None


Act = (
    Answer
    | StartGuide
    | Move
    | GoToStep
    | RecallStep
    | CountSteps
    | Resume
    | Reopen
    | Choose
    | AskAgain
    | AskToResume
    | Help
    | Stop
    | OfferTopics
    | OutOfScope
    | Say
    | SwitchLanguage
    | Care
    | HandOver
    | TellOfTicket
    | FillForm
)


@dataclass(frozen=True)
class Planner:
    """The plan for one turn, from the content and the writers' word lists."""

    content: Content
    signals: Signals
    pause: timedelta

    @cached_property
    def form(self) -> FormPlanner:
        """The plan in the middle of a form."""
        return FormPlanner(self.content, self.signals, self.pause)

    @cached_property
    def waiting(self) -> WaitingPlanner:
        """The plan for what is said of a request that waits for a person."""
        return WaitingPlanner(self.content, self.signals)

    # What comes before the intent ------------------------------------------------------------

    def interruption(self, turn: Turn) -> Act | None:
        """What the open question, the offer or the doubt asks for; None where the intent rules."""
        if turn.is_button:
            return None
        if self.signals.speaks_of_self_harm(turn.text):
            return Care()
        return (
            self._withdraws(turn)
            or self.waiting.given_up(turn)
            or self.waiting.asked(turn)
            or self.form.typed(turn)
            or self.waiting.left_address(turn)
            or self._about_steps(turn)
            or self._open_question(turn)
            or self._several_questions(turn)
            or self._sign(turn)
            or self._back_to_step(turn)
            or self._progress(turn)
            or self._accepts_offer(turn)
            or self._doubt(turn)
        )

    def while_waiting(self, act: Act, turn: Turn) -> Act:
        """The act, or what takes its place where a person has been asked for already."""
        if not turn.waiting:
            return act
        match act:
            case HandOver():
                return TellOfTicket("waiting_asked")
            case Answer(topic) if self.content.topics[topic].handoff:
                return TellOfTicket("waiting_asked")
            case OutOfScope():
                return TellOfTicket("waiting_noted")
            case Say(text):
                return self.waiting.instead_of(text) or act
        return act

    def _withdraws(self, turn: Turn) -> Act | None:
        """A wish to withdraw the request that was filed here; the assistant cannot do that."""
        filed = turn.dialogue.request_filed and self.form.waiting(turn) is None
        asked = filed and self.signals.withdraws_request(turn.text)
        return Say("request_not_withdrawn") if asked else None

    def _back_to_step(self, turn: Turn) -> Act | None:
        """The step again, for whoever wants to go on with the steps where they were."""
        other = turn.decision == ANSWER and turn.intent in self.content.topics
        if self._topic(turn) is None or other or not self._wants_to_go_on(turn):
            return None
        if self.signals.says_done(turn.text):  # "meanwhile I go on: done" goes on to the next one
            return None
        same = turn.dialogue.paused or self.signals.wants_the_same_place(turn.text)
        return self.resume(turn) if same else None

    def _about_steps(self, turn: Turn) -> Act | None:
        """What is said in a guide about its steps as such ("how many are left?")."""
        topic = self._topic(turn)
        if topic is None or turn.walk is None or self.is_stale(turn):
            return None
        wish = self.signals.step_wish(turn.text)
        return _step_move(wish) if wish else None

    def _open_question(self, turn: Turn) -> Act | None:
        question = self.waiting_question(turn)
        if question is None or self.is_stale(turn) or self._answers_offer(turn, question):
            return None
        option = match_option(question, turn.text, turn.language)
        if option and not self._asks_something_else(turn, question):
            return Choose(question.ask, option)
        asks_else = turn.decision == ANSWER and turn.intent in self.content.topics
        missed = self.signals.does_not_know(turn.text) or self._is_no_answer(turn)
        return AskAgain() if missed and not asks_else else None

    def _asks_something_else(self, turn: Turn, question: Question) -> bool:
        """Whether the message asks a question of its own that has a word of an option in it."""
        about_this = turn.walk is not None and turn.intent == turn.walk.state.topic
        asks = self.signals.asks(turn.text) and not self.signals.is_a_word_or_two(turn.text)
        return asks and not about_this and mentions_option(question, turn.text)

    def _is_no_answer(self, turn: Turn) -> bool:
        """Whether a word or two are most likely meant as an answer, and are none."""
        lost = turn.decision == OUT_OF_SCOPE or turn.intent == OUT_OF_SCOPE
        return lost and self.signals.is_a_word_or_two(turn.text) and "?" not in turn.text

    def _several_questions(self, turn: Turn) -> Act | None:
        """Answers the first of three questions or more; the understanding itself hears two."""
        known = (self.content.topics.get(name) for name in turn.questions)
        topics = [topic.id for topic in known if topic and not topic.handoff]
        return Answer(topics[0], tuple(topics[1:])) if len(topics) >= SEVERAL else None

    def _answers_offer(self, turn: Turn, question: Question) -> bool:
        """Whether a "yes" or "no" is for the offer that was made after the question."""
        offered = turn.dialogue.offered_resume or turn.dialogue.offered_person
        return offered and turn.intent in OFFER_INTENTS and not names_option(question, turn.text)

    def _sign(self, turn: Turn) -> Act | None:
        if self.signals.means_yes(turn.text):
            return self.yes(turn)
        return self.no(turn) if self.signals.means_no(turn.text) else None

    def _progress(self, turn: Turn) -> Act | None:
        """A word of progress ("I clicked Settle balance") moves on, whatever topic it names."""
        here = self.current_step(turn)
        if here is None or self.is_stale(turn):
            return None
        if turn.intent == CONTACT and not self.signals.is_little_but_label(turn.text, here):
            return None
        if self.signals.reports_progress(turn.text, here):
            return Move("next")
        if self.signals.names_trouble_here(turn.text, here) and not self._leads_away(turn):
            return Help()
        return self._in_few_words(turn)

    def _in_few_words(self, turn: Turn) -> Act | None:
        """What is short and not understood is taken to be about the step, not about a new topic."""
        understood = turn.decision == ANSWER and turn.intent != "thank_you"
        if understood or turn.dialogue.offered_resume:
            return None
        if self.signals.names_trouble(turn.text) and self.signals.is_brief(turn.text):
            return Help()
        done = self.signals.says_done(turn.text) and self.signals.is_short(turn.text)
        return Move("next") if done else None

    def _accepts_offer(self, turn: Turn) -> Act | None:
        """Takes what was offered at a "how?" or "the second one" that is about nothing else."""
        if turn.decision == ANSWER and turn.intent in self.content.topics:
            return self._accepts_steps(turn)
        second, topic = next(iter(self._asked_too(turn)), None), turn.dialogue.offered_topic
        if second is not None and self._names_second(turn):
            return Answer(second)
        if topic in self.content.topics and self.signals.wants_steps(turn.text):
            return Answer(str(topic))
        return self._accepts_steps(turn)

    def _asked_too(self, turn: Turn) -> tuple[str, ...]:
        return tuple(name for name in turn.dialogue.asked_too if name in self.content.topics)

    def _names_second(self, turn: Turn) -> bool:
        return self.signals.is_short(turn.text) and self.signals.names_second(turn.text)

    def _accepts_steps(self, turn: Turn) -> Act | None:
        """Starts the steps that were offered at a "how?" that is not about another topic."""
        offered = turn.dialogue.offered_guide
        if self._topic(turn) is not None or offered not in self.content.topics:
            return None
        other_topic = turn.intent in self.content.topics and turn.intent != offered
        if turn.decision == ANSWER and other_topic:
            return None
        if turn.dialogue.sign_in_hinted and turn.customer:
            return None  # who has just signed in wants to know more than the general answer
        return StartGuide(str(offered)) if self.signals.wants_steps(turn.text) else None

    def _leads_away(self, turn: Turn) -> bool:
        """Whether the message is surely about something else than the step."""
        here = turn.walk.state.topic if turn.walk else None
        other_topic = turn.intent in self.content.topics and turn.intent not in (here, CONTACT)
        return turn.decision == ANSWER and (other_topic or turn.intent in LEAVING_INTENTS)

    def _doubt(self, turn: Turn) -> Act | None:
        if self._takes_up_again(turn):
            return Resume()
        if self._is_word_about_guide(turn):
            return None
        if self._asks_for_person(turn):
            return HandOver("asked")
        if self._agrees_to_go_on(turn):
            return self.resume(turn)
        if turn.decision == OFFER:
            return self._asks_on(turn) or self.unsure(turn)
        return OutOfScope() if turn.decision == OUT_OF_SCOPE else None

    def _asks_for_person(self, turn: Turn) -> bool:
        """Whether an unsure message most likely asks for a person."""
        offered = turn.dialogue.offered_person or self.signals.names_person(turn.text)
        return turn.decision != ANSWER and offered and turn.ranking[:1] == (CONTACT,)

    def _takes_up_again(self, turn: Turn) -> bool:
        """Whether the message asks for the guide that was left, and is about no topic itself."""
        left = self.content.topics.get(turn.left.state.topic) if turn.left else None
        if left is None or not left.guide or self._topic(turn) is not None:
            return False
        own_topic = turn.decision == ANSWER and turn.intent in self.content.topics
        return not own_topic and self._wants_to_go_on(turn)

    def _agrees_to_go_on(self, turn: Turn) -> bool:
        """Whether an unsure message, or a thank-you, takes the offer to go on ("thanks, go on")."""
        unsure = turn.decision != ANSWER or turn.intent == "thank_you"
        return unsure and turn.dialogue.offered_resume and self._wants_to_go_on(turn)

    def _wants_to_go_on(self, turn: Turn) -> bool:
        words = self.signals
        wants = words.wants_to_go_on(turn.text)
        return wants and not words.names_trouble_in_going_on(turn.text)

    def _asks_on(self, turn: Turn) -> Act | None:
        """An unsure message that most likely asks on, by somebody who has just signed in for it."""
        dialogue = turn.dialogue
        if not (dialogue.sign_in_hinted and turn.customer and dialogue.last_topic):
            return None
        return Answer(dialogue.last_topic) if turn.ranking[:1] == (dialogue.last_topic,) else None

    def _is_word_about_guide(self, turn: Turn) -> bool:
        """Whether a word about the guide is taken as one however unsure: all but leaving it."""
        if turn.walk is None and turn.left is None:
            return turn.intent == "previous_step" and self._has_just_ended(turn)
        leaves = turn.intent == "stop" or (turn.intent == "deny" and turn.dialogue.offered_resume)
        return turn.intent in GUIDE_INTENTS and (turn.decision == ANSWER or not leaves)

    def unsure(self, turn: Turn) -> Act:
        """Offer the likeliest topics; in a guide's question, put the question again first."""
        question = self.waiting_question(turn)
        if question and not self.is_stale(turn) and turn.dialogue.asked_again != question.ask:
            return AskAgain()
        topics = self.likely_topics(turn)
        if not topics:
            return OutOfScope()
        return OfferTopics(topics, "unsure")

    # By intent -------------------------------------------------------------------------------

    def topic(self, turn: Turn) -> Act:
        """A billing question."""
        topic = self.content.topics.get(turn.intent)
        if topic is None:  # left out, or removed since the model was trained
            sure = turn.decision == ANSWER or turn.is_button
            return Say("topic_unavailable") if sure else self.unsure(turn)
        second = turn.second_topic
        other = self.content.topics.get(second or "")
        if other is not None and other.handoff and not topic.handoff:
            # Who asks for a person beside a question gets one; who waits for one, the answer.
            return Answer(topic.id) if turn.waiting else HandOver("asked", about=topic.id)
        known = second in self.content.topics and second != topic.id
        return Answer(topic.id, (str(second),) if known else ())

    def guide(self, turn: Turn) -> Act:
        """A word about the guide, or a yes or no."""
        by_intent = {
            "affirm": self.yes,
            "deny": self.no,
            "next_step": self.next,
            "previous_step": self.back,
            "repeat_step": self.repeat,
            "stuck": self.stuck,
            "stop": self.stop,
            "start_guide": self.start,
            "resume_guide": self.resume,
            "choose_option": self.choose,
            "fill_form": self.fill_form,
        }
        return by_intent[turn.intent](turn)

    def small_talk(self, turn: Turn) -> Act:
        """Greeting, thanks, goodbye, and who this is."""
        text = "greeting" if turn.intent == "greet" else turn.intent
        return Say(text, topics=turn.intent in {"greet", "bot_challenge"} and turn.walk is None)

    def other_topics(self, turn: Turn) -> Act:
        """That is not what I meant: the next likeliest topics, or a person."""
        topics = tuple(
            topic
            for topic in (*turn.dialogue.likely, *turn.ranking, *self._related(turn))
            if topic in self.content.topics and topic not in self._refused(turn)
        )
        unique = tuple(dict.fromkeys(topics))[:OFFERED_TOPICS]
        return OfferTopics(unique, "not_meant") if unique else Say("no_other_topics")

    def switch_language(self, turn: Turn) -> Act:
        """Another language was asked for: the one that is named, else the other one."""
        named = self.signals.asked_language(turn.text)
        other: Language = "nl" if turn.conversation_language == "en" else "en"
        return SwitchLanguage(named or other)

    # Yes, no and moves -----------------------------------------------------------------------

    def yes(self, turn: Turn) -> Act:
        """A yes to the newest offer; in a step it means "done"."""
        dialogue = turn.dialogue
        if dialogue.offered_person:
            return HandOver("asked")
        if dialogue.offered_resume:
            return self.resume(turn)
        if dialogue.offered_form in self.content.forms:
            return FillForm("start", str(dialogue.offered_form))
        if dialogue.offered_guide in self.content.topics:
            return self._start_offered(turn, str(dialogue.offered_guide))
        if dialogue.offered_topic in self.content.topics:
            return Answer(str(dialogue.offered_topic))
        if self._topic(turn) is None:
            return Say("what_now", topics=True)
        return self._answer_question("yes", turn) or self.next(turn)

    def _start_offered(self, turn: Turn, topic: str) -> Act:
        """The guide that was offered; the form, for who has signed in for it since."""
        signed_in = turn.dialogue.sign_in_hinted and turn.customer is not None
        has_form = topic in self.content.forms
        return FillForm("start", topic) if signed_in and has_form else StartGuide(topic)

    def no(self, turn: Turn) -> Act:
        """A no to the newest offer; in a step it means "it did not work"."""
        dialogue = turn.dialogue
        if dialogue.offered_resume:
            return Stop()
        if dialogue.offered_person and self._topic(turn):
            return Move("same")
        offered = dialogue.offered_person or dialogue.offered_guide or dialogue.offered_topic
        if offered or self._topic(turn) is None:
            return Say("anything_else")
        if self.waiting_question(turn):
            return self._answer_question("no", turn) or AskAgain()
        return Help()

    def _answer_question(self, word: str, turn: Turn) -> Choose | None:
        """A plain yes or no, however it was worded, to a question that takes one."""
        question = self.waiting_question(turn)
        if question is None or self.is_stale(turn) or turn.decision != ANSWER:
            return None
        if is_filler(turn.text) or not self.signals.is_a_word_or_two(turn.text):
            return None
        option = match_option(question, word, "en")
        return Choose(question.ask, option) if option else None

    def next(self, turn: Turn) -> Act:
        """Go on: in the guide, or with the guide that was offered."""
        if turn.dialogue.offered_resume:
            return self.resume(turn)
        if self._topic(turn) is None and turn.dialogue.offered_guide in self.content.topics:
            return StartGuide(str(turn.dialogue.offered_guide))
        if self.waiting_question(turn):
            return AskAgain()
        return self.in_guide(turn, Move("next"))

    def back(self, turn: Turn) -> Act:
        """One step back; after a question in between, back to where the guide was.

        After the end of a guide that is its last step.
        """
        if self._has_just_ended(turn):
            return Reopen()
        return self.in_guide(turn, Move("same" if turn.dialogue.offered_resume else "back"))

    def repeat(self, turn: Turn) -> Act:
        """Say it again: the step, or without a guide the last answer."""
        last = self.content.topics.get(turn.dialogue.last_topic or "")
        if self._topic(turn) is None and last is not None and not last.handoff:
            return Answer(last.id)
        return self.in_guide(turn, Move("same"))

    def stuck(self, turn: Turn) -> Act:
        """It does not work: the step's help, without a guide a question back."""
        return Say("stuck_no_guide", topics=True) if self._topic(turn) is None else Help()

    def stop(self, turn: Turn) -> Act:
        """Leave the guide; without one there is nothing to leave."""
        return Stop() if self._topic(turn) else Say("anything_else")

    def start(self, turn: Turn) -> Act:
        """The button that starts a guide."""
        topic = turn.entity("topic")
        known = topic is not None and topic in self.content.topics
        return StartGuide(str(topic)) if known else self.unsure(turn)

    def resume(self, turn: Turn) -> Act:
        """Go on with a guide at the same place, however long ago it was left."""
        here, meant = self._topic(turn), turn.entity("topic")
        if here is None or (turn.left and meant == turn.left.state.topic):
            return self._without_guide(turn)
        return Move("same")

    def choose(self, turn: Turn) -> Act:
        """The button of a question's option."""
        question, option = turn.entity("question"), turn.entity("option")
        if self._topic(turn) is None or question is None or option is None:
            return Say("no_guide", topics=True)
        return Choose(question, option)

    def fill_form(self, turn: Turn) -> Act:
        """The button of a form."""
        return self.form.pressed(turn) or Say("form_none", topics=True)

    def in_guide(self, turn: Turn, move: Move) -> Act:
        """The move, if there is a guide; a guide left long ago asks before it goes on."""
        if self._topic(turn) is None:
            return self._without_guide(turn)
        return AskToResume() if self.is_stale(turn) else move

    def _has_just_ended(self, turn: Turn) -> bool:
        """Whether the guide that was walked last has come to its end, and nothing came after it."""
        ended, left = turn.ended, turn.left
        topic = self.content.topics.get(ended.state.topic) if ended else None
        if ended is None or topic is None or not topic.guide or self._topic(turn) is not None:
            return False
        return turn.now - ended.at <= self.pause and (left is None or left.at <= ended.at)

    def _without_guide(self, turn: Turn) -> Act:
        """Takes up what was left for later, a guide or a form, if something was."""
        filling = self.form.begun(turn)
        if filling is not None and (turn.left is None or turn.left.at < filling.at):
            return FillForm("resume", filling.state.topic)
        left = self.content.topics.get(turn.left.state.topic) if turn.left else None
        return Resume() if left and left.guide else Say("no_guide", topics=True)

    # What is before the customer -------------------------------------------------------------

    def waiting_question(self, turn: Turn) -> Question | None:
        """The question of the guide that waits for an answer."""
        here = self.current_item(turn)
        return here if isinstance(here, Question) else None

    def current_step(self, turn: Turn) -> Step | None:
        """The step that the customer has before them."""
        here = self.current_item(turn)
        return here if isinstance(here, Step) else None

    def current_item(self, turn: Turn) -> Step | Question | None:
        """The guide's item that the customer has before them, or None without a guide."""
        topic = self._topic(turn)
        if topic is None or turn.walk is None:
            return None
        return item(topic, turn.walk.state)

    def is_stale(self, turn: Turn) -> bool:
        """Whether the guide was left so long ago that it asks before it goes on."""
        return turn.walk is not None and turn.now - turn.walk.at > self.pause

    def likely_topics(self, turn: Turn) -> tuple[str, ...]:
        """The likeliest topics of this message, best first."""
        return tuple(_topics(turn.ranking, self.content))[:OFFERED_TOPICS]

    def _topic(self, turn: Turn) -> Topic | None:
        topic = self.content.topics.get(turn.walk.state.topic) if turn.walk else None
        return topic if topic and topic.guide else None

    def _related(self, turn: Turn) -> tuple[str, ...]:
        last = self.content.topics.get(turn.dialogue.last_topic or "")
        return tuple(last.related) if last else ()

    def _refused(self, turn: Turn) -> set[str | None]:
        return {*turn.dialogue.rejected, turn.dialogue.last_topic}


def _topics(ranking: Iterable[str], content: Content) -> Iterable[str]:
    return (name for name in ranking if name in content.topics)


def _step_move(wish: StepWish) -> Act:
    match wish.wish:
        case "how_many":
            return CountSteps()
        case "beginning":
            return Move("first")
        case "recall":
            return RecallStep(wish.number)
    return GoToStep(wish.number)
