"""Measures Balie and Rasa side by side, prints what it finds and writes docs/performance.md.

Each part is kept in .balie/bench.json as soon as it is measured, so that one can be repeated alone.
"""

import argparse
import shlex
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from balie.cli.temporary import TemporaryBalie
from balie.cli.training import train
from balie.settings import load_settings
from benchmarks import chain, compare, load, report
from benchmarks.compare import QUICK, Sizes
from benchmarks.machine import describe, memory_mb
from benchmarks.machine import load as machine_load

NO_BASELINE = (
    "The original Rasa is not set up here, so there is nothing to compare with: make baseline"
)
Options = argparse.Namespace


def main() -> None:
    """Run the parts asked for."""
    options = _options()
    sizes = QUICK if options.quick else Sizes(epochs=options.epochs)
    results = report.Results(options.results)
    if compare.stock() is None:
        _say(NO_BASELINE)
    for name in options.only or PARTS:
        started = time.perf_counter()
        _say(f"{name} ...")
        measured = PARTS[name](sizes, options)
        results.keep(name, measured, _circumstances(options))
        _say(f"{name}: {measured} ({time.perf_counter() - started:.0f} s)")
    if not options.quick:
        report.write(results, Path("docs"))
        _say("docs/performance.md is written.")


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", choices=list(PARTS), nargs="+", help="these parts alone")
    parser.add_argument("--quick", action="store_true", help="a trial; writes no documentation")
    parser.add_argument(
        "--conversations", type=int, default=3, help="how many long ones, one by one"
    )
    parser.add_argument("--seconds", type=float, default=120, help="how long each load lasts")
    parser.add_argument("--epochs", type=int, default=2, help="epochs of DIET on all our examples")
    parser.add_argument("--results", type=Path, default=None, help="the file of results")
    options = parser.parse_args()
    if options.results is None:
        options.results = Path(".balie") / ("bench-quick.json" if options.quick else "bench.json")
    if options.quick:
        options.seconds, options.conversations = min(options.seconds, 10), 1
    return options


def _circumstances(options: Options) -> dict[str, Any]:
    return {
        "machine": describe(),
        "python": sys.version.split()[0],
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "load": machine_load(),
        "command": shlex.join(["python", "-m", "benchmarks", *sys.argv[1:]]),
        "seconds": options.seconds,
    }


def _same_assistant(sizes: Sizes, _: Options) -> dict[str, Any]:
    found = {}
    for name, result in compare.same_assistant(sizes):
        _say(f"  {name}: {result}")
        found[name] = result
    return found


def _through_the_desk(sizes: Sizes, options: Options) -> dict[str, Any]:
    settings = load_settings()
    train(settings.project_dir)
    turns = sizes.turns if options.quick else (*sizes.turns, sizes.far)
    started = time.perf_counter()
    with TemporaryBalie(settings) as balie:
        healthy = time.perf_counter() - started
        timings = list(chain.measure(balie.address, options.conversations, turns))
        memory = {name: memory_mb(pid) for name, pid in balie.pids().items()}
    return {
        "healthy": healthy,
        "rows": chain.table(timings, turns),
        "overall": chain.overall(timings),
        "memory": memory,
    }


def _load(_: Sizes, options: Options) -> list[dict[str, Any]]:
    rows = []
    with TemporaryBalie(load_settings()) as balie:
        for row in load.measure(balie.address, load.LEVELS, options.seconds):
            _say(f"  {row}")
            rows.append(row)
    return rows


def _training(_: Sizes, __: Options) -> dict[str, Any]:
    started = time.perf_counter()
    train(load_settings().project_dir, force=True)
    return {"seconds": time.perf_counter() - started}


PARTS: dict[str, Callable[[Sizes, Options], Any]] = {
    "installations": lambda _sizes, _options: compare.installations(),
    "version": lambda sizes, _options: compare.version_seconds(sizes),
    "desk": _through_the_desk,
    "load": _load,
    "assistant": _same_assistant,
    "init": lambda sizes, _options: compare.rasa_init(sizes),
    "default": lambda sizes, _options: compare.default_pipeline(sizes),
    "training": _training,
}


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
