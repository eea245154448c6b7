"""What `balie run` starts, writes and says."""

import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from balie.cli import run
from balie.cli.processes import PortInUse, StartFailed
from balie.cli.run import _Health, programs, write_endpoints
from balie.cli.state_folder import claimed
from balie.cli.temporary import free_ports
from balie.cli.training import TrainingFailed
from balie.settings import BadSettings, InsecureSettings, Settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / ".balie").mkdir()
    return Settings(project_dir=tmp_path, internal_secret="s" * 40)


def test_S5_rasa_and_actions_listen_on_loopback_only(settings: Settings) -> None:
    rasa = next(each for each in programs(settings, Path("m")) if each.name == "rasa")
    command = list(rasa.command)
    assert command[command.index("--interface") + 1] == "127.0.0.1"
    assert "--enable-api" not in command
    assert "--cors" not in command
    actions = Path(run.__file__).parents[2] / "actions" / "__main__.py"
    assert "127.0.0.1" in actions.read_text(encoding="utf-8")


def test_every_process_gets_the_same_settings(settings: Settings) -> None:
    started = programs(settings, Path("m"))
    assert [each.name for each in started] == ["billing", "actions", "rasa", "desk"]
    for each in started:
        assert each.environment["BALIE_INTERNAL_SECRET"] == "s" * 40
        assert each.folder == settings.project_dir


def test_the_billing_stub_is_not_started_beside_another_billing_system(settings: Settings) -> None:
    own = settings.model_copy(update={"billing_url": "https://balie:geheim@billing.example/api"})

    assert [each.name for each in programs(own, Path("m"))] == ["actions", "rasa", "desk"]
    assert "https://billing.example/api" in run.billing_in_use(own)
    assert "geheim" not in run.billing_in_use(own)
    assert "port 8010" in run.billing_in_use(settings)


def test_S5_rasa_is_told_the_secret_in_a_file_that_only_this_user_reads(
    settings: Settings,
) -> None:
    path = settings.path("endpoints.yml")
    path.write_text("old")
    path.chmod(0o644)
    write_endpoints(settings)
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert written["action_endpoint"] == {
        "url": "http://127.0.0.1:5055/webhook",
        "headers": {"Authorization": "Bearer " + "s" * 40},
        "enable_selective_domain": True,
    }
    assert written["tracker_store"] == {
        "type": "balie.rasa_plugins.tracker_store.UrlTrackerStore",
        "url": settings.tracker_database(),
    }
    assert not {"lock_store", "event_broker"} & set(written)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "redis://cache",
            {
                "url": "cache",
                "port": 6379,
                "db": 0,
                "username": None,
                "password": None,
                "use_ssl": False,
            },
        ),
        (
            "rediss://balie:p%40ss@cache:7000/3",
            {
                "url": "cache",
                "port": 7000,
                "db": 3,
                "username": "balie",
                "password": "p@ss",
                "use_ssl": True,
            },
        ),
    ],
)
def test_several_rasa_servers_share_locks_in_redis(
    settings: Settings, url: str, expected: dict[str, Any]
) -> None:
    write_endpoints(settings.model_copy(update={"redis_url": url}))
    written = yaml.safe_load(settings.path("endpoints.yml").read_text(encoding="utf-8"))
    assert written["lock_store"] == {"type": "redis", "socket_timeout": 2, **expected}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("amqp://rabbit", {"port": 5672, "username": "guest", "password": "guest"}),
        ("amqps://a:p%40ss@rabbit/v", {"port": 5671, "username": "a", "password": "p%40ss"}),
        ("amqp://a:b@rabbit:7000/", {"port": 7000, "username": "a", "password": "b"}),
    ],
)
def test_rabbitmq_gets_the_events_where_it_is_set(
    settings: Settings, url: str, expected: dict[str, Any]
) -> None:
    write_endpoints(settings.model_copy(update={"rabbitmq_url": url, "rabbitmq_queue": "q"}))
    written = yaml.safe_load(settings.path("endpoints.yml").read_text(encoding="utf-8"))
    shared = {"type": "pika", "url": url, "queues": ["q"], "exchange_name": "q"}
    assert written["event_broker"] == {**shared, **expected}


@pytest.mark.parametrize(
    "error",
    [
        PortInUse("desk", 8000),
        InsecureSettings("production needs secrets of its own: BALIE_X"),
        TrainingFailed("Training failed; the messages above say why."),
        StartFailed("rasa keeps ending (exit code 1)."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_keeps_it_from_starting_is_one_line(
    error: Exception, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import typer

    def fail(_: Settings) -> None:
        raise error

    monkeypatch.setattr(run, "_prepare", fail)
    monkeypatch.setattr(run, "load_settings", lambda: settings)
    app = typer.Typer()
    app.command()(run.run)
    result = CliRunner().invoke(app)
    assert result.exit_code == 1
    assert result.output == f"balie: {error}\n"


def test_settings_that_are_written_wrongly_are_told_before_anything_starts(
    settings: Settings,
) -> None:
    wrong = settings.model_copy(
        update={
            "opening_hours": "always",
            "rate_address": "often",
            "frame_ancestors": "example",
            "public_url": "https://help.example/path",
        }
    )
    with pytest.raises(BadSettings) as refused:
        run._prepare(wrong)

    assert [line.split(" (like ")[0] for line in str(refused.value).splitlines()] == [
        "BALIE_OPENING_HOURS: not opening hours: 'always'",
        "BALIE_RATE_ADDRESS: not a rate: 'often'",
        "BALIE_FRAME_ANCESTORS: not an origin: 'example'",
        "BALIE_PUBLIC_URL: not an origin: 'https://help.example/path'",
    ]


HOLDS = """
import sys, time
from pathlib import Path
from balie.cli.state_folder import claimed
from balie.settings import Settings
with claimed(Settings(project_dir=Path(sys.argv[1]))):
    print("claimed", flush=True)
    time.sleep(60)
"""


def test_a_second_start_on_the_same_state_folder_is_refused_until_the_first_has_ended(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import typer

    endpoints = settings.path("endpoints.yml")
    endpoints.write_text("of the first", encoding="utf-8")
    other_ports = settings.model_copy(update={"desk_port": free_ports(1)[0]})
    monkeypatch.setattr(run, "load_settings", lambda: other_ports)
    app = typer.Typer()
    app.command()(run.run)
    command = [sys.executable, "-c", HOLDS, str(settings.project_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "claimed\n"
        refused = CliRunner().invoke(app)
        first.kill()

    assert refused.exit_code == 1
    assert f"uses the folder {settings.path('').resolve()}." in refused.stderr
    assert "BALIE_STATE_DIR" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert endpoints.read_text(encoding="utf-8") == "of the first"
    with claimed(other_ports):  # the kernel let go of it
        pass


@pytest.mark.parametrize(
    ("changed", "variable"),
    [
        ({"state_dir": "/proc/x"}, "BALIE_STATE_DIR"),
        ({"state_dir": "file/state"}, "BALIE_STATE_DIR"),
        ({"database_url": "sqlite:////proc/x.db"}, "BALIE_DATABASE_URL"),
        ({"billing_database_url": "sqlite:////proc/x/y.db"}, "BALIE_BILLING_DATABASE_URL"),
        (
            {"database_url": "postgresql+psycopg://me:geheim@127.0.0.1:9/balie"},
            "BALIE_DATABASE_URL",
        ),
    ],
)
def test_where_nothing_can_be_written_is_one_line_with_the_setting(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    changed: dict[str, str],
    variable: str,
) -> None:
    import typer

    (settings.project_dir / "file").touch()
    own = settings.model_copy(update=changed)
    monkeypatch.setattr(run, "load_settings", lambda: own)
    monkeypatch.setattr(run, "check_ports", lambda _: None)
    monkeypatch.setattr(run, "left_out", lambda _: [])
    monkeypatch.setattr(run, "train", lambda _: pytest.fail("it trains"))
    app = typer.Typer()
    app.command()(run.run)
    refused = CliRunner().invoke(app)

    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"balie: {variable}: ")
    assert len(refused.stderr.splitlines()) == 1
    assert "geheim" not in refused.stderr


def spoiled(settings: Settings, name: str) -> Settings:
    """A project of its own with the product's content, and a mistake in one file."""
    data = settings.project_dir / "data"
    shutil.copytree(ROOT / "data", data)
    (data / name).write_text("title: [", encoding="utf-8")
    return settings


def test_a_topic_that_is_left_out_is_told_with_its_place(settings: Settings) -> None:
    told = run.left_out(spoiled(settings, "topics/past_due/topic.yml"))

    assert told[0] == "The topic past_due is left out until this is mended:"
    assert told[1].startswith("data/topics/past_due/topic.yml:")


def test_what_cannot_be_left_out_is_told_before_anything_starts(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import typer

    own = spoiled(settings, "links.yml").model_copy(
        update=dict(
            zip(
                ("desk_port", "rasa_port", "actions_port", "billing_port"),
                free_ports(4),
                strict=True,
            )
        )
    )
    monkeypatch.setattr(run, "load_settings", lambda: own)
    monkeypatch.setattr(run, "train", lambda _: pytest.fail("it trains"))
    app = typer.Typer()
    app.command()(run.run)
    result = CliRunner().invoke(app)

    assert result.exit_code == 1
    assert result.stderr.startswith("Balie cannot start before this is mended")
    assert "\ndata/links.yml:" in result.stderr


# Health -----------------------------------------------------------------------------------------


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(int(self.path.strip("/")))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Answers) as served:
        thread = threading.Thread(target=served.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()
        thread.join()


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False), (404, False)])
def test_healthy_is_what_answers_with_200(server: str, status: int, healthy: bool) -> None:
    assert _Health(f"{server}/{status}")() is healthy


def test_what_does_not_answer_is_not_healthy() -> None:
    assert _Health("http://127.0.0.1:9/health")() is False


def test_our_own_processes_are_not_asked_through_a_proxy(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert _Health(f"{server}/200")()
