"""The checks of `balie doctor`: each says what it found, and the fix where something is missing."""

import asyncio
import logging
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

import httpx
from packaging.requirements import InvalidRequirement, Requirement
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from balie.cli.addresses import without_password
from balie.cli.texts import say
from balie.settings import InsecureSettings, Settings

State = Literal["ok", "missing", "optional"]
PYTHONS = ((3, 11), (3, 13))
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE = 2.0  # seconds for anything on the network


@dataclass(frozen=True)
class Finding:
    """What one check found; `optional` is missing but not needed."""

    check: str
    state: State
    message: str
    fix: str | None = None

    @classmethod
    def good(cls, check: str, key: str = "ok", **values: object) -> "Finding":
        """All is well."""
        return cls(check, "ok", say(f"doctor_{check}_{key}", **values))

    @classmethod
    def bad(
        cls, check: str, key: str = "missing", state: State = "missing", **values: object
    ) -> "Finding":
        """Something is missing."""
        message, fix = (say(f"doctor_{check}_{part}", **values) for part in (key, f"{key}_fix"))
        return cls(check, state, message, fix)


Check = Callable[[Settings], Iterator[Finding]]


def examine(settings: Settings) -> list[Finding]:
    """Every finding; a check that fails in a way of its own is a finding too."""
    findings: list[Finding] = []
    for check in CHECKS:
        try:
            findings += check(settings)
        except Exception as error:  # the other checks still help
            reason = f"{type(error).__name__}: {error}"
            name = check.__name__.lstrip("_")
            findings.append(Finding(name, "missing", say("doctor_failed", check=name, why=reason)))
    return findings


def _python(_: Settings) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    first, last = PYTHONS
    if first <= sys.version_info[:2] <= last:
        yield Finding.good("python", version=version)
    else:
        yield Finding.bad("python", version=version)


def _packages(settings: Settings) -> Iterator[Finding]:
    """The locked packages against the installed ones."""
    wanted = [
        each
        for name in ("base.txt", "rasa.txt")
        for each in locked(settings.project_dir / "requirements" / name)
    ]
    wrong = [each for each in wanted if not _is_installed(each)]
    if wrong:
        yield Finding.bad("packages", names=", ".join(map(str, wrong)))
    elif wanted:
        yield Finding.good("packages", count=len(wanted))


def locked(path: Path) -> Iterator[Requirement]:
    """What a lock file wants on this machine."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for line in lines:
        if line[:1].isalnum():
            try:
                requirement = Requirement(line.rstrip("\\ "))
            except InvalidRequirement:
                continue
            if requirement.marker is None or requirement.marker.evaluate():
                requirement.marker = None
                yield requirement


def _is_installed(requirement: Requirement) -> bool:
    try:
        return requirement.specifier.contains(metadata.version(requirement.name), prereleases=True)
    except metadata.PackageNotFoundError:
        return False


def _encoder(settings: Settings) -> Iterator[Finding]:
    from balie.cli.example_review import model_options
    from balie.nlu.encoder import NONE, MissingEncoder, UnknownEncoder, make_encoder

    options = model_options(settings.project_dir / "config.yml")
    name = options.encoder if options.encoder_weight else NONE
    try:
        made = make_encoder(name)
    except MissingEncoder as error:
        yield Finding.bad("encoder", state="optional", name=name, why=str(error))
    except UnknownEncoder as error:
        yield Finding.bad("encoder", "unknown", why=str(error))
    else:
        yield Finding.good("encoder", "none" if made is None else "ok", name=name)


def _model(settings: Settings) -> Iterator[Finding]:
    from balie.cli.training import is_whole, model_path

    path = model_path(settings.project_dir)
    if path.exists():
        is_good = is_whole(path)
        yield (
            Finding.good("model", name=path.name)
            if is_good
            else Finding.bad("model", "damaged", name=path.name)
        )
    else:
        others = any(path.parent.glob("*.tar.gz"))
        yield Finding.bad("model", "old" if others else "missing")


def _content(settings: Settings) -> Iterator[Finding]:
    from balie.content import ContentErrors, check_everything, load_usable

    problems = check_everything(settings.data_dir)
    errors = sum(each.severity == "error" for each in problems)
    yield Finding.bad("content", count=errors) if errors else Finding.good("content")
    try:
        left_out = load_usable(settings.data_dir).left_out
    except ContentErrors as error:
        yield Finding.bad("content", "unusable", why=str(error.problems[0]))
        return
    for topic, wrong in sorted(left_out.items()):
        yield Finding.bad("content", "left_out", topic=topic, why=str(wrong[0]))


def _ports(settings: Settings) -> Iterator[Finding]:
    """Whether Balie could listen; a port that a running Balie has is no problem."""
    elsewhere = {"rasa": settings.rasa_url, "actions": settings.actions_url}
    elsewhere["billing"] = settings.billing_url
    for name in ("desk", "rasa", "actions", "billing"):
        port = getattr(settings, f"{name}_port")
        if elsewhere.get(name):
            continue
        if _is_free(port):
            yield Finding.good("port", port=str(port), name=name)
        elif _answers(name, port):
            yield Finding.good("port", "ours", port=str(port), name=name)
        else:
            variable = f"BALIE_{name.upper()}_PORT"
            yield Finding.bad("port", port=str(port), name=name, variable=variable)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _answers(name: str, port: int) -> bool:
    path = "/webhooks/balie/health" if name == "rasa" else "/health"
    try:
        with httpx.Client(timeout=_PATIENCE, trust_env=False) as client:
            return client.get(f"http://127.0.0.1:{port}{path}").status_code in (200, 503)
    except httpx.HTTPError:
        return False


def _databases(settings: Settings) -> Iterator[Finding]:
    from balie.desk.database import open_engine

    named = {"BALIE_DATABASE_URL": settings.database()}
    if not settings.billing_url:
        named["BALIE_BILLING_DATABASE_URL"] = settings.billing_database()
    for variable, address in named.items():
        url = make_url(address)
        shown = url.render_as_string(hide_password=True)
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
            yield Finding.good("database", "new", url=shown)
            continue
        engine = open_engine(address)
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError as error:
            why = str(error).splitlines()[0]
            yield Finding.bad("database", url=shown, why=why, variable=variable)
        else:
            yield Finding.good("database", url=shown)
        finally:
            engine.dispose()


def _redis(settings: Settings) -> Iterator[Finding]:
    if not settings.redis_url:
        return
    from redis import Redis
    from redis.exceptions import RedisError

    try:
        address = settings.redis_url
        Redis.from_url(address, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE).ping()
    except (RedisError, ValueError, OSError) as error:
        yield Finding.bad("redis", why=type(error).__name__)
    else:
        yield Finding.good("redis")


def _rabbitmq(settings: Settings) -> Iterator[Finding]:
    if not settings.rabbitmq_url:
        return
    import aio_pika
    from aiormq.exceptions import AMQPError, InvalidFrameError, ProbableAuthenticationError

    async def connect(url: str) -> None:
        connection = await aio_pika.connect(url, timeout=_PATIENCE)
        await connection.close()

    shown = without_password(settings.rabbitmq_url)
    logging.getLogger("aiormq").setLevel(logging.CRITICAL)  # what it would log is the finding
    try:
        asyncio.run(connect(settings.rabbitmq_url))
    # A virtual host that is not there shows as a frame that was not expected.
    except (ProbableAuthenticationError, InvalidFrameError):
        yield Finding.bad("rabbitmq", "refused", url=shown)
    except (AMQPError, TimeoutError, OSError, ValueError) as error:
        yield Finding.bad("rabbitmq", url=shown, why=type(error).__name__)
    else:
        yield Finding.good("rabbitmq", url=shown)


def _billing(settings: Settings) -> Iterator[Finding]:
    """A billing system of one's own: it answers, asks for the token, and takes ours."""
    if not settings.billing_url:
        return
    shown = without_password(settings.billing_url)
    address = f"{settings.billing_url.rstrip('/')}/v1/customers/balie-doctor"
    token = settings.billing_token.get_secret_value()
    try:
        with httpx.Client(timeout=_PATIENCE, trust_env=False) as client:
            without = client.get(address).status_code
            status = client.get(address, headers={"Authorization": f"Bearer {token}"}).status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        yield Finding.bad("billing", url=shown, why=type(error).__name__)
        return
    if without >= 500 or status >= 500:
        yield Finding.bad("billing", url=shown, why=f"status {max(without, status)}")
    elif without not in (401, 403):
        yield Finding.bad("billing", "open", url=shown, status=str(without))
    elif status in (401, 403):
        yield Finding.bad("billing", "refused", url=shown, status=str(status))
    else:  # 404: it knows no such customer
        yield Finding.good("billing", url=shown)


def _secrets(settings: Settings) -> Iterator[Finding]:
    try:
        settings.refuse_insecure()
    except InsecureSettings as error:
        yield Finding.bad("secrets", why=str(error))
    else:
        yield Finding.good("secrets", environment=settings.environment)


def _programs(_: Settings) -> Iterator[Finding]:
    for check, names in (("chromium", CHROMIUMS), ("graphviz", ("dot",))):
        found = next(filter(None, map(shutil.which, names)), None)
        yield Finding.good(check, path=found) if found else Finding.bad(check, state="optional")


CHECKS: tuple[Check, ...] = (
    _python,
    _packages,
    _content,
    _encoder,
    _model,
    _ports,
    _databases,
    _redis,
    _rabbitmq,
    _billing,
    _secrets,
    _programs,
)
