"""Keeps the results and writes docs/performance.md from them, with its plots."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import plots
from benchmarks.compare import FIXES

Row = Sequence[object]
_PAGE = Path(__file__).parent / "performance.md"
_NOT_YET = "Not measured yet."


class Results:
    """The newest measurement of each part, in a file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._parts: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}

    def keep(self, part: str, measured: Any, circumstances: Mapping[str, Any]) -> None:
        """Put a measurement in the place of the one before."""
        # As the file gives it back: with texts as keys.
        self._parts[part] = json.loads(json.dumps({"measured": measured, **circumstances}))
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(self._parts, indent=1))

    def __getitem__(self, part: str) -> Any:
        """What was measured last, None if nothing was."""
        return self._parts.get(part, {}).get("measured")

    def circumstances(self) -> list[Row]:
        """When, where and how each part was measured."""
        return [
            (name, each["at"], f"{each['load']:.1f}", f"`{each['command']}`")
            for name, each in self._parts.items()
        ]

    @property
    def machine(self) -> str:
        """Where the newest part was measured."""
        last: dict[str, str] = list(self._parts.values())[-1]
        return f"{last['machine']}, Python {last['python']}"


def write(results: Results, docs: Path) -> None:
    """Write the page; a part that was not measured says so."""
    sections: dict[str, Callable[[Results], str]] = {
        "{side_by_side}": _side_by_side,
        "{by_turn}": _by_turn,
        "{fixes}": _fixes,
        "{defaults}": _defaults,
        "{desk}": _desk,
        "{load}": _load,
        "{circumstances}": lambda all_of: _table(
            ("part", "measured", "load of the machine", "command"), all_of.circumstances()
        ),
        "{machine}": lambda all_of: all_of.machine,
    }
    page = _PAGE.read_text(encoding="utf-8")
    for mark, section in sections.items():
        try:
            text = section(results)
        except (KeyError, TypeError):
            text = _NOT_YET
        page = page.replace(mark, text)
    (docs / "performance.md").write_text(page, encoding="utf-8")
    folder = docs / "performance"
    folder.mkdir(exist_ok=True)
    if results["assistant"]:
        plots.by_turn(results["assistant"], folder / "by-turn.svg")
    if results["load"]:
        plots.load(results["load"], folder / "load.svg")


def _side_by_side(results: Results) -> str:
    assistant = results["assistant"] or {}
    original, ours = assistant.get("stock"), assistant.get("rasa-lean")
    disk, version = results["installations"] or {}, results["version"] or {}
    rows = []
    if "stock" in disk:
        rows.append(_ratio("environment on disk, MB", disk["stock"], disk["rasa-lean"], 0.33))
    if original and ours:
        rows += [
            _ratio(name, original[key], ours[key], goal)
            for name, key, goal in (
                ("memory of the Rasa process, MB", "memory", 0.5),
                ("start until the first answer, s", "start", 0.45),
                ("`rasa train`, s", "train", 0.5),
                ("`rasa train`, s of processor", "train_cpu", 0.5),
                ("action turn, p50 ms", "action_turn", 0.33),
            )
        ]
    if "stock" in version:
        seconds = (version[each]["seconds"] for each in ("stock", "rasa-lean"))
        rows.append(_ratio("`rasa --version`, s", *seconds))
    if not rows:
        return _NOT_YET
    return _table(("", "Rasa 3.6.21, Python 3.10", "rasa-lean", "ratio", "goal"), rows)


def _ratio(name: str, stock: float, lean: float, goal: float | None = None) -> Row:
    return name, _number(stock), _number(lean), f"{lean / stock:.2f}", f"≤ {goal}" if goal else ""


def _by_turn(results: Results) -> str:
    assistant = results["assistant"]
    names = {
        "stock": "Rasa 3.6.21, Python 3.10",
        "no sessions": "rasa-lean",
        "rasa-lean": "rasa-lean, sessions of 60 events",
    }
    turns = list(assistant["rasa-lean"]["turns"])
    rows = []
    for key, name in names.items():
        by_turn = assistant[key]["turns"]
        cells = [_number(by_turn[turn]) if turn in by_turn else "–" for turn in turns]
        rows.append((name, *cells, f"{by_turn['300'] / by_turn['3']:.2f} ×"))
    header = ("p50, ms", *(f"turn {turn}" for turn in turns), "300 against 3")
    plot = "![Time of a turn against its number](performance/by-turn.svg)"
    return f"{_table(header, rows)}\n\n{plot}"


def _fixes(results: Results) -> str:
    assistant = results["assistant"]
    rows: list[Row] = [
        ("all fixes", *_of_fix(assistant["rasa-lean"])),
        ("without `session_length`", *_of_fix(assistant["no sessions"])),
        *((f"without `{fix}`", *_of_fix(assistant[fix])) for fix in FIXES),
    ]
    header = (
        *("", "action turn p50, ms", "turn 300 p50, ms", "first answer after, s"),
        *("memory, MB", "`rasa train`, s of processor"),
    )
    return _table(header, rows)


def _of_fix(found: dict[str, Any]) -> Row:
    turns = _number(found["action_turn"]), _number(found["turns"]["300"])
    return (*turns, _number(found["start"]), _number(found["memory"]), _cpu(found))


def _defaults(results: Results) -> str:
    rows = []
    init, default = results["init"], results["default"]
    if init:
        rows.append(("`rasa init` (DIET, TED; no action)", *_kept(init), _number(init["train"])))
    if default:
        note = f"{_number(default['train'])} ({default['epochs']} of 100 epochs)"
        name = f"{default['examples']:,} examples, Rasa's default DIET pipeline"
        rows.append((name, *_kept(default), note))
    if not rows:
        return _NOT_YET
    header = ("stock Rasa, TensorFlow", "first answer, s", "memory, MB", "turn p50, ms", "train, s")
    return _table(header, rows)


def _kept(found: Mapping[str, Any]) -> list[str]:
    return [_number(found[name]) for name in ("start", "memory", "action_turn")]


def _desk(results: Results) -> str:
    desk = results["desk"]
    rows = [
        (
            row["kind"],
            row["turn"],
            row["n"],
            *(_number(row[each]) for each in ("p50", "p95", "p99")),
        )
        for row in desk["rows"]
    ]
    whole = desk["overall"]
    rows.append(
        ("all turns", "", whole["n"], *(_number(whole[each]) for each in ("p50", "p95", "p99")))
    )
    table = _table(("", "turn", "n", "p50 ms", "p95 ms", "p99 ms"), rows)
    memory = ", ".join(f"{name} {_number(mb)} MB" for name, mb in desk["memory"].items())
    healthy = f"All four processes are healthy {desk['healthy']:.0f} s after the start."
    text = f"{table}\n\n{healthy} Memory: {memory}."
    if results["training"]:
        text += f" Training on all examples takes {results['training']['seconds']:.0f} s."
    return text


def _load(results: Results) -> str:
    rows = [
        (
            *(row[name] for name in ("conversations", "held", "messages")),
            *(_number(row[name]) for name in ("per_second", "p50", "p95", "p99")),
            *(row[name] for name in ("errors", "degraded", "mixed_up")),
        )
        for row in results["load"]
    ]
    header = ("at once", "conversations held", "messages", "messages a second")
    table = _table((*header, "p50 ms", "p95 ms", "p99 ms", "errors", "degraded", "mixed up"), rows)
    return f"{table}\n\n![Load](performance/load.svg)"


def _cpu(found: Mapping[str, Any]) -> str:
    return _number(found["train_cpu"]) if "train_cpu" in found else ""


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _table(header: Row, rows: Sequence[Row]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)
