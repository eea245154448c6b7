"""Rasa's code that the fixes replace or count on is still the code they were written for."""

import hashlib
from collections.abc import Callable
from importlib.metadata import version

import pytest

# Module, function, hash of its source, and what to look at when it has changed.
ORIGINALS = [
    (
        "rasa.core.actions.action",
        "RemoteAction._validate_action_result",
        "ce61fe852bba0d78",
        "reply_validator",
    ),
    (
        "rasa.core.actions.action",
        "RemoteAction.action_response_format_spec",
        "d86e5fadcbd6701d",
        "reply_validator",
    ),
    ("rasa.engine.runner.dask", "DaskGraphRunner.run", "f58ed98f29b1bd4d", "graph_runner"),
    (
        "rasa.engine.runner.dask",
        "DaskGraphRunner._build_dask_graph",
        "3fa8804aa785fee4",
        "graph_runner",
    ),
    ("rasa.engine.graph", "GraphNode.__call__", "0bbb63db2966a91a", "graph_runner"),
    (
        "rasa.shared.core.domain",
        "Domain.states_for_tracker_history",
        "ab8c2a9ffe9f9b03",
        "policy_states",
    ),
    (
        "rasa.core.policies.rule_policy",
        "RulePolicy._get_possible_keys",
        "83b6c396784d992b",
        "policy_states",
    ),
    (
        "rasa.core.policies.rule_policy",
        "RulePolicy._is_rule_applicable",
        "33218e95fc6ed16a",
        "policy_states",
    ),
    (
        "rasa.core.policies.memoization",
        "MemoizationPolicy.predict_action_probabilities",
        "885e80d64b240cfd",
        "policy_states",
    ),
    (
        "rasa.core.policies.memoization",
        "MemoizationPolicy._recall_states",
        "093365212375e8d7",
        "policy_states",
    ),
    (
        "rasa.core.featurizers.tracker_featurizers",
        "TrackerFeaturizer._choose_last_user_input",
        "f781c309420472c7",
        "policy_states",
    ),
    ("rasa.shared.core.events", "Event.resolve_by_type", "827b7f980af2f40c", "event_types"),
    ("rasa.shared.utils.common", "all_subclasses", "55ff0c71e7e3e3de", "event_types"),
    ("rasa.utils.endpoints", "EndpointConfig.session", "24bb9e164e09dd9a", "action_connections"),
    ("rasa.utils.endpoints", "EndpointConfig.request", "71217d4aa3ee6d52", "action_connections"),
    ("rasa.core.tracker_store", "SQLTrackerStore.get_db_url", "aeb8cb5e86afcfcd", "sqlalchemy_url"),
    ("rasa.core.tracker_store", "TrackerStore.create", "05d0e862d0c4da66", "absent_stores"),
    ("rasa.core.tracker_store", "ensure_schema_exists", "17abff7e5cc92a1f", "sqlalchemy_url"),
    ("rasa.telemetry", "is_telemetry_enabled", "bc63f220d7e98143", "no_telemetry"),
    ("rasa.telemetry", "initialize_telemetry", "05841e3a204ff489", "no_telemetry"),
    ("rasa.telemetry", "initialize_error_reporting", "489c7c80dc6a423d", "no_telemetry"),
    ("rasa.telemetry", "ensure_telemetry_enabled", "d40aa6a0a0f23037", "no_telemetry"),
    (
        "rasa.shared.utils.validation",
        "validate_training_data_format_version",
        "c734e8e7cd14d47f",
        "legacy_version",
    ),
    (
        "rasa.engine.validation",
        "_validate_required_packages",
        "39cfaecefe1c551d",
        "tensorflow_stand_in",
    ),
    ("rasa.core.run", "_create_single_channel", "d4bd57caf7388c25", "connector_stand_in"),
    (
        "rasa.nlu.classifiers.logistic_regression_classifier",
        "LogisticRegressionClassifier.__init__",
        "6e65251d193ed159",
        "logistic_regression",
    ),
    ("rasa.utils.common", "_filter_warnings", "4b378fad1ce248c9", "quiet_start"),
    ("rasa.nlu.test", "_calculate_report", "7b6c675f2773b077", "empty_report"),
    ("rasa.shared.data", "_find_data_files_in_directory", "a895318271c3aed1", "hidden_folders"),
    ("rasa.model_testing", "get_evaluation_metrics", "9179d517408d1ddf", "empty_report"),
    (
        "rasa.shared.utils.io",
        "deep_container_fingerprint",
        "24fb80d86859d3d9",
        "fingerprints",
    ),
    ("rasa.shared.utils.io", "get_dictionary_fingerprint", "671f4539894cd3c0", "fingerprints"),
    ("rasa.shared.utils.io", "get_list_fingerprint", "0e4f0930b0892d65", "fingerprints"),
    ("rasa.shared.utils.io", "get_text_hash", "83d30cba07e90785", "fingerprints"),
    (
        "rasa.shared.nlu.training_data.training_data",
        "TrainingData.sanitize_examples",
        "9b61f903823e7d3b",
        "duplicate_examples",
    ),
    (
        "rasa.shared.nlu.training_data.message",
        "Message.__eq__",
        "b48cc32ec7bc65ce",
        "duplicate_examples",
    ),
    (
        "rasa.shared.nlu.training_data.message",
        "Message.fingerprint",
        "91338ee8b499d665",
        "duplicate_examples",
    ),
    (
        "rasa.shared.nlu.training_data.message",
        "Message.__init__",
        "f79fbee36f0a5e5b",
        "message_copies",
    ),
    (
        "rasa.shared.nlu.training_data.training_data",
        "TrainingData.merge",
        "0b1362374abe8997",
        "message_copies",
    ),
    (
        "rasa.core.actions.action",
        "ActionSessionStart._slot_set_events_from_tracker",
        "d1c17a6b98d3a2dd",
        "carried_slots",
    ),
    ("rasa.core.actions.action", "ActionSessionStart.run", "872f8c7c2c8a42db", "carried_slots"),
    (
        "rasa.core.processor",
        "MessageProcessor._has_session_expired",
        "d1ad71a3efb0bf74",
        "session_length",
    ),
    (
        "rasa.core.processor",
        "MessageProcessor._update_tracker_session",
        "a65990d1766615ef",
        "session_length",
    ),
    ("rasa.core.lock_store", "LockStore.issue_ticket", "7523f347c617634d", "redis_tickets"),
    ("rasa.core.lock_store", "LockStore._acquire_lock", "c16a0d49c84de6a8", "redis_tickets"),
    ("rasa.core.lock_store", "LockStore.update_lock", "5cbea8e4d1c9bbb7", "redis_tickets"),
    ("rasa.core.lock_store", "LockStore.finish_serving", "132bfed9d66046a9", "redis_tickets"),
    ("rasa.core.lock_store", "LockStore.cleanup", "4bbbf242ce7eef5b", "redis_tickets"),
    ("rasa.core.lock_store", "RedisLockStore.get_lock", "6abcadf0833bb25a", "redis_tickets"),
    ("rasa.core.lock_store", "RedisLockStore.save_lock", "2d7ee866aff2aa4f", "redis_tickets"),
    ("rasa.core.lock", "TicketLock.issue_ticket", "d258c7c1c3e63331", "redis_tickets"),
    ("rasa.shared.utils.io", "handle_print_blocking", "38a18beaa079da02", "later_imports"),
    ("rasa.utils.log_utils", "configure_structlog", "adbf22a14c77a21e", "later_imports"),
    (
        "rasa.core.tracker_store",
        "DynamoTrackerStore._retrieve",
        "72441217dbc16fbf",
        "later_imports",
    ),
    ("rasa.core.tracker_store", "SQLTrackerStore.save", "28635205f0c27ad7", "sql_statements"),
    ("rasa.core.tracker_store", "SQLTrackerStore._retrieve", "d0b196352fb58e72", "sql_statements"),
    (
        "rasa.core.tracker_store",
        "SQLTrackerStore._event_query",
        "3cc03762d3bfb932",
        "sql_statements",
    ),
    (
        "rasa.core.tracker_store",
        "SQLTrackerStore._additional_events",
        "ebc9622154189924",
        "sql_statements",
    ),
    ("rasa.core.tracker_store", "SQLTrackerStore.__init__", "25e24e584afa896a", "sqlite_wal"),
    ("rasa.core.tracker_store", "SQLTrackerStore.SQLEvent", "36cc51d98c95a726", "sql_statements"),
    ("rasa.core.utils", "read_endpoints_from_path", "09a56e3427dcadd2", "fewer_imports"),
    ("rasa.core.channels.socketio", "SocketIOInput.blueprint", "afdc837158c6f839", "fewer_imports"),
    ("rasa.cli.evaluate", "_create_tracker_loader", "9d686855cefb4edc", "fewer_imports"),
]


def test_rasa_is_the_version_that_the_fixes_were_written_for() -> None:
    assert version("rasa") == "3.6.21"


@pytest.mark.parametrize(("module", "name", "known", "fix"), ORIGINALS)
def test_the_code_behind_a_fix_has_not_changed(
    module: str, name: str, known: str, fix: str, read_source: Callable[[str, str], str]
) -> None:
    now = hashlib.sha256(read_source(module, name).encode()).hexdigest()[:16]
    assert now == known, (
        f"{module}.{name} has changed. Compare it with what rasa_lean/fixes/{fix}.py assumes, "
        f"run its tests, and then put {now!r} here."
    )
