"""A first-response clock as it would stand in its rows, worked out from its start and what came of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Any

import businesstime
from backstay.calendars.queries import compiled
from backstay.entitlements.queries import clock_terms
from backstay.plans.models import PlanVersion
from backstay.project.load.copying import escaped
from backstay.sla.choices import ClockState, Mark
from businesstime import Calendar, Span


@dataclass(frozen=True)
class Terms:
    """Frozen terms, ready to be written many times; each contract's number goes into its own `source`."""

    plan_version: int
    span: Span
    calendar: Calendar
    calendar_id: int
    kind: str
    warn_percent: int
    facts: Mapping[str, Any]

    def source(self, contract: str) -> str:
        return escaped(json.dumps({**self.facts, "contract": contract}))


def terms(version: PlanVersion, region: str, severity: str) -> Terms:
    found = clock_terms(plan_version=version, region=region, severity=severity, contract="")
    if found.calendar is None:
        raise ValueError(f"{version.key} has a target without a calendar; only those with one can be loaded")
    return Terms(
        plan_version=version.pk,
        span=found.span,
        calendar=compiled(found.calendar),
        calendar_id=found.calendar.pk,
        kind=found.kind,
        warn_percent=found.warn_percent,
        facts=found.source,
    )


@dataclass(frozen=True, slots=True)
class Promise:
    """What a start under these terms comes to."""

    terms: Terms
    started_at: datetime
    length_s: int
    warn_at: datetime
    due_at: datetime

    def counted(self, until: datetime) -> int:
        return businesstime.between(self.terms.calendar, self.started_at, until)

    def at_share(self, share: float) -> datetime:
        """When this share of it has run; more than 1.0 is later than due."""
        return businesstime.add(self.terms.calendar, self.started_at, max(1, round(self.length_s * share)))


def promise(found: Terms, started_at: datetime) -> Promise:
    length_s = businesstime.length(found.span, found.calendar, started_at)
    warned_s = ceil(length_s * found.warn_percent / 100)
    return Promise(
        terms=found,
        started_at=started_at,
        length_s=length_s,
        warn_at=businesstime.add(found.calendar, started_at, warned_s),
        due_at=businesstime.due(found.span, found.calendar, started_at),
    )


@dataclass(frozen=True, slots=True)
class Clock:
    """The columns of sla_clock that depend on what happened."""

    promise: Promise
    state: ClockState
    counted_s: int
    marks: tuple[tuple[Mark, datetime], ...]
    stopped_at: datetime | None = None
    paused_at: datetime | None = None

    @property
    def is_running(self) -> bool:
        return self.state is ClockState.RUNNING

    @property
    def remaining_s(self) -> int:
        return max(0, self.promise.length_s - self.counted_s)

    @property
    def next_mark(self) -> tuple[str, datetime | None]:
        if not self.is_running or len(self.marks) == 2:
            return "", None
        if self.marks:
            return Mark.BREACH, self.promise.due_at
        return Mark.WARNING, self.promise.warn_at


def stopped(found: Promise, at: datetime) -> Clock:
    """Answered at `at`; a mark is reached by what lies before that instant."""
    marks = tuple(mark for mark in _marks(found) if mark[1] < at)
    return Clock(found, ClockState.STOPPED, found.counted(at), marks, stopped_at=at)


def running(found: Promise, at: datetime) -> Clock:
    """Not answered by `at`. A running clock keeps what was counted at its last event: nothing."""
    return Clock(found, ClockState.RUNNING, 0, tuple(mark for mark in _marks(found) if mark[1] <= at))


def paused(found: Promise, at: datetime) -> Clock:
    """Standing still since `at`, which is before the warning."""
    return Clock(found, ClockState.PAUSED, found.counted(at), (), paused_at=at)


def _marks(found: Promise) -> tuple[tuple[Mark, datetime], ...]:
    return ((Mark.WARNING, found.warn_at.astimezone(UTC)), (Mark.BREACH, found.due_at.astimezone(UTC)))
