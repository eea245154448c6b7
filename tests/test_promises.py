"""The table of promises and the tests that hold them agree."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROW = re.compile(r"^\| ([A-Z]\d+) \|.*\| (held|planned) \|$", re.MULTILINE)


def _states() -> dict[str, str]:
    return dict(ROW.findall((ROOT / "docs" / "promises.md").read_text(encoding="utf-8")))


def _numbers_in_tests() -> set[str]:
    files = [*ROOT.glob("tests/**/*.py"), *ROOT.glob("rasa_lean/tests/**/*.py")]
    names = "\n".join(
        line
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        if re.match(r"\s*(async )?def test_", line)
    )
    return set(re.findall(r"_([SPRA]\d+)(?=_|\()", names))


def test_every_promise_that_is_held_has_a_test_with_its_number() -> None:
    held = {number for number, state in _states().items() if state == "held"}
    assert len(held) >= 11
    assert held - _numbers_in_tests() == set()


def test_no_test_carries_the_number_of_a_promise_that_is_not_in_the_table() -> None:
    known = set(_states())
    assert _numbers_in_tests() - known == set()
