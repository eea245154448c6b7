"""Every stored event is read back as the class that Rasa's own search finds."""

from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

import pytest
from rasa.shared.core import events as module
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses

Original = Callable[[ModuleType, str], FunctionType]


@pytest.fixture(scope="module")
def rasas_own(original: Original) -> FunctionType:
    # A static method's source carries its decorator; calling the function is the same.
    return original(module, "Event.resolve_by_type")


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Counts how often Rasa walks all subclasses."""
    made: list[object] = []

    def counted(cls: Any) -> Any:
        made.append(cls)
        return all_subclasses(cls)

    monkeypatch.setattr("rasa.shared.utils.common.all_subclasses", counted)
    return made


def _type_names() -> list[str]:
    return sorted({cls.type_name for cls in all_subclasses(Event)} - {"abstract"}, key=str)


@pytest.mark.parametrize("name", _type_names())
def test_each_event_type_is_found_as_rasa_finds_it(name: str, rasas_own: FunctionType) -> None:
    for _ in range(2):
        assert Event.resolve_by_type(name) is rasas_own(name)
        assert Event.resolve_by_type(name, module.SlotSet) is rasas_own(name, module.SlotSet)


def test_an_unknown_type_is_refused_in_the_same_words(rasas_own: FunctionType) -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="Unknown event name 'nonsense'"):
            Event.resolve_by_type("nonsense")
    with pytest.raises(ValueError, match="Unknown event name 'nonsense'"):
        rasas_own("nonsense")


def test_a_default_is_given_for_an_unknown_type_and_not_kept() -> None:
    assert Event.resolve_by_type("nonsense", module.SlotSet) is module.SlotSet
    assert Event.resolve_by_type("nonsense", module.BotUttered) is module.BotUttered
    with pytest.raises(ValueError, match="nonsense"):
        Event.resolve_by_type("nonsense")


def test_the_old_topic_event_is_still_no_event() -> None:
    assert Event.resolve_by_type("topic") is None


def test_an_event_class_that_comes_later_is_found() -> None:
    with pytest.raises(ValueError, match="comes_later"):
        Event.resolve_by_type("comes_later")

    class ComesLater(module.Restarted):  # type: ignore[misc]
        type_name = "comes_later"

    assert Event.resolve_by_type("comes_later") is ComesLater


def test_a_type_that_was_found_is_not_searched_again(searches: list[object]) -> None:
    Event.resolve_by_type("user")
    searches.clear()
    for _ in range(3):
        Event.resolve_by_type("user")
    assert searches == []


def test_events_survive_being_stored_and_read_back() -> None:
    events = [
        module.UserUttered("hello", {"name": "greet"}),
        module.ActionExecuted("action_listen"),
        module.SlotSet("language", "nl"),
        module.BotUttered("hi", {"buttons": None}),
        module.SessionStarted(),
    ]
    assert [Event.from_parameters(event.as_dict()) for event in events] == events
