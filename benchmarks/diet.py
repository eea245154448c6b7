"""Rasa's default pipeline on unmodified Rasa 3.6.21; run by candidates.py with Python 3.10.

`python diet.py FOLDER` reads job.json there and writes result.json. It imports nothing of Balie.
"""

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

CONFIG = """
recipe: default.v1
assistant_id: baseline
language: nl
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
- name: DIETClassifier
  epochs: {epochs}
  constrain_similarities: true
- name: EntitySynonymMapper
- name: ResponseSelector
  epochs: {epochs}
  constrain_similarities: true
- name: FallbackClassifier
  threshold: 0.3
  ambiguity_threshold: 0.1
"""


def main(folder):
    """Train, understand every message, write what was found and what it took."""
    import rasa.model_training
    from rasa.core.agent import Agent

    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    (folder / "config.yml").write_text(CONFIG.format(**job), encoding="utf-8")
    _write_examples(job["examples"], folder / "nlu.yml")
    begun = time.perf_counter()
    model = rasa.model_training.train_nlu(
        str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder), fixed_model_name="diet"
    )
    training_seconds = time.perf_counter() - begun
    agent = Agent.load(model)
    found = asyncio.run(_understand(agent, job["messages"]))
    result = {
        "training_seconds": training_seconds,
        "found": found,
        "memory_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }
    (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")


def _write_examples(examples, path):
    by_intent = {}
    for each in examples:
        by_intent.setdefault(each["intent"], []).append(each["text"])
    nlu = [
        {"intent": name, "examples": "".join(f"- {t}\n" for t in texts)}
        for name, texts in by_intent.items()
    ]
    # Rasa looks for a line that begins with the key.
    path.write_text(f'version: "3.1"\nnlu: {json.dumps(nlu, ensure_ascii=False)}\n', "utf-8")


async def _understand(agent, texts):
    found = []
    for text in ["hello", *texts]:  # the first one warms up
        begun = time.perf_counter()
        parsed = await agent.parse_message(text)
        seconds = time.perf_counter() - begun
        ranking = {e["name"]: e["confidence"] for e in parsed["intent_ranking"]}
        fallback = ranking.pop("nlu_fallback", None) is not None
        found.append({"ranking": ranking, "fallback": fallback, "seconds": seconds})
    return found[1:]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
