"""What `balie run` starts, writes and says."""

import stat
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
from balie.cli.training import TrainingFailed
from balie.settings import InsecureSettings, Settings


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
    assert "lock_store" not in written
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "redis://cache",
            {"url": "cache", "port": 6379, "db": 0, "password": None, "use_ssl": False},
        ),
        (
            "rediss://:p%40ss@cache:7000/3",
            {"url": "cache", "port": 7000, "db": 3, "password": "p@ss", "use_ssl": True},
        ),
    ],
)
def test_several_rasa_servers_share_locks_in_redis(
    settings: Settings, url: str, expected: dict[str, Any]
) -> None:
    write_endpoints(settings.model_copy(update={"redis_url": url}))
    written = yaml.safe_load(settings.path("endpoints.yml").read_text(encoding="utf-8"))
    assert written["lock_store"] == {"type": "redis", **expected}


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
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    import typer

    def fail(_: Settings) -> None:
        raise error

    monkeypatch.setattr(run, "_prepare", fail)
    app = typer.Typer()
    app.command()(run.run)
    result = CliRunner().invoke(app)
    assert result.exit_code == 1
    assert result.output == f"balie: {error}\n"


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
