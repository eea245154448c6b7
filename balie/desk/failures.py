"""Telling of unexpected errors in the log without what people wrote."""

import traceback


def outline(error: BaseException) -> str:
    """Where an error came from and of what kind it is, for it and its causes.

    Never its message: that may quote a customer.
    """
    parts = [*traceback.format_tb(error.__traceback__), f"{type(error).__name__}\n"]
    cause = error.__cause__ or error.__context__
    return (outline(cause) + "led to\n" if cause else "") + "".join(parts)
