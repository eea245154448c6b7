"""The desk's own texts: what it says (desk.yml) and what stands on its page (page.yml)."""

from pathlib import Path
from urllib.parse import urlsplit

from balie.content import Content, ContentStore, Language, render
from balie.desk.triage.mail import MailWords

_PAGE_FILE = Path("conversation") / "page.yml"
_DEMO = "demo_customer_"


class Texts:
    """Looks texts up by key and fills in values."""

    def __init__(self, data_dir: Path, default: Language) -> None:
        self.default = default
        self._store = ContentStore(data_dir)
        # A mistake shows at the start, not to the first customer.
        if not self._store.current().page:
            raise FileNotFoundError(data_dir / _PAGE_FILE)
        self.mail_words = MailWords.load(data_dir)

    @property
    def content(self) -> Content:
        """The topics and texts as they stand now."""
        return self._store.current()

    @property
    def problem(self) -> str | None:
        """What keeps the newest version of the texts from being used."""
        self._store.current()  # look now, also where nobody has asked for a text
        return self._store.problem

    @property
    def left_out(self) -> dict[str, str]:
        """The topics that are broken and so left out, and what is wrong with each."""
        return {
            topic: "\n".join(map(str, problems)) for topic, problems in self._store.left_out.items()
        }

    def say(self, key: str, language: Language, **values: object) -> str:
        """The desk's text `key`; raises KeyError where there is none."""
        return render(self.content.desk[key][language], values, language)

    def page(self, language: Language) -> dict[str, str]:
        """Every text of the chat's page."""
        return {key: text[language] for key, text in self.content.page.items()}

    def demo_customers(self, language: Language) -> dict[str, str]:
        """Whom visitors may sign in as in development, by id, and who each is."""
        texts = self.page(language)
        return {
            key.removeprefix(_DEMO): text for key, text in texts.items() if key.startswith(_DEMO)
        }

    def topic_title(self, topic: str, language: Language) -> str | None:
        """A topic's title, or None for a topic that does not exist."""
        found = self.content.topics.get(topic)
        return found.title[language] if found else None

    def is_listed(self, url: str) -> bool:
        """Whether customers may be sent to this address: a safe scheme and a listed host."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        if parts.scheme in ("mailto", "tel"):
            return True
        return parts.scheme == "https" and parts.hostname in _hosts(self.content)


def _hosts(content: Content) -> set[str | None]:
    return {
        urlsplit(url).hostname
        for link in content.links.values()
        for url in (link.url.en, link.url.nl)
    }
