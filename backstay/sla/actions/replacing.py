"""One clock takes the place of another, by ground rule 4. The old one stays in the history as it was.

The new clock carries all that happened since the first start, so pauses survive any number of replacements.
"""

from datetime import datetime

from backstay.core.scoping import Viewer
from backstay.sla import rules
from backstay.sla.actions.marking import add_marks
from backstay.sla.actions.recording import Act, ClockEnded, Held, appoint, hold, store
from backstay.sla.actions.running import fresh_clock
from backstay.sla.choices import ClockState, Happening, Mark
from backstay.sla.models import Clock, ClockEvent
from backstay.sla.terms import FrozenTerms
from businesstime import Span, Unit


def retarget(
    *, clock_id: int, terms: FrozenTerms, raised: bool, reason: str = "", by: Viewer, at: datetime
) -> Clock:
    """A changed severity: the clock that takes the place of this one.

    Raised, the promise is due at the earlier of what was due before and `terms` counted from the change.
    Lowered, `terms` count from the first start. A stopped clock is answered as it is. Raises as `replay`.
    """
    if not raised:
        return replay(clock_id=clock_id, terms=terms, reason=reason, by=by, at=at)
    held = _hold(clock_id, at)
    if held.clock.state == ClockState.STOPPED:
        return held.clock
    old = (rules.terms_of(held.clock), held.clock.started_at)
    if rules.old_promise_stands(old, rules.terms_of(terms), held.happened, held.at):
        return _replace(held, _kept(held.clock, terms), held.clock.started_at, Act(by, at, reason))
    return _replace(held, terms, held.at, Act(by, at, reason))


def replay(*, clock_id: int, terms: FrozenTerms, reason: str = "", by: Viewer, at: datetime) -> Clock:
    """A corrected product, region or plan: the clock that takes the place, counted from the first start.

    A stopped clock is answered as it is. Raises ClockEnded for a superseded one, ActTooEarly,
    Clock.DoesNotExist, businesstime.NeverOpen.
    """
    held = _hold(clock_id, at)
    if held.clock.state == ClockState.STOPPED:
        return held.clock
    return _replace(held, terms, held.happened[0].at, Act(by, at, reason))


def supersede(*, clock_id: int, reason: str, by: Viewer, at: datetime) -> Clock:
    """The promise no longer applies and nothing takes its place. A superseded clock stays as it is.

    A stopped one is answered as it is. Raises ActTooEarly, Clock.DoesNotExist.
    """
    held = hold(clock_id, at, settled_until=at)
    if held.clock.state not in {ClockState.STOPPED, ClockState.SUPERSEDED}:
        _end(held, None, Act(by, at, reason))
    return held.clock


def _hold(clock_id: int, at: datetime) -> Held:
    held = hold(clock_id, at, settled_until=at)
    if held.clock.state == ClockState.SUPERSEDED:
        raise ClockEnded(f"{held.clock} no longer counts")
    return held


def _kept(clock: Clock, raised_to: FrozenTerms) -> FrozenTerms:
    """The old promise, which stands for being due earlier; what it was raised to is told beside it."""
    return FrozenTerms(
        span=Span(Unit(clock.unit), clock.amount),
        calendar=clock.calendar,
        kind=raised_to.kind,
        pauses=raised_to.pauses,
        warn_percent=raised_to.warn_percent,
        source={**clock.source, "raised_to": dict(raised_to.source)},
    )


def _replace(held: Held, terms: FrozenTerms, started_at: datetime, act: Act) -> Clock:
    clock = fresh_clock(terms, held.clock.boundary, started_at)
    reading = store(clock, held.happened)
    reached = list(rules.marks_reached(clock, reading, held.at))
    instants = dict(reached)
    clock.warned_at, clock.breached_at = instants.get(Mark.WARNING), instants.get(Mark.BREACH)
    appoint(clock)
    clock.save()
    ClockEvent.objects.bulk_create(_carried(row, clock) for row in held.rows)
    told = frozenset(Mark(mark) for mark in held.clock.marks.values_list("mark", flat=True))
    add_marks({clock: reached}, recorded_at=act.at, told=told)
    _end(held, clock, act)
    return clock


def _carried(row: ClockEvent, clock: Clock) -> ClockEvent:
    return ClockEvent(
        clock=clock,
        boundary=clock.boundary,
        kind=row.kind,
        at=row.at,
        recorded_at=row.recorded_at,
        reason=row.reason,
        actor=row.actor,
    )


def _end(held: Held, successor: Clock | None, act: Act) -> None:
    """Take the old clock out of the count, with its last reading and its marks as they were."""
    old = held.clock
    old.events.bulk_create([act.row(old, Happening.SUPERSEDE, held.at)])
    old.state, old.superseded_by, old.next_mark, old.next_mark_at = ClockState.SUPERSEDED, successor, "", None
    old.save(update_fields=["state", "superseded_by", "next_mark", "next_mark_at"])
