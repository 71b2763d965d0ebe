"""When a case reaches the marks of its ladder, as arithmetic over what is known of it; nothing is read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import businesstime
from backstay.accounts.choices import Role
from backstay.core.scoping import Viewer
from backstay.plans.catalogue import Ladder, Mark
from backstay.plans.choices import MarkKind
from businesstime import Calendar

LATE = timedelta(seconds=5)  # a worker that is there takes a step well within it
MAX_WORDS = 2000


@dataclass(frozen=True, kw_only=True)
class Promise:
    """The first answer that is owed. `shares` maps a percentage to the instant at which it has been counted.

    An instant is None while the clock is paused and the mark was not reached before.
    """

    started_at: datetime
    due_at: datetime | None
    shares: dict[int, datetime | None]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the arithmetic needs to know of a case.

    `promise` is None once it is answered. `calendar` is that of its target (None: every second counts).
    `silent_since` is since when it is our turn without a word, None before our first one. No mark of time is
    reached before `turn_at`: when it was entered, came back to us, or got its severity. `reopened_at` and
    `reassigned_at` list every time.
    """

    severity: str
    opened_at: datetime
    is_closed: bool
    waits_on_customer: bool
    promise: Promise | None
    calendar: Calendar | None
    silent_since: datetime | None
    turn_at: datetime
    reopened_at: tuple[datetime, ...]
    reassigned_at: tuple[datetime, ...]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A step that a case is to take. `since` is what it counts from; `due_at` is None while it rests."""

    mark: str
    position: int
    do: tuple[str, ...]
    cycle: int
    since: datetime
    due_at: datetime | None


def wanted(ladder: Ladder, case: Standing) -> list[Wanted]:
    """The steps ahead of a case, or due, in the order of its ladder. A closed case has none."""
    if case.is_closed:
        return []
    found = []
    for position, step in enumerate(ladder.steps, start=1):
        if case.severity in step.severities:
            for since, due_at, cycle in _reached(step.reached, case):
                found.append(
                    Wanted(
                        mark=step.mark,
                        position=position,
                        do=tuple(step.do),
                        cycle=cycle,
                        since=since,
                        due_at=due_at,
                    )
                )
    return found


def _reached(mark: Mark, case: Standing) -> Iterator[tuple[datetime, datetime | None, int]]:
    """Since when the mark counts, when it is reached, and in which cycle; nothing where it is not ahead."""
    cycle = len(case.reopened_at) + 1
    match mark.kind:
        case MarkKind.TARGET | MarkKind.BREACH if case.promise is not None:
            reached = _of_promise(mark, case.promise, case.calendar)
            yield case.promise.started_at, _not_before(case.turn_at, reached), cycle
        case MarkKind.AGE if not case.waits_on_customer:
            since = max((case.opened_at, *case.reopened_at))
            yield since, _not_before(case.turn_at, _later(since, mark, case.calendar)), cycle
        case MarkKind.SILENCE if case.silent_since is not None and not case.waits_on_customer:
            since = case.silent_since
            yield since, _not_before(case.turn_at, _later(since, mark, case.calendar)), 0
        case MarkKind.REOPENED if len(case.reopened_at) >= mark.count:
            yield case.opened_at, case.reopened_at[mark.count - 1], 1
        case MarkKind.REASSIGNED if len(case.reassigned_at) >= mark.count:
            yield case.opened_at, case.reassigned_at[mark.count - 1], 1


def _of_promise(mark: Mark, promise: Promise, calendar: Calendar | None) -> datetime | None:
    if mark.kind is MarkKind.TARGET:
        return promise.shares[mark.count]
    return None if promise.due_at is None else _later(promise.due_at, mark, calendar)


def _later(since: datetime, mark: Mark, calendar: Calendar | None) -> datetime:
    if mark.business and calendar is not None and mark.seconds:
        return businesstime.add(calendar, since, mark.seconds)
    return since + timedelta(seconds=mark.seconds)


def _not_before(floor: datetime, reached: datetime | None) -> datetime | None:
    return None if reached is None else max(floor, reached)


def shares_of(ladder: Ladder) -> set[int]:
    """The percentages that a ladder asks about."""
    marks = (step.reached for step in ladder.steps)
    return {mark.count for mark in marks if mark.kind is MarkKind.TARGET}


def may_decide(viewer: Viewer, *, on_call: frozenset[int]) -> bool:
    """Managers, and whoever is on call for them."""
    return viewer.is_staff and (Role.MANAGER in viewer.roles or viewer.id in on_call)
