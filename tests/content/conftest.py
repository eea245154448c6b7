"""A small folder of good content that tests spoil in one place."""

from datetime import date
from pathlib import Path

import pytest

from balie.content import Problem, check_content

TODAY = date(2026, 11, 21)

FILES = {
    "topics/pay_bill/topic.yml": """\
title: {en: Pay a bill, nl: Een rekening betalen}
answer:
  en: Choose **Settle balance** within 48 hours.
  nl: Kies **Saldo vereffenen** binnen 48 uur.
account: outstanding_balance
links: [your_products]
offer:
  en: Shall I show you? It takes {steps} steps.
  nl: Zal ik het laten zien? Het zijn {steps} stappen.
guide:
  - id: open_page
    en: Open **Billing > Your products**.
    nl: Open **Facturering > Uw producten**.
    link: your_products
    help: {en: Look on the left., nl: Kijk links.}
  - ask: agreement
    en: Which agreement do you have?
    nl: Welke overeenkomst hebt u?
    from_account: agreement_type
    options:
      customer_agreement: {en: The customer agreement, nl: De klantovereenkomst}
      online_services: {en: The program, nl: Het programma, says: {en: [old], nl: [oud]}}
  - id: pay
    when: {agreement: customer_agreement}
    en: Choose **Settle balance**.
    nl: Kies **Saldo vereffenen**.
  - id: wait
    en: Wait for the mail.
    nl: Wacht op de mail.
done: {en: That is all., nl: Dat is alles.}
check: balance_settled
related: [ask_person]
sources: [{page: past-due.nl.md, facts: [2.1, 2.10]}]
as_of: 2021-08-11
review_by: 2027-06-01
""",
    "topics/pay_bill/nlu.en.yml": """\
version: "3.1"
nlu:
- intent: pay_bill
  examples: |
    - I want to pay
    - how do I pay my bill?
""",
    "topics/pay_bill/nlu.nl.yml": """\
version: "3.1"
nlu:
- intent: pay_bill
  examples: |
    - ik wil betalen
""",
    "topics/pay_bill/form.yml": """\
request: billing
offered_for: one
offer: {en: "Shall I fill it in?", nl: "Zal ik het invullen?"}
subject: {en: A bill, nl: Een rekening}
filed: {en: "Filed as {number}.", nl: "Ingediend als {number}."}
fields:
  - id: reason
    label: {en: Reason, nl: Reden}
    portal: {en: Reason, nl: Reden}
    en: Why?
    nl: Waarom?
  - id: kind
    label: {en: Kind, nl: Soort}
    en: Which kind?
    nl: Welke soort?
    from_account: customer_kind
    options:
      existing: {en: Existing, nl: Bestaand}
      new: {en: New, nl: Nieuw, says: {en: [fresh], nl: [vers]}}
  - id: phone
    label: {en: Phone, nl: Telefoon}
    when: {kind: new}
    en: Which number?
    nl: Welk nummer?
    check: phone
    optional: yes
""",
    "topics/ask_person/topic.yml": """\
title: {en: Talk to a person, nl: Een medewerker spreken}
answer: {en: I pass you on., nl: Ik verbind u door.}
as_of: 2021-08-11
review_by: 2027-06-01
""",
    "topics/ask_person/nlu.en.yml": """\
version: "3.1"
nlu:
- intent: ask_person
  examples: |
    - a person, please
""",
    "topics/ask_person/nlu.nl.yml": """\
version: "3.1"
nlu:
- intent: ask_person
  examples: |
    - een mens graag
""",
    "account/outstanding_balance.yml": """\
none: {en: Nothing is open., nl: Er staat niets open., guide: no}
not_due: {en: "{amount} is open.", nl: "{amount} staat open."}
one: {en: "{amount} since {since}.", nl: "{amount} sinds {since}."}
several:
  en: |
    Open:
    {items}
  nl: |
    Open:
    {items}
  item: {en: "{subscription}: {amount}", nl: "{subscription}: {amount}"}
  topics: [ask_person]
""",
    "account/balance_settled.yml": """\
settled: {en: Paid., nl: Betaald.}
notice_remains: {en: Arrived., nl: Aangekomen.}
still_open: {en: "Still {amount}.", nl: "Nog {amount}."}
""",
    "links.yml": """\
your_products:
  title: {en: Your products, nl: Uw producten}
  url: {en: "https://example.com/en", nl: "https://example.com/nl"}
""",
    "labels.yml": """\
- {en: Billing, nl: Facturering, where: menu}
- {en: Your products, nl: Uw producten, where: page}
- {en: Settle balance, nl: Saldo vereffenen, where: button}
- {en: Pay your balance, where: button}
""",
    "conversation/texts.yml": """\
greeting: {en: Hello., nl: Goedendag.}
""",
    "conversation/desk.yml": """\
too_long: {en: That is too long., nl: Dat is te lang.}
""",
    "conversation/nlu/greet.en.yml": """\
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
""",
    "help/groups.yml": """\
- title: {en: Bills, nl: Rekeningen}
  topics: [pay_bill]
""",
    "conversation/nlu/greet.nl.yml": """\
version: "3.1"
nlu:
- intent: greet
  examples: |
    - goedendag
""",
}


class ContentFolder:
    """A ``data/`` folder whose files can be changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        """Write the file anew."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace the one place where `old` stands."""
        text = (self.path / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))

    def text_at(self, problem: Problem) -> str:
        """What stands where the problem points."""
        text = (self.path.parent / problem.file).read_text(encoding="utf-8")
        lines = text.splitlines(keepends=True)[problem.line - 1 :]
        return "".join(lines)[problem.column - 1 :]

    def check(self) -> list[Problem]:
        """What the checker finds on a fixed day."""
        return check_content(self.path, TODAY)


@pytest.fixture
def folder(tmp_path: Path) -> ContentFolder:
    """Good content, to be spoiled."""
    return ContentFolder(tmp_path / "data")
