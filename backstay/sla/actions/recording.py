"""How an act gets into a clock's rows: lock, settle, append, read again, store."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import businesstime
from backstay.core.scoping import Viewer
from backstay.sla import rules
from backstay.sla.actions.marking import record_marks
from backstay.sla.choices import ClockState, Happening
from backstay.sla.models import Clock, ClockEvent
from backstay.sla.rules import Timeline
from businesstime import EventKind, Reading

RESOLUTION = timedelta(microseconds=1)


class ClockEnded(Exception):  # names what is the case
    """The clock was stopped or superseded before; nothing more can happen to it."""


class ActTooEarly(ValueError):  # names what is the case
    """The act's instant lies well before what is recorded of the clock already."""


@dataclass(frozen=True)
class Act:
    """Something to be recorded: who does it, and when."""

    by: Viewer
    at: datetime
    reason: str = ""

    def row(self, clock: Clock, kind: Happening, counts_at: datetime) -> ClockEvent:
        return ClockEvent(
            clock=clock,
            boundary=clock.boundary,
            kind=kind,
            at=counts_at,
            recorded_at=self.at,
            reason=self.reason,
            actor=self.by.name,
        )


@dataclass(frozen=True)
class Held:
    """A clock under lock: what happened to it so far, and the instant at which the present act counts."""

    clock: Clock
    rows: list[ClockEvent]
    happened: Timeline
    at: datetime


def hold(clock_id: int, at: datetime, *, settled_until: datetime) -> Held:
    """Lock a clock and record the marks that it reached by `settled_until`.

    Raises Clock.DoesNotExist (also for a clock that the viewer may not see), ActTooEarly.
    """
    clock = Clock.objects.select_for_update(of=("self",)).select_related("calendar").get(pk=clock_id)
    marks = list(rules.marks_due(clock, settled_until))
    if marks:
        record_marks({clock: marks}, recorded_at=at)
        clock.refresh_from_db()
    rows = list(clock.events.all())
    happened = rules.timeline(rows)
    counts_at = rules.acted_at(clock, happened, at)
    if counts_at is None:
        raise ActTooEarly(f"{at.isoformat()} is before what happened to {clock} already")
    return Held(clock, rows, happened, counts_at)


def append(held: Held, kind: Happening, act: Act) -> Clock:
    """Add one happening, and store what the clock then reads."""
    held.clock.events.bulk_create([act.row(held.clock, kind, held.at)])
    happening = businesstime.ClockEvent(EventKind(kind), held.at, reason=act.reason, by=act.by.name)
    store(held.clock, (*held.happened, happening))
    held.clock.save()
    return held.clock


def store(clock: Clock, happened: Timeline) -> Reading:
    """Put the reading after these happenings into the clock's columns. It is not saved here."""
    reading = rules.read(rules.terms_of(clock), happened, clock.started_at)
    clock.state = ClockState(reading.state)
    clock.length_s, clock.counted_s, clock.remaining_s = reading.length, reading.counted, reading.remaining
    clock.due_at = reading.due_at
    clock.warn_at = reading.mark_at(rules.warn_share(clock)) if reading.due_at else None
    clock.stopped_at = reading.stopped_at
    appoint(clock)
    return reading


def appoint(clock: Clock) -> None:
    """Set the sweeper's next appointment by the clock's columns."""
    mark = rules.next_mark(clock)
    clock.next_mark, clock.next_mark_at = mark or ("", None)
