"""The chat as a page of its own: rendered here; the conversation on it is the chat widget."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from balie.content import LANGUAGES, Language
from balie.desk.api.common import CallerLanguage, Desk

router = APIRouter(include_in_schema=False)

_LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "nl": "Nederlands"}
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@router.get("/chat", response_class=HTMLResponse)
async def chat_page(
    request: Request,
    desk: Desk,
    caller_language: CallerLanguage,
    lang: Annotated[str | None, Query()] = None,
    topic: Annotated[str | None, Query()] = None,
) -> HTMLResponse:
    """The chat, in the language of `?lang=` or else of the browser."""
    language: Language = next((known for known in LANGUAGES if known == lang), caller_language)
    texts = desk.texts.page(language)
    html = _templates.get_template("page.html").render(
        language=language,
        languages=_LANGUAGE_NAMES,
        topic=topic if topic and desk.texts.topic_title(topic, language) else None,
        texts=texts,
        demo_customers=desk.texts.demo_customers(language) if desk.settings.has_demo() else {},
        root=request.scope.get("root_path", ""),
    )
    headers = {"Content-Language": language, "Cache-Control": "no-cache", "Vary": "Accept-Language"}
    return HTMLResponse(html, headers=headers)
