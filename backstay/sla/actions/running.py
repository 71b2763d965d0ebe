"""Starting, pausing, resuming and stopping."""

from datetime import datetime

from backstay.core.composed import write
from backstay.core.scoping import Viewer
from backstay.sla.actions.recording import RESOLUTION, Act, ClockEnded, Held, append, hold, store
from backstay.sla.choices import ClockState, Happening
from backstay.sla.models import Clock
from backstay.sla.terms import FrozenTerms
from businesstime import ClockEvent, EventKind

ENDED = frozenset({ClockState.STOPPED, ClockState.SUPERSEDED})


class NotPausable(Exception):  # names what is the case
    """The clock's terms do not let it pause (ground rule 5)."""


def start(
    *, terms: FrozenTerms, boundary: str, by: Viewer, at: datetime, started_at: datetime | None = None
) -> Clock:
    """A running clock. It counts from `started_at` where given (receipt before entry), else from `at`.

    Raises businesstime.NeverOpen where the calendar never has that much open time.
    """
    act = Act(by, at)
    clock = fresh_clock(terms, boundary, started_at or at)
    store(clock, (ClockEvent(EventKind.START, clock.started_at, by=by.name),))
    write(clock)
    write(act.row(clock, Happening.START, clock.started_at))
    return clock


def fresh_clock(terms: FrozenTerms, boundary: str, started_at: datetime) -> Clock:
    """A clock with these terms, not saved and not read yet."""
    return Clock(
        boundary=boundary,
        unit=terms.span.unit,
        amount=terms.span.amount,
        calendar=terms.calendar,
        kind=terms.kind,
        pauses=terms.pauses,
        warn_percent=terms.warn_percent,
        source=dict(terms.source),
        started_at=started_at,
    )


def pause(*, clock_id: int, reason: str, by: Viewer, at: datetime) -> Clock:
    """Stand still until resumed; `reason` is shown to people. A paused clock stays as it is.

    Raises NotPausable, ClockEnded, ActTooEarly, Clock.DoesNotExist.
    """
    held = _hold_going(clock_id, at)
    if held.clock.state == ClockState.PAUSED:
        return held.clock
    if not held.clock.pauses:
        raise NotPausable(f"{held.clock} may not pause")
    return append(held, Happening.PAUSE, Act(by, at, reason))


def resume(*, clock_id: int, reason: str = "", by: Viewer, at: datetime) -> Clock:
    """Count on. A running clock stays as it is. Raises ClockEnded, ActTooEarly, Clock.DoesNotExist."""
    held = _hold_going(clock_id, at)
    if held.clock.state == ClockState.RUNNING:
        return held.clock
    return append(held, Happening.RESUME, Act(by, at, reason))


def stop(*, clock_id: int, reason: str = "", by: Viewer, at: datetime) -> Clock:
    """What was promised has been done. Stopped at its due instant or before, a clock is met.

    A stopped clock stays as it is. Raises ClockEnded for a superseded one, ActTooEarly, Clock.DoesNotExist.
    """
    held = hold(clock_id, at, settled_until=at - RESOLUTION)
    if held.clock.state == ClockState.STOPPED:
        return held.clock
    if held.clock.state == ClockState.SUPERSEDED:
        raise ClockEnded(f"{held.clock} no longer counts")
    return append(held, Happening.STOP, Act(by, at, reason))


def _hold_going(clock_id: int, at: datetime) -> Held:
    held = hold(clock_id, at, settled_until=at)
    if held.clock.state in ENDED:
        raise ClockEnded(f"{held.clock} no longer counts")
    return held
