"""What is wrong with a file that a command was given, said as `balie check` says it."""

from balie.cli.texts import say

# `file_<code>` in texts.yml is the message, `file_<code>_fix` what to do; docs/files.md lists them.
CODES = (
    "unreadable",
    "empty-file",
    "not-utf8",
    "not-json",
    "not-object",
    "missing-key",
    "not-text",
    "not-list",
    "empty-text",
    "no-messages",
    "unknown-language",
    "unknown-intent",
    "no-language",
    "missing-column",
    "duplicate-column",
    "no-rows",
    "open-quotes",
    "wrong-fields",
    "not-understood",
)


class FileProblem(Exception):
    """Something wrong at a line and column, which count from 1."""

    def __init__(self, code: str, line: int = 1, column: int = 1, /, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.line = line
        self.column = column
        self._values = values

    def of(self, file: str) -> str:
        """One line: ``file:line:column code message (fix)``."""
        message, fix = (
            say(f"file_{self.code.replace('-', '_')}{part}", **self._values)
            for part in ("", "_fix")
        )
        return f"{file}:{self.line}:{self.column} {self.code} {message} ({fix})"
