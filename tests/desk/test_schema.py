"""The API does what its description says, whatever is sent: tried by Schemathesis over HTTP."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode

from tests.desk.conftest import Conversation, Desk

TRIES = 8
CONFIG = {
    "checks": {
        # Which button is shown, or whether a text says anything, stands in no description.
        "positive_data_acceptance": {"enabled": False},
        # Parameters that nobody knows are left alone, and the token is put in where it is missing.
        "negative_data_rejection": {"enabled": False},
    }
}


@pytest.fixture
def own_conversation(desk: Desk) -> Iterator[Callable[[], Conversation]]:
    """A conversation to try calls in; a new one once it has been erased."""
    begun: list[Conversation] = []

    def conversation() -> Conversation:
        if not begun or begun[-1].request("GET", "/messages").status_code == 404:
            begun.append(desk.start("C-1001"))
        return begun[-1]

    return conversation


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_R8_every_call_answers_as_it_is_described(
    desk: Desk, own_conversation: Callable[[], Conversation], mode: GenerationMode
) -> None:
    config = schemathesis.Config.from_dict(CONFIG)
    description = schemathesis.openapi.from_url(f"{desk.url}/openapi.json", config=config)
    # A stream does not end by itself; test_events.py looks at it.
    calls = [call.ok() for call in description.exclude(path_regex="/events$").get_all_operations()]
    assert len(calls) > 10
    for call in calls:
        try_out(call.as_strategy(generation_mode=mode), own_conversation)


def try_out(
    cases: SearchStrategy[schemathesis.Case], own_conversation: Callable[[], Conversation]
) -> None:
    @settings(
        max_examples=TRIES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def holds(case: schemathesis.Case) -> None:
        headers = {}
        if "conversation_id" in case.path_parameters:
            conversation = own_conversation()
            case.path_parameters["conversation_id"] = conversation.id
            headers["Authorization"] = f"Bearer {conversation.token}"
        case.call_and_validate(headers=headers)

    with suppress(Unsatisfiable):  # nothing can be wrong where nothing is asked for
        holds()


def test_every_call_of_the_description_is_tried_but_the_stream(desk: Desk) -> None:
    paths = desk.http.get("/openapi.json").json()["paths"]

    assert {path for path in paths if path.endswith("/events")} == {
        "/api/v1/conversations/{conversation_id}/events"
    }
    for path, calls in paths.items():
        for call in calls.values():
            if path.startswith("/api/"):
                problem = call["responses"]["4XX"]["content"]
                assert list(problem) == ["application/problem+json"]
