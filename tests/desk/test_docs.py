"""What the documentation promises about the desk is there."""

from pathlib import Path

from balie.desk.tables import Base
from tests.desk.conftest import Desk

DOCUMENT = Path(__file__).parents[2] / "docs" / "desk.md"


def test_every_endpoint_and_every_table_is_documented(desk: Desk) -> None:
    text = DOCUMENT.read_text(encoding="utf-8").replace("{id}", "{conversation_id}")
    paths = desk.http.get("/openapi.json").json()["paths"]

    for path, calls in paths.items():
        for method in calls:
            assert f"{method.upper()} {path.removeprefix('/api/v1')}" in text
    for table in Base.metadata.tables:
        assert f"`{table}`" in text
