"""A tracker store is made without the libraries of other stores."""

import sys
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

import pytest
from rasa.core import tracker_store as module
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig
from sqlalchemy.exc import OperationalError

Original = Callable[[ModuleType, str], FunctionType]
RunPython = Callable[..., str]


class _MongoIsAway(Exception):
    pass


class _AmazonIsAway(Exception):
    pass


@pytest.fixture
def libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both libraries, as far as Rasa's own code asks for them."""
    botocore, pymongo = ModuleType("botocore"), ModuleType("pymongo")
    errors, exceptions = ModuleType("pymongo.errors"), ModuleType("botocore.exceptions")
    vars(exceptions).update(BotoCoreError=_AmazonIsAway)
    vars(errors).update(ConnectionFailure=_MongoIsAway, OperationFailure=_MongoIsAway)
    vars(pymongo).update(errors=errors)
    for each in (botocore, pymongo, errors, exceptions):
        monkeypatch.setitem(sys.modules, each.__name__, each)


@pytest.fixture(params=["ours", "rasa's own"])
def create(
    request: pytest.FixtureRequest, original: Original, libraries: None
) -> Iterator[Callable[..., Any]]:
    if request.param == "ours":
        yield module.TrackerStore.create
    else:
        yield original(module, "TrackerStore.create")


def test_a_store_is_given_back(create: Callable[..., Any]) -> None:
    store = module.InMemoryTrackerStore(Domain.empty())
    assert create(store) is store


def test_one_is_made_from_an_endpoint(create: Callable[..., Any]) -> None:
    made = create(EndpointConfig(type="sql", dialect="sqlite", db=":memory:"), Domain.empty())
    assert isinstance(module.TrackerStore.create(made), module.TrackerStore)
    assert "SQL" in repr(getattr(made, "_tracker_store", made))


@pytest.mark.parametrize(
    "error",
    [
        ConnectionError("no way"),
        OperationalError("select 1", {}, Exception("no way")),
        _MongoIsAway("no way"),
        _AmazonIsAway("no way"),
    ],
)
def test_a_store_that_cannot_be_reached_is_told_the_same(
    error: Exception, create: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise error

    monkeypatch.setattr(module, "create_tracker_store", fails)
    monkeypatch.setitem(getattr(create, "__globals__", {}), "create_tracker_store", fails)
    with pytest.raises(
        module.ConnectionException, match=r"Cannot connect to tracker store\..*no way"
    ):
        create(EndpointConfig(type="mongod"), Domain.empty())


def test_another_error_comes_through(
    create: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise LookupError("of its own")

    monkeypatch.setattr(module, "create_tracker_store", fails)
    monkeypatch.setitem(getattr(create, "__globals__", {}), "create_tracker_store", fails)
    with pytest.raises(LookupError, match="of its own"):
        create(EndpointConfig(type="sql"), Domain.empty())


def test_none_of_the_libraries_is_imported_for_it(run_python: RunPython) -> None:
    printed = run_python("""
        import sys
        for name in ("boto3", "botocore", "pymongo"):
            sys.modules[name] = None  # as if it were not installed
        from rasa.core.tracker_store import TrackerStore
        from rasa.shared.core.domain import Domain
        from rasa.utils.endpoints import EndpointConfig
        print(TrackerStore.create(EndpointConfig(type="sql", db=":memory:"), Domain.empty()))
    """)
    assert "TrackerStore" in printed
