"""Warnings and breaches: each recorded and published once, together with the clock's own columns."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from backstay.core import events
from backstay.sla import rules
from backstay.sla.choices import Mark
from backstay.sla.events import ClockBreached, ClockMarked, ClockWarned
from backstay.sla.models import Clock, ClockMark

log = logging.getLogger(__name__)

Reached = tuple[Mark, datetime]
RETRY = timedelta(minutes=5)
EVENTS: dict[Mark, type[ClockMarked]] = {Mark.WARNING: ClockWarned, Mark.BREACH: ClockBreached}


def sweep_batch(*, at: datetime, limit: int) -> int:
    """Record the marks that clocks reached by `at`, for the first `limit` clocks in the order they were due.

    Clocks that another process holds are left to it. A clock whose marks cannot be recorded is put off and
    reported, and stops no other. Answers how many clocks were claimed; fewer than `limit`: nothing is left.
    """
    claimed = list(
        Clock.objects.filter(next_mark_at__lte=at)
        .select_for_update(skip_locked=True)
        .order_by("next_mark_at", "id")[:limit]
    )
    # Later marks of these clocks wait their turn behind those of clocks that did not fit into the batch.
    until = at if len(claimed) < limit else claimed[-1].next_mark_at or at
    reached = {clock: list(rules.marks_due(clock, until)) for clock in claimed}
    try:
        with transaction.atomic():
            record_marks(reached, recorded_at=at)
    except Exception:  # noqa: BLE001  # whatever it is, it must not stop the others: now each by itself
        _record_one_by_one(reached, at)
    return len(claimed)


def _record_one_by_one(reached: Mapping[Clock, Sequence[Reached]], at: datetime) -> None:
    for clock, marks in reached.items():
        try:
            with transaction.atomic():
                record_marks({clock: marks}, recorded_at=at)
        except Exception:
            log.exception("marks of clock %s could not be recorded; next attempt in %s", clock.pk, RETRY)
            Clock.objects.filter(pk=clock.pk).update(next_mark_at=at + RETRY)


def record_marks(reached: Mapping[Clock, Sequence[Reached]], *, recorded_at: datetime) -> None:
    """Record and publish marks that running clocks reached, in due order, and set their next appointments.

    The rows are changed, the objects are not.
    """
    add_marks(reached, recorded_at=recorded_at)
    breached = {clock.pk for clock, marks in reached.items() if _has(Mark.BREACH, marks)}
    warned = {clock.pk for clock, marks in reached.items() if _has(Mark.WARNING, marks)} - breached
    if warned:
        Clock.objects.filter(pk__in=warned).update(
            warned_at=F("warn_at"), next_mark=Mark.BREACH, next_mark_at=F("due_at")
        )
    if breached:
        Clock.objects.filter(pk__in=breached).update(
            warned_at=Coalesce("warned_at", "warn_at"),
            breached_at=F("due_at"),
            next_mark="",
            next_mark_at=None,
        )


def add_marks(
    reached: Mapping[Clock, Sequence[Reached]], *, recorded_at: datetime, told: frozenset[Mark] = frozenset()
) -> None:
    """Record marks in due order, and publish those that have not been `told` already."""
    rows = [
        ClockMark(clock=clock, boundary=clock.boundary, mark=mark, due_at=due_at, recorded_at=recorded_at)
        for clock, found in reached.items()
        for mark, due_at in found
    ]
    rows.sort(key=lambda row: (row.due_at, row.clock_id, row.mark == Mark.BREACH))
    if rows:
        ClockMark.objects.bulk_create(rows)
        events.publish_all([_event(row) for row in rows if row.mark not in told], at=recorded_at)


def _event(row: ClockMark) -> ClockMarked:
    return EVENTS[Mark(row.mark)](clock_id=row.clock_id, boundary=row.boundary, due_at=row.due_at.isoformat())


def _has(mark: Mark, marks: Sequence[Reached]) -> bool:
    return any(found is mark for found, _ in marks)
