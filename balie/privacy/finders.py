"""Where a folded text holds a card number or its codes, an IBAN, or a citizen service number."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from stdnum import iban, luhn, numdb
from stdnum.nl import bsn

from balie.privacy.runs import SEPARATORS, Group, joined, runs, windows

Kind = Literal["card", "iban", "bsn", "code", "expiry"]


@dataclass(frozen=True)
class Find:
    """A number to hide: where it stands, its characters, whether no other digits adjoin it."""

    kind: Kind
    start: int
    end: int
    number: str
    alone: bool


# --- IBAN -------------------------------------------------------------------------------------

_GAP = r"[\W_]{0,3}"
_IBAN_START = re.compile(rf"(?=([a-z]){_GAP}([a-z]){_GAP}[0-9]{_GAP}[0-9])")
_IBAN_NEXT = re.compile(rf"{_GAP}([a-z0-9])")
_DIGIT_FOLLOWS = re.compile(rf"{SEPARATORS}[0-9]")


def find_ibans(folded: str) -> Iterator[Find]:
    """IBANs of any country, grouped or not: right length, right form, mod 97."""
    searched = 0
    for start in _IBAN_START.finditer(folded):
        length = _iban_length(start.group(1) + start.group(2))
        if start.start() < searched or not length:
            continue
        number, end = _characters(folded, start.start(), length)
        if len(number) == length and iban.is_valid(number, check_country=False):
            alone = _DIGIT_FOLLOWS.match(folded, end) is None
            yield Find("iban", start.start(), end, number.upper(), alone)
            searched = end


def _characters(folded: str, position: int, count: int) -> tuple[str, int]:
    """The next `count` letters and digits from `position`, and where they end."""
    characters = ""
    while len(characters) < count:
        found = _IBAN_NEXT.match(folded, position)
        if found is None:
            break
        characters += found.group(1)
        position = found.end()
    return characters, position


@lru_cache(maxsize=1024)
def _iban_length(country: str) -> int:
    """How many characters an IBAN of this country has; 0 for none."""
    info = numdb.get("iban").info(country.upper())[0][1]
    return 4 + sum(map(int, re.findall(r"\d+", info["bban"]))) if info else 0


# --- card numbers -----------------------------------------------------------------------------

_SHORTEST_CARD, _LONGEST_CARD = 12, 19
_ISSUERS = re.compile(
    r"""
      4(?:\d{12}|\d{15}|\d{18})                                          # Visa
    | (?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}   # Mastercard
    | 3[47]\d{13}                                                        # American Express
    | 3(?:0[0-5]|095|6|8|9)\d{11,16}                                     # Diners Club
    | 35(?:2[89]|[3-8]\d)\d{12,15}                                       # JCB
    | (?:50|5[6-8]|6)\d{10,18}                                           # Maestro, Discover
    | (?:220[0-4]|81\d\d|9792)\d{12,15}                                  # Mir, UnionPay, Troy
    """,
    re.VERBOSE,
)


def find_cards(folded: str) -> Iterator[Find]:
    """Card numbers: 12 to 19 digits that pass the Luhn check, whatever separates them."""
    for groups in runs(folded):
        yield from _cards_of_run(folded, groups)


def _cards_of_run(folded: str, groups: Sequence[Group]) -> Iterator[Find]:
    """The card numbers in one run, which may hold an expiry date or a check code besides."""
    rest = groups
    while rest and not _is_one_card(folded, rest):
        start, end = _first_card(rest)
        if _is_one_card(folded, rest[:start]):
            yield _find("card", rest[:start], alone=True)
        if start < end:
            yield _find("card", rest[start:end], alone=end - start == len(groups))
        rest = rest[end:]
    if rest:
        yield _find("card", rest, alone=True)


def _first_card(groups: Sequence[Group]) -> tuple[int, int]:
    """The first card number among the groups; an empty one at the end if there is none."""
    for start in range(len(groups)):
        end = _card_end(groups, start)
        if end is not None:
            return start, end
    return len(groups), len(groups)


def _card_end(groups: Sequence[Group], start: int) -> int | None:
    """Where the longest card number that begins with group `start` ends (exclusive).

    Digits side by side need the Luhn check only. Across separators a known issuer is asked for
    as well, else every tenth pair of ordinary numbers would be taken for a card.
    """
    ends = [
        end
        for end in windows(groups, start, _SHORTEST_CARD, _LONGEST_CARD)
        if end == start + 1 or _ISSUERS.fullmatch(joined(groups[start:end]))
        if luhn.is_valid(joined(groups[start:end]))
    ]
    return max(ends, default=None)


def _is_one_card(folded: str, groups: Sequence[Group]) -> bool:
    """Whether the groups, with one and the same separator, are one number of any issuer."""
    if not 0 < len(groups) <= _LONGEST_CARD:
        return False
    number = joined(groups)
    between = {folded[a.end : b.start] for a, b in pairwise(groups)}
    return (
        len(between) <= 1
        and _SHORTEST_CARD <= len(number) <= _LONGEST_CARD
        and luhn.is_valid(number)
    )


def _find(kind: Kind, groups: Sequence[Group], *, alone: bool) -> Find:
    return Find(kind, groups[0].start, groups[-1].end, joined(groups), alone)


# --- codes that go with a card -----------------------------------------------------------------

# What may stand between a name and its number; never a part that is hidden already.
_BETWEEN = r"(?:(?!•)[\W_])"
_CODE = re.compile(
    r"(?<![a-z])(?:cv[cv]2?|pin(?:nummer|number)?"
    r"|(?:kaart|pin|veiligheids?|beveiligings|controle|security|card)[\W_]?code)"
    rf"(?:{_BETWEEN}|is|was|nummer|number|nr|no){{0,6}}(?P<digits>[0-9]{{3,6}})(?![0-9])"
)


def find_codes(folded: str) -> Iterator[Find]:
    """Check codes and PINs, where the text calls them so; no card company lets them be kept."""
    for found in _CODE.finditer(folded):
        yield Find("code", *found.span("digits"), found["digits"], alone=False)


# --- expiry date of a card ----------------------------------------------------------------------

# Month and year, as on a card. Cards run a few years: so "1-12" is the first of December.
_MONTH, _YEAR = "(?:0?[1-9]|1[0-2])", "(?:20)?[2-4][0-9]"
_EXPIRY = rf"(?P<date>{_MONTH} ?[/|–-] ?{_YEAR}(?![0-9])(?![/.:–-][0-9]))"
_BARE_EXPIRY = rf"(?P<bare>(?:0[1-9]|1[0-2]) ?{_YEAR}(?![0-9])(?![/.:–-][0-9]))"
_NAMED_EXPIRY = re.compile(
    r"(?<![a-z])(?:exp(?:ir(?:y|es?|ed|ation|ing))?|(?:valid|good)[\W_]{0,3}(?:thru|through|until|till|to)"
    r"|verloopt|verloopdatum|verlopen|verval(?:t|len|datum)?|geldig(?:heid(?:sdatum)?)?)"
    rf"(?:{_BETWEEN}|date|datum|is|was|op|on|in|tot|en|met|tem|m(?=[\W_])|t(?=/)){{0,12}}"
    rf"(?:{_EXPIRY}|{_BARE_EXPIRY})"
)
_AFTER_CARD = re.compile(
    rf"{_BETWEEN}{{1,8}}{_EXPIRY}(?:{_BETWEEN}{{1,3}}(?P<code>[0-9]{{3}})(?![0-9]))?"
)
_BEFORE_CARD = re.compile(rf"(?<![0-9/.:–-]){_EXPIRY}{_BETWEEN}{{1,8}}$")
_LONGEST_BEFORE = 20  # characters: a date and what stands between it and the card number
# A subscription expires too, and when it does is no secret.
_CARD_NAME = re.compile(r"kaart|card|visa|amex|maestro|pas(?![a-z])")
_EXPIRES_TOO = re.compile(
    r"abonnement|subscription|licen[cst]|proef|trial|factu|invoice|contract|offer|aanbod|korting"
    r"|discount|tegoed|domein|domain|certifica|pas(?:poort|sport)|quote|plan(?![a-z])"
)


def find_expiries(folded: str, cards: Sequence[Find]) -> Iterator[Find]:
    """Expiry dates beside a card number (and the check code after one), or that are called so."""
    for card in cards:
        after = _AFTER_CARD.match(folded, card.end)
        first = max(0, card.start - _LONGEST_BEFORE)
        before = _BEFORE_CARD.search(folded[first : card.start])
        if after:
            yield from _parts(after, date="expiry", code="code")
        if before:
            yield _part("expiry", before["date"], first + before.start("date"))
    for found in _NAMED_EXPIRY.finditer(folded):
        if not _is_of_something_else(folded[max(0, found.start() - 60) : found.start()]):
            yield from _parts(found, date="expiry", bare="expiry")


def _parts(found: re.Match[str], **kinds: Kind) -> Iterator[Find]:
    for name, kind in kinds.items():
        if found[name] is not None:
            yield _part(kind, found[name], found.start(name))


def _part(kind: Kind, text: str, start: int) -> Find:
    return Find(kind, start, start + len(text), text, alone=False)


def _is_of_something_else(before: str) -> bool:
    """Whether what was named last is something that expires, and no card."""
    cards, others = (
        max((each.end() for each in name.finditer(before)), default=-1)
        for name in (_CARD_NAME, _EXPIRES_TOO)
    )
    return others > cards


# --- citizen service number -------------------------------------------------------------------

_BSN_NAME = re.compile(
    r"(?<![a-z])b[\W_]?s[\W_]?n(?:umme)?r?(?![a-z])|(?<![a-z])bsn"
    r"|burger[\W_]?service[\W_]?n(?:umme)?r|sofi[\W_]?n(?:umme)?r"
    r"|citizen(?:['’]?s)?[\W_]{1,3}service[\W_]{1,3}n(?:umbe)?r"
)
_OTHER_NAME = re.compile(
    r"factu|invoice|order|bestel|(?<![a-z])(?:case|po|vat)(?![a-z])|zaak|ticket|btw|kvk"
    r"|(?:klant|customer|account|rekening|telefoon|phone|contract|polis)[\W_]?(?:n(?:umme|umbe)?r|no|id)"
)
_OTHER_NUMBER = re.compile(r"[0-9]{6}")
_NAME_BEFORE, _NAME_AFTER = 160, 40
_OWN_NUMBER_FOLLOWS = re.compile(r"[a-z]*[\W_]*(?:(?:nummer|number|nr|no|is|was)[\W_]*){0,3}[0-9]")


def find_bsns(folded: str) -> Iterator[Find]:
    """Citizen service numbers: the 11-test, and only where the text calls the number one.

    Nine-digit invoice and VAT numbers pass that test by chance.
    """
    names = [found.span() for found in _BSN_NAME.finditer(folded)]
    if not names:
        return
    previous_end: int | None = None
    for groups in runs(folded):
        for found in _bsns_of_run(groups, _is_called_bsn(folded, names, previous_end)):
            previous_end = found.end
            yield found


def _bsns_of_run(groups: Sequence[Group], is_called: Callable[[int, int], bool]) -> Iterator[Find]:
    start = 0
    while start < len(groups):
        for end in windows(groups, start, 8, 9):
            number = joined(groups[start:end])
            whole = groups[start].start, groups[end - 1].end
            if bsn.is_valid(number) and is_called(*whole):
                yield Find("bsn", *whole, number, alone=end - start == len(groups))
                start = end - 1
                break
        start += 1


def _is_called_bsn(
    folded: str, names: Sequence[tuple[int, int]], previous_end: int | None
) -> Callable[[int, int], bool]:
    def is_called(start: int, end: int) -> bool:
        return (
            _named_before(folded, names, start)
            or _named_after(folded, names, start, end)
            or (previous_end is not None and _continues_list(folded[previous_end:start]))
        )

    return is_called


def _named_before(folded: str, names: Sequence[tuple[int, int]], start: int) -> bool:
    """ "Mijn BSN is 111222333", with no other number or name of one in between."""
    ends = [end for _, end in names if start - _NAME_BEFORE <= end <= start]
    return bool(ends) and not _names_another(folded[ends[-1] : start])


def _named_after(folded: str, names: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """ "111222333 is mijn BSN", unless the name belongs to the next number or this has its own."""
    after = [name for name in names if end <= name[0] <= end + _NAME_AFTER]
    if not after or _OTHER_NAME.search(folded, max(0, start - 30), start):
        return False
    between = folded[end : after[0][0]]
    return not (
        _names_another(between)
        or re.search(r"[.!?;\n]", between)
        or _OWN_NUMBER_FOLLOWS.match(folded, after[0][1])
    )


def _names_another(text: str) -> bool:
    return bool(_OTHER_NAME.search(text) or _OTHER_NUMBER.search(text))


def _continues_list(between: str) -> bool:
    """Whether only "," or "and" stands between two numbers of one list."""
    return re.fullmatch(r"[\W_]*(?:en|and|of|or)?[\W_]*", between) is not None
