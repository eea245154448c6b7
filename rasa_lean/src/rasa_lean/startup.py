"""Registers the fixes at interpreter start; imports nothing but `sys` and `os`.

A fix is a module in `rasa_lean.fixes` with `before(module)` (runs before Rasa's module is
executed) and/or `after(module)` (runs once it has been). Switches:

- ``RASA_LEAN=off`` turns everything off, for comparison with stock Rasa;
- ``RASA_LEAN_WITHOUT=name,name`` leaves single fixes out.
"""

import os
import sys

# Module -> the fixes that concern it, in this order. One line tells the whole story.
FIXES: dict[str, tuple[str, ...]] = {
    "sanic.app": ("quiet_start",),
    "rasa.utils.common": ("numpy_warning", "quiet_start"),
    "rasa.shared.utils.validation": ("legacy_version",),
    "rasa.telemetry": ("no_telemetry", "fewer_imports"),
    "rasa.utils.log_utils": ("later_imports",),
    "rasa.core.utils": ("fewer_imports",),
    "rasa.cli.evaluate": ("fewer_imports",),
    "rasa.cli.export": ("fewer_imports",),
    "rasa.cli.x": ("fewer_imports",),
    "rasa.core.channels.console": ("fewer_imports",),
    "rasa.core.channels.socketio": ("fewer_imports",),
    "rasa.utils.plotting": ("fewer_imports",),
    "rasa.utils.tensorflow.model_data": ("fewer_imports",),
    "rasa_sdk.plugin": ("fewer_imports",),
    "rasa.core.tracker_store": (
        "sqlalchemy_url",
        "later_imports",
        "absent_stores",
        "sqlite_wal",
        "sql_statements",
    ),
    "rasa.core.lock_store": ("redis_tickets",),
    "rasa.core.actions.action": ("reply_validator", "carried_slots"),
    "rasa.core.processor": ("session_length",),
    "rasa.engine.runner.dask": ("graph_runner",),
    "rasa.shared.core.domain": ("policy_states",),
    "rasa.core.policies.rule_policy": ("policy_states",),
    "rasa.core.policies.memoization": ("policy_states",),
    "rasa.shared.core.events": ("event_types",),
    "rasa.utils.endpoints": ("action_connections",),
    "rasa.nlu.classifiers.logistic_regression_classifier": ("logistic_regression",),
    "rasa.nlu.test": ("empty_report",),
    "rasa.shared.data": ("hidden_folders",),
    # What makes training slow.
    "rasa.shared.utils.io": ("fingerprints", "later_imports"),
    "rasa.shared.nlu.training_data.message": ("message_copies",),
    "rasa.shared.nlu.training_data.training_data": ("duplicate_examples",),
    # These import TensorFlow (or what stands on it) at the top of the file.
    "rasa.core.policies.ted_policy": ("tensorflow_stand_in",),
    "rasa.core.policies.unexpected_intent_policy": ("tensorflow_stand_in",),
    "rasa.nlu.classifiers.diet_classifier": ("tensorflow_stand_in",),
    "rasa.nlu.featurizers.dense_featurizer.convert_featurizer": ("tensorflow_stand_in",),
    "rasa.nlu.featurizers.dense_featurizer.lm_featurizer": ("tensorflow_stand_in",),
    "rasa.nlu.selectors.response_selector": ("tensorflow_stand_in",),
    "rasa.utils.tensorflow.callback": ("tensorflow_stand_in",),
    "rasa.utils.tensorflow.crf": ("tensorflow_stand_in",),
    "rasa.utils.tensorflow.data_generator": ("tensorflow_stand_in",),
    "rasa.utils.tensorflow.layers": ("tensorflow_stand_in",),
    "rasa.utils.tensorflow.layers_utils": ("tensorflow_stand_in",),
    "rasa.utils.tensorflow.metrics": ("tensorflow_stand_in",),
    "rasa.utils.tensorflow.models": ("tensorflow_stand_in",),
    "rasa.utils.tensorflow.rasa_layers": ("tensorflow_stand_in",),
    "rasa.utils.tensorflow.transformer": ("tensorflow_stand_in",),
    "rasa.utils.tensorflow.types": ("tensorflow_stand_in",),
    # Rasa imports every connector at start; these need other companies' libraries.
    "rasa.core.channels.facebook": ("connector_stand_in",),
    "rasa.core.channels.hangouts": ("connector_stand_in",),
    "rasa.core.channels.mattermost": ("connector_stand_in",),
    "rasa.core.channels.rocketchat": ("connector_stand_in",),
    "rasa.core.channels.slack": ("connector_stand_in",),
    "rasa.core.channels.telegram": ("connector_stand_in",),
    "rasa.core.channels.twilio": ("connector_stand_in",),
    "rasa.core.channels.twilio_voice": ("connector_stand_in",),
    "rasa.core.channels.webexteams": ("connector_stand_in",),
}


def enabled_fixes() -> dict[str, tuple[str, ...]]:
    """`FIXES` without those that the environment switches off."""
    if os.environ.get("RASA_LEAN", "on").lower() in {"off", "0", "no", "false"}:
        return {}
    without = set(os.environ.get("RASA_LEAN_WITHOUT", "").replace(" ", "").split(","))
    return {
        module: tuple(fix for fix in fixes if fix not in without) for module, fixes in FIXES.items()
    }


class FixFinder:
    """A meta path finder that puts the fixes around the loading of Rasa's modules."""

    def __init__(self, fixes: dict[str, tuple[str, ...]]) -> None:
        self._fixes = fixes

    def find_spec(self, name, path=None, target=None):  # type: ignore[no-untyped-def]
        """The module's ordinary spec, its loader wrapped; None for modules without a fix."""
        fixes = self._fixes.get(name)
        if not fixes:
            return None
        from rasa_lean.loading import fixed_spec

        return fixed_spec(name, path, target, fixes, self)


def install() -> None:
    """Register the finder once, in front of the ordinary ones."""
    fixes = enabled_fixes()
    if fixes and not any(isinstance(finder, FixFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, FixFinder(fixes))


install()
