"""Tells Rasa's training cache when the components' code has changed.

Rasa's own fingerprint covers a component's class, not the modules that it uses, so an edit of those
would leave a stale component in the cache.
"""

import hashlib
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def code_fingerprint() -> str:
    """A hash over this package's files."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.iterdir()):
        if path.suffix in {".py", ".yml"}:
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
