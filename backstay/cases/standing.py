"""How a case's next promise stands at an instant, for every face that shows it."""

from dataclasses import dataclass
from datetime import datetime

import businesstime
from backstay.calendars.queries import compiled
from backstay.cases.choices import Pace
from backstay.cases.models import Case, CaseClock
from backstay.sla.choices import ClockState
from backstay.sla.models import Clock


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
    """The first-response promise of a case read by `queries.listed` or `queries.detailed`."""
    rows: list[CaseClock] = case.current_clocks  # type: ignore[attr-defined]  # prefetched by the queries
    live = [row.clock for row in rows if row.clock.state != ClockState.SUPERSEDED]
    return _of(live[0], at) if live else NOTHING_PROMISED


def _of(clock: Clock, at: datetime) -> Standing:
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


def _running(clock: Clock, at: datetime) -> Pace:
    if clock.due_at is not None and clock.due_at <= at:
        return Pace.LATE
    return Pace.SOON if clock.warn_at is not None and clock.warn_at <= at else Pace.EASY


def _remaining(clock: Clock, at: datetime) -> int:
    """Seconds of counted time until the due instant."""
    if clock.due_at is None or clock.due_at <= at:
        return 0
    if clock.calendar is None:
        return round((clock.due_at - at).total_seconds())
    return businesstime.between(compiled(clock.calendar), max(at, clock.started_at), clock.due_at)


def _share(clock: Clock, remaining: int) -> float:
    return 1 - remaining / clock.length_s if clock.length_s else 1.0
