// Hides card numbers with their codes and expiry dates, and IBANs, before a message leaves the browser. The desk masks again, by the
// same rules (balie/privacy), and BSNs too.

export type Kind = "card" | "iban" | "code" | "expiry";

export interface Masked {
  text: string;
  kinds: Kind[];
}

interface Find {
  kind: Kind;
  start: number;
  end: number;
  number: string;
  alone: boolean;
}

interface Group {
  digits: string;
  start: number;
  end: number;
}

const HIDDEN = "••••";
const SEPARATOR = "[^\\p{L}\\p{N}]";

/** The text with card numbers and IBANs hidden but for their last four digits, codes and dates whole. */
export function mask(text: string): Masked {
  const characters = [...text];
  const folded = characters.map(fold).join("");
  const ibans = findIbans(folded);
  const cards = findCards(ibans.reduce(blank, folded));
  const numberless = [...ibans, ...cards].reduce(blank, folded);
  const expiries = distinct(findExpiries(numberless, cards));
  const codes = findCodes(expiries.reduce(blank, numberless));
  const finds = [...ibans, ...cards, ...expiries, ...codes].sort((one, other) => one.start - other.start);
  if (!finds.length) return { text, kinds: [] };
  let position = 0;
  const parts: string[] = [];
  for (const find of finds) {
    parts.push(...characters.slice(position, find.start), hidden(find));
    position = find.end;
  }
  parts.push(...characters.slice(position));
  return { text: parts.join(""), kinds: [...new Set(finds.map((find) => find.kind))] };
}

const blank = (text: string, { start, end }: Find): string =>
  text.slice(0, start) + "•".repeat(end - start) + text.slice(end);

function hidden(find: Find): string {
  if (find.kind === "code" || find.kind === "expiry") return HIDDEN;
  const first = find.kind === "iban" ? `${find.number.slice(0, 2)}••` : HIDDEN;
  return `${first} ${HIDDEN} ${HIDDEN} ${find.alone ? find.number.slice(-4) : HIDDEN}`;
}

// --- folding: one character in, one UTF-16 unit out, so that positions stay ---------------------

// Cyrillic and Greek letters that look like a Latin one.
const LATIN = "abesijkmhopctyxgqwaesijkmhopctyxvdqw" + "abezhikmnoptyxabeikvoptux";
const LOOK_ALIKES = new Map(
  [..."АВЕЅІЈКМНОРСТУХԌԚԜаеѕіјкмнорстухѵԁԛԝ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεικνορτυχ"].map((letter, index) => [letter, LATIN[index]]),
);

function fold(character: string): string {
  if (/\p{Nd}/u.test(character)) return String(decimalValue(character.codePointAt(0)!));
  const plain = character.normalize("NFKC");
  const folded = LOOK_ALIKES.get(plain) ?? plain.toLowerCase();
  if (folded.length === 1) return folded;
  return /[\p{L}\p{N}]/u.test(character) ? "ø" : "·";
}

/** Decimal digits of every script stand in rows of ten, from zero on. */
function decimalValue(code: number): number {
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return (code - zero) % 10;
}

// --- IBAN: the country's own form, mod 97 -------------------------------------------------------

// Country, then how many digits (n), capitals (a) or either (c) follow the two check digits.
const FORMS = new Map(
  (
    "AD8n12c AE19n AL8n16c AT16n AZ4a20c BA16n BE12n BG4a6n8c BH4a14c BI23n BR23n1a1c BY4c4n16c " +
    "CH5n12c CR18n CY8n16c CZ20n DE18n DJ23n DK14n DO4c20n EE16n EG25n ES20n FI14n FK2a12n FO14n " +
    "FR10n11c2n GB4a14n GE2a16n GI4a15c GL14n GR7n16c GT24c HN4a20n HR17n HU24n IE4a14n IL19n " +
    "IQ4a15n IS22n IT1a10n12c JO4a4n18c KW4a22c KZ3n13c LB4n20c LC4a24c LI5n12c LT16n LU3n13c " +
    "LV4a13c LY21n MC10n11c2n MD20c ME18n MK3n10c2n MN16n MR23n MT4a5n18c MU4a19n3a NI4a20n " +
    "NL4a10n NO11n OM3n16c PK4a16c PL24n PS4a21c PT21n QA4a21c RO4a16c RS18n RU14n15c SA2n18c " +
    "SC4a20n3a SD14n SE20n SI15n SK20n SM1a10n12c SO19n ST21n SV4a20n TL19n TN20n TR6n16c " +
    "UA6n19c VA18n VG4a16n XK16n YE4a4n18c"
  )
    .split(" ")
    .map((form) => [form.slice(0, 2).toLowerCase(), form.slice(2)]),
);
const LETTERS: Record<string, string> = { n: "[0-9]", a: "[a-z]", c: "[a-z0-9]" };

/** The pattern of a country's IBANs, and how long they are. */
function ibanForm(country: string): { length: number; pattern: RegExp } | null {
  const form = FORMS.get(country);
  if (!form) return null;
  const parts = [...form.matchAll(/(\d+)([anc])/g)];
  const pattern = parts.map(([, count, kind]) => `${LETTERS[kind]}{${count}}`).join("");
  const length = parts.reduce((sum, [, count]) => sum + Number(count), 4);
  return { length, pattern: new RegExp(`^[a-z]{2}[0-9]{2}${pattern}$`) };
}
const GAP = `${SEPARATOR}{0,3}`;
const IBAN_START = new RegExp(`(?=([a-z])${GAP}([a-z])${GAP}[0-9]${GAP}[0-9])`, "gu");
const IBAN_NEXT = new RegExp(`${GAP}([a-z0-9])`, "uy");
const DIGIT_FOLLOWS = new RegExp(`${SEPARATOR}{0,8}[0-9]`, "uy");

function findIbans(folded: string): Find[] {
  const finds: Find[] = [];
  let searched = 0;
  for (const start of folded.matchAll(IBAN_START)) {
    const form = ibanForm(start[1] + start[2]);
    if (start.index < searched || !form) continue;
    const [number, end] = charactersFrom(folded, start.index, form.length);
    if (!form.pattern.test(number) || !passesMod97(number)) continue;
    DIGIT_FOLLOWS.lastIndex = end;
    const alone = !DIGIT_FOLLOWS.test(folded);
    finds.push({ kind: "iban", start: start.index, end, number: number.toUpperCase(), alone });
    searched = end;
  }
  return finds;
}

function charactersFrom(folded: string, position: number, count: number): [string, number] {
  let found = "";
  while (found.length < count) {
    IBAN_NEXT.lastIndex = position;
    const next = IBAN_NEXT.exec(folded);
    if (!next) break;
    found += next[1];
    position = IBAN_NEXT.lastIndex;
  }
  return [found, position];
}

function passesMod97(number: string): boolean {
  const turned = number.slice(4) + number.slice(0, 4);
  let rest = 0;
  for (const character of turned) {
    for (const digit of String(parseInt(character, 36))) rest = (10 * rest + Number(digit)) % 97;
  }
  return rest === 1;
}

// --- card numbers: 12 to 19 digits that pass the Luhn check -------------------------------------

const [SHORTEST, LONGEST] = [12, 19];
const RUN = new RegExp(`[0-9](?:${SEPARATOR}{0,8}[0-9])*`, "gu");
const ISSUERS = new RegExp(
  "^(?:" +
    [
      "4(?:\\d{12}|\\d{15}|\\d{18})", // Visa
      "(?:5[1-5]\\d\\d|222[1-9]|22[3-9]\\d|2[3-6]\\d\\d|27[01]\\d|2720)\\d{12}", // Mastercard
      "3[47]\\d{13}", // American Express
      "3(?:0[0-5]|095|6|8|9)\\d{11,16}", // Diners Club
      "35(?:2[89]|[3-8]\\d)\\d{12,15}", // JCB
      "(?:50|5[6-8]|6)\\d{10,18}", // Maestro, Discover
      "(?:220[0-4]|81\\d\\d|9792)\\d{12,15}", // Mir, UnionPay, Troy
    ].join("|") +
    ")$",
);

const joined = (groups: Group[]): string => groups.map((group) => group.digits).join("");

function findCards(folded: string): Find[] {
  return [...folded.matchAll(RUN)].flatMap((run) =>
    cardsOfRun(
      folded,
      [...run[0].matchAll(/[0-9]+/g)].map((group) => ({
        digits: group[0],
        start: run.index + group.index,
        end: run.index + group.index + group[0].length,
      })),
    ),
  );
}

/** The card numbers in one run, which may hold an expiry date or a check code besides. */
function cardsOfRun(folded: string, groups: Group[]): Find[] {
  const finds: Find[] = [];
  let rest = groups;
  while (rest.length && !isOneCard(folded, rest)) {
    const [start, end] = firstCard(rest);
    if (isOneCard(folded, rest.slice(0, start))) finds.push(card(rest.slice(0, start), true));
    if (start < end) finds.push(card(rest.slice(start, end), end - start === groups.length));
    rest = rest.slice(end);
  }
  if (rest.length) finds.push(card(rest, true));
  return finds;
}

function firstCard(groups: Group[]): [number, number] {
  for (let start = 0; start < groups.length; start += 1) {
    const end = cardEnd(groups, start);
    if (end) return [start, end];
  }
  return [groups.length, groups.length];
}

/** Where the longest card number that begins with group `start` ends; across separators a known
 *  issuer is asked for as well. */
function cardEnd(groups: Group[], start: number): number {
  let longest = 0;
  let number = "";
  for (let end = start + 1; end <= groups.length; end += 1) {
    number += groups[end - 1].digits;
    if (number.length > LONGEST) break;
    if (number.length < SHORTEST || !passesLuhn(number)) continue;
    if (end === start + 1 || ISSUERS.test(number)) longest = end;
  }
  return longest;
}

/** Whether the groups, with one and the same separator, are one number of any issuer. */
function isOneCard(folded: string, groups: Group[]): boolean {
  if (!groups.length || groups.length > LONGEST) return false;
  const number = joined(groups);
  const between = new Set(
    groups.slice(1).map((group, index) => folded.slice(groups[index].end, group.start)),
  );
  return (
    between.size <= 1 &&
    number.length >= SHORTEST &&
    number.length <= LONGEST &&
    passesLuhn(number)
  );
}

// --- codes that go with a card, where the text calls them so ------------------------------------

// What may stand between a name and its number; never a part that is hidden already.
const BETWEEN = "[^\\p{L}\\p{N}•]";
const CODE = new RegExp(
  "(?<![a-z])(?:cv[cv]2?|pin(?:nummer|number)?" +
    `|(?:kaart|pin|veiligheids?|beveiligings|controle|security|card)${SEPARATOR}?code)` +
    `(?:${BETWEEN}|is|was|nummer|number|nr|no){0,6}([0-9]{3,6})(?![0-9])`,
  "dgu",
);

const findCodes = (folded: string): Find[] =>
  [...folded.matchAll(CODE)].map((found) => {
    const [start, end] = found.indices![1]!;
    return { kind: "code", start, end, number: found[1], alone: false };
  });

// --- expiry dates, beside a card number or where the text calls them so -------------------------

const [MONTH, YEAR] = ["(?:0?[1-9]|1[0-2])", "(?:20)?[2-4][0-9]"];
const EXPIRY = `(?<date>${MONTH} ?[/|–-] ?${YEAR}(?![0-9])(?![/.:–-][0-9]))`;
const BARE_EXPIRY = `(?<bare>(?:0[1-9]|1[0-2]) ?${YEAR}(?![0-9])(?![/.:–-][0-9]))`;
const NAMED_EXPIRY = new RegExp(
  `(?<![a-z])(?:exp(?:ir(?:y|es?|ed|ation|ing))?|(?:valid|good)${SEPARATOR}{0,3}(?:thru|through|until|till|to)` +
    "|verloopt|verloopdatum|verlopen|verval(?:t|len|datum)?|geldig(?:heid(?:sdatum)?)?)" +
    `(?:${BETWEEN}|date|datum|is|was|op|on|in|tot|en|met|tem|m(?=${SEPARATOR})|t(?=/)){0,12}` +
    `(?:${EXPIRY}|${BARE_EXPIRY})`,
  "dgu",
);
const AFTER_CARD = new RegExp(`${BETWEEN}{1,8}${EXPIRY}(?:${BETWEEN}{1,3}(?<code>[0-9]{3})(?![0-9]))?`, "duy");
const BEFORE_CARD = new RegExp(`(?<![0-9/.:–-])${EXPIRY}${BETWEEN}{1,8}$`, "du");
const LONGEST_BEFORE = 20;
// A subscription expires too, and when it does is no secret.
const CARD_NAME = /kaart|card|visa|amex|maestro|pas(?![a-z])/g;
const EXPIRES_TOO = new RegExp(
  "abonnement|subscription|licen[cst]|proef|trial|factu|invoice|contract|offer|aanbod|korting" +
    "|discount|tegoed|domein|domain|certifica|pas(?:poort|sport)|quote|plan(?![a-z])",
  "g",
);

function findExpiries(folded: string, cards: Find[]): Find[] {
  const beside = cards.flatMap(({ start, end }) => {
    AFTER_CARD.lastIndex = end;
    const first = Math.max(0, start - LONGEST_BEFORE);
    const [after, before] = [AFTER_CARD.exec(folded), BEFORE_CARD.exec(folded.slice(first, start))];
    return [...parts(after, { date: "expiry", code: "code" }), ...parts(before, { date: "expiry" }, first)];
  });
  const named = [...folded.matchAll(NAMED_EXPIRY)].filter(
    ({ index }) => !isOfSomethingElse(folded.slice(Math.max(0, index - 60), index)),
  );
  return [...beside, ...named.flatMap((found) => parts(found, { date: "expiry", bare: "expiry" }))];
}

function parts(found: RegExpExecArray | null, kinds: Record<string, Kind>, first = 0): Find[] {
  return Object.entries(kinds).flatMap(([name, kind]) => {
    const place = found?.indices!.groups![name];
    if (!place) return [];
    return [{ kind, start: first + place[0], end: first + place[1], number: found!.groups![name], alone: false }];
  });
}

/** Whether what was named last is something that expires, and no card. */
function isOfSomethingElse(before: string): boolean {
  const [cards, others] = [CARD_NAME, EXPIRES_TOO].map((name) =>
    Math.max(-1, ...[...before.matchAll(name)].map((found) => found.index + found[0].length)),
  );
  return others > cards;
}

/** Each number once: two names may claim one. */
const distinct = (finds: Find[]): Find[] =>
  finds.filter((find, index) => !finds.slice(0, index).some((other) => find.start < other.end && other.start < find.end));

const card = (groups: Group[], alone: boolean): Find => ({
  kind: "card",
  start: groups[0].start,
  end: groups.at(-1)!.end,
  number: joined(groups),
  alone,
});

function passesLuhn(number: string): boolean {
  let sum = 0;
  [...number].reverse().forEach((digit, index) => {
    const value = Number(digit) * (index % 2 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  });
  return sum % 10 === 0;
}
