"""The ways of understanding that are compared, each trained and tried in a process of its own."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from balie.nlu.intents import OUT_OF_SCOPE
from balie.nlu.messages import Labelled
from balie.nlu.metrics import Outcome
from balie.nlu.parser import Parser, Understood
from benchmarks.machine import memory_mb

ROOT = Path(__file__).parents[1]
BASELINE_PYTHON = ROOT / ".venv-baseline" / "bin" / "python"
MEGABYTE_KB = 1024


@dataclass(frozen=True)
class Tried:
    """What a candidate understood of the messages, and what it took."""

    outcomes: list[Outcome]
    training_seconds: float | None
    memory: float  # megabytes, with the model loaded and used

    @property
    def knows_languages(self) -> bool:
        """Whether the candidate tells languages at all."""
        return any(outcome.found["language"] for outcome in self.outcomes)


Candidate = Callable[[Sequence[Labelled], Sequence[Labelled]], Tried]


def in_own_process(candidate: Candidate, *arguments: Any) -> Tried:
    """Run a candidate in a fresh process, so that its memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(candidate, *arguments).result()


def ours(_: Sequence[Labelled], messages: Sequence[Labelled], model: Path | None = None) -> Tried:
    """The pipeline of config.yml; `model` is one that is trained already."""
    if model is not None:
        return _ours(model, messages, None)
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        command = [sys.executable, "-m", "rasa", "train", "nlu", "--out", folder]
        command += ["--fixed-model-name", "ours"]
        # Rasa's cache holds what was trained before; an empty one makes it train.
        environment = {**os.environ, "RASA_CACHE_DIRECTORY": f"{folder}/cache"}
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        seconds = time.perf_counter() - begun
        return _ours(Path(folder) / "ours.tar.gz", messages, seconds)


def _ours(model: Path, messages: Sequence[Labelled], seconds: float | None) -> Tried:
    parser = Parser.load(model)
    parser.parse("hello")  # the first message loads what later ones share
    outcomes = [_timed(message, parser.parse) for message in messages]
    return Tried(outcomes, seconds, memory_mb(os.getpid()))


def plain(examples: Sequence[Labelled], messages: Sequence[Labelled]) -> Tried:
    """TF-IDF of words and word pairs, and a linear support vector machine, as everybody has it."""
    from scipy.special import softmax
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    begun = time.perf_counter()
    pipeline = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LinearSVC())
    pipeline.fit([each.text for each in examples], [each.intent for each in examples])
    seconds = time.perf_counter() - begun
    intents = [str(each) for each in pipeline.classes_]

    def understand(text: str) -> Understood:
        shares = softmax(pipeline.decision_function([text])[0])
        return understood({name: float(p) for name, p in zip(intents, shares, strict=True)})

    outcomes = [_timed(message, understand) for message in messages]
    return Tried(outcomes, seconds, memory_mb(os.getpid()))


def diet(
    examples: Sequence[Labelled], messages: Sequence[Labelled], epochs: int, share: float = 1.0
) -> Tried:
    """Rasa's default pipeline on unmodified Rasa, in the environment of `make baseline`.

    It learns from a share of the examples: every tenth, for 0.1.
    """
    examples = examples[:: round(1 / share)]
    with tempfile.TemporaryDirectory() as folder:
        job = {
            "examples": [{"text": each.text, "intent": each.intent} for each in examples],
            "messages": [each.text for each in messages],
            "epochs": epochs,
        }
        (Path(folder) / "job.json").write_text(json.dumps(job), encoding="utf-8")
        script = ROOT / "benchmarks" / "diet.py"
        # Away from the project, whose packages are written for another Python.
        command = [str(BASELINE_PYTHON), str(script), folder]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        result = json.loads((Path(folder) / "result.json").read_text(encoding="utf-8"))
    outcomes = [
        Outcome(message, understood(found["ranking"], found["fallback"]), found["seconds"])
        for message, found in zip(messages, result["found"], strict=True)
    ]
    return Tried(outcomes, result["training_seconds"], result["memory_kb"] / MEGABYTE_KB)


def understood(shares: dict[str, float], fallback: bool = False) -> Understood:
    """What a pipeline says that knows intents only: all is answered but what it calls otherwise."""
    ranked = sorted(shares.items(), key=lambda item: -item[1])
    ranking = [{"intent": name, "confidence": share} for name, share in ranked]
    best = ranked[0][0]
    decision = "offer" if fallback else "out_of_scope" if best == OUT_OF_SCOPE else "answer"
    return Understood(
        language="",
        intent=best,
        confidence=ranked[0][1],
        ranking=ranking,
        decision=decision,
        second_topic=None,
    )


def _timed(message: Labelled, understand: Callable[[str], Understood]) -> Outcome:
    begun = time.perf_counter()
    found = understand(message.text)
    return Outcome(message, found, time.perf_counter() - begun)
