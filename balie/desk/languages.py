"""Which of our languages a caller would like best."""

from balie.content import LANGUAGES, Language


def preferred_language(accept_language: str | None, default: Language) -> Language:
    """The language of ours that an Accept-Language header ranks first; `default` without one."""
    ranked = [_read(part) for part in (accept_language or "").split(",")]
    wanted = [(quality, code) for quality, code in ranked if quality > 0]
    best = max((quality for quality, _ in wanted), default=0.0)
    for quality, code in wanted:  # of equals the one named first
        for language in LANGUAGES:
            if quality == best and code == language:
                return language
    return default


def _read(part: str) -> tuple[float, str]:
    """Quality and language of one entry such as `nl-BE;q=0.8`; 0 for languages not ours."""
    tag, _, parameters = part.partition(";")
    code = tag.strip().lower().partition("-")[0]
    name, _, value = parameters.strip().partition("=")
    try:
        quality = float(value) if name == "q" else 1.0
    except ValueError:
        quality = 0.0
    return (quality if code in LANGUAGES else 0.0), code
