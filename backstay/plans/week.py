"""A plan's week: when each channel is open, day by day in the reader's zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from businesstime import Calendar, open_stretches

DAYS = 7


@dataclass(frozen=True)
class OpenStretch:
    """Open from `start` until `end`, in the reader's zone; the shares (0.0 to 1.0) place it on its day."""

    start: datetime
    end: datetime
    from_share: float
    to_share: float


@dataclass(frozen=True)
class Day:
    """One local day of the reader and the stretches open in it, cut off at its midnights."""

    on: date
    stretches: tuple[OpenStretch, ...]

    @property
    def is_whole(self) -> bool:
        return [(stretch.from_share, stretch.to_share) for stretch in self.stretches] == [(0.0, 1.0)]


@dataclass(frozen=True)
class ChannelWeek:
    """A channel's seven days; `included` tells a channel that is closed from one that the plan lacks."""

    channel: str
    included: bool
    days: tuple[Day, ...]


def week(coverage: Mapping[str, Calendar | None], zone: ZoneInfo, first_day: date) -> tuple[ChannelWeek, ...]:
    """Seven days from `first_day` on of each channel; its calendar is None where it is not included."""
    days = [first_day + timedelta(days=number) for number in range(DAYS)]
    return tuple(
        ChannelWeek(channel, calendar is not None, tuple(_day(calendar, zone, day) for day in days))
        for channel, calendar in coverage.items()
    )


def _day(calendar: Calendar | None, zone: ZoneInfo, day: date) -> Day:
    if calendar is None:
        return Day(day, ())
    start, end = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    length = end.timestamp() - start.timestamp()
    stretches = (
        OpenStretch(
            opens.astimezone(zone),
            closes.astimezone(zone),
            (opens.timestamp() - start.timestamp()) / length,
            (closes.timestamp() - start.timestamp()) / length,
        )
        for opens, closes in open_stretches(calendar, start, end)
    )
    return Day(day, tuple(stretches) if length else ())


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
