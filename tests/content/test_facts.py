"""The list of facts is read as written, and whatever is not written like a fact is named."""

import pytest

from balie.content.facts import read_facts
from balie.content.problems import Place

LIST = """\
# Facts

**Bold** text and a list:
- EN: is not a fact.

## 1 Paying / Betalen

**1.1** [seed] Source: faq.md
- EN: A bill is paid with **Save**.
- NL: Een rekening betaalt u met **Opslaan**.

**1.10** [beyond the seeds] (2019-21) Source: other.md
- EN: A bank may ask.
- NL: Een bank kan vragen stellen.

### More

## 2 Later / Later

**2.1** [beyond the seeds] (later) Source: new.md
- EN: The button has another name.
- NL: De knop heet anders.
"""


@pytest.fixture
def read(tmp_path):
    def read(text):
        path = tmp_path / "facts.md"
        path.write_text(text, encoding="utf-8")
        return read_facts(path)

    return read


def test_facts_are_read_with_kind_section_and_texts(read):
    listed = read(LIST)

    assert [(fact.number, fact.kind, fact.section) for fact in listed.facts.values()] == [
        ("1.1", "seed", "1 Paying / Betalen"),
        ("1.10", "beyond", "1 Paying / Betalen"),
        ("2.1", "later", "2 Later / Later"),
    ]
    assert listed.facts["1.1"].texts == {
        "en": "A bill is paid with **Save**.",
        "nl": "Een rekening betaalt u met **Opslaan**.",
    }
    assert listed.problems == ()


def test_fact_knows_where_it_stands(read, tmp_path):
    file = (tmp_path / "facts.md").as_posix()

    assert read(LIST).facts["1.10"].place == Place(file, 12)


@pytest.mark.parametrize("years", ["(2020)", "(2019-21)", "(2019-2021)"])
def test_fact_beyond_the_seeds_may_be_of_any_years(read, years):
    listed = read(LIST.replace("(2019-21)", years))

    assert (listed.facts["1.10"].kind, listed.problems) == ("beyond", ())


@pytest.mark.parametrize(
    ("old", "new", "line", "detail"),
    [
        ("1.1** [seed]", "1.1** [sead]", 8, "neither [seed] nor"),
        ("(2019-21)", "(latter)", 12, "neither [seed] nor"),
        ("[beyond the seeds] (later)", "[beyond the seeds]", 20, "neither [seed] nor"),
        ("- NL: De knop heet anders.\n", "", 20, "no text `- NL:`"),
        ("- EN: A bank may ask.", "- EN: ", 12, "no text `- EN:`"),
        ("**1.10** [", "1.10 [", 8, "several texts `- EN:`"),
        ("**2.1**", "**1.1**", 20, "line 8 has the same number"),
    ],
)
def test_entry_that_is_not_written_like_a_fact_is_named(read, old, new, line, detail):
    assert LIST.count(old) == 1

    problems = read(LIST.replace(old, new)).problems

    assert (problems[0].code, problems[0].line) == ("bad-fact-entry", line)
    assert detail in problems[0].message


def test_fact_of_unknown_kind_is_still_a_fact(read):
    assert "1.1" in read(LIST.replace("[seed]", "[sead]")).facts


def test_file_without_facts_is_named(read):
    assert [problem.code for problem in read("# Facts\n").problems] == ["no-facts"]


def test_file_that_is_not_utf8_is_named(tmp_path):
    path = tmp_path / "facts.md"
    path.write_bytes(LIST.replace("paid", "één").encode("latin-1"))

    assert [problem.code for problem in read_facts(path).problems] == ["not-utf8"]
