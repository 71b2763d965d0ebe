"""What a clock counts on, and when its runs reach a goal. Instants and amounts are ticks throughout."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from businesstime.calendars import Calendar
from businesstime.instants import SECOND, to_datetime, to_ticks
from businesstime.spans import Span, Unit, due, required
from businesstime.tables import table_of


class Timeline(Protocol):
    """Instants to positions and back, as `tables.Table` does it."""

    def position(self, ticks: int) -> int: ...

    def locate(self, position: int, *, opening: bool = False) -> int: ...


class Elapsed:
    """Every second counts: positions are instants."""

    def position(self, ticks: int) -> int:
        return ticks

    def locate(self, position: int, *, opening: bool = False) -> int:
        del opening  # nothing is ever closed
        return position


class Run(NamedTuple):
    """A stretch in which a clock runs; one that goes on has no end."""

    start: int
    end: int | None


class Goal(NamedTuple):
    """An amount to be counted. One used up at a closing time is reached then, or with `opening` only at the
    next opening: "the same time next business day" of what came in at an opening is an opening again.
    """

    amount: int
    opening: bool


def timeline_of(span: Span, calendar: Calendar | None) -> Timeline:
    return Elapsed() if span.unit is Unit.ELAPSED else table_of(required(calendar, span))


def goal_of(span: Span, calendar: Calendar | None, start: int) -> Goal:
    """What a clock over this span counts if it starts at that instant."""
    if span.unit is not Unit.BUSINESS_DAYS:
        return Goal(span.amount * SECOND, opening=span.amount == 0)
    timeline = timeline_of(span, calendar)
    end = to_ticks(due(span, calendar, to_datetime(start)))
    position = timeline.position(end)
    amount = position - timeline.position(start)
    return Goal(amount, opening=amount == 0 or timeline.locate(position) != end)


def counted(timeline: Timeline, runs: Iterable[Run], until: int) -> int:
    """What the runs have counted until an instant."""
    passed = ((start, until if end is None else min(end, until)) for start, end in runs if start < until)
    return sum(timeline.position(end) - timeline.position(start) for start, end in passed)


def reached(timeline: Timeline, runs: Iterable[Run], goal: Goal) -> int | None:
    """The instant at which the runs reach a goal; None if they end before."""
    missing = goal.amount
    for start, end in runs:
        position = timeline.position(start)
        passes = None if end is None else timeline.position(end) - position
        if passes is None or passes >= missing:
            at = timeline.locate(position + missing, opening=goal.opening)
            if end is None or at <= end:
                return at
        missing -= passes or 0
    return None
