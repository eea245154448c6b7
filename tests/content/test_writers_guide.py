"""The writers' guide is complete, and what it shows works."""

import re
import shutil
from pathlib import Path

import pytest

from balie.content import check_content, vocabulary
from balie.content.model import (
    FormField,
    FormFile,
    Option,
    Question,
    Source,
    Step,
    TopicFile,
    Variant,
)
from balie.content.problems import CATALOGUE

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/writers.md").read_text(encoding="utf-8")


MODELS = [TopicFile, Step, Question, Option, Source, Variant, FormFile, FormField]


@pytest.mark.parametrize("model", MODELS)
def test_every_key_is_explained(model):
    assert [key for key in model.model_fields if f"`{key}`" not in GUIDE] == []


def test_every_code_of_the_checker_is_explained_with_its_severity():
    rows = dict(re.findall(r"^\| `([a-z0-9-]+)` \| (error|warning) \|", GUIDE, re.MULTILINE))

    assert rows == {code: entry.severity for code, entry in CATALOGUE.items()}


@pytest.mark.parametrize(
    ("name", "cases"), sorted({**vocabulary.ACCOUNT_FACTS, **vocabulary.ACCOUNT_CHECKS}.items())
)
def test_every_account_name_is_listed_with_cases_and_placeholders(name, cases):
    row = re.search(rf"^\| `{name}` \| (.+) \|$", GUIDE, re.MULTILINE)
    assert row

    listed = {
        case: frozenset(re.findall(r"\{(\w+)\}", names))
        for case, names in re.findall(r"`([\w.]+)`( \([^)]*\))?", row[1])
    }
    assert listed == cases


@pytest.mark.parametrize(("name", "options"), sorted(vocabulary.ACCOUNT_ANSWERS.items()))
def test_every_account_answer_is_listed_with_its_options(name, options):
    row = rf"| `{name}` | {', '.join(f'`{option}`' for option in sorted(options))} |"

    assert row in GUIDE


@pytest.mark.parametrize(
    "name",
    sorted(vocabulary.FORM_VALUES.keys() | vocabulary.FIELD_CHECKS | vocabulary.REQUEST_KINDS),
)
def test_every_name_for_forms_is_listed(name):
    assert f"`{name}`" in GUIDE.partition("## Forms")[2].partition("\n## ")[0]


def test_topic_of_the_guide_is_good(tmp_path):
    data = tmp_path / "data"
    shutil.copytree(ROOT / "data", data)
    topic, examples = re.findall(r"^```yaml\n(.+?)^```", GUIDE, re.MULTILINE | re.DOTALL)[:2]
    folder = data / "topics" / "lost_invoice"
    folder.mkdir()
    (folder / "topic.yml").write_text(topic, encoding="utf-8")
    (folder / "nlu.en.yml").write_text(examples, encoding="utf-8")
    dutch = examples.split("    - ")[0] + "    - ik ben de factuur van vorige maand kwijtgeraakt\n"
    (folder / "nlu.nl.yml").write_text(dutch, encoding="utf-8")

    assert [str(p) for p in check_content(data) if "lost_invoice" in p.file] == []
