"""Rasa 3.6.21 imports the libraries of stores and services that hardly any assistant uses.

Where: `rasa.core.tracker_store` (boto3 and pymongo, for DynamoDB and MongoDB),
`rasa.shared.utils.io` (portalocker, and redis with it, for a lock on the terminal),
`rasa.utils.log_utils` (Sentry). Every command pays for them, `rasa --version` too. Instead: they
are imported when they are first called, and need not be installed before.
"""

from rasa_lean.later import LaterByModule

_LATER = LaterByModule(
    {
        "rasa.core.tracker_store": ("boto3", "pymongo"),
        "rasa.shared.utils.io": ("portalocker",),
        "rasa.utils.log_utils": ("structlog_sentry",),
    }
)

before = _LATER.let_in
finish = _LATER.take_away
