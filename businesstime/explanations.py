from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from businesstime.calendars import Calendar
from businesstime.errors import SpanError
from businesstime.instants import to_datetime, to_ticks
from businesstime.tables import Table, table_of


class Kind(StrEnum):
    COUNTED = "counted"
    SKIPPED = "skipped"
    PAUSED = "paused"


class Reason(StrEnum):
    """Why a stretch is counted (the first two), skipped (the next four) or paused."""

    OPEN = "open"
    ELAPSED = "elapsed"  # no calendar: every second counts
    OUTSIDE_WINDOWS = "outside_windows"  # before, between or after the windows of a day that has some
    CLOSED_DAY = "closed_day"  # a weekday without windows
    CLOSED_DATE = "closed_date"  # a dated override without windows
    HOLIDAY = "holiday"
    PAUSED = "paused"


@dataclass(frozen=True)
class Stretch:
    """One stretch of time and its fate; `detail` is the holiday's name or the pause's reason, or ""."""

    start: datetime
    end: datetime
    kind: Kind
    reason: Reason
    detail: str = ""


def explain(calendar: Calendar, start: datetime, end: datetime) -> tuple[Stretch, ...]:
    """Every counted and every skipped stretch from `start` to `end`: contiguous, in UTC, reasons apart.

    Closed time is told apart by local date; neighbours with the same reason and detail are one stretch. The
    cost grows with the number of stretches.
    """
    table = table_of(calendar)
    now, last = to_ticks(start), to_ticks(end)
    if now > last:
        raise SpanError(f"{end} is earlier than {start}")
    found: list[Stretch] = []
    for opens, closes in [*table.stretches(now, last), (last, last)]:
        found += _skipped(calendar, table, now, opens)
        if opens < closes:
            found.append(Stretch(to_datetime(opens), to_datetime(closes), Kind.COUNTED, Reason.OPEN))
        now = closes
    return tuple(found)


def _skipped(calendar: Calendar, table: Table, start: int, end: int) -> list[Stretch]:
    """The closed time between two instants, split where the local date brings another reason."""
    found: list[Stretch] = []
    ordinal = table.compiler.date_of(start) if start < end else 0
    while start < end:
        midnight = min(end, table.compiler.midnight(ordinal + 1))
        if start < midnight:
            reason, detail = _why_closed(calendar, date.fromordinal(ordinal))
            begins = to_datetime(start)
            if found and (found[-1].reason, found[-1].detail) == (reason, detail):
                begins = found.pop().start
            found.append(Stretch(begins, to_datetime(midnight), Kind.SKIPPED, reason, detail))
        start, ordinal = midnight, ordinal + 1
    return found


def _why_closed(calendar: Calendar, day: date) -> tuple[Reason, str]:
    if calendar.windows_on(day):
        return Reason.OUTSIDE_WINDOWS, ""
    detail = calendar.names_by_date.get(day, "")
    if day in calendar.by_date:
        return Reason.CLOSED_DATE, detail
    return (Reason.HOLIDAY, detail) if calendar.is_holiday(day) else (Reason.CLOSED_DAY, "")
