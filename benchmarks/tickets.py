"""What the trimmings of a mail cost, and how much cleaning wins back.

`python -m benchmarks.tickets` prints a table in Markdown. There are no real tickets to measure
with, so labelled messages are dressed up as mails.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from balie.cli.models import load_parser
from balie.content import LANGUAGES
from balie.desk.triage.mail import MailWords, question_of
from balie.nlu.data_checks import read_all
from balie.nlu.intents import OUT_OF_SCOPE, is_topic
from balie.nlu.messages import Labelled
from balie.nlu.parser import Parser

ROOT = Path(__file__).parents[1]
# What stands around the message; one after the other, so that every intent meets most of them.
FRAMES = {
    "en": [
        "Hi,\n\n{}\n\nThanks,\nJohn",
        "Dear Sir or Madam,\n\n{}\n\nKind regards,\n\nEmma Brown\nOffice Manager\nFabrikam Ltd\n"
        "+44 20 7946 0000 | www.fabrikam.example",
        "{}\n\nSent from my iPhone",
        "Hello team,\n{}\nMany thanks in advance,\nPriya\n\nThis e-mail and any attachments are "
        "confidential and intended solely for the addressee. If you have received it in error, "
        "please delete it and notify the sender.",
        "{}\n\nOn Mon, 2 Nov 2026 at 09:14, Billing <billing@example.com> wrote:\n> Your payment "
        "was declined. Please update your payment method.\n> The billing team",
    ],
    "nl": [
        "Hoi,\n\n{}\n\nGroetjes,\nPiet",
        "Geachte heer, mevrouw,\n\n{}\n\nMet vriendelijke groet,\n\nAnnelies de Vries\n"
        "Officemanager\nContoso Nederland B.V.\nTel. 020 555 01 00 | www.contoso.example",
        "{}\n\nVerzonden vanaf mijn iPhone",
        "Beste,\n{}\nAlvast bedankt,\nAn\n\nDit bericht is vertrouwelijk en alleen bestemd voor de "
        "geadresseerde. Hebt u het ten onrechte ontvangen, verwijder het dan.",
        "{}\n\nOp ma 2 nov. 2026 om 09:14 schreef Facturering <facturering@example.com>:\n> Uw "
        "betaling is geweigerd. Werk uw betalingsmethode bij.\n> Het team facturering",
    ],
}
Dress = Callable[[str], str]


def main() -> None:
    """Print the table."""
    words, parser = MailWords.load(ROOT / "data"), load_parser(None)
    print("| messages | language | as | in scope | wrong answers | out of scope answered |")
    print("|---|---|---|---|---|---|")
    for name in ("development", "heldout"):
        for language in LANGUAGES:
            messages = read_all([ROOT / "tests" / "nlu" / f"{name}.{language}.yml"])
            # Nobody writes a mail to say "next".
            mails = [m for m in messages if m.intent == OUT_OF_SCOPE or is_topic(m.intent)]
            dressed = [_dressed(mail.text, number, language) for number, mail in enumerate(mails)]
            cleaned = [question_of("", text, words) for text in dressed]
            bare = [mail.text for mail in mails]
            for kind, texts in {"bare": bare, "as it came": dressed, "cleaned": cleaned}.items():
                cells = " | ".join(f"{share:.1%}" for share in _shares(parser, mails, texts))
                print(f"| {name} | {language} | {kind} | {cells} |", flush=True)


def _dressed(text: str, number: int, language: str) -> str:
    frames = FRAMES[language]
    return frames[number % len(frames)].format(text)


def _shares(
    parser: Parser, messages: Sequence[Labelled], texts: Sequence[str]
) -> tuple[float, float, float]:
    """Right of those in scope; of these answered wrongly; answered of those out of scope."""
    right = wrong = inside = answered = 0
    for message, text in zip(messages, texts, strict=True):
        found = parser.parse(text)
        sure = found["decision"] == "answer" and is_topic(found["intent"])
        if message.intent == OUT_OF_SCOPE:
            answered += sure
            continue
        inside += 1
        right += found["intent"] == message.intent
        wrong += sure and found["intent"] != message.intent
    return right / inside, wrong / inside, answered / (len(messages) - inside)


if __name__ == "__main__":
    main()
