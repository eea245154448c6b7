"""Starts a whole Balie on free ports with a state folder of its own, measures it, prints tables."""

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from balie.cli.temporary import TemporaryBalie
from balie.cli.training import train
from balie.settings import load_settings
from benchmarks.chain import TURNS, measure, table
from benchmarks.machine import describe, folder_mb, memory_mb


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--conversations", type=int, default=10, help="how many, one by one")
    arguments = parser.parse_args()
    settings = load_settings()
    train(settings.project_dir)
    started = time.perf_counter()
    with TemporaryBalie(settings) as balie:
        print(f"{describe()}, {datetime.now(UTC):%Y-%m-%d}")
        print(f"start until healthy: {time.perf_counter() - started:.1f} s")
        _print_timings(balie.address, arguments.conversations)
        for name, pid in balie.pids().items():
            print(f"memory of {name}: {memory_mb(pid):.0f} MB")
        print(f"environment: {folder_mb(Path(sys.prefix)):.0f} MB")


def _print_timings(address: str, conversations: int) -> None:
    rows = table(list(measure(address, conversations)))
    print(f"\n{'through the desk':<18}{'turn':>6}{'n':>5}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}")
    for row in rows:
        numbers = "".join(f"{row[name]:>9.1f}" for name in ("p50", "p95", "p99"))
        print(f"{row['kind']:<18}{row['turn']:>6}{row['n']:>5}{numbers}")
    first, last = (sum(r["p50"] for r in rows if r["turn"] == t) for t in (TURNS[0], TURNS[-1]))
    print(f"turn {TURNS[-1]} against turn {TURNS[0]}: {last / first:.2f} times\n")


if __name__ == "__main__":
    main()
