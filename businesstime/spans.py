from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from businesstime.arithmetic import add, between, next_open
from businesstime.calendars import Calendar
from businesstime.compilation import Compiler
from businesstime.errors import CalendarError, SpanError
from businesstime.instants import SECOND, to_datetime, to_ticks
from businesstime.tables import table_of


class Unit(StrEnum):
    ELAPSED = "elapsed"
    BUSINESS_HOURS = "business_hours"
    BUSINESS_DAYS = "business_days"


@dataclass(frozen=True)
class Span:
    """How long: `amount` is seconds for `elapsed` and `business_hours`, whole days for `business_days`."""

    unit: Unit
    amount: int

    def __post_init__(self) -> None:
        if self.unit not in list(Unit):
            raise SpanError(f"a span's unit is one of {', '.join(Unit)}, not {self.unit!r}")
        if type(self.amount) is not int or self.amount < 0:
            raise SpanError(f"a span's amount is a whole number, not negative: not {self.amount!r}")
        object.__setattr__(self, "unit", Unit(self.unit))  # a plain "elapsed" is welcome


def due(span: Span, calendar: Calendar | None, start: datetime) -> datetime:
    """The instant, in UTC, at which the span that begins at `start` is over.

    Business days (ground rule 2): the same local clock time on the n-th next date that has open time. A start
    outside hours counts from the next opening. If it is closed at that time, the span ends when it last was
    open on that date: at the closing of the day, or the one before the break. Before its first opening
    it ends at that opening. Raises NeverOpen, NaiveDatetime, CalendarError.
    """
    if span.unit is Unit.ELAPSED:
        return _elapsed(start, span.amount)
    named = required(calendar, span)
    if span.unit is Unit.BUSINESS_HOURS:
        return add(named, start, span.amount)
    return _after_days(named, next_open(named, start), span.amount)


def length(span: Span, calendar: Calendar | None, start: datetime) -> int:
    """The span in whole seconds of its clock; for business days the open time until it is due."""
    if span.unit is not Unit.BUSINESS_DAYS:
        return span.amount
    return between(required(calendar, span), start, due(span, calendar, start))


def required(calendar: Calendar | None, span: Span) -> Calendar:
    if calendar is None:
        raise CalendarError(f"a span in {span.unit} needs a calendar")
    return calendar


def _elapsed(start: datetime, seconds: int) -> datetime:
    return to_datetime(to_ticks(start) + seconds * SECOND)


def _after_days(calendar: Calendar, arrival: datetime, days: int) -> datetime:
    if days == 0:
        return arrival
    table = table_of(calendar)
    local = arrival.astimezone(table.compiler.zone)
    ordinal = table.business_day(local.toordinal(), days)
    wall = datetime.combine(date.fromordinal(ordinal), local.time().replace(fold=0), table.compiler.zone)
    return to_datetime(_within_hours(table.compiler, ordinal, to_ticks(wall)))


def _within_hours(compiler: Compiler, ordinal: int, wanted: int) -> int:
    """The wanted instant if that date is open then, else its last closing before, else its first opening."""
    stretches = compiler.stretches(ordinal)
    begun = [end for start, end in stretches if start <= wanted]
    return min(wanted, begun[-1]) if begun else stretches[0][0]
