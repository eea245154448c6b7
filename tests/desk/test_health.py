"""Health of the desk and of what it depends on; the API's description."""

import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from balie.cli.temporary import free_ports
from balie.desk.database import Database, DatabaseUnavailable
from balie.settings import Settings
from tests.desk.conftest import Desk, FakeRasa, database_files


def test_all_is_well(desk: Desk) -> None:
    response = desk.http.get("/health")

    assert response.status_code == 200
    parts = ("status", "database", "rasa", "actions", "texts", "billing")
    assert response.json() == dict.fromkeys(parts, "ok")


def test_without_rasa_the_desk_is_degraded_and_still_serves(desk: Desk, rasa: FakeRasa) -> None:
    rasa.ready = False
    starting = desk.http.get("/health")
    rasa.stop()
    down = desk.http.get("/health")

    assert starting.status_code == down.status_code == 200
    assert starting.json()["status"] == down.json()["status"] == "degraded"
    assert down.json()["rasa"] == "down"


def test_without_its_database_the_desk_is_down(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise DatabaseUnavailable("OperationalError")

    monkeypatch.setattr(Database, "write", fail)
    response = desk.http.get("/health")

    assert response.status_code == 503
    assert (response.json()["status"], response.json()["database"]) == ("down", "down")


@pytest.mark.parametrize(("name", "status"), [("actions", "degraded"), ("billing", "ok")])
def test_what_stands_behind_rasa_is_told(
    settings: Settings, open_desk: Callable[[Settings], Desk], name: str, status: str
) -> None:
    nobody = f"http://127.0.0.1:{free_ports(1)[0]}"
    desk = open_desk(settings.model_copy(update={f"{name}_url": nobody}))
    response = desk.http.get("/health")

    assert response.status_code == 200
    assert (response.json()["status"], response.json()[name]) == (status, "down")


def test_a_database_that_takes_no_writes_is_down(desk: Desk, settings: Settings) -> None:
    if not database_files(settings):
        pytest.skip("only SQLite has one lock for all writes")
    with sqlite3.connect(database_files(settings)[0], isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        locked = desk.http.get("/health")
        other.execute("ROLLBACK")
    other.close()
    free = desk.http.get("/health")

    assert (locked.status_code, locked.json()["database"]) == (503, "down")
    assert (free.status_code, free.json()["database"]) == (200, "ok")


def test_the_api_describes_itself(desk: Desk) -> None:
    description = desk.http.get("/openapi.json").json()
    paths = set(description["paths"])

    assert {
        "/api/v1/conversations",
        "/api/v1/conversations/{conversation_id}",
        "/api/v1/conversations/{conversation_id}/customer",
        "/api/v1/conversations/{conversation_id}/messages",
        "/api/v1/conversations/{conversation_id}/events",
        "/api/v1/conversations/{conversation_id}/handoff",
        "/api/v1/conversations/{conversation_id}/ticket",
        "/api/v1/conversations/{conversation_id}/feedback",
        "/api/v1/conversations/{conversation_id}/transcript",
        "/health",
    } <= paths
    message = description["components"]["schemas"]["MessageView"]["properties"]
    assert set(message) == {
        "seq", "author", "language", "text", "buttons", "links", "step", "at",
    }  # fmt: skip


def test_a_broken_topic_is_left_out_and_told_with_its_place(
    settings: Settings, open_desk: Callable[[Settings], Desk], tmp_path: Path
) -> None:
    data = tmp_path / "project" / "data"
    shutil.copytree(settings.data_dir, data)
    topic = data / "topics" / "past_due" / "topic.yml"
    topic.write_text(topic.read_text(encoding="utf-8") + "typo: yes\n", encoding="utf-8")
    desk = open_desk(settings.model_copy(update={"project_dir": data.parent}))
    health = desk.http.get("/health")
    greeting = desk.start().started["messages"][0]

    assert health.status_code == 200
    assert (health.json()["status"], health.json()["texts"]) == ("degraded", "down")
    assert list(health.json()["left_out"]) == ["past_due"]
    assert "data/topics/past_due/topic.yml:" in health.json()["left_out"]["past_due"]
    assert [each["title"] for each in greeting["buttons"]] == [
        "Unused licenses",
        "Talk to a person",
    ]
    assert desk.http.get("/en").status_code == 200
    assert desk.http.get("/en/past-due").status_code == 404


@pytest.mark.parametrize(
    "name",
    ["conversation/desk.yml", "conversation/texts.yml", "conversation/page.yml", "help/texts.yml"],
)
@pytest.mark.parametrize("how", ["removed", "emptied of its keys"])
def test_shared_texts_that_vanish_while_it_runs_stay_as_they_were(
    settings: Settings,
    open_desk: Callable[[Settings], Desk],
    tmp_path: Path,
    name: str,
    how: str,
) -> None:
    data = tmp_path / "project" / "data"
    shutil.copytree(settings.data_dir, data)
    desk = open_desk(settings.model_copy(update={"project_dir": data.parent}))
    if how == "removed":
        (data / name).unlink()
    else:
        (data / name).write_text("other: {en: Other, nl: Anders}\n", encoding="utf-8")
    time.sleep(1.1)  # files are looked at once a second
    health = desk.http.get("/health").json()

    assert (health["status"], health["texts"]) == ("degraded", "down")
    assert f"data/{name}:1:1 missing-" in health["texts_problem"]
    assert desk.start().started["messages"]
    assert [desk.http.get(page).status_code for page in ("/en", "/chat?lang=en")] == [200, 200]


def test_a_broken_page_file_keeps_the_page_as_it_was(
    settings: Settings, open_desk: Callable[[Settings], Desk], tmp_path: Path
) -> None:
    data = tmp_path / "project" / "data"
    shutil.copytree(settings.data_dir, data)
    desk = open_desk(settings.model_copy(update={"project_dir": data.parent}))
    before = desk.http.get("/chat?lang=en").text
    (data / "conversation" / "page.yml").write_text("title: [", encoding="utf-8")

    assert desk.http.get("/chat?lang=en").text == before
