"""Which intents are no billing topic; every other intent is one."""

OUT_OF_SCOPE = "out_of_scope"
CONVERSATION = frozenset(
    {
        "greet",
        "goodbye",
        "thank_you",
        "affirm",
        "deny",
        "next_step",
        "previous_step",
        "repeat_step",
        "stuck",
        "stop",
        "not_meant",
        "switch_language",
        "bot_challenge",
    }
)


def is_topic(intent: str) -> bool:
    """Whether the intent is a billing topic."""
    return intent != OUT_OF_SCOPE and intent not in CONVERSATION
