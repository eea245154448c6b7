"""Takes messages through Rasa: one at a time a conversation, none twice, no customer waits long."""

import asyncio
import logging
import time
from functools import partial

from balie.desk import idempotency, left_behind
from balie.desk.database import Database, DatabaseUnavailable
from balie.desk.erasure import Erasure
from balie.desk.failures import outline
from balie.desk.hub import Hub, wait_for_news
from balie.desk.intake import Answer, Chosen, Intake, Typed, earlier_turn_pending
from balie.desk.outcome import Answers, Outcome
from balie.desk.problems import Problem
from balie.desk.rasa import RasaClient, RasaFault, Turn

logger = logging.getLogger(__name__)

# How often a turn looks whether another desk process has ended the turn before it.
_LOOK_SECONDS = 0.5
# How long a stopping desk waits for turns; what is not done is taken up after its lease.
_STOP_SECONDS = 3.0


class Turns:
    """Every message that customers send goes through here."""

    def __init__(
        self,
        database: Database,
        rasa: RasaClient,
        hub: Hub,
        intake: Intake,
        outcome: Outcome,
        erasure: Erasure,
        *,
        patience: float,
        lease: float,
    ) -> None:
        self._database = database
        self._rasa = rasa
        self._hub = hub
        self._intake = intake
        self._outcome = outcome
        self._erasure = erasure
        self._patience = patience
        self._lease = lease
        self._running: set[asyncio.Task[Answers]] = set()

    async def post(
        self, conversation_id: str, said: Typed | Chosen, request: idempotency.Request
    ) -> Answer:
        """The answer to a message, within the patience; raises `Problem`.

        Where it takes longer the answer says so, and the turn goes on without its caller.
        """
        started = time.monotonic()
        taken = await self._database.write(
            lambda session: self._intake.take(session, conversation_id, said, request)
        )
        self._hub.notify(conversation_id)
        if taken.turn is None:
            return taken.answer or {}
        task = self.start(taken.turn)
        left = self._patience - (time.monotonic() - started)
        done, _ = await asyncio.wait({task}, timeout=max(left, 0.0))
        answer = (
            task.result().get(request.key) if done else await self._delay(taken.turn, request.key)
        )
        if answer is None:  # erased meanwhile
            raise Problem(404, "not-found")
        return answer

    def start(self, turn: Turn) -> asyncio.Task[Answers]:
        """Let a turn run, whether or not somebody waits for it."""
        task = asyncio.create_task(self._run(turn))
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def take_up(self) -> None:
        """Run the turns that a process which died has left behind."""
        found = await self._database.write(partial(left_behind.claim, lease=self._lease))
        for turn in found:
            logger.warning("turn taken up again conversation=%s seq=%d", *_names(turn))
            self.start(turn)

    async def close(self) -> None:
        """Give running turns a moment to end."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=_STOP_SECONDS)
            for task in late:
                task.cancel()

    async def _delay(self, turn: Turn, key: str) -> Answer | None:
        try:
            return await self._database.write(
                lambda session: self._outcome.delayed(session, turn, key)
            )
        finally:
            self._hub.notify(turn.conversation_id)

    async def _run(self, turn: Turn) -> Answers:
        try:
            if turn.queued:
                turn = await self._wait_for_earlier(turn)
            return await self._answer(turn)
        except Problem:  # erased while Rasa was answering: nothing of it may stay behind
            await self._erasure.forget_in_rasa(turn.conversation_id)
            return {}
        except DatabaseUnavailable as error:
            logger.error(
                "turn not stored, so taken up again: conversation=%s seq=%d %s",
                *_names(turn),
                error,
            )
            raise
        except Exception as error:
            logger.error("turn failed: conversation=%s seq=%d %s", *_names(turn), outline(error))
            return await self._database.write(partial(self._outcome.faulted, turn=turn))
        finally:
            self._hub.notify(turn.conversation_id)

    async def _answer(self, turn: Turn) -> Answers:
        started = time.monotonic()
        try:
            reply = await self._rasa.answer(turn)
            work = partial(self._outcome.replied, turn=turn, reply=reply)
            result = "answered"
        except RasaFault as fault:
            work = partial(self._outcome.faulted, turn=turn)
            result = fault.kind
        logger.log(
            logging.INFO if result == "answered" else logging.WARNING,
            "turn conversation=%s seq=%d rasa=%s duration_ms=%d",
            *_names(turn),
            result,
            1000 * (time.monotonic() - started),
        )
        return await self._database.write(work)

    async def _wait_for_earlier(self, turn: Turn) -> Turn:
        """The turn as it stands when its own moment has come."""
        is_early = partial(earlier_turn_pending, conversation_id=turn.conversation_id, seq=turn.seq)
        with self._hub.listen(turn.conversation_id) as news:
            while await self._database.read(is_early):
                await wait_for_news(news, _LOOK_SECONDS)
        # Language and identity may have changed, and the lease must last from here.
        return await self._database.write(partial(left_behind.renew, turn=turn, lease=self._lease))

    def _ended(self, task: asyncio.Task[Answers]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # it is logged where it happened


def _names(turn: Turn) -> tuple[str, int]:
    return turn.conversation_id, turn.seq
