from pathlib import Path

from balie.cli.temporary import free_ports, temporary_settings
from balie.settings import Settings


def test_a_temporary_balie_touches_nothing_of_another(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "data").mkdir(parents=True)
    (project / "config.yml").touch()
    base = Settings(
        project_dir=project,
        database_url="postgresql://live",
        billing_url="https://billing.example",
        rasa_url="http://rasa:5005",
        redis_url="redis://live",
        rabbitmq_url="amqp://live",
    )
    settings = temporary_settings(base, tmp_path)
    assert settings.project_dir == base.project_dir
    assert settings.redis_url is None
    assert settings.rabbitmq_url is None
    assert settings.path("balie.db").is_relative_to(tmp_path)
    for address in (settings.database(), settings.tracker_database(), settings.billing_database()):
        assert str(tmp_path) in address
    for address in (
        settings.rasa_address(),
        settings.actions_address(),
        settings.billing_address(),
    ):
        assert address.startswith("http://127.0.0.1:")
    ports = {settings.desk_port, settings.rasa_port, settings.actions_port, settings.billing_port}
    assert len(ports) == 4


def test_free_ports_are_different_ones() -> None:
    assert len(set(free_ports(5))) == 5
