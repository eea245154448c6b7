"""The pictures show every step, question, answer and check, and what leads where."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from balie.content import load_content
from balie.content.diagrams import MARK, OVERVIEW, dot, draw

DATA = Path(__file__).parents[2] / "data"
TOPIC = "topics/pay_bill/topic.yml"
OTHER_TOPIC = "topics/ask_person/topic.yml"
ACCOUNT = "account/balance_settled.yml"


@pytest.fixture
def pictures(folder):
    return lambda language="en": draw(load_content(folder.path), language)


def edges(picture: str) -> list[tuple[str, str]]:
    return re.findall(r'^ +"([^"]+)" -> "([^"]+)"', picture, re.MULTILINE)


def line(picture: str, start: str) -> str:
    [found] = [each for each in picture.splitlines() if each.strip().startswith(start)]
    return found


def texts(markup: str) -> str:
    """What a reader sees of a label."""
    plain = re.sub(r"<br[^>]*>", " ", markup)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", plain).replace("&#160;", " "))


def test_there_is_one_picture_of_all_topics_and_one_for_each_guide(pictures):
    assert list(pictures()) == [OVERVIEW, "pay_bill"]


def test_same_content_gives_the_same_text(pictures):
    assert pictures() == pictures()
    assert pictures()[OVERVIEW].startswith(f"// {MARK}\n")


def test_guide_goes_from_step_to_step_and_branches_at_the_question(pictures):
    assert edges(pictures()["pay_bill"]) == [
        ("(start)", "open_page"),
        ("open_page", "agreement"),
        ("agreement", "pay"),
        ("pay", "wait"),
        ("wait", "(done)"),
        ("agreement", "wait"),
        ("(done)", "(check)"),
    ]


def test_arrows_from_a_question_are_named_by_their_answers(pictures):
    picture = pictures()["pay_bill"]

    assert "The customer agreement" in texts(line(picture, '"agreement" -> "pay"'))
    assert "The program" in texts(line(picture, '"agreement" -> "wait"'))
    assert "label" not in line(picture, '"open_page" -> "agreement"')


def test_branch_after_a_step_is_named_by_the_earlier_answer(folder, pictures):
    folder.edit(TOPIC, "  - id: pay\n", "  - {id: both, en: Look., nl: Kijk.}\n  - id: pay\n")

    picture = pictures()["pay_bill"]

    label = texts(line(picture, '"agreement" -> "both"'))
    assert "The customer agreement" in label
    assert "The program" in label
    assert "The program" not in texts(line(picture, '"both" -> "pay"'))
    assert "The program" in texts(line(picture, '"both" -> "wait"'))
    assert "label" not in line(picture, '"pay" -> "wait"')


def test_step_shows_number_text_and_names(pictures):
    picture = pictures()["pay_bill"]

    shown = texts(line(picture, '"open_page" ['))
    assert "1Open Billing > Your products. open_page · link: your_products · help" in shown.replace(
        "&gt;", ">"
    )
    assert "2/3Wait for the mail." in texts(line(picture, '"wait" ['))


def test_names_on_the_screen_are_bold(pictures):
    assert "Choose&#160;<b>Settle balance</b>." in line(pictures()["pay_bill"], '"pay" [')


def test_question_says_which_account_answer_it_takes(pictures):
    shown = texts(line(pictures()["pay_bill"], '"agreement" ['))

    assert "?Which agreement do you have?" in shown
    assert "from_account: agreement_type" in shown


def test_guide_ends_with_what_is_said_and_the_cases_of_its_check(folder, pictures):
    folder.edit(ACCOUNT, 'nl: "Nog {amount}."', 'nl: "Nog {amount}.", topics: [ask_person]')

    picture = pictures()["pay_bill"]

    assert "That is all." in texts(line(picture, '"(done)" ['))
    check = texts(line(picture, '"(check)" ['))
    assert "check: balance_settled" in check
    assert "settledPaid." in check
    assert "still_openStill {amount}. → Talk to a person" in check


def test_guide_without_words_of_its_own_ends_with_the_general_ones(folder, pictures):
    folder.edit(TOPIC, "done: {en: That is all., nl: Dat is alles.}\n", "")
    folder.edit(TOPIC, "check: balance_settled\n", "")
    folder.write("conversation/texts.yml", "guide_done: {en: The end., nl: Het einde.}\n")

    picture = pictures()["pay_bill"]

    assert "The end." in texts(line(picture, '"(done)" ['))
    assert "(check)" not in picture


def test_overview_leads_to_related_topics_and_their_pictures(folder, pictures):
    picture = pictures()[OVERVIEW]

    assert edges(picture) == [("pay_bill", "ask_person")]
    assert 'URL="pay_bill.svg"' in line(picture, '"pay_bill" [')
    assert "URL" not in line(picture, '"ask_person" [')
    assert "guide: 2–3" in texts(line(picture, '"pay_bill" ['))


def test_topics_that_are_related_both_ways_share_an_arrow(folder, pictures):
    folder.edit(OTHER_TOPIC, "as_of", "related: [pay_bill]\nas_of")

    picture = pictures()[OVERVIEW]

    assert edges(picture) == [("ask_person", "pay_bill")]
    assert 'dir="both"' in line(picture, '"ask_person" ->')


def test_topic_that_only_some_accounts_are_offered_has_a_dashed_arrow(folder, pictures):
    folder.edit(TOPIC, "related: [ask_person]\n", "")

    assert 'style="dashed"' in line(pictures()[OVERVIEW], '"pay_bill" -> "ask_person"')


def test_way_to_a_person_has_a_color_of_its_own(folder, pictures):
    before = line(pictures()[OVERVIEW], '"pay_bill" -> "ask_person"')
    folder.edit(OTHER_TOPIC, "as_of", "handoff: yes\nas_of")

    picture = pictures()[OVERVIEW]

    assert "color" not in before
    assert "color" in line(picture, '"pay_bill" -> "ask_person"')
    assert "handoff: yes" in texts(line(picture, '"ask_person" ['))


def test_pictures_are_drawn_in_either_language(pictures):
    picture = pictures("nl")["pay_bill"]

    assert "Wacht op de mail." in texts(picture)
    assert "Wait for the mail." not in texts(picture)


def test_signs_of_the_language_of_dot_are_shown_as_they_stand():
    assert dot.lines("a < b & **c > d**", 40) == (
        'a &lt; b &amp;&#160;<b>c &gt; d</b><br align="left"/>'
    )
    assert dot.node('a"b\\', "c") == '"a\\"b\\\\" [label="c"];'


def test_tabs_and_empty_lines_are_not_kept():
    assert dot.lines("one\ttwo\n\n  **three**", 40) == (
        'one two<br align="left"/><b>three</b><br align="left"/>'
    )


def test_long_text_is_wrapped_and_stays_bold_on_the_next_line():
    assert dot.lines("Open **Bills & payments > Methods**.", 12).split('<br align="left"/>') == [
        "Open&#160;<b>Bills &amp;</b>",
        "<b>payments &gt;</b>",
        "<b>Methods</b>.",
        "",
    ]


@pytest.mark.skipif(not shutil.which("dot"), reason="needs Graphviz")
@pytest.mark.parametrize("language", ["en", "nl"])
def test_dot_draws_every_picture_without_a_complaint(language):
    for name, text in draw(load_content(DATA), language).items():
        done = subprocess.run(
            ["dot", "-Tsvg"], input=text, capture_output=True, text=True, check=True
        )
        assert (name, done.stderr) == (name, "")
