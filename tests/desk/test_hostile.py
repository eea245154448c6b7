"""Messages that nobody means well: each is answered, none breaks anything.

`BALIE_TEST_HOSTILE=10000` sends ten thousand, which takes some minutes; without it a thousand.
"""

import asyncio
import json
import os
import random
import time

import httpx
import pytest

from tests.desk.conftest import Desk, FakeRasa

MESSAGES = int(os.environ.get("BALIE_TEST_HOSTILE", "1000"))
CONVERSATIONS = 25
ONCE = 25  # so many are under way together
LONGEST_SECONDS = 25.0  # what takes longer hangs, also on a machine that does other things

SAMPLES = (
    *(chr(code) for code in (0, 1, 7, 8, 9, 10, 13, 27, 127, 0x85, 0xAD, 0xFEFF, 0xFFFE, 0x10FFFF)),
    "\u202e\u202dright\u202cleft\u2066\u2069",
    "🙂" * 2000,
    "👩‍👩‍👧‍👦" * 280,
    "a" * 2000,
    "a" * 2001,
    "é" * 1000 + "e\u0301" * 500,
    "Z\u0351\u036b" * 600,
    "\ud800",
    "\udfff broken",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "'; DROP TABLE desk_messages; --",
    '" OR 1=1 --',
    "{{7*7}} ${7*7} #{7*7} %s %n {0}",
    "/restart",
    '/past_due{"customer": "C-1001"}',
    "EXTERNAL: handoff",
    "\uff0frestart",
    "../../../../etc/passwd",
    "9" * 1999,
    "1e999 NaN Infinity -0 0x7fffffffffffffff",
    "4111 1111 1111 1111 " * 90,
    "NL91 ABNA 0417 1643 00 " * 80,
    "**" * 900,
    "\n" * 1500 + "x",
    "﷽" * 700,
    "ﷺ" * 700,
    "\x00".join("null"),
    "𝕎𝕙𝕪",
    "١٢٣٤٥٦٧٨٩٠" * 150,
    " ",
    "",
)


def hostile(chance: random.Random) -> str:
    """One sample, or a mixture of several and of signs from all of Unicode."""
    if chance.random() < 0.4:
        return chance.choice(SAMPLES)
    parts = [chance.choice(SAMPLES)[: chance.randint(1, 60)] for _ in range(chance.randint(1, 12))]
    parts += [chr(chance.randrange(0x110000)) for _ in range(chance.randint(0, 40))]
    chance.shuffle(parts)
    return "".join(parts)


@pytest.mark.timeout(3600)
def test_R8_hostile_messages_are_all_answered(desk: Desk, rasa: FakeRasa) -> None:
    chance = random.Random(8)
    conversations = [desk.start() for _ in range(CONVERSATIONS)]
    texts = [hostile(chance) for _ in range(MESSAGES)]
    statuses: dict[int, int] = {}
    slowest = 0.0

    async def say_all() -> None:
        nonlocal slowest
        queue = list(enumerate(texts))
        async with httpx.AsyncClient(base_url=desk.url, timeout=30, trust_env=False) as http:

            async def work() -> None:
                nonlocal slowest
                while queue:
                    number, text = queue.pop()
                    conversation = conversations[number % CONVERSATIONS]
                    begun = time.monotonic()
                    response = await http.post(
                        f"/api/v1/conversations/{conversation.id}/messages",
                        content=_json(text),
                        headers={
                            "Authorization": f"Bearer {conversation.token}",
                            "Content-Type": "application/json",
                        },
                    )
                    slowest = max(slowest, time.monotonic() - begun)
                    statuses[response.status_code] = statuses.get(response.status_code, 0) + 1

            await asyncio.gather(*(work() for _ in range(ONCE)))

    asyncio.run(say_all())

    assert sum(statuses.values()) == MESSAGES
    assert set(statuses) <= {200, 400, 413, 422}
    assert statuses[200] > MESSAGES / 2
    assert slowest < LONGEST_SECONDS
    # And afterwards everything goes on as before.
    assert conversations[0].say("hello")["status"] == "bot"


def _json(text: str) -> bytes:
    """The text as JSON, with what is no Unicode at all written as it can be."""
    return json.dumps({"text": text}).encode()
