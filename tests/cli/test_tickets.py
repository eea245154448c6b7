import json
from pathlib import Path

import pytest
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from balie.cli import tickets
from balie.desk import clock
from balie.desk.conversations import add_message, new_conversation
from balie.desk.database import in_transaction, open_engine
from balie.desk.migrate import migrate
from balie.desk.tables import Ticket
from balie.settings import BadSettings, Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    settings = Settings(project_dir=tmp_path)
    monkeypatch.setattr(tickets, "load_settings", lambda: settings)
    return settings


def run(*arguments: str) -> Result:
    return CliRunner().invoke(tickets.app, arguments)


def add_ticket(settings: Settings, reference: str, state: str = "open") -> None:
    engine = open_engine(settings.database())
    migrate(engine)

    def work(session: Session) -> None:
        conversation = new_conversation(session, "nl")
        add_message(session, conversation, "customer", "Mijn kaart is geweigerd €")
        now = clock.now()
        session.add(
            Ticket(
                reference=reference,
                conversation_id=conversation.id,
                state=state,
                reason="asked_for_person",
                language="nl",
                topic="payment_declined",
                customer="C-1001",
                created_at=now,
                updated_at=now,
            )
        )

    in_transaction(engine, work)
    engine.dispose()


def test_without_tickets_it_says_so(settings: Settings) -> None:
    assert run().output.strip() == "No tickets."
    assert json.loads(run("--json").output) == []


def test_lists_the_open_tickets_and_all_on_request(settings: Settings) -> None:
    add_ticket(settings, "222-333-444")
    add_ticket(settings, "555-666-777", state="closed")

    assert "222-333-444" in run().output
    assert "555-666-777" not in run().output
    assert "555-666-777" in run("--all").output
    (listed,) = json.loads(run("--json").output)
    assert (listed["reference"], listed["customer"], listed["step"]) == (
        "222-333-444",
        "C-1001",
        None,
    )


@pytest.mark.parametrize("typed", ["2CF-HLM-RTW", "2cf hlm rtw", "2cfhlmrtw"])
def test_shows_a_ticket_however_its_reference_is_typed(settings: Settings, typed: str) -> None:
    add_ticket(settings, "2CF-HLM-RTW")
    output = run("show", typed).output

    assert "topic: payment_declined" in output
    assert "customer\nMijn kaart is geweigerd €" in output
    shown = json.loads(run("show", typed, "--json").output)
    assert [each["text"] for each in shown["messages"]] == ["Mijn kaart is geweigerd €"]


def test_an_unknown_reference_is_an_error(settings: Settings) -> None:
    result = run("show", "999-999-999")

    assert result.exit_code == 1
    assert "no ticket 999-999-999" in result.output


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://nobody@127.0.0.1:9/none", "sqlite:////proc/x/y.db"]
)
def test_a_database_that_does_not_answer_is_an_error(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    settings = Settings(database_url=url)
    monkeypatch.setattr(tickets, "load_settings", lambda: settings)
    result = run()

    assert result.exit_code == 1
    assert isinstance(result.exception, BadSettings)  # which `balie` says in a line
    assert "BALIE_DATABASE_URL" in str(result.exception)
