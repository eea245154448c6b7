"""Writers' texts become parts, never HTML."""

from balie.desk.help.markup import Run, blocks, first_sentence, plain, runs


def test_bold_is_a_part_of_its_own() -> None:
    assert runs("Choose **Save** now.") == [Run("Choose "), Run("Save", True), Run(" now.")]
    assert runs("**Save**") == [Run("Save", True)]


def test_paragraphs_and_lists_are_told_apart() -> None:
    found = blocks("One\nline.\n\nThese:\n- first\n- **second**\n\nLast.")

    assert [block.is_list for block in found] == [False, False, True, False]
    assert found[0].lines == [[Run("One line.")]]
    assert found[2].lines == [[Run("first")], [Run("second", True)]]


def test_what_looks_like_html_stays_text() -> None:
    assert runs("<b>x</b> ** y") == [Run("<b>x</b> ** y")]


def test_plain_text_and_the_first_sentence() -> None:
    text = "Choose **Save**.\nThen wait."
    assert plain(text) == "Choose Save. Then wait."
    assert first_sentence(text) == "Choose Save."
