"""A message that asks several things is taken apart, and each part is understood by itself."""

from typing import Any

import pytest

from balie.rasa_plugins.questions import parts, questions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pay by check and remove licences", ["pay by check", "remove licences"]),
        (
            "Kaart geweigerd? Hoe dan? En licenties weg",
            ["Kaart geweigerd", "Hoe dan", "licenties weg"],
        ),
        ("hello, thanks, bye", []),
        ("I understand", ["I understand"]),
        ("", []),
    ],
)
def test_parts_stand_between_pauses_and_adding_words(text: str, expected: list[str]) -> None:
    assert parts(text) == expected


class Parser:
    """Understands the last word of a part as its intent."""

    def __init__(self, confidence: float = 1.0, decision: str = "answer") -> None:
        self.heard: list[str] = []
        self._rest = (confidence, decision)

    async def __call__(self, text: str) -> dict[str, Any]:
        self.heard.append(text)
        confidence, decision = self._rest
        intent = {"name": text.split()[-1], "confidence": confidence}
        return {"intent": intent, "decision": decision}


async def test_what_the_parts_surely_mean_comes_in_their_order() -> None:
    said = "about my card, about a seat and about my card; about paying"
    assert await questions(said, Parser()) == ["card", "seat", "paying"]


@pytest.mark.parametrize(
    "parser", [Parser(confidence=0.5), Parser(decision="offer"), Parser(decision="out_of_scope")]
)
async def test_what_is_not_sure_is_left_out(parser: Parser) -> None:
    assert await questions("about card, about seat, about paying", parser) == []


@pytest.mark.parametrize(
    "text",
    ["about card and about seat", "about my card", ", ".join(f"about thing{n}" for n in range(20))],
)
async def test_few_parts_and_very_many_are_not_taken_apart(text: str) -> None:
    parser = Parser()
    assert await questions(text, parser) == []
    assert parser.heard == []


async def test_the_actions_hear_of_the_questions(rasa_server: Any, actions: Any) -> None:
    await rasa_server.texts(text="my card, my card and my card")
    assert actions.message["questions"] == []
    assert "questions" in actions.message
