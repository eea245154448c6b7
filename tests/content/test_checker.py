"""Every kind of problem is found where it stands, in a folder that is good but for it."""

from datetime import date
from typing import NamedTuple

import pytest

from balie.content import ContentErrors, check_content, load_content
from balie.content.problems import CATALOGUE

TOPIC = "topics/pay_bill/topic.yml"
FORM = "topics/pay_bill/form.yml"
ACCOUNT = "account/outstanding_balance.yml"
GROUPS = "help/groups.yml"
TEXTS = "conversation/texts.yml"
EXAMPLES = "topics/pay_bill/nlu.en.yml"
LINKS = "links.yml"
OTHER_TOPIC = "topics/ask_person/topic.yml"


class Case(NamedTuple):
    """What is spoiled, and where the problem must point: the text that stands there."""

    code: str
    file: str
    old: str
    new: str
    at: str


GREETING = "greeting: {en: Hello., nl: Goedendag.}"

CASES = [
    # What YAML itself would spoil
    Case("syntax", TEXTS, GREETING, "greeting:\n    en: Hello.\n  nl: Goedendag.", "nl:"),
    Case("syntax", TEXTS, GREETING, "greeting:\n  en: \a\n  nl: Goedendag.", "  en:"),
    Case("tab", TEXTS, GREETING, "greeting:\n\ten: Hello.", "\ten:"),
    Case("starts-with-sign", TEXTS, GREETING, "greeting:\n  en: **Hi**\n  nl: Hoi", "**Hi"),
    Case("starts-with-sign", TEXTS, GREETING, "greeting: {en: **Hi**, nl: Hoi}", "**Hi"),
    Case("starts-with-sign", TEXTS, GREETING, "greeting:\n  en: *Hi\n  nl: Hoi", "*Hi"),
    Case("starts-with-sign", TEXTS, GREETING, "greeting:\n  en: !Hi you\n  nl: Hoi", "!Hi"),
    Case("starts-with-sign", TEXTS, GREETING, "greeting:\n  en: &Hi you\n  nl: Hoi", "&Hi"),
    Case("starts-with-sign", TEXTS, GREETING, "greeting:\n  en: @Hi\n  nl: Hoi", "@Hi"),
    Case("text-after-quotes", TEXTS, GREETING, 'greeting:\n  en: "Hi" you\n  nl: Hoi', "you"),
    Case("text-after-quotes", TEXTS, GREETING, "greeting:\n  en: {a} you\n  nl: Hoi", "you"),
    Case("open-quotes", TEXTS, GREETING, 'greeting:\n  nl: Hoi\n  en: "Hi', '"Hi'),
    Case("colon-in-text", TEXTS, GREETING, "greeting:\n  en: Hi: you\n  nl: Hoi", ": you"),
    Case("text-cut", TEXTS, GREETING, "greeting:\n  en: Hi # 1\n  nl: Hoi", "Hi # 1"),
    Case("text-cut", TEXTS, GREETING, "greeting:\n  en: #1\n  nl: Hoi", " #1"),
    Case("text-cut", TOPIC, "says: {en: [old]", "says: {en: [old # one\n  ]", "old # one"),
    Case("duplicate-key", TEXTS, GREETING, f"a: {{en: A, nl: B}}\n{GREETING}\na: b", "a: b"),
    Case("bad-key", TEXTS, GREETING, f"{GREETING}\n[a]: b", "[a]"),
    Case("alias", TEXTS, GREETING, "greeting:\n  en: &a Hi\n  nl: *a", "nl: *a"),
    # The form of a file
    Case("unknown-key", TOPIC, "done:", "dome:", "dome:"),
    Case("missing-key", TOPIC, "as_of: 2021-08-11\n", "", "title:"),
    Case("missing-language", TEXTS, GREETING, "greeting: {en: Hello.}", "greeting:"),
    Case("empty-text", TEXTS, GREETING, "greeting:\n  en:\n  nl: Hoi", "\n  nl"),
    Case("not-text", TEXTS, GREETING, "greeting:\n  en: {name}\n  nl: Hoi", "en: {name}"),
    Case("not-keys", TEXTS, GREETING, "greeting: Hello.", "Hello."),
    Case("not-list", TOPIC, "links: [your_products]", "links: your_products", "your_products\no"),
    Case("too-few", TOPIC, "{agreement: customer_agreement}", "{agreement: []}", "agreement: []"),
    Case("bad-name", TOPIC, "id: open_page", "id: Open-page", "Open-page"),
    Case("bad-fact", TOPIC, "2.10]", "two]", "two]"),
    Case("bad-date", TOPIC, "2021-08-11", "11-08-2021", "11-08-2021"),
    Case("bad-date", TOPIC, "2021-08-11", "20210811", "20210811"),
    Case("bad-date", TOPIC, "2021-08-11", "2021-02-30", "2021-02-30"),
    Case("bad-yes-no", ACCOUNT, "guide: no", "guide: never", "never"),
    Case("bad-url", LINKS, "https://example.com/en", "javascript:alert(1)", '"javascript'),
    Case("bad-url", LINKS, "https://example.com/en", "http://example.com", '"http:'),
    # What texts say
    Case("unknown-label", TOPIC, "**Settle balance**.", "**Settle**.", "Choose **Settle**"),
    Case("labels-differ", TOPIC, "**Billing > Your products**", "**Billing**", "Open **Fact"),
    Case("open-bold", TOPIC, "en: Wait for", "en: Wait** for", "Wait**"),
    Case("markup", TOPIC, "en: Wait for", "en: See [it](x) and wait for", "See ["),
    Case("markup", TOPIC, "en: Wait for", "en: See https://x.nl and wait for", "See http"),
    Case("markup", TOPIC, "en: Wait for", "en: Wait *now* for", "Wait *"),
    Case("markup", TOPIC, "en: Wait for", "en: Wait <b>now</b> for", "Wait <"),
    Case("markup", TOPIC, "en: Wait for", "en: Wait {Now} for", "Wait {"),
    Case("placeholders-differ", TEXTS, "Hello.", "'Hello {name}.'", "'Hello"),
    Case("unknown-placeholder", ACCOUNT, "Nothing is open.", "'{sum} is open.'", "'{sum}"),
    Case("unknown-placeholder", TOPIC, "en: Wait for", "en: Wait {steps} for", "Wait {"),
    Case("numbers-differ", TOPIC, "within 48 hours", "within 24 hours", "Kies **Saldo"),
    Case("too-many-sentences", TOPIC, "Wait for the mail.", "Wait. Read. Sleep.", "Wait."),
    Case("too-long", TOPIC, "en: Pay a bill", f"en: {'Pay ' * 16}", "Pay Pay"),
    # What refers to something else
    Case("unknown-link", TOPIC, "links: [your_products]", "links: [yours]", "yours]"),
    Case("unknown-link", TOPIC, "link: your_products", "link: yours", "yours\n"),
    Case("unknown-topic", TOPIC, "related: [ask_person]", "related: [ask_robot]", "ask_robot"),
    Case("unknown-topic", ACCOUNT, "topics: [ask_person]", "topics: [ask_robot]", "ask_robot"),
    Case("unknown-topic", GROUPS, "topics: [pay_bill]", "topics: [pay_tax]", "pay_tax"),
    Case("unknown-account-fact", TOPIC, "account: outstanding", "account: standing", "standing_"),
    Case("unknown-check", TOPIC, "check: balance_settled", "check: balance_paid", "balance_paid"),
    Case("unknown-account-answer", TOPIC, "agreement_type", "age", "age\n"),
    Case("missing-account-text", TOPIC, "outstanding_balance", "profiles", "profiles"),
    Case("unknown-variant", ACCOUNT, "\none: {en", "\nonly: {en", "only:"),
    Case("missing-variant", ACCOUNT, "not_due: {en", "none_due: {en", "none:"),
    Case("missing-option", TOPIC, "customer_agreement: {en", "customer: {en", "options:"),
    # Guides
    Case("duplicate-id", TOPIC, "id: wait", "id: pay", "pay\n    en: Wait"),
    Case(
        "not-step", TOPIC, "id: wait", "when: {agreement: online_services}", "when: {agreement: o"
    ),
    Case("unknown-question", TOPIC, "{agreement: customer_agreement}", "{agreed: a}", "agreed"),
    Case(
        "later-question", TOPIC, "    help:", "    when: {agreement: a}\n    help:", "agreement: a"
    ),
    Case("unknown-option", TOPIC, "{agreement: customer_agreement}", "{agreement: no}", "no}"),
    Case("ambiguous-option", TOPIC, "[old]", "[The Customer-Agreement]", "options:"),
    Case("needs-guide", OTHER_TOPIC, "as_of", "check: balance_settled\nas_of", "check:"),
    Case("review-due", TOPIC, "review_by: 2027-06-01", "review_by: 2026-11-20", "2026-11-20"),
    # Forms
    Case("unknown-request", FORM, "request: billing", "request: bills", "bills"),
    Case("unknown-case", FORM, "offered_for: one", "offered_for: two", "two"),
    Case("unknown-check", FORM, "check: phone", "check: telephone", "telephone"),
    Case("unknown-account-answer", FORM, "customer_kind", "client_kind", "client_kind"),
    Case("unknown-link", FORM, "    check: phone", "    link: yours\n    check: phone", "yours"),
    Case("unknown-placeholder", FORM, "en: Why?", "en: Why {number}?", "Why"),
    Case("unknown-key", FORM, "optional: yes", "required: no", "required"),
    Case("bad-yes-no", FORM, "optional: yes", "optional: perhaps", "perhaps"),
    Case("duplicate-id", FORM, "id: phone", "id: reason", "reason\n    label: {en: Phone"),
    Case("missing-option", FORM, "existing: {", "old: {", "options:"),
    Case("ambiguous-option", FORM, "[fresh]", "[Existing]", "options:"),
    Case("unknown-question", FORM, "{kind: new}", "{sort: new}", "sort"),
    Case("later-question", FORM, "    en: Why?", "    when: {kind: new}\n    en: Why?", "kind: n"),
    Case("unknown-option", FORM, "{kind: new}", "{kind: other}", "other"),
    # Examples
    Case("wrong-intent", EXAMPLES, "intent: pay_bill", "intent: pay_bills", "pay_bills"),
    Case("no-examples", EXAMPLES, "examples: |", "sentences: |", "version"),
    Case("bad-example", EXAMPLES, "- how do I", "how do I", "    how do I"),
    Case("same-example", EXAMPLES, "- I want to pay", "- Een MENS, graag!", "    - Een MENS"),
    Case("same-example", EXAMPLES, "- I want to pay", "- HÉLLO...", "    - hello"),
]
# Those that need more than one replaced text; each has a test of its own below.
OTHERS = {
    *("bad-folder", "missing-file", "empty-file", "not-utf8", "too-deep"),
    *("dead-end", "wrong-value"),
}
# Those of files that only the product has; test_product_files.py has their tests.
ABOUT_PRODUCT = {
    *("unreadable", "unknown-intent", "missing-intent", "not-button"),
    *("missing-rule", "unknown-action"),
}
# Those of the list of facts; test_facts.py and test_coverage.py have their tests.
ABOUT_FACTS = {"no-facts", "bad-fact-entry", "unknown-fact", "later-fact", "untold-fact"}


def test_good_content_has_no_problems(folder):
    assert folder.check() == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code} {case.new[:25]!r}")
def test_problem_is_found_where_it_stands(folder, case):
    folder.edit(case.file, case.old, case.new)

    found = [problem for problem in folder.check() if problem.code == case.code]

    assert any(folder.text_at(problem).startswith(case.at) for problem in found)


def test_every_kind_of_problem_has_a_test():
    assert {case.code for case in CASES} | OTHERS | ABOUT_FACTS | ABOUT_PRODUCT == set(CATALOGUE)


@pytest.mark.parametrize(
    "name",
    [
        "topics/pay_bill/topic.yml",
        "topics/pay_bill/nlu.nl.yml",
        "links.yml",
        "labels.yml",
        "conversation/texts.yml",
        "conversation/desk.yml",
        "conversation/nlu/greet.nl.yml",
    ],
)
def test_missing_file_is_named(folder, name):
    (folder.path / name).unlink()

    assert ("missing-file", f"data/{name}") in [(p.code, p.file) for p in folder.check()]


@pytest.mark.parametrize("opened", ["[" * 500, "{a: " * 500, "[" * 30_000, "- " * 500])
@pytest.mark.parametrize("name", [TOPIC, "conversation/desk.yml", EXAMPLES])
def test_brackets_within_brackets_are_told_where_they_are_too_many(folder, name, opened):
    folder.write(name, f"x:\n  {opened}\n")

    [found] = [p for p in folder.check() if p.code == "too-deep"]
    assert (found.file, found.line) == (f"data/{name}", 2)


SHAPES = [
    *("topics/pay_bill/topic.yml", "topics/pay_bill/form.yml", "links.yml", "labels.yml"),
    *("conversation/texts.yml", "conversation/desk.yml", "help/texts.yml", "help/groups.yml"),
    "help/privacy.yml",
]


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("text", ["just a text\n", "- a\n", "a: b\n"])
def test_a_file_of_another_shape_is_reported_and_nothing_breaks(folder, name, text):
    (folder.path / name).parent.mkdir(exist_ok=True)
    (folder.path / name).write_text(text, encoding="utf-8")

    assert f"data/{name}" in {problem.file for problem in folder.check()}


@pytest.mark.parametrize("name", ["Pay-Bill", "2_pay", "pay bill"])
def test_a_folder_whose_name_is_no_topics_is_named(folder, name):
    (folder.path / "topics" / "pay_bill").rename(folder.path / "topics" / name)

    found = [(p.code, p.file, p.line) for p in folder.check()]

    assert ("bad-folder", f"data/topics/{name}/topic.yml", 1) in found


def test_empty_file_is_named(folder):
    folder.write(TEXTS, "# nothing yet\n")

    assert [p.code for p in folder.check()] == ["empty-file"]


def test_file_that_is_not_utf8_is_named(folder):
    (folder.path / TEXTS).write_bytes("greeting: {en: Hi, nl: Één}".encode("latin-1"))

    assert [p.code for p in folder.check()] == ["not-utf8"]


def test_answer_that_leads_nowhere_is_named(folder):
    folder.edit(
        TOPIC, "  - id: wait\n", "  - id: wait\n    when: {agreement: customer_agreement}\n"
    )

    problems = folder.check()

    assert [(p.code, p.line) for p in problems] == [("dead-end", 22)]
    assert "`online_services` at `agreement`" in problems[0].message


def test_all_problems_are_reported_at_once(folder):
    folder.edit(TOPIC, "done:", "dome:")
    folder.edit(TOPIC, "id: wait", "id: pay")
    folder.edit(TOPIC, "2021-08-11", "soon")
    folder.edit(EXAMPLES, "intent: pay_bill", "intent: other")
    folder.write(TEXTS, "greeting: {en: Hi}\n")

    assert [p.code for p in folder.check()] == [
        "missing-language",
        "wrong-intent",
        "duplicate-id",
        "unknown-key",
        "bad-date",
    ]


def test_problem_reads_as_place_code_message_and_fix(folder):
    folder.edit(TOPIC, "done:", "dome:")

    assert [str(problem) for problem in folder.check()] == [
        "data/topics/pay_bill/topic.yml:30:1 unknown-key `dome` is no key that may stand here. "
        "(Did you mean `done`?)"
    ]


def test_remarks_behind_names_are_fine(folder):
    folder.edit(TOPIC, "check: balance_settled", "check: balance_settled  # looked up")

    assert folder.check() == []


def test_screen_name_without_dutch_is_shown_in_english(folder):
    folder.edit(TOPIC, "en: Wait for the mail.", "en: Choose **Pay your balance**.")
    folder.edit(TOPIC, "nl: Wacht op de mail.", "nl: Kies **Pay your balance**.")

    assert folder.check() == []


@pytest.mark.parametrize("text", ["Choose **Settle balance**. Wait.", "It costs 2.50, e.g. now."])
def test_sentences_end_with_a_sign_and_a_space(folder, text):
    folder.edit(TOPIC, "en: Wait for the mail.", f"en: {text}")

    assert "too-many-sentences" not in [problem.code for problem in folder.check()]


def test_message_may_be_an_example_of_one_intent_in_both_languages(folder):
    folder.edit(EXAMPLES, "- I want to pay", "- Ik wíl betalen")

    assert folder.check() == []


def test_load_gives_everything_by_id(folder):
    content = load_content(folder.path)

    assert sorted(content.topics) == ["ask_person", "pay_bill"]
    assert content.topics["pay_bill"].title["nl"] == "Een rekening betalen"
    assert content.links["your_products"].url["nl"] == "https://example.com/nl"
    assert content.account["outstanding_balance"]["none"].guide is False
    assert content.texts["greeting"]["en"] == "Hello."
    assert content.desk["too_long"]["nl"] == "Dat is te lang."
    assert content.labels[0]["nl"] == "Facturering"


def test_a_form_needs_its_topic_s_account_fact(folder):
    folder.edit(TOPIC, "account: outstanding_balance\n", "")

    assert [problem.code for problem in folder.check()] == ["unknown-case"]


def test_load_gives_the_form_of_a_topic(folder):
    form = load_content(folder.path).forms["pay_bill"]

    assert form.topic == "pay_bill"
    assert [field.id for field in form.fields] == ["reason", "kind", "phone"]
    assert form.fields[2].optional


def test_load_raises_every_error(folder):
    folder.edit(TOPIC, "done:", "dome:")
    folder.edit(TEXTS, "Hello.", "**Hello**.")

    with pytest.raises(ContentErrors) as caught:
        load_content(folder.path)

    assert {problem.code for problem in caught.value.problems} == {
        "unknown-key",
        "starts-with-sign",
    }


def test_load_takes_content_that_only_has_warnings(folder):
    folder.edit(TOPIC, "within 48 hours", "within 24 hours")

    assert load_content(folder.path).topics.keys() == {"ask_person", "pay_bill"}


def test_load_does_not_look_at_examples(folder):
    (folder.path / EXAMPLES).unlink()

    assert "pay_bill" in load_content(folder.path).topics


def test_review_day_itself_is_in_time(folder):
    assert check_content(folder.path, date(2027, 6, 1)) == []
    assert {p.code for p in check_content(folder.path, date(2027, 6, 2))} == {"review-due"}


def test_review_that_is_due_is_a_warning(folder):
    problems = check_content(folder.path, date(2027, 6, 2))

    assert {problem.severity for problem in problems} == {"warning"}
