import pytest

from balie.cli.conversations.named_texts import NamedTexts


@pytest.mark.parametrize(
    ("name", "reply"),
    [
        ("hand_over", "A person takes over."),
        ("ticket_made", "Your reference is **H4C-7RM-2XW**."),
        ("balance_settled.still_open", "€\u00a012.00 is still open."),
        ("past_due.answer", "Use **Settle balance**."),
        ("past_due.save", "Choose **Save** to pay."),
        ("past_due.save.help", "Look\nbelow."),
    ],
)
def test_a_text_is_recognized_whatever_its_placeholders_hold(
    texts: NamedTexts, name: str, reply: str
) -> None:
    assert texts.is_said(name, "en", reply)
    assert texts.is_said(name, "en", f"Before.\n{reply}\nAfter.")


def test_another_text_or_language_is_not_taken_for_it(texts: NamedTexts) -> None:
    assert not texts.is_said("hand_over", "nl", "A person takes over.")
    assert not texts.is_said("past_due.save", "en", "Choose Settle balance.")


@pytest.mark.parametrize(
    "name",
    ["nothing", "past_due.nothing", "past_due.save.nothing", "balance_settled.nothing", "a.b"],
)
def test_a_name_that_no_text_has_is_an_error(texts: NamedTexts, name: str) -> None:
    with pytest.raises(LookupError, match=name):
        texts.is_said(name, "en", "anything")


def test_a_question_is_recognized_and_one_that_no_guide_has_is_an_error(texts: NamedTexts) -> None:
    assert texts.question("card_owner", "nl", "Is het uw eigen kaart?")
    assert not texts.question("card_owner", "nl", "Hebt u een kaart?")
    with pytest.raises(LookupError, match="favorite_color"):
        texts.question("favorite_color", "nl", "?")
