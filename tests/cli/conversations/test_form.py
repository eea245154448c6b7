from pathlib import Path

import pytest

from balie.cli.conversations.form import (
    BadConversations,
    Conversation,
    ConversationForm,
    ExpectedStep,
    Fault,
    Turn,
    load_conversations,
)


def _load(folder: Path, text: str, name: str = "past_due.nl.yml") -> list[Conversation]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load_conversations([path])


def _mistake(folder: Path, text: str, name: str = "past_due.nl.yml") -> str:
    with pytest.raises(BadConversations) as error:
        _load(folder, text, name)
    return str(error.value)


def test_reads_a_conversation_with_its_places(tmp_path: Path) -> None:
    (found,) = _load(
        tmp_path,
        """
- name: betalen
  as: C-1001
  turns:
    - user: hoe betaal ik?
      says: [saldo, rekening]
    - press: Nee
      step: past_due.save 4/4
""",
    )
    assert (found.name, found.customer, found.language, found.line) == (
        "betalen",
        "C-1001",
        "nl",
        2,
    )
    assert list(found.lines) == [5, 7]
    assert found.turns[0].says == ["saldo", "rekening"]
    assert found.turns[1].step == ExpectedStep("save", "past_due", 4, 4)
    assert found.id == "past_due.nl: betalen"


def test_every_value_is_text_as_it_was_typed(tmp_path: Path) -> None:
    (found,) = _load(
        tmp_path,
        "- {name: n, turns: [{user: no}, {user: 2, says: 12:30}, {user: '', buttons: [Yes]}]}",
    )
    assert [turn.user for turn in found.turns] == ["no", "2", ""]
    assert found.turns[1].says == ["12:30"]
    assert found.turns[2].buttons == ["Yes"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("save", ExpectedStep("save")),
        ("save 4", ExpectedStep("save", None, 4)),
        ("save 4/5", ExpectedStep("save", None, 4, 5)),
        ("past_due.save", ExpectedStep("save", "past_due")),
        ("none", ExpectedStep("none")),
    ],
)
def test_a_step_is_written_in_short(tmp_path: Path, written: str, expected: ExpectedStep) -> None:
    (found,) = _load(tmp_path, f"- {{name: n, turns: [{{user: x, step: {written}}}]}}")
    assert found.turns[0].step == expected


def test_the_language_is_the_files_or_the_conversations_own(tmp_path: Path) -> None:
    text = "[{name: a, turns: [{user: x}]}, {name: b, language: en, turns: [{user: x}]}]"
    assert [each.language for each in _load(tmp_path, text)] == ["nl", "en"]
    assert "name the language" in _mistake(tmp_path, text, "past_due.yml")


def test_a_fault_names_a_process_and_its_state(tmp_path: Path) -> None:
    (found,) = _load(tmp_path, "- {name: n, turns: [{fault: billing down}, {restart: rasa}]}")
    assert found.turns[0].fault == Fault("billing", "down")
    assert found.needs("restart")
    assert not found.needs("event")


@pytest.mark.parametrize(
    ("turn", "said"),
    [
        ("{says: [x]}", "a turn has one of"),
        ("{user: a, press: b}", "a turn has one of"),
        ("{event: payment_arrives, says: [x]}", "gets no reply"),
        ("{user: a, sais: [x]}", "sais: is no key"),
        ("{user: a, step: 4 of 5}", "a step is written like"),
        ("{fault: billing sideways}", "a fault is written like"),
        ("{event: money_rains}", "payment_arrives"),
        ("{user: a, language: fr}", "'en' or 'nl'"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, turn: str, said: str) -> None:
    mistake = _mistake(tmp_path, f"- name: n\n  turns:\n    - user: ok\n    - {turn}\n")
    assert said in mistake
    assert ":4: " in mistake


def test_two_conversations_of_one_name_are_refused(tmp_path: Path) -> None:
    text = "[{name: a, turns: [{user: x}]}, {name: a, turns: [{user: x}]}]"
    assert "two conversations named 'a'" in _mistake(tmp_path, text)


def test_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    for name in ("a.nl.yml", "b.nl.yml"):
        (tmp_path / name).write_text("- {name: n}", encoding="utf-8")
    with pytest.raises(BadConversations) as error:
        load_conversations(sorted(tmp_path.glob("*.yml")))
    assert "a.nl.yml" in str(error.value)
    assert "b.nl.yml" in str(error.value)


def test_every_key_is_documented() -> None:
    document = (Path(__file__).parents[3] / "docs" / "conversation-tests.md").read_text("utf-8")
    keys = {field.alias or name for name, field in ConversationForm.model_fields.items()}
    missing = [key for key in {*keys, *Turn.model_fields} if f"`{key}`" not in document]
    assert missing == []
