"""Carries out what the plan says: looks facts up, moves in the guide, writes the replies."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from actions.account import FACTS, Account, Fact, known_answers
from actions.checks import CHECKS, can_tell, remember
from actions.form import Clerk, account_values
from actions.form_plan import FillForm
from actions.plan import (
    CONTACT,
    Act,
    Answer,
    AskAgain,
    AskToResume,
    Care,
    Choose,
    CountSteps,
    GoToStep,
    HandOver,
    Help,
    Move,
    OfferTopics,
    OutOfScope,
    Planner,
    RecallStep,
    Reopen,
    Resume,
    Say,
    StartGuide,
    Stop,
    SwitchLanguage,
)
from actions.replies import Button, Reply, Writer
from actions.state import Dialogue, Filling, Guides, Walk
from actions.turn import OFFER, Turn
from actions.waiting import TellOfTicket
from balie.billing.client import BillingClient, BillingUnavailable, UnknownCustomer
from balie.content import Language, Rendered, Topic, guide
from balie.content.guide import GuideState
from balie.content.model import Question

logger = logging.getLogger(__name__)

# Texts below which there is the way to a person.
_WITH_PERSON = frozenset(
    {
        "no_other_topics",
        "stuck_no_guide",
        "bot_challenge",
        "topic_unavailable",
        "request_not_withdrawn",
    }
)


@dataclass(frozen=True)
class Outcome:
    """What a turn leads to: replies, and what is remembered."""

    replies: tuple[Reply, ...]
    dialogue: Dialogue = field(default_factory=Dialogue)
    guides: Guides = field(default_factory=Guides)
    filling: Filling | None = None
    language: Language = "en"


class Assistant:
    """Answers one turn at a time; keeps nothing between turns."""

    def __init__(self, planner: Planner, billing: BillingClient) -> None:
        self._planner = planner
        self._content = planner.content
        self._billing = billing

    async def perform(self, act: Act, turn: Turn) -> Outcome:
        """Carry out `act`; the guide goes on where it was unless the act moves it."""
        language = _language(act, turn)
        job = _Job(self, turn, Writer(self._content, language))
        replies = await job.run(act)
        if not isinstance(act, FillForm | Care):
            replies += job.back_to_form(replies)
        if turn.waiting:
            replies = [_without_person_button(reply) for reply in replies]
        guides = Guides(job.walk, job.left, job.ended if job.walk is None else None)
        return Outcome(tuple(replies), job.dialogue, guides, job.clerk.filling, language)

    @property
    def planner(self) -> Planner:
        """The planner whose plans are carried out."""
        return self._planner

    @property
    def billing(self) -> BillingClient:
        """The client of the billing backend."""
        return self._billing


def _without_person_button(reply: Reply) -> Reply:
    """Nobody who waits for a person is asked whether they want one."""
    buttons = (button for button in reply.buttons if button.intent != CONTACT)
    return replace(reply, buttons=tuple(buttons))


def _language(act: Act, turn: Turn) -> Language:
    if isinstance(act, SwitchLanguage):
        return act.language
    # A name or an address that is filled in says nothing of the customer's language.
    return turn.conversation_language if isinstance(act, FillForm) else turn.language


class _Job:
    """One turn's work: the replies so far are returned, the memory changes on the way."""

    def __init__(self, assistant: Assistant, turn: Turn, write: Writer) -> None:
        self._assistant = assistant
        self._topics = assistant.planner.content.topics
        self._turn = turn
        self._write = write
        self.walk = turn.walk
        self.left = turn.left
        self.ended = turn.ended
        self.clerk = Clerk(turn, write, assistant.planner.form, assistant.billing)
        # Offers hold for one turn; what was talked about is kept.
        self.dialogue = Dialogue(
            last_topic=turn.dialogue.last_topic,
            likely=turn.dialogue.likely,
            rejected=turn.dialogue.rejected,
            asked_too=tuple(t for t in turn.dialogue.asked_too if t in self._topics),
            stuck_at=turn.dialogue.stuck_at,
            missed_at=turn.dialogue.missed_at,
            missed=turn.dialogue.missed,
            request_filed=turn.dialogue.request_filed,
        )

    async def run(self, act: Act) -> list[Reply]:
        """The replies to the turn."""
        match act:
            case Answer():
                return await self._answer(act)
            case StartGuide():
                return await self._start(self._topics[act.topic])
            case Move():
                return await self._move(act)
            case GoToStep():
                return await self._go_to_step(act.number)
            case RecallStep():
                return self._recall_step(act.number)
            case CountSteps():
                return self._count_steps()
            case Reopen():
                self.walk = self.ended
                return await self._move(Move("same"))
            case Resume():
                self.walk, self.left = self.left, self.walk
                return await self._move(Move("same"))
            case Choose():
                return await self._choose(act)
            case AskAgain():
                return self._ask_again()
            case AskToResume():
                return self._ask_to_resume("guide_resumes_after_pause")
            case Help():
                return self._help()
            case Stop():
                return self._stop()
            case OfferTopics():
                return self._offer_topics(act)
            case OutOfScope():
                return self._out_of_scope()
            case Say():
                return self._say(act)
            case SwitchLanguage():
                return self._switched()
            case Care():
                return [self._care()]
            case HandOver():
                return [self._hand_over(act.reason, act.about)]
            case TellOfTicket():
                return self._tell_of_ticket(act)
            case FillForm():
                return await self._fill_form(act)

    # Answering -------------------------------------------------------------------------------

    async def _answer(self, act: Answer) -> list[Reply]:
        topic = self._topics[act.topic]
        chosen_from = self.dialogue.likely if topic.id in self.dialogue.likely else ()
        others = dict.fromkeys((*act.others, *self.dialogue.asked_too))
        self._remember(
            last_topic=topic.id,
            likely=chosen_from or self._assistant.planner.likely_topics(self._turn),
            rejected=(),
            asked_too=tuple(name for name in others if name != topic.id),
        )
        if topic.handoff:
            return [self._hand_over("asked")]
        replies, case = await self._own_fact(topic)
        if self.clerk.is_waiting:
            replies = [replace(reply, buttons=()) for reply in replies]
        # What holds for this customer comes first, what holds for everyone after it.
        place = len(replies) if self._turn.customer else 0
        subject = None if self._guide_topic() else topic.id
        replies.insert(place, replace(self._write.answer(topic), topic=subject))
        replies += self._after_answer(topic, case)
        if act.others:
            self._remember(offered_topic=act.others[0])
            replies.append(self._others_asked_about(act.others))
        return replies

    def _others_asked_about(self, others: tuple[str, ...]) -> Reply:
        """What else the message asked about, each with its button."""
        buttons = self._write.topic_buttons(others)
        titles = [self._write.title(name) for name in others]
        if len(titles) == 1:
            return self._write.say("second_topic", buttons, topic=titles[0])
        return self._write.say("more_topics", buttons, topics=titles)

    def _after_answer(self, topic: Topic, case: str | None = None) -> list[Reply]:
        if self.clerk.is_waiting:
            return []
        variants = self._write.content.account[topic.account].variants if topic.account else {}
        has_guide = bool(topic.guide) and (case not in variants or variants[case].guide)
        form = self._write.content.forms.get(topic.id)
        may_fill_in = form is not None and case == form.offered_for
        if self._guide_topic() is not None:
            other = has_guide and not self._is_here(topic)
            others = [self._write.other_start_button(topic.id)] if other else []
            forms = [self.clerk.start_button(form)] if form and may_fill_in else []
            return self._offer_to_resume(*others, *forms)
        if not has_guide:
            return []
        self._remember(offered_guide=topic.id)
        if form is None or not may_fill_in:
            return [self._write.offer(topic, variants[case].offer if case in variants else None)]
        self._remember(offered_form=topic.id)
        return [self.clerk.offer(form)]

    async def _own_fact(self, topic: Topic) -> tuple[list[Reply], str | None]:
        """The customer's own facts for the topic, and which case they are, if that is known."""
        if topic.account is None:
            return [], None
        if self._turn.customer is None:
            self._remember(sign_in_hinted=True)
            has_form = topic.id in self._write.content.forms
            return [self._write.say("form_sign_in" if has_form else "sign_in_hint")], None
        name = topic.account
        fact = await self._look_up(lambda account: FACTS[name](account))
        if fact is None:
            return [self._write.say("account_unavailable")], None
        return [self._write.fact(name, fact)], fact.variant

    async def _look_up(self, function: Callable[[Account], Awaitable[Any]]) -> Any:
        """What the function finds in the customer's account; None where there is no looking."""
        if self._turn.customer is None:
            return None
        account = Account(self._assistant.billing, self._turn.customer, self._turn.now)
        try:
            return await function(account)
        except (BillingUnavailable, UnknownCustomer) as error:
            logger.warning("account facts are left out: %s", type(error).__name__)
            return None

    # Forms -----------------------------------------------------------------------------------

    async def _fill_form(self, act: FillForm) -> list[Reply]:
        if act.to == "start" and not self.clerk.has_begun(act.topic):
            return await self._start_form(self._topics[act.topic])
        if self.walk is not None:
            self.walk, self.left = None, self.walk
        if act.to != "file":
            return self.clerk.perform(act)
        replies, case = await self._own_fact(self._topics[act.topic])
        if self.clerk.may_file(act, case):
            replies = await self.clerk.file(act)
            self._remember(request_filed=self.clerk.filling is None or self.dialogue.request_filed)
            return replies if self.clerk.filling else [*replies, *self._what_is_next()]
        # That the account cannot be seen now is part of what is said of the failure.
        return [*(replies if case else ()), *self.clerk.unfiled(act, case)]

    async def _start_form(self, topic: Topic) -> list[Reply]:
        """Begins the form, once it is sure that it is of use to the customer."""
        self._remember(last_topic=topic.id)
        form = self._write.content.forms[topic.id]
        replies, case = await self._own_fact(topic)
        known = await self._look_up(account_values) if case == form.offered_for else None
        if known is None:
            return [*replies, *self._after_answer(topic, case)]
        if self.walk is not None:
            self.walk, self.left = None, self.walk
        # Who has just signed in has not been told yet whether the conditions hold.
        told = not self._turn.dialogue.sign_in_hinted
        return [*(() if told else replies), *self.clerk.begin(form, known)]

    def back_to_form(self, replies: list[Reply]) -> list[Reply]:
        """What brings the customer back to the form after something else was dealt with."""
        if not self.clerk.is_waiting or any(reply.handoff for reply in replies):
            return []
        if self.walk is not None:
            self.clerk.put_aside()
            return []
        stale = self.clerk.is_stale
        form_topic = self.clerk.topic
        # A "yes" must not be for an offer that was made before the form's question.
        self.dialogue = replace(
            self.dialogue,
            offered_guide=None,
            offered_topic=None,
            offered_person=False,
            offered_form=form_topic if stale else None,
        )
        return self.clerk.take_up_again()

    # Guides ----------------------------------------------------------------------------------

    async def _start(self, topic: Topic) -> list[Reply]:
        if not topic.guide:
            return await self._answer(Answer(topic.id))
        asked = [i.from_account for i in topic.guide if isinstance(i, Question) and i.from_account]
        found = await self._look_up(
            lambda account: asyncio.gather(
                known_answers(account, asked), remember(account, topic.check)
            )
        )
        known, before = found or ({}, {})
        others = (walk for walk in (self.walk, self.left) if walk)
        self.left = next((walk for walk in others if walk.state.topic != topic.id), None)
        self._walk_to(guide.start(topic, known), before)
        self._remember(last_topic=topic.id)
        return [self._here()]

    async def _move(self, move: Move) -> list[Reply]:
        topic, state = self._guide()
        if move.to == "same":
            self._walk_to(guide.locate(topic, state))
            return [self._here()]
        if move.to == "back":
            return self._back(topic, state)
        if move.to == "first":
            return await self._go_to(topic, guide.restart(topic, state))
        return await self._go_to(topic, guide.advance(topic, state))

    async def _go_to_step(self, number: int) -> list[Reply]:
        topic, state = self._guide()
        earlier = guide.earlier_step(topic, state, number)
        if earlier is not None:
            return await self._go_to(topic, earlier)
        here, of = guide.progress(topic, state)
        if number == here + 1 <= of and not isinstance(guide.item(topic, state), Question):
            return await self._move(Move("next"))
        return self._not_that_far(topic, state)

    def _not_that_far(self, topic: Topic, state: GuideState) -> list[Reply]:
        here, of = guide.progress(topic, state)
        if isinstance(guide.item(topic, state), Question):
            return [self._write.say("step_behind_question"), self._here()]
        return [self._write.say("step_not_reached", number=here, of=of), self._here()]

    def _recall_step(self, number: int) -> list[Reply]:
        topic, state = self._guide()
        earlier = guide.earlier_step(topic, state, number)
        if earlier is None:
            return self._not_that_far(topic, state)
        if earlier == guide.locate(topic, state):
            return [self._here()]
        step = Rendered(guide.item(topic, earlier)[self._write.language])
        return [self._write.say("step_recalled", number=number, step=step), self._here()]

    def _count_steps(self) -> list[Reply]:
        topic, state = self._guide()
        number, of = guide.progress(topic, state)
        if isinstance(guide.item(topic, state), Question):
            said = self._write.say("steps_left_after_question")
        elif guide.has_open_question(topic, state):
            said = self._write.say("steps_left_open", number=number)
        elif number == of:
            said = self._write.say("steps_left_none", number=number)
        elif number + 1 == of:
            said = self._write.say("steps_left_one", number=number)
        else:
            said = self._write.say("steps_left", number=number, left=of - number)
        return [said, self._here()]

    def _ask_again(self) -> list[Reply]:
        # What may be about something else gets the likely topics the next time.
        if self._turn.decision == OFFER:
            self._remember(asked_again=guide.item(*self._guide()).id)
        here, twice = self._here(), self._miss() > 1
        stop = (self._write.stop_button(),) if twice else ()
        return [
            self._write.say("guide_choose_or_person" if twice else "guide_choose"),
            replace(here, buttons=(*here.buttons, self._write.person_button(), *stop)),
        ]

    def _miss(self) -> int:
        """Count an answer to the guide's question that is none; how many there were in a row."""
        topic, state = self._guide()
        here = f"{topic.id}.{guide.item(topic, state).id}"
        before = self.dialogue.missed if self.dialogue.missed_at == here else 0
        self._remember(missed_at=here, missed=before + 1)
        return before + 1

    def _back(self, topic: Topic, state: GuideState) -> list[Reply]:
        before = guide.back(topic, state)
        at_first = not guide.locate(topic, state).trail
        self._walk_to(before)
        return [*([self._write.say("guide_first_step")] if at_first else []), self._here()]

    async def _choose(self, act: Choose) -> list[Reply]:
        topic, state = self._guide()
        try:
            after = guide.answer(topic, state, act.question, act.option)
        except LookupError:
            return [self._here()]
        return await self._go_to(topic, after)

    async def _go_to(self, topic: Topic, state: GuideState | None) -> list[Reply]:
        self._remember(stuck_at=None, missed_at=None, missed=0)
        if state is None:
            return await self._finish(topic)
        self._walk_to(state)
        return [self._here()]

    async def _finish(self, topic: Topic) -> list[Reply]:
        before = self.walk.before if self.walk else {}
        self.ended = replace(self.walk, at=self._turn.now) if self.walk else None
        self.walk = None
        fact: Fact | None = None
        check = topic.check
        if check is not None and can_tell(check, before):
            fact = await self._look_up(lambda account: CHECKS[check](account, before))
        if check and fact and not self._write.content.account[check][fact.variant].solved:
            return self._not_solved(self._write.fact(check, fact))
        done = topic.done or self._write.content.texts["guide_done"]
        replies = [Reply(done[self._write.language])]
        replies += [self._write.fact(check, fact)] if check and fact else []
        return [*replies, *self._what_is_next()]

    def _not_solved(self, found: Reply) -> list[Reply]:
        """To whom the guide has not helped yet: back to its last step, or a person."""
        has_person = any(button.intent == CONTACT for button in found.buttons)
        person = () if has_person else (self._write.person_button(),)
        ways = self._write.say("guide_not_solved", (self._write.last_step_button(), *person))
        return [self._write.say("guide_done"), found, ways, *self._next_asked_about()]

    def _what_is_next(self) -> list[Reply]:
        """The guide that was left for this one, or the next thing that was asked about."""
        if self.left is not None:
            self.walk, self.left = self.left, None
            return self._offer_to_resume() or [self._write.say("anything_else")]
        return self._next_asked_about() or [self._write.say("anything_else")]

    def _next_asked_about(self) -> list[Reply]:
        """The offer to go on with the next thing that was asked about, if there is one."""
        if not self.dialogue.asked_too:
            return []
        topic, *rest = self.dialogue.asked_too
        self._remember(offered_topic=topic, asked_too=tuple(rest))
        button, title = self._write.topic_button(topic), self._write.title(topic)
        return [self._write.say("second_topic_reminder", [button], topic=title)]

    def _help(self) -> list[Reply]:
        topic, state = self._guide()
        here = f"{topic.id}.{guide.item(topic, state).id}"
        self._walk_to(state)
        if self.dialogue.stuck_at == here:
            if self._turn.waiting:
                said = self._write.say("waiting_stuck", self._here().buttons)
                return [replace(said, ticket={"email": None})]
            self._remember(offered_person=True)
            return [self._write.say("stuck_again", [self._write.person_button()])]
        self._remember(stuck_at=here)
        return [self._write.help(topic, state)]

    def _stop(self) -> list[Reply]:
        topic = self._guide_topic()
        buttons = [self._write.resume_button(topic.id)] if topic else []
        # Kept, but out of the way: whoever has stopped is not asked to go on at every turn.
        self.walk, self.left = None, self.walk
        return [self._write.say("guide_stopped", buttons)]

    def _ask_to_resume(self, key: str, *others: Button) -> list[Reply]:
        topic, _ = self._guide()
        self._remember(offered_resume=True)
        buttons = [self._write.resume_button(topic.id), *others]
        return [self._write.say(key, buttons, topic=self._write.title(topic.id))]

    def _offer_to_resume(self, *others: Button) -> list[Reply]:
        """Offers to go on with the guide, if there is one, or to do something else."""
        return self._ask_to_resume("guide_offer_resume", *others) if self._guide_topic() else []

    def _and_offer_to_resume(self, reply: Reply) -> list[Reply]:
        """The reply, and the offer to go on with the guide, if there is one: its button is first.

        Customers see all buttons of a turn below its last message.
        """
        if not self._guide_topic():
            return [reply]
        return [replace(reply, buttons=()), *self._offer_to_resume(*reply.buttons)]

    def _here(self) -> Reply:
        return self._write.place(*self._guide())

    def _guide_topic(self) -> Topic | None:
        topic = self._topics.get(self.walk.state.topic) if self.walk else None
        return topic if topic and topic.guide else None

    def _is_here(self, topic: Topic) -> bool:
        """Whether the customer is in the middle of this topic's guide."""
        return self.walk is not None and self.walk.state.topic == topic.id

    def _guide(self) -> tuple[Topic, GuideState]:
        topic = self._guide_topic()
        if topic is None or self.walk is None:
            raise LookupError("the plan moves in a guide where there is none")
        return topic, self.walk.state

    def _walk_to(self, state: GuideState, before: Mapping[str, str] | None = None) -> None:
        kept = before if before is not None else (self.walk.before if self.walk else {})
        self.walk = Walk(state, self._turn.now, kept)

    # The rest --------------------------------------------------------------------------------

    def _offer_topics(self, act: OfferTopics) -> list[Reply]:
        rejected = self.dialogue.rejected
        if act.why == "not_meant":
            refused = (self.dialogue.last_topic,) if self.dialogue.last_topic else ()
            rejected = (*rejected, *refused, *act.topics)
        likely = tuple(t for t in self._turn.ranking if t in self._topics)
        self._remember(
            rejected=tuple(dict.fromkeys(rejected)),
            likely=likely if act.why == "unsure" else self.dialogue.likely,
            offered_topic=act.topics[0],  # a plain "yes" takes the likeliest
        )
        key = "offer_topics" if act.why == "unsure" else "offer_other_topics"
        # Whoever is misunderstood twice must not have to look for a way to a person.
        asked = self._guide_topic() and isinstance(guide.item(*self._guide()), Question)
        twice = (bool(asked) and self._miss() > 1) or act.why == "not_meant"
        person = (self._write.person_button(),) if twice and CONTACT not in act.topics else ()
        buttons = (*self._write.topic_buttons(act.topics), self._write.none_button(), *person)
        return self._and_offer_to_resume(self._write.say(key, buttons))

    def _out_of_scope(self) -> list[Reply]:
        if self.clerk.is_waiting:
            # The buttons below the form's question are for the form, and the way to a person.
            return [self._write.say("out_of_scope_in_form", [self._write.person_button()])]
        buttons = (*self._write.topic_buttons(), self._write.person_button())
        return self._and_offer_to_resume(self._write.say("out_of_scope", buttons))

    def _say(self, act: Say) -> list[Reply]:
        topics = self._write.topic_buttons() if act.topics and not self.clerk.is_waiting else ()
        people = act.text in _WITH_PERSON
        buttons = (*topics, *((self._write.person_button(),) if people else ()))
        if act.text == "no_other_topics":
            self._remember(offered_person=True)
        guide = self._guide_topic()
        if act.text == "goodbye" and guide:  # no question to who is leaving
            return [self._write.say(act.text, [self._write.resume_button(guide.id)])]
        form = self._offer_left_form() if act.text == "greeting" and not guide else []
        return [*self._and_offer_to_resume(self._write.say(act.text, buttons)), *form]

    def _offer_left_form(self) -> list[Reply]:
        """To whoever comes back: the form that was left, if there is one."""
        topic = self.clerk.left_topic
        if topic is None or self.left is not None:
            return []
        self._remember(offered_form=topic)
        return [self.clerk.offer_to_resume()]

    def _switched(self) -> list[Reply]:
        switched = self._write.say("language_switched")
        last = self._topics.get(self.dialogue.last_topic or "")
        if self._guide_topic() is not None:
            return [switched, self._here()]
        if self.clerk.is_waiting:
            return [switched]
        if last is not None and not last.handoff:
            return [switched, self._write.answer(last), *self._after_answer(last)]
        return [switched]

    def _care(self) -> Reply:
        """No more than that: neither a guide nor a form is brought up now."""
        link = self._write.content.links.get("self_harm_help")
        return replace(self._write.say("care"), links=(link,) if link else ())

    def _tell_of_ticket(self, act: TellOfTicket) -> list[Reply]:
        topic = act.topic if act.topic in self._topics else None
        ticket = {"email": act.email} if act.details else None
        left = self._guide_topic()
        resume = [self._write.resume_button(left.id)] if left else []
        self._remember(paused=left is not None)
        said = replace(self._write.say(act.text, resume), ticket=ticket)
        if topic is None:
            return [said]
        self._remember(offered_topic=topic)
        button, title = self._write.topic_button(topic), self._write.title(topic)
        return [said, self._write.say("waiting_other_topic", [button], topic=title)]

    def _hand_over(self, reason: str, named: str | None = None) -> Reply:
        topic = self._guide_topic()
        step = guide.item(*self._guide()).id if topic else self.clerk.field_id
        # Asking for a person is not what the question is about.
        last = named or self._turn.dialogue.last_topic or self.dialogue.last_topic
        about = topic.id if topic else (self.clerk.topic if step else last)
        handoff = {"reason": reason, "topic": about, "step": step}
        # Nobody has to wait with the steps until the person answers.
        buttons = [self._write.resume_button(topic.id)] if topic else []
        self._remember(paused=topic is not None)
        return replace(self._write.say("hand_over", buttons), handoff=handoff)

    def _remember(self, **changes: Any) -> None:
        self.dialogue = replace(self.dialogue, **changes)
