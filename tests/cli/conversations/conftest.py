"""A little content of its own, so that these tests do not depend on the writers' wording."""

from datetime import date

import pytest

from balie.cli.conversations.named_texts import NamedTexts
from balie.content import AccountText, Content, Text, Topic


@pytest.fixture
def content() -> Content:
    topic = Topic.model_validate(
        {
            "id": "past_due",
            "title": {"en": "Pay a past-due balance", "nl": "Een achterstallig saldo betalen"},
            "answer": {"en": "Use **Settle balance**.", "nl": "Gebruik **Saldo vereffenen**."},
            "guide": [
                {
                    "ask": "card_owner",
                    "en": "Is the card your own?",
                    "nl": "Is het uw eigen kaart?",
                    "options": {
                        "own": {"en": "Yes", "nl": "Ja"},
                        "other": {"en": "No", "nl": "Nee"},
                    },
                },
                {
                    "id": "save",
                    "en": "Choose **Save** to pay.",
                    "nl": "Kies **Opslaan** om te betalen.",
                    "help": {"en": "Look below.", "nl": "Kijk onderaan."},
                },
            ],
            "as_of": date(2021, 8, 11),
            "review_by": date(2027, 6, 1),
        }
    )
    open_balance = AccountText.model_validate(
        {
            "id": "balance_settled",
            "variants": {
                "still_open": {"en": "{amount} is still open.", "nl": "Er staat nog {amount} open."}
            },
        }
    )
    return Content(
        topics={"past_due": topic},
        links={},
        labels=(),
        account={"balance_settled": open_balance},
        texts={"hand_over": Text(en="A person takes over.", nl="Een medewerker neemt het over.")},
        desk={"ticket_made": Text(en="Your reference is **{it}**.", nl="Uw kenmerk is **{it}**.")},
    )


@pytest.fixture
def texts(content: Content) -> NamedTexts:
    return NamedTexts(content)
