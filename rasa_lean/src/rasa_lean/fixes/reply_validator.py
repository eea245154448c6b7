"""`RemoteAction._validate_action_result` calls `jsonschema.validate`: the schema itself each time.

Nine tenths of the Rasa server's time for a turn with an action go there. Instead: the validators
are compiled once, and an event is only held against the form of its own type, where the schema
tries all twenty. What is not accepted at once goes through the whole schema, so that a malformed
reply is refused with the same error and the same message.
"""

from functools import lru_cache
from types import ModuleType
from typing import Any

_HINT = (
    ". Failed to validate Action server response from API, "
    "make sure your response from the Action endpoint is valid. "
    "For more information about the format visit "
)


def after(module: ModuleType) -> None:
    """Replace the method."""
    hint = f"{_HINT}{module.DOCS_BASE_URL}/custom-actions"

    def _validate_action_result(self: Any, result: dict[str, Any]) -> bool:
        from jsonschema.exceptions import best_match

        validators = _validators(self.__class__)
        if validators.accept(result):
            return True
        error = best_match(validators.whole.iter_errors(result))
        if error is None:
            return True
        error.message += hint
        raise error

    module.RemoteAction._validate_action_result = _validate_action_result


class _Validators:
    """The schema of an action's reply, whole and taken apart by the events' types."""

    def __init__(self, schema: dict[str, Any]) -> None:
        from jsonschema.validators import validator_for

        self._kind = validator_for(schema)
        self._kind.check_schema(schema)
        self.whole = self._kind(schema)
        events = schema.get("properties", {}).get("events", {})
        event = events.get("items", {})
        self._forms = [form for form in event.get("oneOf", []) if isinstance(form, dict)]
        frame = {**events, "items": {k: v for k, v in event.items() if k != "oneOf"}}
        self._frame = self._kind(
            {**schema, "properties": {**schema.get("properties", {}), "events": frame}}
        )
        self._of_type = lru_cache(maxsize=64)(self._find)

    def accept(self, reply: Any) -> bool:
        """Whether the reply is surely well formed."""
        if not self._forms or not self._frame.is_valid(reply):
            return False
        return all(
            self._of_type(event["event"]).is_valid(event) for event in reply.get("events", ())
        )

    def _find(self, event_type: str) -> Any:
        """The forms that an event of this type can have: its own and those of any type."""
        forms = [form for form in self._forms if _type(form) in (event_type, None)]
        return self._kind({"oneOf": forms} if forms else False)


def _type(form: dict[str, Any]) -> Any:
    return form.get("properties", {}).get("event", {}).get("const")


@lru_cache(maxsize=8)
def _validators(action: Any) -> _Validators:
    return _Validators(action.action_response_format_spec())
