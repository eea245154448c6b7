"""Files that the product cannot do without: all there, every key known, none missing.

Their texts are read by the desk, the assistant, the chat widget and Rasa; a test folder of topics
has none of them, so they are looked at apart from the content.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from balie.content.loader import PAGE, content_files, shown_name, validated
from balie.content.model import ButtonsFile, Rule, RulesFile
from balie.content.problems import Place, Problem, problem
from balie.content.reader import Document, read_document
from balie.content.rules.texts import suggestion
from balie.content.vocabulary import ACTIONS, BUTTON_INTENTS

_KEYS_FILE = Path(__file__).parent.parent / "text_keys.yml"
_BUTTONS, _RULES = "conversation/buttons.yml", "conversation/rules.yml"
_WIDGET = "conversation/widget.yml"
NEEDED = (
    *("conversation/page.yml", _WIDGET, "conversation/mail.yml", "conversation/signals.yml"),
    *(_BUTTONS, _RULES, "help/texts.yml", "help/groups.yml", "help/privacy.yml"),
)
# Lists that pages show and that no key is looked up in.
_LISTS = ("links.yml", "help/groups.yml", "help/privacy.yml")
_FORMS: Mapping[str, TypeAdapter[object]] = {
    _WIDGET: PAGE,
    _BUTTONS: TypeAdapter(ButtonsFile),
    _RULES: TypeAdapter(RulesFile),
}


def check_product(data_dir: Path) -> Iterator[Problem]:
    """Every problem with these files, and with YAML files that nothing else looks at."""
    for name in NEEDED:
        if not (data_dir / name).exists():
            yield problem(Place(shown_name(data_dir, data_dir / name)), "missing-file")
    for name, keys in text_keys().items():
        yield from _keys(_read(data_dir, name), keys)
    for name, form in _FORMS.items():
        document = _read(data_dir, name)
        value = validated(document, form, None)
        yield from document.problems
        if isinstance(value, ButtonsFile):
            yield from _buttons(document, value)
        if isinstance(value, RulesFile):
            yield from _rules(data_dir, document, value.rules)
    for path in _others(data_dir):
        yield from read_document(path, shown_name(data_dir, path)).problems


def check_served(data_dir: Path) -> Iterator[Problem]:
    """Files and texts that are not there, and that running processes look up."""
    for name in (*text_keys(), *_LISTS):
        if not (data_dir / name).exists():
            yield problem(Place(shown_name(data_dir, data_dir / name)), "missing-file")
    for name, keys in text_keys().items():
        found = _keys(_read(data_dir, name), keys)
        yield from (each for each in found if each.code == "missing-key")


@cache
def text_keys() -> Mapping[str, Sequence[str]]:
    """The texts that the product says, by file; `name_*` stands for any that begin so."""
    found = yaml.safe_load(_KEYS_FILE.read_text(encoding="utf-8"))
    return {str(name): tuple(keys.split()) for name, keys in found.items()}


def _read(data_dir: Path, name: str) -> Document:
    path = data_dir / name
    shown = shown_name(data_dir, path)
    return read_document(path, shown) if path.exists() else Document(shown)


def _keys(document: Document, known: Sequence[str]) -> Iterator[Problem]:
    """Texts that are never said, and texts that are and that nobody has written."""
    if not isinstance(document.data, dict):
        return
    begins = tuple(each.removesuffix("*") for each in known if each.endswith("*"))
    for key in document.data:
        if key not in known and not (begins and key.startswith(begins)):
            hint = suggestion(key, known) or "Remove it."
            yield problem(document.key_place((key,)), "unknown-key", key=key, hint=hint)
    for key in known:
        if key not in document.data and not key.endswith("*"):
            yield problem(Place(document.file), "missing-key", key=key)


def _buttons(document: Document, file: ButtonsFile) -> Iterator[Problem]:
    for index, entry in enumerate(file.nlu):
        place = document.place(("nlu", index, "intent"))
        if entry.intent not in BUTTON_INTENTS:
            hint = suggestion(entry.intent, BUTTON_INTENTS)
            yield problem(place, "unknown-intent", value=entry.intent, hint=hint)
        elif entry.examples != f"- /{entry.intent}":
            place = document.place(("nlu", index, "examples"))
            yield problem(place, "not-button", expected=entry.intent)
    for name in sorted(BUTTON_INTENTS - {entry.intent for entry in file.nlu}):
        yield problem(Place(document.file), "missing-intent", value=name)


def _rules(data_dir: Path, document: Document, rules: Sequence[Rule]) -> Iterator[Problem]:
    typed = {path.name.split(".")[0] for path in data_dir.glob("conversation/nlu/*.yml")}
    topics = {path.name for path in data_dir.glob("topics/*") if path.is_dir()}
    known = {*BUTTON_INTENTS, *typed, *topics}
    for at, rule in enumerate(rules):
        for number, step in enumerate(rule.steps):
            path = ("rules", at, "steps", number)
            if step.intent is not None and step.intent not in known:
                place, hint = document.place((*path, "intent")), suggestion(step.intent, known)
                yield problem(place, "unknown-intent", value=step.intent, hint=hint)
            if step.action is not None and step.action not in ACTIONS:
                place, hint = document.place((*path, "action")), suggestion(step.action, ACTIONS)
                names = ", ".join(sorted(ACTIONS))
                yield problem(place, "unknown-action", value=step.action, hint=hint, known=names)
    ruled = {step.intent for rule in rules for step in rule.steps}
    for name in sorted((BUTTON_INTENTS | typed) - ruled):
        yield problem(Place(document.file), "missing-rule", value=name)


def _others(data_dir: Path) -> Iterator[Path]:
    """YAML files that no other rule reads, such as stories of writers for Rasa."""
    read = {*content_files(data_dir), *data_dir.glob("topics/*/nlu.*.yml")}
    read |= {*data_dir.glob("conversation/nlu/*.yml")}
    read -= {path for path in data_dir.glob("conversation/*.yml") if path.name not in _READ}
    read -= {path for path in data_dir.glob("help/*.yml") if path.name not in _READ}
    read -= {path for path in data_dir.glob("*.yml") if path.name not in _READ}
    yield from sorted({*data_dir.rglob("*.yml"), *data_dir.rglob("*.yaml")} - read)


_READ = frozenset(
    {
        *(Path(name).name for name in NEEDED),
        *("links.yml", "labels.yml", "texts.yml", "desk.yml"),
    }
)
