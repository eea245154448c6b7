"""R4: the stream of a conversation misses nothing and repeats nothing."""

import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from balie.settings import Settings
from tests.desk.conftest import Desk, FakeRasa, message


def seqs(events: Iterator[dict[str, Any]], count: int) -> list[int]:
    messages = (event for event in events if event["event"] == "message")
    taken = list(islice(messages, count))
    assert [int(event["id"]) for event in taken] == [event["data"]["seq"] for event in taken]
    return [event["data"]["seq"] for event in taken]


def test_R4_the_stream_begins_with_all_there_is(desk: Desk) -> None:
    conversation = desk.start()
    conversation.say("hello")

    with conversation.events() as events:
        assert seqs(events, 3) == [1, 2, 3]


def test_R4_a_new_message_is_streamed_at_once(desk: Desk) -> None:
    conversation = desk.start()
    with conversation.events(last="1") as events:
        threading.Timer(0.2, conversation.say, ("hello",)).start()
        begin = time.monotonic()
        assert seqs(events, 2) == [2, 3]
        assert time.monotonic() - begin < 1.9  # by news, not by the look every two seconds


def test_R4_a_resumed_stream_misses_none_and_repeats_none(desk: Desk, rasa: FakeRasa) -> None:
    rasa.say(message("one"), message("two"), message("three"))
    conversation = desk.start()
    talking = threading.Thread(target=lambda: [conversation.say(f"m{n}") for n in range(10)])
    talking.start()
    seen: list[int] = []
    while len(seen) < 41:
        last = str(seen[-1]) if seen else None
        with conversation.events(last=last) as events:
            seen += seqs(events, min(3, 41 - len(seen)))
    talking.join()

    assert seen == list(range(1, 42))


def test_R4_numbers_have_no_gaps_and_no_repeats_under_parallel_writing(desk: Desk) -> None:
    conversation = desk.start()
    writers = [
        *(threading.Thread(target=conversation.say, args=(f"m{n}",)) for n in range(5)),
        *(threading.Thread(target=conversation.post, args=("/handoff", {})) for _ in range(5)),
        *(
            threading.Thread(target=conversation.post, args=("/feedback", {"solved": False}))
            for _ in range(5)
        ),
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert [each["seq"] for each in conversation.messages()] == list(range(1, 22))


def test_R4_messages_after_a_number_are_those_that_follow_it(desk: Desk) -> None:
    conversation = desk.start()
    conversation.say("hello")

    assert [each["seq"] for each in conversation.messages(after=1)] == [2, 3]
    assert conversation.messages(after=3) == []
    for after in (-1, 2**31, "x"):
        assert conversation.request("GET", f"/messages?after={after}").status_code == 422


def test_R4_what_another_desk_process_stores_is_streamed_too(
    settings: Settings, open_desk: Callable[[Settings], Desk]
) -> None:
    here, there = open_desk(settings), open_desk(settings)
    conversation = here.start()
    with conversation.events(last="1") as events:
        conversation.http = there.http
        conversation.say("said to the other process")
        assert seqs(events, 2) == [2, 3]


def test_a_stream_tells_when_somebody_else_takes_over(desk: Desk) -> None:
    conversation = desk.start()
    with conversation.events(last="1") as events:
        assert next(events)["data"] == {"status": "bot"}
        conversation.post("/handoff", {})
        assert [next(events)["event"] for _ in range(1)] == ["message"]
        assert next(events)["data"] == {"status": "waiting"}


def test_the_stream_of_an_erased_conversation_ends(desk: Desk) -> None:
    conversation = desk.start()
    with conversation.events(last="1") as events:
        next(events)
        conversation.request("DELETE", "")
        assert list(events) == []


def test_a_senseless_last_event_id_begins_at_the_beginning(desk: Desk) -> None:
    conversation = desk.start()
    for last in ("x", "-5", "1.5"):
        with conversation.events(last=last) as events:
            assert seqs(events, 1) == [1]
    with conversation.events(last="9" * 30) as events:
        assert next(events)["event"] == "status"
