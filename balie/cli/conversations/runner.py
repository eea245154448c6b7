"""Holds a conversation with the desk and writes down how it went."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from balie.cli.conversations.backstage import Backstage, NotHere
from balie.cli.conversations.expectations import Judge
from balie.cli.conversations.form import Conversation, Expected, Turn
from balie.cli.conversations.named_texts import NamedTexts
from balie.cli.conversations.talk import Reply, Talk, begin
from balie.content import Content
from balie.settings import load_settings


@dataclass(frozen=True)
class Result:
    """How a conversation test went."""

    conversation: Conversation
    transcript: str
    failures: Sequence[str] = ()
    left_out: str | None = None

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.failures

    def report(self) -> str:
        """The whole transcript, and what was wrong at its end."""
        conversation = self.conversation
        head = f"{conversation.file}:{conversation.line} {conversation.name}"
        return "\n".join([head, "", self.transcript, "", *(f"✗ {each}" for each in self.failures)])


class Runner:
    """Runs conversation tests against one Balie, one after the other."""

    def __init__(
        self, desk: httpx.Client, content: Callable[[], Content], backstage: Backstage
    ) -> None:
        self._desk = desk
        self._content = content
        self._backstage = backstage

    def run(self, conversation: Conversation) -> Result:
        """Hold the conversation until its end or the first turn that fails."""
        texts = NamedTexts(self._content())
        run = _Run(self._desk, texts, self._backstage, conversation)
        try:
            run.hold()
        except NotHere as error:
            return Result(conversation, run.transcript, left_out=str(error))
        except (httpx.HTTPError, LookupError) as error:
            run.failures.append(f"{type(error).__name__}: {error}")
        finally:
            self._backstage.restore()
        return Result(conversation, run.transcript, run.failures)


@dataclass
class _Run:
    """One conversation on its way."""

    desk: httpx.Client
    texts: NamedTexts
    backstage: Backstage
    conversation: Conversation
    failures: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.language = self.conversation.language
        self.customer = self.conversation.customer
        # As for the demo customers, whose dates are relative to today.
        self.today = datetime.now(ZoneInfo(load_settings().time_zone)).date()

    @property
    def transcript(self) -> str:
        return "\n".join(self.lines)

    def hold(self) -> None:
        talk = begin(self.desk, self.language, self.customer)
        self._note("", f"[{self.customer} is signed in]" if self.customer else "[signed out]")
        self._note_reply(talk.opening)
        self._judge(self.conversation.greeting or Expected(), talk.opening, talk, "the greeting")
        for turn, line in zip(self.conversation.turns, self.conversation.lines, strict=True):
            if self.failures:
                return
            self._take(turn, talk, f"line {line}")

    def _take(self, turn: Turn, talk: Talk, where: str) -> None:
        if not turn.is_spoken:
            self._do(turn, talk)
            return
        self._note("customer", turn.user if turn.user is not None else f"[{turn.press}]")
        reply = talk.say(turn.user) if turn.user is not None else talk.press(str(turn.press))
        self._note_reply(reply)
        self.language = turn.language or self.language
        self._judge(turn, reply, talk, where)

    def _do(self, turn: Turn, talk: Talk) -> None:
        if turn.sign_in:
            self._note("", f"[signs in as {turn.sign_in}]")
            self.customer = turn.sign_in
            self._judge(Expected(), talk.sign_in(turn.sign_in), talk, "signing in")
        elif turn.event:
            self._note("", f"[{turn.event}]")
            self.backstage.happen(turn.event, self.customer or "")
        elif turn.restart:
            self._note("", f"[{turn.restart} ends and starts anew]")
            self.backstage.restart(turn.restart)
        elif turn.fault:
            self._note("", f"[{turn.fault.process} {turn.fault.state}]")
            self.backstage.fault(turn.fault.process, turn.fault.state == "down")

    def _judge(self, expected: Expected, reply: Reply, talk: Talk, where: str) -> None:
        judge = Judge(self.texts, self.language, self.today, talk.ticket)
        self.failures += [f"{where}: {each}" for each in judge.failures(expected, reply)]

    def _note(self, who: str, text: str) -> None:
        first, *rest = text.splitlines() or [""]
        self.lines.append(f"{who:>9}  {first}")
        self.lines += [f"{'':>9}  {line}" for line in rest]

    def _note_reply(self, reply: Reply) -> None:
        if reply.problem:
            self._note("desk", f"[{reply.problem}] {reply.title}")
        for message in reply.messages:
            self._note(message["author"], _as_shown(message))


def _as_shown(message: Mapping[str, Any]) -> str:
    step = message["step"]
    place = [f"({step['topic']}.{step['id']} {step['number']}/{step['of']})"] if step else []
    links = [f"<{link['title']}: {link['url']}>" for link in message["links"]]
    buttons = [f"[{button['title']}]" for button in message["buttons"]]
    text = message["text"].replace("**", "")
    below = [" ".join(each) for each in (place, links, buttons) if each]
    return "\n".join([text, *below])
