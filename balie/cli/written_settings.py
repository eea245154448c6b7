"""Settings that are written in a way of their own: opening hours, rates, origins.

The desk refuses them when it starts; here they are told before anything starts.
"""

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from balie.desk.hours import BadHours, OpeningHours
from balie.desk.origins import BadOrigin, Origins
from balie.desk.rates import BadRate, read_rate
from balie.settings import BadSettings, Settings


def _only(settings: Settings, **own: object) -> Settings:
    """The settings with one of the three that name origins."""
    none = {"allowed_origins": "", "frame_ancestors": "", "public_url": None}
    return settings.model_copy(update={**none, **own})


_CHECKS: Mapping[str, Callable[[Settings], object]] = {
    "opening_hours": lambda s: OpeningHours.parse(s.opening_hours, ZoneInfo(s.time_zone)),
    "rate_address": lambda s: read_rate(s.rate_address),
    "rate_beginning": lambda s: read_rate(s.rate_beginning),
    "rate_conversation": lambda s: read_rate(s.rate_conversation),
    "allowed_origins": lambda s: Origins.create(_only(s, allowed_origins=s.allowed_origins)),
    "frame_ancestors": lambda s: Origins.create(_only(s, frame_ancestors=s.frame_ancestors)),
    "public_url": lambda s: Origins.create(_only(s, public_url=s.public_url)),
}


def refuse_wrong_forms(settings: Settings) -> None:
    """Raise `BadSettings` with a line for each of these that cannot be read."""
    lines = []
    for name, check in _CHECKS.items():
        try:
            check(settings)
        except (BadHours, BadRate, BadOrigin) as error:
            lines.append(f"BALIE_{name.upper()}: {error}")
    if lines:
        raise BadSettings("\n".join(lines))
