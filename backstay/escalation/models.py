"""Steps on the ladders of cases, customers' requests, and alarms."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from backstay.accounts.models import Contact, Staff
from backstay.cases.models import Case
from backstay.core.models import BoundRow
from backstay.escalation.choices import RequestState, StepState
from backstay.sla.models import Clock


class EscalationStep(BoundRow):
    """One mark of a case's ladder: when it is reached, and what came of it.

    `mark` is written as in a catalogue, `position` counts from 1. `since` is what the mark counts from.
    `due_at` is NULL while it rests. `next_at` is the sweeper's appointment: `due_at`, or later where a step
    could not be taken. `outcome` maps each act to its result; `is_late` tells that it was taken well after it
    was due.
    """

    case = models.ForeignKey(
        Case,
        on_delete=models.CASCADE,
        related_name="escalation_steps",
        db_constraint=False,
        db_index=False,  # `step_once_a_cycle` begins with it
    )
    mark = models.CharField(max_length=60)
    cycle = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    do = ArrayField(models.CharField(max_length=30))
    state = models.CharField(max_length=20, choices=[(state.value, state.value) for state in StepState])
    since = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    is_late = models.BooleanField(default=False)
    outcome = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "mark", "cycle"], name="step_once_a_cycle"),
            models.CheckConstraint(
                condition=Q(state=StepState.PENDING, due_at__isnull=False, next_at__isnull=False)
                | ~Q(state=StepState.PENDING) & Q(next_at__isnull=True),
                name="step_only_pending_is_due",
            ),
            models.CheckConstraint(
                condition=Q(state=StepState.DONE, done_at__isnull=False)
                | ~Q(state=StepState.DONE) & Q(done_at__isnull=True),
                name="step_done_agrees",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at", "id"], name="step_due", condition=Q(next_at__isnull=False)),
            models.Index(fields=["-done_at", "-id"], name="step_done", condition=Q(done_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.mark} {self.state}"


class EscalationRequest(BoundRow):
    """A customer asks for a manager, or staff do so on their behalf (`asked_by`).

    `clock` runs until it is decided. `answer` is what the customer reads about the decision.
    """

    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, related_name="escalation_requests", db_constraint=False
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, related_name="escalation_requests", db_constraint=False
    )
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="asked_escalations")
    reason = models.TextField()
    urgency = models.CharField(max_length=50)
    urgency_label = models.JSONField()  # as the catalogue called it when it was asked, by language
    clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, related_name="escalation_request", db_constraint=False
    )
    state = models.CharField(max_length=20, choices=[(state.value, state.value) for state in RequestState])
    asked_at = models.DateTimeField()
    manager = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="decided_escalations"
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"], name="request_one_open", condition=Q(state=RequestState.OPEN)
            ),
            models.CheckConstraint(
                condition=Q(state=RequestState.OPEN, decided_at__isnull=True)
                | ~Q(state=RequestState.OPEN) & Q(decided_at__isnull=False),
                name="request_decided_agrees",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[RequestState.ACCEPTED, RequestState.DECLINED])
                | Q(manager__isnull=False) & ~Q(answer=""),
                name="request_decision_has_reason",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "asked_at"], name="request_open_first")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"


class Alarm(BoundRow):
    """Nobody can take a case. It ends when somebody takes it, or when it is closed."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="alarms", db_constraint=False)
    reason = models.CharField(max_length=100)
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"], name="alarm_one_open", condition=Q(settled_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.reason}"
