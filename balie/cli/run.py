"""`balie run`: everything on this machine, ready to try."""

import os
import signal
import sys
import time
import urllib.request
from functools import partial
from http.client import HTTPException
from pathlib import Path
from urllib.parse import unquote, urlsplit

import typer

from balie.cli.addresses import without_password
from balie.cli.processes import Group, PortInUse, Program, StartFailed, check_ports
from balie.cli.state_folder import StateInUse, claimed, refuse_unusable_database
from balie.cli.texts import say
from balie.cli.training import TrainingFailed, train
from balie.cli.written_settings import refuse_wrong_forms
from balie.content import ContentErrors, load_usable
from balie.settings import BadSettings, InsecureSettings, Settings, load_settings

READY_SECONDS = 120.0
_REDIS_SECONDS = 2  # Rasa does nothing else while it waits for Redis
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# What keeps it from starting, said in a line.
_REASONS = (BadSettings, InsecureSettings, StateInUse, PortInUse, TrainingFailed, StartFailed)

THINGS_TO_TRY = """
Balie is ready: {address}

Three things to try:
  1. Sign in as C-1001 (Contoso Nederland) and ask: waarom is mijn betaling geweigerd?
  2. Sign in as C-1003 (Northwind Traders) and ask: am I paying for licenses nobody uses?
  3. Stay signed out and ask: can I pay by invoice, and how do I change my billing to yearly?

In another terminal: .venv/bin/balie chat --as C-1001 --lang nl
Logs are in {logs}. Ctrl-C stops everything.
"""


def run() -> None:
    """Start actions, Rasa and desk, and the billing stub unless BALIE_BILLING_URL names a system of
    your own; train first if the data changed.
    """
    settings = load_settings()
    os.umask(0o077)  # conversations are nobody's business but this user's
    try:
        settings.refuse_insecure()
        with claimed(settings):
            _serve(settings, _prepare(settings))
    except ContentErrors as errors:
        typer.echo(say("run_content_broken"), err=True)
        typer.echo(str(errors), err=True)
        raise typer.Exit(1) from errors
    except _REASONS as error:
        typer.echo(f"balie: {error}", err=True)
        raise typer.Exit(1) from error


def _prepare(settings: Settings) -> Path:
    refuse_wrong_forms(settings)
    check_ports(programs(settings, Path()))
    for line in left_out(settings):
        typer.echo(line, err=True)
    settings.path("logs").mkdir(parents=True, exist_ok=True)
    refuse_unusable_database(settings, "database")
    if not settings.billing_url:
        refuse_unusable_database(settings, "billing_database")
    write_endpoints(settings)
    return train(settings.project_dir)


def _serve(settings: Settings, model: Path) -> None:
    _stop_on_signals()
    group: Group | None = None
    try:
        group = Group(programs(settings, model), settings.path("logs"), _echo)
        group.wait_until_healthy(READY_SECONDS)
        address = f"http://{settings.desk_host}:{settings.desk_port}/"
        typer.echo(billing_in_use(settings))
        typer.echo(THINGS_TO_TRY.format(address=address, logs=settings.path("logs")))
        while True:
            group.tend()
            time.sleep(0.5)
    except KeyboardInterrupt:
        typer.echo("Stopping...")
    finally:
        for number in _STOP_SIGNALS:  # an impatient second Ctrl-C must not leave anything running
            signal.signal(number, signal.SIG_IGN)
        if group is not None:
            group.stop()


def _stop_on_signals() -> None:
    """Have every way of asking the process to end raise KeyboardInterrupt."""
    for number in _STOP_SIGNALS:
        by_nohup = number == signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN
        if not by_nohup:
            signal.signal(number, signal.default_int_handler)


def programs(settings: Settings, model: Path) -> list[Program]:
    """The processes, for the settings and the model; no stub where another billing system is."""
    python, program = sys.executable, partial(_program, settings)
    endpoints = settings.path("endpoints.yml")
    rasa = [
        *(python, "-m", "rasa", "run", "--model", str(model)),
        *("--interface", "127.0.0.1", "--port", str(settings.rasa_port)),
        *("--endpoints", str(endpoints), "--credentials", "credentials.yml"),
    ]
    desk = f"http://{settings.desk_host}:{settings.desk_port}"
    billing = program("billing", [python, "-m", "balie.billing"], settings.billing_port)
    stub = [] if settings.billing_url else [billing]
    return [
        *stub,
        program("actions", [python, "-m", "actions"], settings.actions_port),
        program("rasa", rasa, settings.rasa_port, path="/webhooks/balie/health"),
        program("desk", [python, "-m", "balie.desk"], settings.desk_port, address=desk),
    ]


def left_out(settings: Settings) -> list[str]:
    """What to say of topics that are broken; raises `ContentErrors` where nothing can be used."""
    found = load_usable(settings.data_dir)
    return [
        line
        for topic, problems in sorted(found.left_out.items())
        for line in (say("run_left_out", topic=topic), *map(str, problems))
    ]


def billing_in_use(settings: Settings) -> str:
    """A line that says which billing system customers' facts come from."""
    if settings.billing_url:
        return say("run_billing_own", url=without_password(settings.billing_url))
    return say("run_billing_stub", port=str(settings.billing_port))


def _program(
    settings: Settings,
    name: str,
    command: list[str],
    port: int,
    path: str = "/health",
    address: str | None = None,
) -> Program:
    return Program(
        name=name,
        command=command,
        port=port,
        healthy=_Health((address or f"http://127.0.0.1:{port}") + path),
        environment=settings.as_environment(),
        folder=settings.project_dir,
    )


def write_endpoints(settings: Settings) -> None:
    """Write Rasa's endpoints file from the settings; it has a secret, so only for this user."""
    import yaml

    endpoints: dict[str, object] = {
        "action_endpoint": {
            "url": f"{settings.actions_address()}/webhook",
            "headers": {"Authorization": f"Bearer {settings.internal_secret.get_secret_value()}"},
            # Our actions do not read the domain; Rasa would send all of it with every call.
            "enable_selective_domain": True,
        },
        "tracker_store": {
            "type": "balie.rasa_plugins.tracker_store.UrlTrackerStore",
            "url": settings.tracker_database(),
        },
    }
    if settings.redis_url:
        endpoints["lock_store"] = _redis_lock_store(settings.redis_url)
    if settings.rabbitmq_url:
        endpoints["event_broker"] = _rabbitmq_broker(settings.rabbitmq_url, settings.rabbitmq_queue)
    path = settings.path("endpoints.yml")
    path.touch(mode=0o600)
    path.chmod(0o600)  # also where it was there before
    path.write_text(yaml.safe_dump(endpoints), encoding="utf-8")


def _redis_lock_store(url: str) -> dict[str, object]:
    redis = urlsplit(url)
    return {
        "type": "redis",
        "url": redis.hostname,
        "port": redis.port or 6379,
        "db": int(redis.path.strip("/") or 0),
        "username": unquote(redis.username) if redis.username else None,
        "password": unquote(redis.password) if redis.password else None,
        "use_ssl": redis.scheme == "rediss",
        "socket_timeout": _REDIS_SECONDS,
    }


def _rabbitmq_broker(url: str, queue: str) -> dict[str, object]:
    rabbitmq = urlsplit(url)
    return {
        "type": "pika",
        # Rasa looks for port, name and password in the URL, as they are written there.
        "url": url,
        "port": rabbitmq.port or (5671 if rabbitmq.scheme == "amqps" else 5672),
        "username": rabbitmq.username or "guest",
        "password": rabbitmq.password or "guest",
        "queues": [queue],
        # An exchange of its own: Rasa's default one would carry other assistants' events too.
        "exchange_name": queue,
    }


class _Health:
    """Whether a health address answers with 200."""

    def __init__(self, url: str) -> None:
        self._url = url
        # Not through a proxy that the environment may name: these are our own processes.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def __call__(self) -> bool:
        try:
            with self._opener.open(self._url, timeout=2) as answer:
                return bool(answer.status == 200)
        except (OSError, HTTPException):
            return False


def _echo(name: str, line: str) -> None:
    typer.echo(f"{name:>8} | {line}")
