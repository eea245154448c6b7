"""`RemoteAction._validate_action_result` calls `jsonschema.validate`: the schema itself each time.

Nine tenths of the Rasa server's time for a turn with an action go there. Instead: the validator is
compiled once; a malformed reply is refused with the same error and the same message.
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
        from jsonschema import ValidationError
        from jsonschema.exceptions import best_match

        error: ValidationError | None = best_match(_validator(self.__class__).iter_errors(result))
        if error is None:
            return True
        error.message += hint
        raise error

    module.RemoteAction._validate_action_result = _validate_action_result


@lru_cache(maxsize=8)
def _validator(action: Any) -> Any:
    from jsonschema.validators import validator_for

    schema = action.action_response_format_spec()
    validator = validator_for(schema)
    validator.check_schema(schema)
    return validator(schema)
