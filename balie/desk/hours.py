"""When people answer."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PART = re.compile(
    r"(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))?\s+(?P<start>\d\d:\d\d)-(?P<end>\d\d:\d\d)"
)


class BadHours(ValueError):
    """Opening hours that are not of the form `mon-fri 09:00-17:00, sat 10:00-14:00`."""


@dataclass(frozen=True)
class Shift:
    """A row of weekdays (0 is Monday) on which people answer from `start` to `end`."""

    first: int
    last: int
    start: time
    end: time

    def on(self, weekday: int) -> bool:
        """Whether it holds on this weekday; `fri-mon` goes over the weekend."""
        return (weekday - self.first) % 7 <= (self.last - self.first) % 7


@dataclass(frozen=True)
class OpeningHours:
    """The week's shifts in their time zone."""

    shifts: Sequence[Shift]
    zone: ZoneInfo

    @classmethod
    def parse(cls, text: str, zone: ZoneInfo) -> "OpeningHours":
        """Read `mon-fri 09:00-17:00, sat 10:00-14:00`; raises `BadHours`."""
        return cls(tuple(_shift(part.strip().lower()) for part in text.split(",")), zone)

    def is_open(self, moment: datetime) -> bool:
        """Whether people answer at this moment."""
        return self.next_opening(moment) == moment

    def next_opening(self, moment: datetime) -> datetime:
        """The first moment from `moment` on at which people answer; itself while they do."""
        return min(max(start, moment) for start, end in self._from(moment) if end > moment)

    def _from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Start and end of every shift in the week that begins on the moment's own day."""
        today = moment.astimezone(self.zone).date()
        for day in (today + timedelta(days=ahead) for ahead in range(8)):
            for shift in self.shifts:
                if shift.on(day.weekday()):
                    yield (
                        datetime.combine(day, shift.start, self.zone),
                        datetime.combine(day, shift.end, self.zone),
                    )


def _shift(part: str) -> Shift:
    found = _PART.fullmatch(part)
    try:
        if found is None:
            raise ValueError(part)
        first = _DAYS.index(found["first"])
        last = _DAYS.index(found["last"] or found["first"])
        shift = Shift(
            first, last, time.fromisoformat(found["start"]), time.fromisoformat(found["end"])
        )
        if shift.start >= shift.end:
            raise ValueError(part)
    except ValueError as error:
        raise BadHours(f"not opening hours: {part!r} (like mon-fri 09:00-17:00)") from error
    return shift
