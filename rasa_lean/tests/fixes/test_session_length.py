"""A long session gives way to a new one where the setting asks for it, and only there."""

import time
from typing import Any

import pytest
from rasa.core.processor import MessageProcessor
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

SETTING = "RASA_LEAN_SESSION_EVENTS"


def _domain(minutes: float) -> Domain:
    return Domain.from_dict({"session_config": {"session_expiration_time": minutes}})


def _expired(*events: Any, minutes: float = 60) -> bool:
    domain = _domain(minutes)
    tracker = DialogueStateTracker("c", domain.slots)
    for event in events:
        tracker.update(event, domain)
    processor = object.__new__(MessageProcessor)
    processor.domain = domain
    return processor._has_session_expired(tracker)


def _session(messages: int) -> list[Any]:
    return [SessionStarted(), *(UserUttered(str(number)) for number in range(messages))]


@pytest.mark.parametrize(("messages", "expired"), [(8, False), (9, True), (30, True)])
def test_a_session_of_so_many_events_has_expired(
    messages: int, expired: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTING, "10")
    assert _expired(*_session(messages)) is expired


def test_so_it_is_where_rasas_own_sessions_are_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "10")
    assert _expired(*_session(20), minutes=0)


def test_only_the_events_of_the_present_session_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "10")
    assert not _expired(*_session(20), *_session(5))


def test_a_form_is_not_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "10")
    assert not _expired(*_session(20), ActiveLoop("invoice_form"))


@pytest.mark.parametrize("setting", [None, "0"])
def test_without_the_setting_sessions_are_as_rasas(
    setting: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    if setting:
        monkeypatch.setenv(SETTING, setting)
    assert not _expired(*_session(500))
    long_ago = UserUttered("hello", timestamp=time.time() - 2 * 3600)
    assert _expired(SessionStarted(), long_ago)
    assert not _expired(SessionStarted(), long_ago, minutes=0)
