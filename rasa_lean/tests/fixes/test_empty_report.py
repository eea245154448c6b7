"""An evaluation of nothing reports nothing instead of failing."""

from pathlib import Path

from rasa.nlu import test as module


def test_nothing_gives_an_empty_report() -> None:
    report, precision, f1, accuracy, matrix, labels = module._calculate_report("out", [], [])
    assert (report, precision, f1, accuracy) == ({}, 0.0, 0.0, 0.0)
    assert matrix.shape == (0, 0)
    assert labels == []


def test_something_is_reported_by_rasa_itself() -> None:
    report, _, _, accuracy, matrix, labels = module._calculate_report(
        None, ["a", "b"], ["a", "a"], True, exclude_label="no_entity"
    )
    assert accuracy == 0.5
    assert matrix.tolist() == [[1, 0], [1, 0]]
    assert list(labels) == ["a", "b"]
    assert report["b"]["confused_with"] == {"a": 1}


def test_conversations_without_entities_can_be_evaluated(tmp_path: Path) -> None:
    folder = str(tmp_path)
    results = module.evaluate_entities([], {"TEDPolicy"}, folder, True, True, False)
    assert results["TEDPolicy"]["report"] == {}
    assert (tmp_path / "TEDPolicy_report.json").read_text() == "{}"
