"""The centre: a case, its clocks, and who takes part."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from backstay.accounts.models import Contact, Organisation, Staff
from backstay.assets.models import Device
from backstay.cases.choices import ClockKind, Queue, State
from backstay.conversations.choices import Channel, Visibility
from backstay.conversations.models import Conversation
from backstay.core.models import BoundRow
from backstay.entitlements.choices import NoPromise
from backstay.entitlements.models import Contract
from backstay.plans.models import PlanVersion
from backstay.products.models import Product, ProductVersion
from backstay.sla.models import Clock


class Case(BoundRow):
    """One concern of a customer, from its opening to its close.

    `contract`, `plan_version` and `region` are the frozen terms: nothing is computed from today's. A case
    without them says why in `no_promise`. `version` grows with every change and guards against two people
    overwriting each other. `next_due_at` is the earliest due instant of its running clocks.
    """

    number = models.BigIntegerField(unique=True, editable=False)
    subject = models.CharField(max_length=200)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="cases", db_constraint=False
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, related_name="cases", db_constraint=False
    )
    conversation = models.OneToOneField(
        Conversation, on_delete=models.PROTECT, related_name="case", db_constraint=False
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="cases")
    product_version = models.ForeignKey(
        ProductVersion, on_delete=models.PROTECT, null=True, related_name="cases"
    )
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, null=True, related_name="cases", db_constraint=False
    )

    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, null=True, related_name="cases", db_constraint=False
    )
    plan_version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, null=True, related_name="cases")
    region = models.SlugField(blank=True)
    no_promise = models.CharField(
        max_length=20, blank=True, choices=[(reason.value, reason.value) for reason in NoPromise]
    )

    severity = models.CharField(max_length=10)
    state = models.CharField(max_length=30, choices=[(state.value, state.value) for state in State])
    queue = models.CharField(max_length=10, choices=[(queue.value, queue.value) for queue in Queue])
    assignee = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="cases")
    channel = models.CharField(max_length=20, choices=[(channel.value, channel.value) for channel in Channel])
    opened_at = models.DateTimeField()  # when we received it; the clocks start here
    recorded_at = models.DateTimeField()  # when it was entered, later than receipt where staff logged it
    updated_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    next_due_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        # What is open is asked for by `closed_at`: with the state as a parameter, a prepared statement could
        # not use an index of the open cases.
        indexes: ClassVar = [
            models.Index(
                models.F("next_due_at").asc(nulls_last=True),
                "id",
                name="case_queue",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(
                "assignee",
                models.F("next_due_at").asc(nulls_last=True),
                "id",
                name="case_queue_assignee",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(
                "queue",
                models.F("next_due_at").asc(nulls_last=True),
                "id",
                name="case_queue_queue",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(fields=["state", "-updated_at", "-id"], name="case_state_updated"),
            models.Index(fields=["organisation", "-updated_at", "-id"], name="case_organisation_updated"),
            models.Index(fields=["contact", "-updated_at", "-id"], name="case_contact_updated"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(no_promise="", plan_version__isnull=False, contract__isnull=False)
                | ~Q(no_promise="") & Q(plan_version__isnull=True, contract__isnull=True),
                name="case_promise_or_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=State.CLOSED, closed_at__isnull=False)
                | ~Q(state=State.CLOSED) & Q(closed_at__isnull=True),
                name="case_closed_agrees",
            ),
            models.CheckConstraint(
                condition=Q(recorded_at__gte=models.F("opened_at")), name="case_recorded_after_receipt"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number as people write it, such as BS-10482."""
        return f"{settings.CASE_NUMBER_PREFIX}{self.number}"


class CaseClock(BoundRow):
    """A clock of a case. Of each kind one is current; the others were superseded."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="clocks", db_constraint=False)
    clock = models.OneToOneField(
        Clock, on_delete=models.PROTECT, related_name="case_clock", db_constraint=False
    )
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in ClockKind])
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "kind"], name="case_clock_one_current", condition=Q(is_current=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class Participant(BoundRow):
    """A contact who follows a case that somebody else opened."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="participants", db_constraint=False)
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="participations", db_constraint=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "contact"], name="participates_once")
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} in {self.case_id}"


class Draft(BoundRow):
    """What a member of staff has typed and not sent; it survives a crash of their browser."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="drafts", db_constraint=False)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="drafts")
    visibility = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Visibility])
    body = models.TextField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "staff", "visibility"], name="draft_once")
        ]

    def __str__(self) -> str:
        return f"draft of {self.staff_id} in {self.case_id}"


class Presence(BoundRow):
    """Who has a case open now; `typing_at` is when they last typed."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="presences", db_constraint=False)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="presences")
    seen_at = models.DateTimeField()
    typing_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "staff"], name="present_once")]

    def __str__(self) -> str:
        return f"{self.staff_id} at {self.case_id}"


class SavedView(models.Model):
    """A named filter over the queue: a member's own, or shared with all when `staff` is empty."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, null=True, related_name="saved_views")
    name = models.CharField(max_length=60)
    filters = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
