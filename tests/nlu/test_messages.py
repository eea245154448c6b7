"""Reading messages from files."""

import pytest

from balie.nlu.messages import BadLine, Labelled, UnreadableFile, read_labelled, read_record

YAML = """
version: "3.1"
nlu:
- intent: past_due
  examples: |
    - te laat
    - Betaal ik nu?
"""


def test_json_lines_are_read_and_bad_ones_told_by_number(tmp_path):
    file = tmp_path / "messages.jsonl"
    file.write_text(
        '{"text": "hoi", "lang": "nl", "intent": "greet"}\n'
        "\n"
        '{"text": "hoi", "lang": "fr", "intent": "greet"}\n'
        "not json\n"
        '{"text": "hi", "lang": "en"}\n'
        '{"text": "hi", "lang": "en", "intent": "greet"}\n'
    )

    messages, problems = read_labelled(file)

    assert messages == [Labelled("hoi", "nl", "greet"), Labelled("hi", "en", "greet")]
    numbers = [problem.split(":")[1] for problem in problems]
    assert numbers == ["3", "4", "5"]
    assert '"lang" must be one of en, nl' in problems[0]


def test_yaml_has_its_language_from_its_name(tmp_path):
    file = tmp_path / "development.nl.yml"
    file.write_text(YAML)

    messages, problems = read_labelled(file)

    assert messages == [
        Labelled("te laat", "nl", "past_due"),
        Labelled("Betaal ik nu?", "nl", "past_due"),
    ]
    assert problems == []


def test_yaml_without_a_language_in_its_name_is_refused(tmp_path):
    file = tmp_path / "development.yml"
    file.write_text(YAML)

    with pytest.raises(UnreadableFile, match=r"development\.nl\.yml"):
        read_labelled(file)


@pytest.mark.parametrize("name", ["missing.jsonl", "missing.nl.yml"])
def test_a_missing_file_is_told(tmp_path, name):
    with pytest.raises(UnreadableFile, match="missing"):
        read_labelled(tmp_path / name)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON"),
        (b'{"text": "\xff"}', "not JSON"),
        (b'["text"]', "not a JSON object"),
        (b"{}", '"text" must be a text'),
        (b'{"text": 3}', '"text" must be a text'),
    ],
)
def test_a_line_that_is_no_message_says_why(line, reason):
    with pytest.raises(BadLine, match=reason):
        read_record(line)
