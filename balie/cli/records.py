"""Records of JSON lines: read with the place of every mistake, and masked."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from balie.cli.file_problems import FileProblem
from balie.privacy import mask

Record = dict[str, Any]
_BOM = b"\xef\xbb\xbf"


def read_file(file: Path) -> bytes:
    """The file's bytes without a byte order mark, `-` being standard input.

    Raises `FileProblem` for a file that cannot be read or that has nothing in it.
    """
    try:
        stdin = typer.get_binary_stream("stdin")
        data = stdin.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise FileProblem("unreadable", reason=error.strerror or str(error)) from error
    data = data.removeprefix(_BOM)
    if not data.strip():
        raise FileProblem("empty-file")
    return data


def read_record(line: bytes, number: int) -> Record:
    """The object that line `number` holds; raises `FileProblem`."""
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        before = line[: error.start].decode("utf-8", "replace")
        raise FileProblem("not-utf8", number, len(before) + 1) from error
    except json.JSONDecodeError as error:
        raise FileProblem("not-json", number, error.colno) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, deep nesting
        raise FileProblem("not-json", number) from error
    if not isinstance(record, dict):
        raise FileProblem("not-object", number)
    return record


def text_of(record: Mapping[str, Any], key: str, number: int) -> str:
    """The text that the record of line `number` has under `key`; raises `FileProblem`."""
    if key not in record:
        raise FileProblem("missing-key", number, key=key)
    value = record[key]
    if not isinstance(value, str):
        raise FileProblem("not-text", number, key=key)
    return value


def masked(value: Any) -> Any:
    """The value with every text and number in it masked; any field may hold a card number."""
    match value:
        case str():
            return mask(value).text
        case bool():
            return value
        case int() | float():
            found = mask(str(value))
            return found.text if found.kinds else value
        case dict():
            return {mask(str(key)).text: masked(each) for key, each in value.items()}
        case list():
            return [masked(each) for each in value]
    return value
