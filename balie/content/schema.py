"""Writes the JSON Schemas that editors check topics and forms with, from the same types."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from balie.content.model import FormFile, TopicFile

_FOLDER = Path(__file__).parent
_MODELS: Mapping[str, tuple[str, type[BaseModel]]] = {
    "topic": ("A topic of Balie", TopicFile),
    "form": ("A form of Balie", FormFile),
}

SCHEMA_FILES = {name: _FOLDER / f"{name}.schema.json" for name in _MODELS}


def schema_text(name: str) -> str:
    """The JSON Schema of a ``topic.yml`` or a ``form.yml``."""
    title, model = _MODELS[name]
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_as_typed(model.model_json_schema()),
        "title": title,
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write_schemas(folder: Path = _FOLDER) -> None:
    """Write the schemas beside the types, where topics and forms refer to them."""
    for name, path in SCHEMA_FILES.items():
        (folder / path.name).write_text(schema_text(name), encoding="utf-8")


def _as_typed(schema: Any) -> Any:
    """The schema for editors, which guess types: a text may look like a number or a yes."""
    if isinstance(schema, list):
        return [_as_typed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: _as_typed(value) for key, value in schema.items()}
    if result.get("type") == "string" and "format" not in result:
        result["type"] = ["string", "number", "boolean"]
    return result
