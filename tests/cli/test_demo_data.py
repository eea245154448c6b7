import json
from pathlib import Path

import pytest
import typer
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from balie.billing.database import open_engine
from balie.billing.tables import CustomerRow
from balie.cli import demo_data
from balie.settings import Settings

app = typer.Typer()
app.command()(demo_data.demo_data)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    settings = Settings(project_dir=tmp_path)
    monkeypatch.setattr(demo_data, "load_settings", lambda: settings)
    return settings


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_makes_the_demo_customers_once_a_day(settings: Settings) -> None:
    lines = run().splitlines()
    assert [line.split()[:2] for line in lines] == [[f"C-100{n}", "made"] for n in range(1, 8)]
    assert {line.split()[1] for line in run().splitlines()} == {"kept"}
    assert {line.split()[1] for line in run("--reset").splitlines()} == {"made"}


def test_reset_forgets_what_was_tried(settings: Settings) -> None:
    run()
    engine = open_engine(settings.billing_database())
    with Session(engine) as session:
        session.get_one(CustomerRow, "C-1001").name = "Changed"
        session.commit()
    run()
    with Session(engine) as session:
        assert session.get_one(CustomerRow, "C-1001").name == "Changed"
    run("--reset")
    with Session(engine) as session:
        assert session.get_one(CustomerRow, "C-1001").name == "Contoso Nederland B.V."
    engine.dispose()


def test_prints_json(settings: Settings) -> None:
    rows = json.loads(run("--json"))
    assert len(rows) == 7
    assert rows[5] == {
        "id": "C-1006",
        "state": "a private person, nothing open: not eligible for pay by invoice",
        "made": True,
    }


def test_refuses_in_production(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    production = settings.model_copy(update={"environment": "production"})
    monkeypatch.setattr(demo_data, "load_settings", lambda: production)
    result = CliRunner().invoke(app, [])
    assert result.exit_code == 1
    assert "development only" in result.output
    assert not settings.path("billing.db").exists()
