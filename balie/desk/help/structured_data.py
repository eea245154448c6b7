"""What search engines are told about a page, as JSON-LD after schema.org."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from balie.desk.help.articles import Article, GuideView, StepView
from balie.desk.help.markup import Run

Data = dict[str, Any]
_CONTEXT = "https://schema.org"


def of_home(name: str, address: str, language: str) -> Data:
    """The site and its search."""
    return {
        "@context": _CONTEXT,
        "@type": "WebSite",
        "name": name,
        "url": address,
        "inLanguage": language,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{address}/search?q={{search_term_string}}",
            },
            "query-input": "required name=search_term_string",
        },
    }


def of_article(article: Article, trail: Mapping[str, str], address: str, language: str) -> Data:
    """The question and its answer, the steps where there are any, and the way to the page."""
    graph = [_breadcrumbs(trail), _question(article, address, language)]
    if article.guide:
        graph.append(_how_to(article, article.guide, address, language))
    return {"@context": _CONTEXT, "@graph": graph}


def _breadcrumbs(trail: Mapping[str, str]) -> Data:
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": address}
        for position, (name, address) in enumerate(trail.items(), start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _question(article: Article, address: str, language: str) -> Data:
    answer = {"@type": "Answer", "text": article.answer_text, "url": address}
    question = {"@type": "Question", "name": article.title, "acceptedAnswer": answer}
    return {
        "@type": "FAQPage",
        "url": address,
        "inLanguage": language,
        "dateModified": article.as_of.isoformat(),
        "mainEntity": [question],
    }


def _how_to(article: Article, guide: GuideView, address: str, language: str) -> Data:
    return {
        "@type": "HowTo",
        "name": article.title,
        "description": article.description,
        "url": f"{address}#steps",
        "inLanguage": language,
        "step": list(_parts(guide, article.title, address)),
    }


def _parts(guide: GuideView, name: str, address: str) -> Iterator[Data]:
    """The steps, and a section for each answer with what follows it."""
    if guide.steps and guide.branches:
        yield _section(name, [_step(step, address) for step in guide.steps])
    else:
        yield from (_step(step, address) for step in guide.steps)
    for branch in guide.branches:
        title = f"{_text(guide.question)} {branch.title}"
        if branch.guide.branches:
            yield from _parts(branch.guide, title, address)
        else:
            yield _section(title, [_step(step, address) for step in branch.guide.steps])


def _section(name: str, steps: Sequence[Data]) -> Data:
    return {"@type": "HowToSection", "name": name, "itemListElement": list(steps)}


def _step(step: StepView, address: str) -> Data:
    return {
        "@type": "HowToStep",
        "position": step.number,
        "text": _text(step.text),
        "url": f"{address}#{step.anchor}",
    }


def _text(runs: Sequence[Run]) -> str:
    return "".join(run.text for run in runs)
