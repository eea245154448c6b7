"""The schema that editors use says what the types say."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from balie.content.schema import SCHEMA_FILES, schema_text, write_schemas

DATA = Path(__file__).parents[2] / "data"
VALIDATORS = {name: Draft202012Validator(json.loads(schema_text(name))) for name in SCHEMA_FILES}


class EditorLoader(yaml.SafeLoader):
    """Guesses types like editors do, except for dates, which JSON does not know."""


EditorLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if not tag.endswith("timestamp")]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize("name", SCHEMA_FILES)
def test_written_schema_is_current(name):
    written = SCHEMA_FILES[name].read_text(encoding="utf-8")

    assert written == schema_text(name), "balie check --write-schema"


def test_schemas_can_be_written_anew(tmp_path):
    write_schemas(tmp_path)

    for name, path in SCHEMA_FILES.items():
        assert (tmp_path / path.name).read_text(encoding="utf-8") == schema_text(name)


@pytest.mark.parametrize(
    "path",
    sorted([*DATA.glob("topics/*/topic.yml"), *DATA.glob("topics/*/form.yml")]),
    ids=lambda path: f"{path.parent.name} {path.stem}",
)
def test_editors_accept_topics_and_forms(path):
    read = yaml.load(path.read_text(encoding="utf-8"), EditorLoader)

    assert [error.message for error in VALIDATORS[path.stem].iter_errors(read)] == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("topic", "title:", "titel:"),
        ("topic", "answer:", "reply:"),
        ("topic", "guide:\n", "guide: none\nx:\n"),
        ("topic", "ask:", "as:"),
        ("form", "fields:", "field:"),
        ("form", "optional: yes", "optional: perhaps"),
    ],
)
def test_editors_mark_what_is_wrong(folder, name, old, new):
    file = f"topics/pay_bill/{name}.yml"
    folder.edit(file, old, new)

    read = yaml.load((folder.path / file).read_text(encoding="utf-8"), EditorLoader)

    assert not VALIDATORS[name].is_valid(read)
