"""The addresses of the help: home, articles, search, privacy, and what is found at none of them."""

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Form, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from balie.content import LANGUAGES, Language, render
from balie.desk.api.common import CallerLanguage
from balie.desk.help import structured_data
from balie.desk.help.articles import article, shelves, slug_of, teaser, topic_of
from balie.desk.help.markup import blocks
from balie.desk.help.site import DEMO_COOKIE, Page, Site
from balie.desk.languages import preferred_language
from balie.desk.problems import Problems
from balie.privacy import mask

router = APIRouter(include_in_schema=False)

_LONGEST_QUERY = 200
_READ = ["GET", "HEAD"]


async def site_of(request: Request) -> Site:
    """The site of the running application."""
    site: Site = request.app.state.site
    return site


async def language_of(language: str) -> Language:
    """The language in the address; anything else is no page."""
    for known in LANGUAGES:
        if language == known:
            return known
    raise HTTPException(404)


Help = Annotated[Site, Depends(site_of)]
PageLanguage = Annotated[Language, Depends(language_of)]


@router.api_route("/", methods=_READ)
async def choose_language(
    request: Request,
    site: Help,
    caller_language: CallerLanguage,
    lang: Annotated[str | None, Query()] = None,
    topic: Annotated[str | None, Query()] = None,
) -> Response:
    """To the home page, or a topic's article, in the language that the browser asks for."""
    language: Language = next((known for known in LANGUAGES if known == lang), caller_language)
    headers = {"Vary": "Accept-Language", "Cache-Control": "no-cache"}
    path = f"/{slug_of(topic)}" if topic and topic in site.content.topics else ""
    return RedirectResponse(_local(request, f"/{language}{path}"), 307, headers)


@router.api_route("/robots.txt", methods=_READ)
async def robots(request: Request, site: Help) -> PlainTextResponse:
    """Search engines may read everything but the searches."""
    home = next(iter(site.addresses(request, "").values()))
    lines = ["User-agent: *"]
    lines += [f"Disallow: /{language}/search" for language in LANGUAGES]
    lines += [f"Sitemap: {home.rsplit('/', 1)[0]}/sitemap.xml", ""]
    return PlainTextResponse("\n".join(lines))


@router.api_route("/sitemap.xml", methods=_READ)
async def sitemap(request: Request, site: Help) -> Response:
    """Every page in both languages."""
    paths = ["", "/privacy", *(f"/{slug_of(name)}" for name in site.content.topics)]
    pages = [site.addresses(request, path) for path in paths]
    return Response(site.sitemap(pages), media_type="application/xml")


@router.api_route("/{language}", methods=_READ)
async def home(request: Request, site: Help, language: PageLanguage) -> HTMLResponse:
    """All topics in their groups."""
    address = site.addresses(request, "")[language]
    page = Page(
        "help/home.html",
        language,
        description=site.text("home_description", language),
        structured_data=structured_data.of_home(site.text("site", language), address, language),
    )
    topics = site.content.topics
    often = site.services.settings.greeting_topics.replace(",", " ").split()
    return site.response(
        request,
        page,
        often=[teaser(topics[name], language) for name in often if name in topics],
        shelves=shelves(site.content, language, site.text("other_topics", language)),
    )


@router.api_route("/{language}/search", methods=_READ)
async def search(
    request: Request,
    site: Help,
    language: PageLanguage,
    q: Annotated[str, Query()] = "",
) -> HTMLResponse:
    """The topics that fit; the search itself is kept nowhere."""
    query = " ".join(mask(q[:_LONGEST_QUERY]).text.split())
    topics = site.content.topics
    names = (await run_in_threadpool(site.search, language)).find(query) if query else []
    found = [teaser(topics[name], language) for name in names if name in topics]
    page = Page("help/search.html", language, path="/search", is_found=False)
    return site.response(
        request, page, query=query, found=found, heading=_heading(site, language, query, len(found))
    )


@router.api_route("/{language}/privacy", methods=_READ)
async def privacy(request: Request, site: Help, language: PageLanguage) -> HTMLResponse:
    """What is kept, how long, and how to erase it."""
    settings = site.services.settings
    values = {
        "token_days": round(settings.conversation_token_days),
        "key_hours": round(settings.idempotency_hours),
    }
    page = Page(
        "help/privacy.html",
        language,
        path="/privacy",
        description=site.text("privacy_description", language),
    )
    sections = [
        {
            "title": section.title[language],
            "blocks": blocks(render(section.text[language], values, language)),
        }
        for section in site.content.privacy
    ]
    return site.response(request, page, sections=sections)


@router.post("/{language}/demo")
async def sign_in_for_demo(
    request: Request,
    site: Help,
    language: PageLanguage,
    customer: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "",
) -> Response:
    """Sign in as a demo customer, or out; the pages then carry a token, as a company's would."""
    customers = site.demo_customers(language)
    if not customers:
        raise HTTPException(404)
    is_page = topic_of(back.removeprefix("/")) in site.content.topics
    answer = RedirectResponse(_local(request, f"/{language}{back if is_page else ''}"), 303)
    if customer in customers:
        answer.set_cookie(DEMO_COOKIE, customer, httponly=True, samesite="strict")
    else:
        answer.delete_cookie(DEMO_COOKIE, httponly=True, samesite="strict")
    return answer


@router.api_route("/{language}/{slug}", methods=_READ)
async def read_article(request: Request, site: Help, language: PageLanguage, slug: str) -> Response:
    """One topic as a whole."""
    topic = site.content.topics.get(topic_of(slug))
    if topic is None:
        raise HTTPException(404)
    path = f"/{slug_of(topic.id)}"
    if path != f"/{slug}":  # the topic's name with underscores, as in older links
        return RedirectResponse(_local(request, f"/{language}{path}"), 308)
    shown = article(site.content, topic, language)
    address = site.addresses(request, path)[language]
    trail = {
        site.text("all_topics", language): site.addresses(request, "")[language],
        shown.title: address,
    }
    page = Page(
        "help/article.html",
        language,
        path=path,
        description=shown.description,
        topic=topic.id,
        structured_data=structured_data.of_article(shown, trail, address, language),
    )
    return site.response(request, page, article=shown)


def answer_lost_readers(app: FastAPI, site: Site, problems: Problems) -> None:
    """A page in the reader's language where there is none; programs get the problem as ever."""

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        if error.status_code != 404 or not _reads_pages(request):
            return problems.of_http(request, error)
        page = Page(
            "help/lost.html", _language_of_reader(request, site), is_found=False, status=404
        )
        return site.response(request, page)


def _reads_pages(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(
        f"{request.scope.get('root_path', '')}/api/"
    )


def _language_of_reader(request: Request, site: Site) -> Language:
    """The language of the address, or else of the browser."""
    parts = request.url.path.removeprefix(request.scope.get("root_path", "")).split("/")
    asked = request.headers.get("accept-language")
    preferred = preferred_language(asked, site.services.settings.default_language)
    return next((known for known in LANGUAGES if known in parts[1:2]), preferred)


def _heading(site: Site, language: Language, query: str, count: int) -> str:
    if not query:
        return site.text("search", language)
    if count < 2:
        return site.text("found_one" if count else "found_none", language, query=query)
    return site.text("found_some", language, query=query, count=count)


def _local(request: Request, path: str) -> str:
    return f"{request.scope.get('root_path', '')}{path}"
