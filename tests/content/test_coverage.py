"""What `sources:` names is held against the list of facts."""

import pytest

from balie.content.coverage import check_facts

TOPIC = "topics/pay_bill/topic.yml"
OTHER_TOPIC = "topics/ask_person/topic.yml"
LIST = """\
## 2 Past due
**2.1** [seed]
- EN: Paid with the button.
- NL: Te betalen met de knop.
**2.9** [beyond the seeds] (2019-21)
- EN: There is another way.
- NL: Er is een andere weg.
**2.10** [seed]
- EN: The notice stays.
- NL: De melding blijft staan.
**2.15** [beyond the seeds] (later)
- EN: The button has another name.
- NL: De knop heet anders.
"""


@pytest.fixture
def check(folder, tmp_path):
    def check(text=LIST):
        path = tmp_path / "facts.md"
        path.write_text(text, encoding="utf-8")
        return check_facts(folder.path, path)

    return check


def found(folder, coverage):
    return [(each.code, folder.text_at(each)[:4].strip(",]")) for each in coverage.problems]


def test_fact_has_its_homes_by_topic_and_place(folder, check):
    folder.edit(OTHER_TOPIC, "as_of", "sources:\n  - page: a.md\n    facts: [2.10]\nas_of")

    coverage = check()

    homes = [(home.topic, home.place) for home in coverage.homes["2.10"]]
    assert homes == [
        ("ask_person", (f"data/{OTHER_TOPIC}", 5, 13)),
        ("pay_bill", (f"data/{TOPIC}", 33, 47)),
    ]
    assert coverage.problems == ()


def test_fact_numbers_are_text_and_not_decimals(folder, check):
    folder.edit(TOPIC, "[2.1, 2.10]", "[2.1]")

    assert [fact.number for fact in check().homeless("seed")] == ["2.10"]


def test_facts_that_no_topic_carries_are_listed_by_kind(check):
    coverage = check()

    assert {
        kind: [fact.number for fact in coverage.homeless(kind)]
        for kind in ("seed", "beyond", "later")
    } == {"seed": [], "beyond": ["2.9"], "later": ["2.15"]}


def test_seed_fact_without_a_topic_is_an_error_in_the_list(folder, check, tmp_path):
    folder.edit(TOPIC, "[2.1, 2.10]", "[2.10]")

    problem = check().problems[0]

    assert (problem.code, problem.severity) == ("untold-fact", "error")
    assert (problem.file, problem.line) == ((tmp_path / "facts.md").as_posix(), 2)


def test_fact_that_the_list_does_not_have_is_an_error_where_it_is_named(folder, check):
    folder.edit(TOPIC, "[2.1, 2.10]", "[2.1, 2.10, 7.77]")

    assert found(folder, check()) == [("unknown-fact", "7.77")]


def test_later_fact_in_sources_is_an_error_where_it_is_named(folder, check):
    folder.edit(TOPIC, "[2.1, 2.10]", "[2.1, 2.10, 2.15]")

    assert found(folder, check()) == [("later-fact", "2.15")]


def test_list_without_facts_is_the_only_problem(check):
    assert [problem.code for problem in check("# nothing\n").problems] == ["no-facts"]


def test_topic_with_another_mistake_still_carries_its_facts(folder, check):
    folder.edit(TOPIC, "done:", "dome:")

    assert check().problems == ()
