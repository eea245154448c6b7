"""All real content under ``data/``: both languages say the same, and nothing bad comes back."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from balie.content import LANGUAGES, Content, Text, check_content, load_content, named_labels
from balie.content.guide import all_paths, match_option
from balie.content.loader import build_content, read_files
from balie.content.model import Form, Question, Step, Topic
from balie.content.rules.texts import placeholders, sentences

DATA = Path(__file__).parents[2] / "data"

# Mistranslations of the Dutch help pages that our texts follow in everything else, and a familiar
# form of address.
NEVER_IN_DUTCH = [
    r"betalingsbalans",
    r"achtereen",
    r"kerngeheugens?",
    r"directe overboeking",
    r"afgewezen",
    r"kredietcontroleaanvraag",
    r"financiÃ«n",
    r"einddatum van de factuur",
    r"contact op kunt nemen",
    r"producten & services",
    r"betaalmethoden?",
    r"(?:je|jij|jou|jouw|jullie)",
]


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content(DATA)


def texts_by_file(content: Content) -> Iterator[tuple[str, dict[str, Text]]]:
    """Every text that somebody reads, by what it belongs to and its own name there."""
    for name, topic in content.topics.items():
        yield f"topic {name}", dict(_topic_texts(topic))
    for name, form in content.forms.items():
        yield f"form {name}", dict(_form_texts(form))
    for name, account in content.account.items():
        items = {f"{case}.item": each.item for case, each in account.variants.items() if each.item}
        yield f"account {name}", {**account.variants, **items}
    yield "texts", dict(content.texts)
    yield "desk", dict(content.desk)


def _topic_texts(topic: Topic) -> Iterator[tuple[str, Text]]:
    for key in ("title", "description", "answer", "offer", "done"):
        if text := getattr(topic, key):
            yield key, text
    for item in topic.guide:
        yield item.id, item
        if item.help:
            yield f"{item.id}.help", item.help
        if isinstance(item, Question):
            yield from ((f"{item.id}.{name}", option) for name, option in item.options.items())


def _form_texts(form: Form) -> Iterator[tuple[str, Text]]:
    yield from (("offer", form.offer), ("subject", form.subject), ("filed", form.filed))
    for field in form.fields:
        parts = {"": field, ".label": field.label, ".portal": field.portal, ".help": field.help}
        yield from ((f"{field.id}{name}", text) for name, text in parts.items() if text)
        yield from ((f"{field.id}.{name}", option) for name, option in field.options.items())


FILES = [
    pytest.param(texts, id=name) for name, texts in texts_by_file(build_content(read_files(DATA)))
]
FORMS = sorted(path.parent.name for path in DATA.glob("topics/*/form.yml"))
TOPICS = sorted(path.parent.name for path in DATA.glob("topics/*/topic.yml"))


def test_content_has_no_errors():
    assert [str(p) for p in check_content(DATA) if p.severity == "error"] == []


@pytest.mark.parametrize("texts", FILES)
def test_both_languages_use_the_same_placeholders(texts):
    for text in texts.values():
        assert placeholders(text.en) == placeholders(text.nl)


@pytest.mark.parametrize("texts", FILES)
def test_both_languages_name_the_same_labels(texts, content):
    pairs = {(label["en"], label["nl"]) for label in content.labels}

    for text in texts.values():
        english, dutch = (set(named_labels(text[language])) for language in LANGUAGES)
        assert {nl for en, nl in pairs if en in english} >= dutch
        assert {en for en, nl in pairs if nl in dutch} >= english


@pytest.mark.parametrize("texts", FILES)
def test_no_mistranslation_comes_back(texts):
    bad = re.compile(rf"\b(?:{'|'.join(NEVER_IN_DUTCH)})\b", re.IGNORECASE)

    assert {name: bad.findall(text.nl) for name, text in texts.items() if bad.search(text.nl)} == {}


@pytest.mark.parametrize("name", TOPICS)
def test_guide_can_be_walked_in_every_branch(name, content):
    topic = content.topics[name]

    for path in all_paths(topic) if topic.guide else ():
        assert isinstance(path.items[-1], Step)


@pytest.mark.parametrize("name", TOPICS)
def test_steps_are_at_most_two_sentences(name, content):
    counts = {
        (item.id, language): sentences(item[language])
        for item in content.topics[name].guide
        for language in LANGUAGES
    }

    assert {key: count for key, count in counts.items() if count > 2} == {}


@pytest.mark.parametrize("name", TOPICS)
def test_links_lead_to_the_same_page_in_both_languages(name, content):
    topic = content.topics[name]
    used = {*topic.links, *(item.link for item in topic.guide if item.link)}

    for url in (content.links[link].url for link in used):
        assert url.en.replace("/en-us/", "/") == url.nl.replace("/nl-nl/", "/")


@pytest.mark.parametrize("name", FORMS)
def test_form_has_a_message_for_every_answer_that_it_refuses(name, content):
    kinds = {"choice" if each.options else each.check for each in content.forms[name].fields}

    assert {f"form_problem_{kind}" for kind in kinds} <= content.texts.keys()


@pytest.mark.parametrize("name", FORMS)
def test_form_s_questions_are_short_and_labels_fit(name, content):
    for each in content.forms[name].fields:
        for language in LANGUAGES:
            assert sentences(each[language]) <= 2
            assert len(each.label[language]) <= 60


def test_pay_by_invoice_form_has_the_portal_s_fields_in_its_order(content):
    form = content.forms["pay_by_invoice"]
    portal = [each.portal.en for each in form.fields if each.portal]

    assert len(portal) == 19
    assert (portal[0], portal[9], portal[15]) == (
        "New or existing customer",
        "TAX ID/ VAT ID",
        "Justification on why you prefer Invoice option over credit card",
    )
    cores = [each.id for each in form.fields if each.when == {"quota": ["quota"]}]
    assert cores == ["existing_cores", "requested_cores", "region_and_series"]


def test_past_due_guide_follows_the_card(content):
    paths = {
        path.answers["card_owner"]: [item.id for item in path.items]
        for path in all_paths(content.topics["past_due"])
    }

    begin = ["open_products", "settle_balance", "card_owner"]
    assert paths == {
        "own": [*begin, "own_card", "save"],
        "other": [*begin, "other_card", "save"],
    }


@pytest.mark.parametrize(
    ("typed", "option"),
    [
        ("ja dat klopt", "own"),
        ("dat klopt niet", "other"),
        ("nee, die is van mijn baas", "other"),
        ("it belongs to someone else", "other"),
        ("that's not my card", "other"),
        ("weet ik niet", None),
    ],
)
def test_past_due_question_understands_what_people_type(typed, option, content):
    guide = content.topics["past_due"].guide
    owner = next(item for item in guide if isinstance(item, Question))

    assert match_option(owner, typed, "nl") == option


def test_past_due_texts_say_what_the_facts_say(content):
    topic = content.topics["past_due"]
    steps = {item.id: item for item in topic.guide}

    assert "**Saldo vereffenen** naast de melding" in steps["settle_balance"].nl
    assert "vervaldatum" in steps["own_card"].nl
    assert "vervaldatum" not in steps["other_card"].nl
    assert topic.done is not None
    assert "minstens 48 uur voordat u" in topic.done.nl
    assert "at least 48 hours before" in topic.done.en
