from datetime import datetime

from businesstime.calendars import Calendar
from businesstime.errors import SpanError
from businesstime.instants import SECOND, to_datetime, to_ticks
from businesstime.tables import table_of


def add(calendar: Calendar, start: datetime, seconds: int) -> datetime:
    """The instant, in UTC, at which `seconds` of open time have passed since `start`.

    What runs out at a closing time ends at that closing time. Zero seconds is the next opening, or `start`
    itself if open then. A part of a second in `start` counts exactly: while it stays open, the answer is
    `start` plus the seconds. Raises NeverOpen, NaiveDatetime, SpanError.
    """
    if seconds < 0:
        raise SpanError(f"cannot add {seconds} seconds: an amount of open time is not negative")
    table = table_of(calendar)
    position = table.position(to_ticks(start)) + seconds * SECOND
    return to_datetime(table.locate(position, opening=not seconds))


def between(calendar: Calendar, start: datetime, end: datetime) -> int:
    """The whole seconds of open time from `start` to `end`; negative, by as much, if `end` is earlier."""
    table = table_of(calendar)
    open_time = table.position(to_ticks(end)) - table.position(to_ticks(start))
    return open_time // SECOND if open_time >= 0 else -(-open_time // SECOND)


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether it is open at this instant: yes at the opening time, no at the closing time."""
    return table_of(calendar).end_of(to_ticks(at)) is not None


def next_open(calendar: Calendar, at: datetime) -> datetime:
    """The first instant from `at` on at which it is open, `at` itself included. Raises NeverOpen."""
    return add(calendar, at, 0)


def next_close(calendar: Calendar, at: datetime) -> datetime | None:
    """The end of the open stretch at `at`, or when closed then, of the next one; None if it never closes.

    Windows that touch, midnight included, are one stretch. Raises NeverOpen if it never opens again.
    """
    close = table_of(calendar).close_after(to_ticks(next_open(calendar, at)))
    return None if close is None else to_datetime(close)


def open_stretches(
    calendar: Calendar, start: datetime, end: datetime
) -> tuple[tuple[datetime, datetime], ...]:
    """The stretches, in UTC, open between `start` and `end`, cut off at these, in order and apart."""
    first, last = to_ticks(start), to_ticks(end)
    if first > last:
        raise SpanError(f"{end} is earlier than {start}")
    stretches = table_of(calendar).stretches(first, last)
    return tuple((to_datetime(opens), to_datetime(closes)) for opens, closes in stretches)
