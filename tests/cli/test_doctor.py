"""`balie doctor` says what is missing, and how to put it right."""

import json
import os
import shutil
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from balie.cli import checkup
from balie.cli.checkup import Finding, examine, locked
from balie.cli.doctor import doctor
from balie.cli.temporary import free_ports
from balie.cli.texts import all_texts
from balie.settings import Settings
from tests.cli.test_training import write_model

ROOT = Path(__file__).parents[2]
APP = typer.Typer()
APP.command()(doctor)
CONFIG = "pipeline:\n- name: balie.nlu.classifier.NgramClassifier\n  encoder: {}\n"


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def settings(**changed):
    names = ("desk_port", "rasa_port", "actions_port", "billing_port")
    ports = dict(zip(names, free_ports(4), strict=True))
    return Settings(**{"project_dir": ROOT, **ports, **changed})


def found(check, **changed):
    return list(getattr(checkup, f"_{check}")(settings(**changed)))


def test_python_is_told(monkeypatch):
    assert found("python")[0].state == "ok"
    monkeypatch.setattr(checkup.sys, "version_info", (3, 10, 4))

    [finding] = found("python")

    assert finding.state == "missing"
    assert "3.10.4" in finding.message
    assert "3.12" in finding.fix


def test_the_locked_packages_are_installed():
    assert [each.state for each in found("packages")] == ["ok"]


def test_packages_that_are_missing_or_of_another_version_are_named(tmp_path):
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements/base.txt").write_text(
        "no-such-package==1.0 \\\n    --hash=sha256:00\nnumpy==0.1\ntyper>0\n"
        'other==1 ; python_version < "3"\n'
    )

    [finding] = found("packages", project_dir=tmp_path)

    assert "no-such-package==1.0, numpy==0.1" in finding.message
    assert "typer" not in finding.message
    assert "make setup" in finding.fix
    assert len(list(locked(tmp_path / "requirements/base.txt"))) == 3


@pytest.mark.parametrize(
    ("encoder", "state"),
    [("use", "ok"), ("none", "ok"), ("spacy:missing", "optional"), ("nonsense", "missing")],
)
def test_the_encoder_that_is_used_is_told(tmp_path, encoder, state):
    (tmp_path / "config.yml").write_text(CONFIG.format(encoder))

    [finding] = found("encoder", project_dir=tmp_path)

    assert finding.state == state
    assert encoder in finding.message


def test_a_model_that_is_missing_out_of_date_or_current_is_told(tmp_path, monkeypatch):
    (tmp_path / "models").mkdir()
    keys = [found("model", project_dir=tmp_path)[0].message]
    model = tmp_path / "models/balie-old.tar.gz"
    write_model(model)
    keys.append(found("model", project_dir=tmp_path)[0].message)
    monkeypatch.setattr("balie.cli.training.fingerprint", lambda project: "old")
    keys.append(found("model", project_dir=tmp_path)[0].message)
    model.write_bytes(model.read_bytes()[:-100])
    [damaged] = found("model", project_dir=tmp_path)

    assert ["no trained model" in keys[0], "before the examples" in keys[1]] == [True, True]
    assert "current: balie-old.tar.gz" in keys[2]
    assert (damaged.state, damaged.message) == ("missing", "The model is damaged: balie-old.tar.gz")
    assert "balie train --force" in damaged.fix


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "topics/past_due/topic.yml",
            "The topic past_due is left out at the next start: data/topics/",
        ),
        ("links.yml", "Balie cannot start with its texts as they are: data/links.yml:"),
    ],
)
def test_a_topic_that_is_left_out_and_what_keeps_balie_from_starting_are_told(
    tmp_path, monkeypatch, name, sentence
):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    shutil.copytree(ROOT / "data", tmp_path / "data")
    (tmp_path / "data" / name).write_text("title: [")

    number, left_out = found("content", project_dir=tmp_path)

    assert "errors" in number.message
    assert left_out.message.startswith(sentence)
    assert (left_out.state, "balie check" in left_out.fix) == ("missing", True)


def test_a_port_that_another_program_has_is_told_with_the_setting():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        taken = other.getsockname()[1]
        states = {each.message: each for each in found("ports", desk_port=taken)}

    [bad] = [each for each in states.values() if each.state == "missing"]
    assert str(taken) in bad.message
    assert "BALIE_DESK_PORT" in bad.fix
    assert len(states) == 4


def test_a_database_that_does_not_answer_is_told_without_its_password(tmp_path):
    url = f"postgresql+psycopg://balie:geheim@127.0.0.1:{free_ports(1)[0]}/balie"
    bad, good = found("databases", database_url=url, state_dir=tmp_path)

    assert bad.state == "missing"
    assert "geheim" not in bad.message
    assert "BALIE_DATABASE_URL" in bad.fix
    assert good.state == "ok"


def test_redis_is_looked_at_only_where_it_is_set():
    assert found("redis") == []
    [bad] = found("redis", redis_url=f"redis://127.0.0.1:{free_ports(1)[0]}/0")

    assert bad.state == "missing"


def test_rabbitmq_is_looked_at_only_where_it_is_set():
    assert found("rabbitmq") == []
    url = f"amqp://balie:geheim@127.0.0.1:{free_ports(1)[0]}/"
    [bad] = found("rabbitmq", rabbitmq_url=url)

    assert bad.state == "missing"
    assert "does not answer" in bad.message
    assert "geheim" not in bad.message
    assert "BALIE_RABBITMQ_URL" in bad.fix


@pytest.mark.skipif("BALIE_TEST_RABBITMQ_URL" not in os.environ, reason="needs a RabbitMQ")
def test_a_real_rabbitmq_answers_and_what_it_refuses_is_told():
    url = os.environ["BALIE_TEST_RABBITMQ_URL"]
    wrong = [url.replace("guest:guest", "guest:wrong"), f"{url.rstrip('/')}/no-such-vhost"]

    assert [each.state for each in found("rabbitmq", rabbitmq_url=url)] == ["ok"]
    for each in wrong:
        [bad] = found("rabbitmq", rabbitmq_url=each)
        assert "refuses" in bad.message


class Billing(BaseHTTPRequestHandler):
    """Asks for a token, and knows no customer."""

    token = "Bearer right"
    status = 404

    def do_GET(self):
        fits = self.token in (None, self.headers["Authorization"])
        self.send_response(self.status if fits else 401)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Say nothing."""


@pytest.mark.parametrize(
    ("token", "status", "expected"),
    [
        ("Bearer right", 404, "The billing system answers: http://127.0.0.1:"),
        ("Bearer other", 404, "does not take the service token"),
        (None, 404, "is no billing system, or lets everybody in"),
        ("Bearer right", 503, "does not answer"),
    ],
)
def test_a_billing_system_of_one_s_own_must_answer_and_take_the_token(token, status, expected):
    handler = type("Handler", (Billing,), {"token": token, "status": status})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        [finding] = found("billing", billing_url=url, billing_token="right")
        server.shutdown()

    assert expected in finding.message
    assert finding.state == ("ok" if "The billing" in expected else "missing")
    assert finding.fix is None or "BALIE_BILLING_" in finding.fix


def test_a_billing_system_that_is_not_there_is_told_and_the_stub_is_no_such_thing():
    assert found("billing") == []
    [bad] = found("billing", billing_url=f"http://me:geheim@127.0.0.1:{free_ports(1)[0]}")

    assert "does not answer" in bad.message
    assert "geheim" not in bad.message


def test_weak_secrets_in_production_are_told():
    [finding] = found("secrets", environment="production")

    assert finding.state == "missing"
    assert "BALIE_AGENT_KEY" in finding.message


def test_programs_that_only_tests_and_pictures_need_are_optional(monkeypatch):
    monkeypatch.setattr(checkup.shutil, "which", lambda name: None)

    assert [each.state for each in found("programs")] == ["optional", "optional"]


def test_a_check_that_fails_does_not_cost_the_others(monkeypatch):
    def _broken(_):
        raise RuntimeError("no")
        yield

    monkeypatch.setattr(checkup, "CHECKS", (_broken, checkup._python))

    broken, python = examine(settings())

    assert (broken.check, broken.state) == ("broken", "missing")
    assert python.state == "ok"


@pytest.fixture
def run(monkeypatch):
    findings = [Finding("a", "ok", "fine"), Finding("b", "optional", "not there", "get it")]
    monkeypatch.setattr(checkup, "examine", lambda _: findings)
    monkeypatch.setenv("LC_ALL", "nl_NL.UTF-8")
    return findings, lambda *arguments: CliRunner().invoke(APP, list(arguments))


def test_findings_are_printed_with_their_fix(run):
    _, invoke = run

    result = invoke()

    assert result.stdout.split() == ["goed", "fine", "mag", "not", "there", "get", "it"]
    assert result.exit_code == 0


def test_findings_can_be_had_as_json_and_what_is_missing_makes_it_fail(run):
    findings, invoke = run
    findings.append(Finding("c", "missing", "gone", "bring it"))

    result = invoke("--json")

    assert json.loads(result.stdout)[-1] == {
        "check": "c",
        "state": "missing",
        "message": "gone",
        "fix": "bring it",
    }
    assert result.exit_code == 1


def test_every_finding_that_is_no_good_has_a_fix():
    texts = all_texts()
    bad = [key for key in texts if key.startswith("doctor_") and f"{key}_fix" in texts]

    assert len(bad) >= 11
