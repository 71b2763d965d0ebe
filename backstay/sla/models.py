"""Running clocks with frozen terms. A clock knows no subject: whoever has it run keeps the key to it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from backstay.calendars.models import CalendarVersion
from backstay.core.models import BoundRow
from backstay.sla.choices import ClockState, Mark, TargetKind


class Clock(BoundRow):
    """One promise being kept or broken.

    The terms (`unit`, `amount` in seconds or days, `calendar`) are frozen, and count from `started_at`.
    `length_s`, `counted_s` and `remaining_s` are seconds of counted time as of the last event; `due_at` and
    `warn_at` are NULL while paused. `warned_at` and `breached_at` are the instants of marks that were
    reached; when they were recorded stands in `marks`. `next_mark_at` is the sweeper's next appointment, NULL
    when nothing is to come; a clock that the sweeper could not handle gets a later one.
    """

    unit = models.CharField(max_length=20)
    amount = models.PositiveBigIntegerField()
    calendar = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, null=True, related_name="clocks")
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in TargetKind])
    pauses = models.BooleanField(default=False)
    warn_percent = models.PositiveSmallIntegerField(default=75)
    source = models.JSONField(default=dict)  # what the explanation names: plan, version, severity, target

    state = models.CharField(max_length=20, choices=[(state.value, state.value) for state in ClockState])
    started_at = models.DateTimeField()
    length_s = models.BigIntegerField()
    counted_s = models.BigIntegerField(default=0)
    remaining_s = models.BigIntegerField()
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    next_mark = models.CharField(
        max_length=20, blank=True, choices=[(mark.value, mark.value) for mark in Mark]
    )
    next_mark_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    superseded_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="supersedes", db_constraint=False
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["next_mark_at"], name="clock_next_mark", condition=Q(next_mark_at__isnull=False)
            ),
            models.Index(
                fields=["id"],
                name="clock_warned_of",
                condition=Q(warned_at__isnull=False, stopped_at__isnull=True),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=ClockState.RUNNING, due_at__isnull=False, stopped_at__isnull=True)
                | Q(state=ClockState.PAUSED, due_at__isnull=True, stopped_at__isnull=True)
                | Q(state=ClockState.STOPPED, stopped_at__isnull=False)
                | Q(state=ClockState.SUPERSEDED),
                name="clock_state_agrees",
            ),
            models.CheckConstraint(
                condition=Q(next_mark_at__isnull=True, next_mark="")
                | Q(next_mark_at__isnull=False, state=ClockState.RUNNING) & ~Q(next_mark=""),
                name="clock_mark_agrees",
            ),
            models.CheckConstraint(
                condition=Q(unit="elapsed", calendar__isnull=True)
                | Q(unit__in=["business_hours", "business_days"], calendar__isnull=False),
                name="clock_calendar_agrees",
            ),
        ]

    def __str__(self) -> str:
        return f"clock {self.pk} {self.state}"


class ClockEvent(BoundRow):
    """Start, pause, resume or stop, in order; `at` is when it counts, `recorded_at` when it was written.

    A clock that took the place of another carries its events from the first start on, so no pause is lost.
    """

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="events", db_constraint=False)
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    actor = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M:%S}Z"


class ClockMark(BoundRow):
    """A warning or a breach, once: when it was due, and when it was recorded."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="marks", db_constraint=False)
    mark = models.CharField(max_length=20, choices=[(mark.value, mark.value) for mark in Mark])
    due_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["clock", "mark"], name="marked_once")]

    def __str__(self) -> str:
        return f"{self.mark} {self.due_at:%Y-%m-%d %H:%M:%S}Z"
