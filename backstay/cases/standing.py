"""How a case's next promise stands at an instant, for every face that shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

import businesstime
from backstay.calendars.queries import compiled, version
from backstay.cases.choices import Pace
from backstay.cases.models import Case, CaseClock
from backstay.sla.choices import ClockState
from backstay.sla.models import Clock


class Ticking(NamedTuple):
    """What of a clock its standing is told by, in the order in which lists read it."""

    state: str
    calendar_id: int | None
    started_at: datetime
    length_s: int
    remaining_s: int
    due_at: datetime | None
    warn_at: datetime | None
    breached_at: datetime | None
    stopped_at: datetime | None

    @classmethod
    def of(cls, clock: Clock) -> "Ticking":
        return cls(*[getattr(clock, name) for name in cls._fields])


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A promise as a list row shows it. `used` is the share of its time that has run, 0 to 1."""

    pace: Pace
    due_at: datetime | None = None
    soon_at: datetime | None = None
    stopped_at: datetime | None = None
    remaining_s: int | None = None
    used: float = 0.0


NOTHING_PROMISED = Standing(pace=Pace.NONE)


def standing(case: Case, *, at: datetime) -> Standing:
    """The next promise of a case read by `queries.listed` or `queries.detailed`.

    That is the running clock that ends first, as in the queue's order; else the first response.
    """
    rows: list[CaseClock] = case.current_clocks  # type: ignore[attr-defined]  # prefetched by the queries
    return standing_of((Ticking.of(row.clock) for row in rows), at=at)


def standing_of(clocks: Iterable[Ticking], *, at: datetime) -> Standing:
    """The next promise among a case's current clocks, the first response first among them."""
    live = [clock for clock in clocks if clock.state != ClockState.SUPERSEDED]
    running = [clock for clock in live if clock.state == ClockState.RUNNING]
    running.sort(key=lambda clock: clock.due_at or at)
    return _of((running or live)[0], at) if live else NOTHING_PROMISED


def standing_among(rows: Iterable[CaseClock], *, at: datetime) -> Standing:
    """The same among all clocks of a case, the superseded ones included."""
    current = sorted((row for row in rows if row.is_current), key=attrgetter("kind"))
    return standing_of((Ticking.of(row.clock) for row in current), at=at)


def next_due(case: Case) -> datetime | None:
    """The earliest due instant of those running clocks that the case was read with."""
    rows: list[CaseClock] = case.current_clocks  # type: ignore[attr-defined]  # prefetched by the queries
    due = [row.clock.due_at for row in rows if row.clock.state == ClockState.RUNNING]
    return min((instant for instant in due if instant is not None), default=None)


def _of(clock: Ticking, at: datetime) -> Standing:
    if clock.state == ClockState.PAUSED:
        return Standing(
            pace=Pace.PAUSED, remaining_s=clock.remaining_s, used=_share(clock, clock.remaining_s)
        )
    if clock.stopped_at is not None:
        pace = Pace.LATE if clock.breached_at else Pace.KEPT
        return Standing(pace=pace, due_at=clock.due_at, stopped_at=clock.stopped_at, used=1.0)
    return Standing(
        pace=_running(clock, at),
        due_at=clock.due_at,
        soon_at=clock.warn_at,
        used=_share(clock, _remaining(clock, at)),
    )


def _running(clock: Ticking, at: datetime) -> Pace:
    if clock.due_at is not None and clock.due_at <= at:
        return Pace.LATE
    return Pace.SOON if clock.warn_at is not None and clock.warn_at <= at else Pace.EASY


def _remaining(clock: Ticking, at: datetime) -> int:
    """Seconds of counted time until the due instant."""
    if clock.due_at is None or clock.due_at <= at:
        return 0
    if clock.calendar_id is None:
        return round((clock.due_at - at).total_seconds())
    return businesstime.between(compiled(version(clock.calendar_id)), max(at, clock.started_at), clock.due_at)


def _share(clock: Ticking, remaining: int) -> float:
    return 1 - remaining / clock.length_s if clock.length_s else 1.0
