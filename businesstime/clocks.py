"""The clock as a fold over its events: it is made of what happened alone, so it can always be explained."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil

from businesstime.calendars import Calendar
from businesstime.counting import Goal, Run, counted, goal_of, reached, timeline_of
from businesstime.errors import ClockError, SpanError
from businesstime.explanations import Kind, Reason, Stretch, explain
from businesstime.instants import SECOND, to_datetime, to_ticks
from businesstime.spans import Span, Unit, required


class EventKind(StrEnum):
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


class State(StrEnum):
    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


_NEXT = {
    (State.IDLE, EventKind.START): State.RUNNING,
    (State.RUNNING, EventKind.PAUSE): State.PAUSED,
    (State.PAUSED, EventKind.RESUME): State.RUNNING,
    (State.RUNNING, EventKind.STOP): State.STOPPED,
    (State.PAUSED, EventKind.STOP): State.STOPPED,
}


@dataclass(frozen=True)
class Terms:
    """What was promised: a span, and the calendar whose open time counts (None only for elapsed time)."""

    span: Span
    calendar: Calendar | None = None

    def __post_init__(self) -> None:
        if self.span.unit is not Unit.ELAPSED:
            required(self.calendar, self.span)


@dataclass(frozen=True)
class ClockEvent:
    """Something that happened to a clock at an aware instant; `reason` and `by` are kept to be told."""

    kind: EventKind
    at: datetime
    reason: str = ""
    by: str = ""


@dataclass(frozen=True)
class Phase:
    """A clock running or paused for a while; one that goes on has no end. `reason` is its event's."""

    state: State
    start: datetime
    end: datetime | None
    reason: str = ""


@dataclass(frozen=True)
class Reading:
    """A clock as of its last event (`as_of`). Amounts are whole seconds, instants are in UTC.

    `length` is what the clock may count, `counted` what it has; `remaining` and `overrun` are how far it
    stays below or went above. Before the start all four are 0. `due_at` is None while idle or paused; once
    stopped it is what was due then (stopped while paused: as if it had gone on at that instant). `ran_out_at`
    is the instant at which the length was used up, if that has happened by `as_of`.
    """

    terms: Terms
    state: State = State.IDLE
    phases: tuple[Phase, ...] = ()
    as_of: datetime | None = None
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    length: int = 0
    counted: int = 0
    due_at: datetime | None = None
    ran_out_at: datetime | None = None

    @property
    def remaining(self) -> int:
        return max(0, self.length - self.counted)

    @property
    def overrun(self) -> int:
        return max(0, self.counted - self.length)

    @property
    def met(self) -> bool | None:
        """Whether it was stopped in time, the due instant included; None until it is stopped."""
        if self.stopped_at is None or self.due_at is None:
            return None
        return self.stopped_at <= self.due_at

    def mark_at(self, fraction: float | Fraction | Decimal) -> datetime | None:
        """The instant, in UTC, at which this share of the length, rounded up to whole seconds, is counted.

        Of a running clock: if it goes on running. Else None, unless the mark was reached before.
        """
        share = Fraction(repr(fraction)) if isinstance(fraction, float) else Fraction(fraction)
        if share < 0:
            raise SpanError(f"a mark is a share of the length and not negative: not {fraction}")
        if self.started_at is None or self.as_of is None:
            return None
        seconds = ceil(share * self.length)
        whole = goal_of(self.terms.span, self.terms.calendar, to_ticks(self.started_at))
        goal = whole if seconds == self.length else Goal(seconds * SECOND, opening=seconds == 0)
        return _reached_by(self.terms, self.phases, goal, self.as_of, goes_on=self.state is State.RUNNING)


def read(terms: Terms, events: Iterable[ClockEvent]) -> Reading:
    """The clock after these events, which must be in the order of their time and lawful, else ClockError."""
    history = tuple(events)
    state, phases = _phases(history)
    if not phases:
        return Reading(terms)
    start, as_of = phases[0].start, _utc(history[-1].at)
    goal = goal_of(terms.span, terms.calendar, to_ticks(start))
    due_at = _reached_by(terms, phases, goal, as_of, goes_on=True)
    return Reading(
        terms=terms,
        state=state,
        phases=phases,
        as_of=as_of,
        started_at=start,
        stopped_at=as_of if state is State.STOPPED else None,
        length=goal.amount // SECOND,
        counted=_counted(terms, phases, as_of),
        due_at=None if state is State.PAUSED else due_at,
        ran_out_at=_reached_by(terms, phases, goal, as_of, goes_on=False),
    )


def counted_at(terms: Terms, events: Iterable[ClockEvent], at: datetime) -> int:
    """The whole seconds counted until an instant; what happened after it changes nothing."""
    _, phases = _phases(tuple(events))
    return _counted(terms, phases, at)


def explain_clock(terms: Terms, events: Iterable[ClockEvent], until: datetime) -> tuple[Stretch, ...]:
    """Every counted, skipped and paused stretch, without a gap, from the start until `until` or the stop."""
    _, phases = _phases(tuple(events))
    end = _utc(until)
    spans = ((phase, phase.start, end if phase.end is None else min(end, phase.end)) for phase in phases)
    return tuple(
        stretch
        for phase, begins, ends in spans
        if begins < ends
        for stretch in _explain(terms, phase, begins, ends)
    )


def _explain(terms: Terms, phase: Phase, start: datetime, end: datetime) -> tuple[Stretch, ...]:
    if phase.state is State.PAUSED:
        return (Stretch(start, end, Kind.PAUSED, Reason.PAUSED, phase.reason),)
    if terms.span.unit is Unit.ELAPSED:
        return (Stretch(start, end, Kind.COUNTED, Reason.ELAPSED),)
    return explain(required(terms.calendar, terms.span), start, end)


def _phases(events: tuple[ClockEvent, ...]) -> tuple[State, tuple[Phase, ...]]:
    state, phases = State.IDLE, list[Phase]()
    for event in events:
        at = _utc(event.at)
        if phases and at < phases[-1].start:
            raise ClockError(f"{event.kind} at {event.at} comes after an event at {phases[-1].start}")
        if (state, event.kind) not in _NEXT:
            raise ClockError(f"a clock that is {state} cannot {event.kind} (at {event.at})")
        state = _NEXT[state, event.kind]
        if phases:
            phases[-1] = Phase(phases[-1].state, phases[-1].start, at, phases[-1].reason)
        if state is not State.STOPPED:
            phases.append(Phase(state, at, None, event.reason))
    return state, tuple(phases)


def _runs(phases: tuple[Phase, ...]) -> list[Run]:
    running = (phase for phase in phases if phase.state is State.RUNNING)
    return [
        Run(to_ticks(phase.start), None if phase.end is None else to_ticks(phase.end)) for phase in running
    ]


def _counted(terms: Terms, phases: tuple[Phase, ...], until: datetime) -> int:
    return counted(timeline_of(terms.span, terms.calendar), _runs(phases), to_ticks(until)) // SECOND


def _reached_by(
    terms: Terms, phases: tuple[Phase, ...], goal: Goal, as_of: datetime, *, goes_on: bool
) -> datetime | None:
    """When the goal is reached by what ran until `as_of` and, if it `goes_on`, by running from then on."""
    now = to_ticks(as_of)
    runs = [Run(start, now if end is None else end) for start, end in _runs(phases)]
    at = reached(timeline_of(terms.span, terms.calendar), [*runs, Run(now, None)] if goes_on else runs, goal)
    return None if at is None else to_datetime(at)


def _utc(at: datetime) -> datetime:
    return to_datetime(to_ticks(at))
