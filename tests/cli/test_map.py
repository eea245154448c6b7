"""`balie map` draws the topics, and tells when the drawn map is out of date."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from balie.cli.main import app
from balie.settings import load_settings

ROOT = Path(__file__).parents[2]
TOPIC = "data/topics/past_due/topic.yml"
needs_dot = pytest.mark.skipif(not shutil.which("dot"), reason="needs Graphviz")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with two of the topics, which link to no other."""
    for topic in ("past_due", "contact_support"):
        shutil.copytree(ROOT / "data/topics" / topic, tmp_path / "data/topics" / topic)
        edit(tmp_path / "data/topics" / topic / "topic.yml", "related: ", "related: []  # ")
    for name in ("links.yml", "labels.yml", "conversation", "account/balance_settled.yml"):
        target = tmp_path / "data" / name
        target.parent.mkdir(exist_ok=True)
        copy = shutil.copytree if (ROOT / "data" / name).is_dir() else shutil.copy
        copy(ROOT / "data" / name, target)
    shutil.copy(ROOT / "data/account/outstanding_balance.yml", tmp_path / "data/account")
    monkeypatch.setenv("BALIE_PROJECT_DIR", str(tmp_path))
    load_settings.cache_clear()
    yield tmp_path
    load_settings.cache_clear()


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def run(*arguments):
    return CliRunner().invoke(app, ["map", *arguments])


def test_map_of_this_project_is_current(monkeypatch):
    monkeypatch.setenv("BALIE_PROJECT_DIR", str(ROOT))
    load_settings.cache_clear()

    result = run("--check")

    load_settings.cache_clear()
    assert result.exit_code == 0, result.stderr


def test_every_picture_of_this_project_is_there_and_shown():
    page = (ROOT / "docs/map/README.md").read_text(encoding="utf-8")
    drawn = {path.stem for path in ROOT.glob("docs/map/*.dot")}

    assert {path.stem for path in ROOT.glob("docs/map/*.svg")} == drawn
    assert [name for name in drawn if f"]({name}.svg)" not in page] == []


@needs_dot
def test_draws_text_and_picture_of_each_and_a_page_that_shows_them(project):
    result = run()

    assert result.exit_code == 0
    assert sorted(path.name for path in (project / "docs/map").iterdir()) == [
        "README.md",
        "all-topics.dot",
        "all-topics.svg",
        "past_due.dot",
        "past_due.svg",
    ]
    assert "Talk to a person" in (project / "docs/map/all-topics.svg").read_text()
    assert "![Pay a past-due balance](past_due.svg)" in (project / "docs/map/README.md").read_text()
    assert run("--check").exit_code == 0


@needs_dot
def test_dutch_map_has_a_folder_of_its_own(project):
    run("--language", "nl")

    assert "Een medewerker spreken" in (project / "docs/map/nl/all-topics.svg").read_text()
    assert run("--check", "--language", "nl").exit_code == 0


@needs_dot
def test_changed_title_puts_the_map_out_of_date(project):
    run()
    edit(project / TOPIC, "en: Pay a past-due balance", "en: Settle up")

    result = run("--check")

    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert [Path(line.split(":")[0]).name for line in lines[:-1]] == [
        "README.md",
        "all-topics.dot",
        "past_due.dot",
    ]
    assert lines[-1] == "Draw the map anew: balie map"


@needs_dot
def test_picture_drawn_by_another_version_of_graphviz_is_current(project):
    run()
    (project / "docs/map/past_due.svg").write_text("<svg>drawn otherwise</svg>")

    assert run("--check").exit_code == 0


@needs_dot
def test_picture_of_a_guide_that_is_gone_is_reported_and_then_removed(project):
    run()
    other = project / "docs/map/other.dot"
    other.write_text("digraph mine {}")
    gone = project / "docs/map/gone.dot"
    gone.write_text((project / "docs/map/past_due.dot").read_text())
    gone.with_suffix(".svg").write_text("<svg/>")

    assert "gone.dot: of a guide that is gone" in run("--check").stderr
    run()

    assert not gone.exists()
    assert not gone.with_suffix(".svg").exists()
    assert other.exists()


def test_map_that_was_never_drawn_is_missing(project):
    result = run("--check")

    assert result.exit_code == 1
    assert "past_due.dot: missing" in result.stderr


@needs_dot
def test_page_of_somebody_else_is_never_overwritten(project):
    page = project / "README.md"
    page.write_text("# My project\n")

    result = run("--out", str(project))

    assert result.exit_code == 1
    assert "--out" in result.stderr
    assert page.read_text() == "# My project\n"
    assert list(project.glob("*.dot")) == []


def test_missing_graphviz_is_named_with_the_fix_and_nothing_is_written(project, monkeypatch):
    monkeypatch.setenv("PATH", str(project))

    result = run()

    assert result.exit_code == 1
    assert "apt-get install graphviz" in result.stderr
    assert not (project / "docs").exists()


def test_check_needs_no_graphviz(project, monkeypatch):
    monkeypatch.setenv("PATH", str(project))

    result = run("--check")

    assert "past_due.dot: missing" in result.stderr
    assert "apt-get" not in result.stderr


def test_broken_content_is_not_drawn(project):
    edit(project / TOPIC, "check: balance_settled", "check: balance_setled")

    result = run()

    assert result.exit_code == 1
    assert "unknown-check" in result.stderr
    assert "balie check" in result.stderr
