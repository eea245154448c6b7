"""Recognizes texts of ``data/`` in replies, so that tests need not repeat their wording."""

import re

from balie.content import Content, Form, Language, Text
from balie.content.model import Question, Topic
from balie.content.rendering import PLACEHOLDER


def plain(text: str) -> str:
    """`text` as it is compared: without bold marks, all white space alike."""
    return " ".join(text.replace("**", "").split())


class NamedTexts:
    """Looks texts up by name.

    A name is a key of ``data/conversation/`` (`hand_over`), an account text (`failed_charge.none`),
    a part of a topic: `past_due.answer`, `past_due.done`, `past_due.save` (a step or question)
    or `past_due.save.help`; or a part of its form: `pay_by_invoice.form.offer`,
    `pay_by_invoice.form.vat_number` (a field's question) or `pay_by_invoice.form.vat_number.help`.
    """

    def __init__(self, content: Content) -> None:
        self._content = content

    def is_said(self, name: str, language: Language, reply: str) -> bool:
        """Whether the text is part of `reply`; raises LookupError for a name that does not exist.

        Where the text has a placeholder, the reply may have anything.
        """
        return any(
            _pattern(text[language]).search(plain(reply)) is not None for text in self._named(name)
        )

    def question(self, name: str, language: Language, reply: str) -> bool:
        """Whether a question of this name is put; raises LookupError where there is none."""
        found = [
            item
            for topic in self._content.topics.values()
            for item in topic.guide
            if isinstance(item, Question) and item.ask == name
        ]
        if not found:
            raise LookupError(f"no guide has a question named {name}")
        return any(plain(each[language]) in plain(reply) for each in found)

    def _named(self, name: str) -> list[Text]:
        first, *rest = name.split(".")
        found: list[Text | None]
        if not rest:
            found = [self._content.texts.get(name), self._content.desk.get(name)]
        else:
            found = [self._account_text(first, rest), self._topic_text(first, rest)]
        texts = [text for text in found if text is not None]
        if not texts:
            raise LookupError(f"no text is named {name}")
        return texts

    def _account_text(self, fact: str, rest: list[str]) -> Text | None:
        account = self._content.account.get(fact)
        return account.variants.get(rest[0]) if account and len(rest) == 1 else None

    def _topic_text(self, name: str, rest: list[str]) -> Text | None:
        topic = self._content.topics.get(name)
        if topic and rest[0] == "form":
            form = self._content.forms.get(name)
            return _form_part(form, rest[1:]) if form else None
        return _part(topic, rest) if topic else None


def _part(topic: Topic, path: list[str]) -> Text | None:
    if path in (["answer"], ["done"], ["offer"], ["title"]):
        part: Text | None = getattr(topic, path[0])
        return part
    item = next((each for each in topic.guide if each.id == path[0]), None)
    if item is None or path[1:] not in ([], ["help"]):
        return None
    return item.help if path[1:] else item


def _form_part(form: Form, path: list[str]) -> Text | None:
    if path in (["offer"], ["subject"], ["filed"]):
        part: Text | None = getattr(form, path[0])
        return part
    field = next((each for each in form.fields if [each.id] == path[:1]), None)
    if field is None or path[1:] not in ([], ["help"]):
        return None
    return field.help if path[1:] else field


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(PLACEHOLDER.pattern.replace("(", "(?:", 1), plain(template))
    return re.compile(".+?".join(map(re.escape, parts)))
