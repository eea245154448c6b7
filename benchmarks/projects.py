"""Rasa projects to compare: Balie's own examples in pipelines that stock Rasa has too."""

import shutil
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
ACTION = "action_answer"

# A server of actions as every Rasa team writes it.
_ACTIONS = f'''"""One action for every topic."""

from rasa_sdk import Action


class Answer(Action):
    """Says which intent was understood."""

    def name(self):
        """As the rules call it."""
        return "{ACTION}"

    def run(self, dispatcher, tracker, domain):
        """One text, one slot."""
        intent = tracker.latest_message["intent"]["name"]
        dispatcher.utter_message(text=f"About {{intent}}.")
        return [{{"event": "slot", "timestamp": None, "name": "topic", "value": intent}}]
'''

# Components that stock Rasa and rasa-lean both run.
LINEAR: dict[str, Any] = {
    "pipeline": [
        {"name": "WhitespaceTokenizer"},
        {"name": "CountVectorsFeaturizer", "min_ngram": 1, "max_ngram": 2},
        {"name": "LogisticRegressionClassifier"},
    ],
    "policies": [{"name": "RulePolicy", "enable_fallback_prediction": False}],
}


def diet(epochs: int) -> dict[str, Any]:
    """The configuration that `rasa init` suggests, with that many epochs (100 is usual)."""
    return {
        "pipeline": [
            {"name": "WhitespaceTokenizer"},
            {"name": "RegexFeaturizer"},
            {"name": "LexicalSyntacticFeaturizer"},
            {"name": "CountVectorsFeaturizer"},
            {
                "name": "CountVectorsFeaturizer",
                "analyzer": "char_wb",
                "min_ngram": 1,
                "max_ngram": 4,
            },
            {"name": "DIETClassifier", "epochs": epochs, "constrain_similarities": True},
            {"name": "EntitySynonymMapper"},
            {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
        ],
        "policies": [{"name": "RulePolicy"}],
    }


def ours(folder: Path, config: dict[str, Any], share: float = 1.0) -> Path:
    """Balie's intents and examples with one action for all, as a plain Rasa project."""
    examples = _examples(share)
    intents = sorted(examples)
    rules = [
        {"rule": f"answer {name}", "steps": [{"intent": name}, {"action": ACTION}]}
        for name in intents
    ]
    nlu = [
        {"intent": name, "examples": "".join(f"- {text}\n" for text in texts)}
        for name, texts in sorted(examples.items())
    ]
    slot = {"type": "text", "influence_conversation": False, "mappings": [{"type": "custom"}]}
    _write(
        folder / "config.yml",
        {"assistant_id": "ours", "recipe": "default.v1", "language": "en", **config},
    )
    _write(
        folder / "domain.yml",
        {"version": "3.1", "intents": intents, "actions": [ACTION], "slots": {"topic": slot}},
    )
    _write(folder / "data" / "nlu.yml", {"version": "3.1", "nlu": nlu})
    _write(folder / "data" / "rules.yml", {"version": "3.1", "rules": rules})
    (folder / "actions.py").write_text(_ACTIONS, encoding="utf-8")
    return folder


def rasa_init(folder: Path, site_packages: Path) -> Path:
    """What `rasa init` writes, untrained."""
    shutil.copytree(site_packages / "rasa" / "cli" / "initial_project", folder, dirs_exist_ok=True)
    return folder


def write_endpoints(folder: Path, actions_port: int) -> None:
    """Tracker store in a SQLite file, actions on that port, the REST channel."""
    _write(
        folder / "endpoints.yml",
        {
            "action_endpoint": {"url": f"http://127.0.0.1:{actions_port}/webhook"},
            "tracker_store": {"type": "SQL", "dialect": "sqlite", "db": "tracker.db"},
        },
    )
    _write(folder / "credentials.yml", {"rest": None})


def _examples(share: float) -> dict[str, list[str]]:
    """Texts by intent: of each file's, every so many."""
    found: dict[str, list[str]] = {}
    for file in sorted((ROOT / "data").rglob("*.yml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        for block in content.get("nlu") or [] if isinstance(content, dict) else []:
            if "intent" in block:
                texts = [line[2:].strip() for line in block["examples"].splitlines() if line]
                found.setdefault(block["intent"], []).extend(texts[:: round(1 / share)])
    return found


def _write(file: Path, content: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000)
    file.write_text(text, encoding="utf-8")
