"""P3: the browser hides card numbers and IBANs before anything leaves it, as the desk does."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Request, expect

from balie.privacy import mask
from tests.desk.conftest import CARD, FakeRasa, message
from tests.web.conftest import Chat

IBAN = "NL91 ABNA 0417 1643 00"
# Every kind of way to write a number that must be hidden, and numbers that must be left alone.
CORPUS = (
    f"My card is {CARD}.",
    "4111111111111111",
    "4111-1111-1111-1111 exp 12/28 cvc 123",
    "kaart 5555.5555.5555.4444 en 378282246310005",
    "2223 0031 2200 3222",
    "3782 822463 10005",
    "６０１１ １１１１ １１１１ １１１７",
    "٤١١١ ١١١١ ١١١١ ١١١١",
    "𝟒𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 😀",
    "4\u200b1\u200b1\u200b1 1111 1111 1111",
    "order 12 34 4111 1111 1111 1111 56",
    f"{CARD} {CARD}",
    f"Rekening {IBAN}",
    "nl91abna0417164300",
    "NL91-ABNA-0417-1643-00 en GB29 NWBK 6016 1331 9268 19",
    "DE89370400440532013000 12",
    f"{IBAN}, kaart {CARD} 🙈",
    "BE68 5390 0754 7034",
    "de veiligheidscode is 9876, pin: 1234",
    f"{CARD} CVV2 = 4321, kaartcode 001",
    "cvc１２３ en PIN-code ٤٥٦٧",
    "VALID THRU 12/28, mijn kaart verloopt 3-2029, geldig t/m 12–28, exp:1228",
    f"12/28 {CARD} 01/29 123",
    "exp １２/２８ 11/27 en vеrvаldatum 12|30",
    "exp 😀 12/28, kaart verloopt 🙈 3-2029",
    "NL91 АBNА 0417 1643 00",
    "ВЕ68 5390 0754 7034 en ΝL91ABNA0417164300",
    # Left alone:
    "Mijn abonnement verloopt 12/28, geldig tot 1-12 en exp 12/28/2028",
    "valid until 12.30, expires 2028-12-31, verlopen factuur 1228",
    "4111 1111 1111 1112",
    "NL91 ABNA 0417 1643 01",
    "Invoice E0300ABCDE, order 123456789012, € 1.234,56, 06-12345678",
    "BTW NL123456789B01, KvK 12345678",
    "PO 4500012345 of 21-11-2026 10:45",
)


@pytest.mark.parametrize("text", CORPUS)
def test_the_corpus_holds_nothing_that_the_desk_alone_hides(text: str) -> None:
    assert "bsn" not in mask(text).kinds


def test_P3_the_browser_masks_as_the_desk_does_before_anything_is_sent(chat: Chat) -> None:
    sent: list[Any] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/messages"):
            sent.append(request.post_data_json["text"])

    chat.page.on("request", note)
    for number, text in enumerate(CORPUS, start=1):
        chat.say(text)
        expect(chat.messages("customer")).to_have_count(number)
    expect(chat.page.locator(".outgoing")).to_have_count(0)

    assert sent == [mask(text).text for text in CORPUS]


def test_P3_nothing_that_the_tab_keeps_holds_the_number(chat: Chat) -> None:
    chat.input.fill(f"My card is {CARD}")
    kept = chat.page.evaluate("JSON.stringify(sessionStorage) + JSON.stringify(localStorage)")
    assert "My card is" in kept
    assert "1111 1111 1111" not in kept
    chat.input.press("Enter")
    chat.page.locator(".person").click()
    chat.page.locator("#note").fill(IBAN)
    kept = chat.page.evaluate("JSON.stringify(sessionStorage) + JSON.stringify(localStorage)")
    assert "0417 1643" not in kept


@pytest.mark.parametrize(
    ("language", "hint", "card", "account"),
    [
        ("en", "looks like a card", "We hid a card number", "We hid a bank account number"),
        ("nl", "lijkt een kaart", "Wij hebben een kaartnummer", "Wij hebben een rekeningnummer"),
    ],
)
def test_P3_the_customer_is_told(
    open_chat: Callable[..., Chat],
    rasa: FakeRasa,
    language: str,
    hint: str,
    card: str,
    account: str,
) -> None:
    rasa.say(message("Hello.", language=language), language=language)
    chat = open_chat().visit(f"/chat?lang={language}").ready()
    chat.input.fill(f"{CARD} {IBAN}")
    expect(chat.page.locator("#hint")).to_contain_text(hint)
    assert any(hint in each for each in chat.announced())
    chat.input.press("Enter")
    said = chat.messages("customer").last
    expect(said).to_contain_text(card)
    expect(said).to_contain_text(account)
    expect(said).to_contain_text("•••• •••• •••• 1111")
    expect(chat.messages("assistant")).to_have_count(2)

    chat.page.reload()
    expect(said).to_contain_text(card)


def test_P3_a_note_for_a_person_is_masked_too(chat: Chat) -> None:
    with chat.page.expect_request("**/handoff"):
        chat.page.locator(".person").click()
    chat.page.locator("#note").fill(f"Card {CARD}")
    with chat.page.expect_request("**/handoff") as asked:
        chat.page.locator("#email").press("Enter")
    assert asked.value.post_data_json["note"] == "Card •••• •••• •••• 1111"
