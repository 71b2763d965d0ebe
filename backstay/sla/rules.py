"""What a clock's rows mean, without reading or writing any."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import businesstime
from backstay.calendars.queries import compiled
from backstay.sla.choices import ClockState, Happening, Mark, Outcome
from backstay.sla.models import Clock, ClockEvent
from backstay.sla.terms import FrozenTerms
from businesstime import EventKind, Reading, Span, Terms, Unit

Timeline = tuple[businesstime.ClockEvent, ...]
# Two requests may reach a clock in another order than they read the time in; further apart is no race.
RACE = timedelta(minutes=1)
END_OF_TIME = datetime.max.replace(tzinfo=UTC)


def terms_of(source: Clock | FrozenTerms) -> Terms:
    """The terms that the arithmetic needs, of a clock or of one to be started."""
    span = source.span if isinstance(source, FrozenTerms) else Span(Unit(source.unit), source.amount)
    return Terms(span, compiled(source.calendar) if source.calendar else None)


def timeline(rows: Iterable[ClockEvent]) -> Timeline:
    """What happened, from the first start on, as the arithmetic takes it."""
    return tuple(
        businesstime.ClockEvent(EventKind(row.kind), row.at, reason=row.reason, by=row.actor)
        for row in rows
        if row.kind != Happening.SUPERSEDE
    )


def counted_from(happened: Timeline, start: datetime) -> Timeline:
    """The same happenings for terms that count from `start`; a pause that lasts at `start` begins there."""
    paused: businesstime.ClockEvent | None = None
    later = []
    for event in happened:
        if event.at > start or event.kind is EventKind.STOP:
            later.append(event)
        else:
            paused = event if event.kind is EventKind.PAUSE else None
    first = businesstime.ClockEvent(EventKind.START, start, reason=happened[0].reason, by=happened[0].by)
    if paused is None:
        return (first, *later)
    return (
        first,
        businesstime.ClockEvent(EventKind.PAUSE, start, reason=paused.reason, by=paused.by),
        *later,
    )


def read(terms: Terms, happened: Timeline, start: datetime) -> Reading:
    """The clock's reading as of its last event, under terms that count from `start`."""
    return businesstime.read(terms, counted_from(happened, start))


def due_if_running(terms: Terms, happened: Timeline, start: datetime, at: datetime) -> datetime:
    """When the promise runs out, were the clock to run on from `at` (as it does, unless it is paused)."""
    reading = read(terms, happened, start)
    if reading.due_at is None:
        resumed = businesstime.ClockEvent(EventKind.RESUME, at)
        reading = read(terms, (*happened, resumed), start)
    assert reading.due_at is not None  # noqa: S101  # a running clock is due some time
    return reading.due_at


def old_promise_stands(old: tuple[Terms, datetime], new: Terms, happened: Timeline, at: datetime) -> bool:
    """After a raise: is the old promise (its terms, and since when they count) due before the new one?

    The new terms count from `at`. A paused clock is compared as if it were resumed at `at`.
    """
    terms, start = old
    return due_if_running(terms, happened, start, at) < due_if_running(new, happened, at, at)


def marks_due(clock: Clock, until: datetime) -> Iterator[tuple[Mark, datetime]]:
    """Marks that a running clock reached by `until` and that are not recorded, with their instants."""
    if clock.state != ClockState.RUNNING:
        return
    if clock.warn_at and not clock.warned_at and clock.warn_at <= until:
        yield Mark.WARNING, clock.warn_at
    if clock.due_at and not clock.breached_at and clock.due_at <= until:
        yield Mark.BREACH, clock.due_at


def marks_reached(clock: Clock, reading: Reading, until: datetime) -> Iterator[tuple[Mark, datetime]]:
    """Marks that a fresh clock reached by `until`, were it read all along; a pause hides none of them."""
    for mark, share in ((Mark.WARNING, warn_share(clock)), (Mark.BREACH, Fraction(1))):
        instant = reading.mark_at(share)
        if instant is not None and instant <= until:
            yield mark, instant


def next_mark(clock: Clock) -> tuple[Mark, datetime] | None:
    """The next mark that a running clock will reach, None if none is left."""
    return next(marks_due(clock, END_OF_TIME), None)


def warn_share(clock: Clock) -> Fraction:
    return Fraction(clock.warn_percent, 100)


def acted_at(clock: Clock, happened: Timeline, at: datetime) -> datetime | None:
    """When an act of `at` counts: never before what is recorded. None: too early for a mere race."""
    recorded = max(filter(None, (happened[-1].at, clock.warned_at, clock.breached_at)))
    if at >= recorded:
        return at
    return recorded if recorded - at <= RACE else None


def outcome(clock: Clock) -> Outcome:
    match clock.state:
        case ClockState.STOPPED:
            return Outcome.MET_LATE if clock.breached_at else Outcome.MET
        case ClockState.SUPERSEDED:
            return Outcome.SUPERSEDED
        case _ if clock.breached_at:
            return Outcome.BREACHED
        case ClockState.PAUSED:
            return Outcome.PAUSED
    return Outcome.RUNNING
