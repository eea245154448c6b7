"""The API does what its description says, whatever is sent: tried by Schemathesis over HTTP."""

from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode
from schemathesis.core.parameters import ParameterLocation

from tests.desk.conftest import Desk, FakeRasa, reply
from tests.desk.test_triage import UNDERSTOOD

TRIES = 8
# Of a body that is too large the status is 413, which Schemathesis does not count as a refusal.
REFUSALS = ["4xx", "5xx"]
CONFIG = {"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}}


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_R8_every_call_answers_as_it_is_described(
    desk: Desk, rasa: FakeRasa, mode: GenerationMode
) -> None:
    """What fits the description is taken, what does not is refused, and the answers fit it."""
    rasa.respond = lambda sent: (200, reply("Hello.") if "conversation" in sent else UNDERSTOOD)
    config = schemathesis.Config.from_dict(CONFIG)
    description = schemathesis.openapi.from_url(f"{desk.url}/openapi.json", config=config)
    # A stream does not end by itself; test_events.py looks at it.
    calls = [call.ok() for call in description.exclude(path_regex="/events$").get_all_operations()]
    assert len(calls) > 10
    for call in calls:
        try_out(call.as_strategy(generation_mode=mode), desk)


def try_out(cases: SearchStrategy[schemathesis.Case], desk: Desk) -> None:
    @settings(
        max_examples=TRIES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def holds(case: schemathesis.Case) -> None:
        assume(says_something(case.body))
        case.call_and_validate(headers=make_true(case, desk))

    with suppress(Unsatisfiable):  # nothing can be wrong where nothing is asked for
        holds()


def make_true(case: schemathesis.Case, desk: Desk) -> dict[str, str]:
    """Put in what must exist, not only be well formed: conversation, button and the key to them.

    What was made not to fit the description stays as it is.
    """
    agent_key = desk.settings.agent_key.get_secret_value()
    key = {"Authorization": f"Bearer {agent_key}"} if case.path == "/api/v1/triage" else {}
    if "conversation_id" not in case.path_parameters:
        return key if is_well_formed(case, ParameterLocation.HEADER) else {}
    # One of its own for each: an Idempotency-Key works once.
    conversation = desk.start("C-1001")
    if is_well_formed(case, ParameterLocation.PATH):
        case.path_parameters["conversation_id"] = conversation.id
    if is_well_formed(case, ParameterLocation.BODY) and case.body.get("choice") is not None:
        case.body["choice"] = conversation.started["messages"][0]["buttons"][0]["id"]
    key = {"Authorization": f"Bearer {conversation.token}"}
    return key if is_well_formed(case, ParameterLocation.HEADER) else {}


def is_well_formed(case: schemathesis.Case, location: ParameterLocation) -> bool:
    """Whether this part of the request was made to fit the description."""
    part = case.meta.components.get(location) if case.meta else None
    if location is ParameterLocation.HEADER and part is None:
        return True
    return part is not None and part.mode.is_positive


def says_something(body: Any) -> bool:
    """Whether something of a text can be seen; JSON Schema has no words for that."""
    texts = [body.get(name) for name in ("text", "note")] if isinstance(body, dict) else []
    return all(
        any(sign.isprintable() and not sign.isspace() for sign in text)
        for text in texts
        if isinstance(text, str)
    )


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
