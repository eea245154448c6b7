"""What is said about the steps of a guide as such, told from what is said about one of them."""

import pytest

from actions.signals import Signals
from actions.step_talk import StepWish


@pytest.mark.parametrize(
    "text",
    [
        "how many steps are left?",
        "How many more?",
        "is this the last step",
        "hoeveel stappen nog",
        "hoeveel stappen moet ik nog doen?",
        "zijn we er bijna?",
    ],
)
def test_how_many_are_left(signals: Signals, text: str) -> None:
    assert signals.step_wish(text) == StepWish("how_many")


@pytest.mark.parametrize(
    "text",
    [
        "back to the beginning please",
        "can we start over?",
        "from the start",
        "naar het begin",
        "kunnen we opnieuw beginnen?",
        "van voren af aan graag",
    ],
)
def test_the_beginning(signals: Signals, text: str) -> None:
    assert signals.step_wish(text) == StepWish("beginning")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("step 3", 3),
        ("go to step two", 2),
        ("can you take me back to the first step?", 1),
        ("stap 3", 3),
        ("ga naar stap drie", 3),
        ("terug naar de eerste stap graag", 1),
        ("Stap 12!", 12),
    ],
)
def test_a_step_by_its_number(signals: Signals, text: str, number: int) -> None:
    assert signals.step_wish(text) == StepWish("go_to", number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("what was step 1?", 1),
        ("what was the second step again", 2),
        ("wat was stap 1 ook alweer?", 1),
        ("wat was de tweede stap", 2),
    ],
)
def test_an_earlier_step_to_be_said_again(signals: Signals, text: str, number: int) -> None:
    assert signals.step_wish(text) == StepWish("recall", number)


@pytest.mark.parametrize(
    "text",
    [
        "step 3 does not work",
        "I am stuck at step 2",
        "step 1 done",
        "I did step one and two",
        "the next step",
        "one step back",
        "stap 3 lukt niet",
        "stap 1 is klaar",
        "ik ben bij stap 2 en zie niets",
        "een stap terug",
        "de volgende stap",
        "opnieuw",
        "start",
        "begin maar",
        "how much does it cost",
        "hoeveel staat er open",
        "",
    ],
)
def test_everything_else_is_no_such_wish(signals: Signals, text: str) -> None:
    assert signals.step_wish(text) is None
