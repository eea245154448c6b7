"""The help as a site: its texts, its search and its templates, put together once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from balie.content import LANGUAGES, Content, Language, render
from balie.desk.help.search import Search
from balie.desk.services import Services
from balie.desk.tokens import make_customer_token

STATIC = Path(__file__).parent.parent / "static"
DEMO_COOKIE = "balie-demo-customer"
_CHAT = STATIC / "balie-chat.js"
_LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "nl": "Nederlands"}
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Page:
    """One page: its template, where it is, and what it says."""

    template: str
    language: Language
    path: str = ""  # what follows the language in its address; the same in both languages
    description: str | None = None
    is_found: bool = True  # whether search engines may list it, in both languages
    topic: str | None = None
    structured_data: Mapping[str, Any] | None = None
    status: int = 200


class Site:
    """Makes the pages of the help."""

    def __init__(self, services: Services) -> None:
        """Raises FileNotFoundError where the pages have no texts."""
        self.services = services
        self._searches: dict[Language, tuple[Content, Search]] = {}
        self._making = Lock()
        if not self.content.help:
            raise FileNotFoundError(services.settings.data_dir / "help" / "texts.yml")

    @property
    def content(self) -> Content:
        """The topics and texts as they stand now."""
        return self.services.texts.content

    def text(self, key: str, language: Language, **values: object) -> str:
        """A text of the pages."""
        return render(self.content.help[key][language], values, language)

    def search(self, language: Language) -> Search:
        """The search over the topics as they stand now; making it anew takes a second."""
        content = self.content
        with self._making:
            made_from, search = self._searches.get(language, (None, None))
            if search is None or made_from is not content:
                search = Search(content, self.services.settings.data_dir, language)
                self._searches[language] = (content, search)
            return search

    def addresses(self, request: Request, path: str) -> dict[Language, str]:
        """Where the page `path` is for everybody, in each language."""
        public = self.services.settings.public_url or str(request.base_url)
        return {language: f"{public.rstrip('/')}/{language}{path}" for language in LANGUAGES}

    def demo_customers(self, language: Language) -> dict[str, str]:
        """Whom visitors may sign in as, by id; nobody in production."""
        if not self.services.settings.has_demo():
            return {}
        return self.services.texts.demo_customers(language)

    def response(self, request: Request, page: Page, **values: object) -> HTMLResponse:
        """The page as it goes to the browser."""
        language = page.language
        root = request.scope.get("root_path", "")
        customers = self.demo_customers(language)
        customer = request.cookies.get(DEMO_COOKIE)
        customer = customer if customer in customers else None
        settings = self.services.settings
        html = _templates.get_template(page.template).render(
            say=lambda key, **given: self.text(key, language, **given),
            language=language,
            default_language=settings.default_language,
            language_names=_LANGUAGE_NAMES,
            root=root,
            path=page.path,
            topic=page.topic,
            description=page.description,
            addresses=self.addresses(request, page.path) if page.is_found else None,
            structured_data=page.structured_data,
            has_chat=_CHAT.exists(),
            chat_page=f"{root}/chat?lang={language}&topic={page.topic or ''}",
            people_answer=self.services.voice.people_answer(language),
            demo_customers=customers,
            demo_customer=customer,
            customer_token=make_customer_token(settings, customer) if customer else None,
            **values,
        )
        headers = {
            "Content-Language": language,
            # A page with somebody's token is nobody else's.
            "Cache-Control": "no-store" if customer else "no-cache",
        }
        return HTMLResponse(html, status_code=page.status, headers=headers)

    def sitemap(self, pages: list[dict[Language, str]]) -> str:
        """The list of pages for search engines."""
        return _templates.get_template("help/sitemap.xml").render(pages=pages)
