"""A desk with the real content, whose pages are read and never written to."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from balie.content import Content, load_content
from tests.desk.conftest import DATA, Desk, FakeRasa, make_settings

Attributes = dict[str, str | None]


class Html(HTMLParser):
    """A page: its tags with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, Attributes]] = []
        self.scripts: list[str] = []
        self._texts: list[str] = []
        self._in = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in = tag

    def handle_data(self, data: str) -> None:
        if self._in == "script" and data.strip():
            self.scripts.append(data)
        self._texts.append(data)

    def all(self, tag: str) -> list[Attributes]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        """Everything that can be read, with single spaces."""
        return re.sub(r"\s+", " ", " ".join(self._texts))


@pytest.fixture(scope="session")
def content() -> Content:
    return load_content(DATA)


@pytest.fixture(scope="session")
def help_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    state: Path = tmp_path_factory.mktemp("help")
    rasa = FakeRasa()
    settings = make_settings(DATA, f"sqlite:///{state / 'balie.db'}", rasa, state)
    desk = Desk(settings.model_copy(update={"greeting_topics": "past_due, pay_by_invoice"}))
    yield desk
    desk.stop()
    rasa.stop()
