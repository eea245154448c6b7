"""Files that the product cannot do without: there, of the right form, every key known."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from balie.content import check_content, check_everything, vocabulary
from balie.content.model import FormWords, MailFile, SignalsFile
from balie.content.rules.product import NEEDED, text_keys
from balie.desk.triage.mail import MailWords

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def few_examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("product") / "data"
    shutil.copytree(ROOT / "data", data)
    for path in (*data.glob("topics/*/nlu.*.yml"), *data.glob("conversation/nlu/*.yml")):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        first = next(number for number, line in enumerate(lines) if "    - " in line)
        path.write_text("".join(lines[: first + 1]), encoding="utf-8")
    return data


@pytest.fixture
def data(few_examples: Path, tmp_path: Path) -> Path:
    """The product's own data with an example an intent, to be spoiled."""
    shutil.copytree(few_examples, tmp_path / "data")
    return tmp_path / "data"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def found(data: Path) -> list[str]:
    return [f"{p.file}:{p.line}:{p.column} {p.code}" for p in check_everything(data)]


def test_the_product_s_own_files_have_no_problems() -> None:
    assert [p for p in check_everything(ROOT / "data") if p.severity == "error"] == []


@pytest.mark.parametrize("name", NEEDED)
def test_a_file_that_is_missing_is_named(data: Path, name: str) -> None:
    (data / name).unlink()

    assert f"data/{name}:1:1 missing-file" in found(data)


@pytest.mark.parametrize("name", [*NEEDED, "links.yml", "topics/past_due/topic.yml"])
@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("just words\n", {"not-keys", "not-list"}),
        ("- 1\n", {"not-keys"}),
        ("a: [\n", {"syntax"}),
        ("", {"empty-file"}),
        ("a: b\na: c\n", {"duplicate-key"}),
    ],
)
def test_a_file_of_another_form_is_told(data: Path, name: str, text: str, codes: set[str]) -> None:
    (data / name).write_text(text)

    told = {each.rpartition(" ")[2] for each in found(data) if each.startswith(f"data/{name}:")}
    assert told & codes


@pytest.mark.parametrize(
    "name", [*NEEDED, "topics/past_due/topic.yml", "topics/past_due/nlu.nl.yml", "labels.yml"]
)
def test_a_folder_that_is_named_like_a_file_is_told(data: Path, name: str) -> None:
    (data / name).unlink()
    (data / name).mkdir()

    assert f"data/{name}:1:1 unreadable" in found(data)


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("mail.yml", "greetings:", "greeting:", "5:1 unknown-key"),
        ("mail.yml", "greetings:", "greeting:", "5:1 missing-key"),
        ("mail.yml", "  nl: [antw", "  de: [antw", "unknown-key"),
        ("mail.yml", "quote_words: {en: [wrote]", "quote_words: {en: wrote", "not-list"),
        ("mail.yml", "quote_words: {en: [wrote]", "quote_words: {en: []", "too-few"),
        ("mail.yml", "headers:", "closings: {en: [a], nl: [b]}\nheaders:", "duplicate-key"),
        ("signals.yml", "progress:", "progres:", "unknown-key"),
        ("signals.yml", "  keep:", "  keeps:", "missing-key"),
        ("signals.yml", 'no: ["👎", "❌"]', "no: 👎", "not-list"),
        (
            "page.yml",
            'title: {en: "Billing help", nl:',
            'title: {en: "Billing help", ne:',
            "4:1 missing-language",
        ),
        ("page.yml", "skip:", "skipp:", "unknown-key"),
        ("page.yml", "skip:", "skipp:", "missing-key"),
        ("widget.yml", "chosen:", "choosen:", "missing-key"),
        ("widget.yml", 'send: {en: "Send"', "send: {en: []", "not-text"),
        ("texts.yml", "greeting:", "greting:", "missing-key"),
        ("desk.yml", "greeting:", "greting:", "unknown-key"),
        ("buttons.yml", "nlu:", "nul:", "unknown-key"),
        ("buttons.yml", "- intent: fill_form", "- intent: fil_form", "unknown-intent"),
        ("buttons.yml", "- intent: fill_form", "- intent: fil_form", "missing-intent"),
        ("buttons.yml", "- /start_guide", "- start the guide", "not-button"),
        ("buttons.yml", "  examples: |\n    - /start_guide", "", "missing-key"),
        ("rules.yml", "rules:", "rule:", "missing-key"),
        ("rules.yml", "- intent: greet", "- intent: gret", "8:13 unknown-intent"),
        ("rules.yml", "- intent: greet", "- intent: gret", "missing-rule"),
        (
            "rules.yml",
            "- action: action_small_talk",
            "- action: action_smalltalk",
            "unknown-action",
        ),
        (
            "rules.yml",
            "  - action: action_small_talk",
            "  - actions: action_small_talk",
            "unknown-key",
        ),
        ("rules.yml", "- rule: yes\n  steps:", "- rule: yes\n  step:", "missing-key"),
    ],
)
def test_a_mistake_in_a_file_is_told(
    data: Path, name: str, old: str, new: str, expected: str
) -> None:
    edit(data / "conversation" / name, old, new)

    told = [each for each in found(data) if each.startswith(f"data/conversation/{name}:")]
    assert any(each.endswith(expected) for each in told), told


@pytest.mark.parametrize("name", ["stories.yml", "topics/past_due/more.yml", "conversation/a.yaml"])
def test_yaml_files_of_any_name_must_be_yaml(data: Path, name: str) -> None:
    (data / name).write_text("stories: [\n")

    assert any(each.startswith(f"data/{name}:") for each in found(data))


def test_the_keys_are_those_of_the_files() -> None:
    for name, keys in text_keys().items():
        written = yaml.safe_load((ROOT / "data" / name).read_text(encoding="utf-8"))
        plain = {re.sub(r"^(demo_customer_).*", r"\1*", key) for key in written}
        assert set(keys) == plain, name


def test_the_forms_are_those_that_desk_and_actions_read() -> None:
    assert set(MailFile.model_fields) == set(MailWords.model_fields)
    signals = (ROOT / "actions" / "signals.py").read_text(encoding="utf-8")
    read = set(re.findall(r'(?:self\.words\[|_both\()"(\w+)"', signals))
    assert read == set(SignalsFile.model_fields)
    in_form = {field.alias or name for name, field in FormWords.model_fields.items()}
    words = yaml.safe_load((ROOT / "data/conversation/signals.yml").read_text(encoding="utf-8"))
    assert set(words["form"]) == in_form


def test_names_that_rasa_s_files_may_use_are_those_of_the_domain() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    intents = {name for each in domain["intents"] for name in each}
    typed = {path.name.split(".")[0] for path in (ROOT / "data/conversation/nlu").iterdir()}

    assert set(domain["actions"]) == vocabulary.ACTIONS
    assert intents - typed == vocabulary.BUTTON_INTENTS


def test_content_alone_needs_none_of_these_files(data: Path) -> None:
    for name in ("page.yml", "widget.yml", "mail.yml", "signals.yml", "buttons.yml", "rules.yml"):
        (data / "conversation" / name).unlink()

    assert [p for p in check_content(data) if p.severity == "error"] == []
