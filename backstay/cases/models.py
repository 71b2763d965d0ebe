"""The centre: a case, its clocks, and who takes part."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from backstay.accounts.models import Contact, Organisation, Staff
from backstay.assets.models import Device
from backstay.cases.choices import ClockKind, LinkKind, Queue, QuietKind, State
from backstay.conversations.choices import Channel, Visibility
from backstay.conversations.models import Conversation, Message
from backstay.core.models import BoundRow
from backstay.entitlements.choices import NoPromise
from backstay.entitlements.models import Contract
from backstay.plans.models import PlanVersion
from backstay.products.models import Product, ProductVersion
from backstay.sla.models import Clock


class Incident(BoundRow):
    """A major incident: what many cases have in common, with somebody who answers for it.

    Customers of the linked cases read its `title` and its updates, and nothing else of it. Its cases are on
    its own side of the boundary. Once resolved, a review is owed.
    """

    number = models.BigIntegerField(unique=True, editable=False)
    title = models.CharField(max_length=200)
    criteria = ArrayField(models.TextField())  # `choices.Criterion`
    owner = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="incidents")
    declared_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    review = models.TextField(blank=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True) | Q(resolved_at__isnull=False),
                name="incident_resolved_before_review",
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number as people write it, such as MI-12."""
        return f"MI-{self.number}"


class Case(BoundRow):
    """One concern of a customer, from its opening to its close.

    `contract`, `plan_version` and `region` are the frozen terms: nothing is computed from today's. A case
    without them says why in `no_promise`. `version` grows with every change and guards against two people
    overwriting each other. `next_due_at` is the earliest due instant of its running clocks. The `assignee`
    works on it now; the `owner` took it first and answers for it, whoever works on it.
    """

    number = models.BigIntegerField(unique=True, editable=False)
    subject = models.CharField(max_length=200)
    # Without an index of their own: some below begin with them, and each is written with every case.
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        related_name="cases",
        db_constraint=False,
        db_index=False,
    )
    contact = models.ForeignKey(
        Contact,
        on_delete=models.PROTECT,
        null=True,
        related_name="cases",
        db_constraint=False,
        db_index=False,
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
    region = models.SlugField(blank=True, db_index=False)
    no_promise = models.CharField(
        max_length=20, blank=True, choices=[(reason.value, reason.value) for reason in NoPromise]
    )

    severity = models.CharField(max_length=10)
    state = models.CharField(max_length=30, choices=[(state.value, state.value) for state in State])
    queue = models.CharField(max_length=20, choices=[(queue.value, queue.value) for queue in Queue])
    assignee = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="cases")
    owner = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="owned_cases")
    channel = models.CharField(max_length=20, choices=[(channel.value, channel.value) for channel in Channel])
    opened_at = models.DateTimeField()  # when we received it; the clocks start here
    recorded_at = models.DateTimeField()  # when it was entered, later than receipt where staff logged it
    updated_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    next_due_at = models.DateTimeField(null=True)
    vendor_spoke_at = models.DateTimeField(null=True)  # the last public message of a human member of staff
    customer_spoke_at = models.DateTimeField(null=True)
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, null=True, related_name="cases", db_constraint=False
    )
    closes_itself = models.BooleanField(default=True, db_default=True)  # False: never for silence
    quiet_until = models.DateField(null=True)  # the customer asked for time: silence counts from this day on
    reopen_count = models.PositiveSmallIntegerField(default=0, db_default=0)
    reassignment_count = models.PositiveSmallIntegerField(default=0, db_default=0)  # person to person
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


class CaseLink(BoundRow):
    """`case` is a follow-up or a duplicate of `other`, or related to it. Both are on one side."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links", db_constraint=False)
    other = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="back_links", db_constraint=False)
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in LinkKind])

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "other", "kind"], name="linked_once"),
            models.CheckConstraint(condition=~Q(case=models.F("other")), name="linked_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.other_id}"


class QuietStep(BoundRow):
    """A reminder, or the close, of a case whose customer was asked something and stays silent.

    The steps are planned when the question is asked, `days` business days after `since`. The current ones are
    those of this silence: whatever breaks it makes them history.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="quiet_steps", db_constraint=False)
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in QuietKind])
    number = models.PositiveSmallIntegerField()  # 1, 2, ... in their order
    since = models.DateTimeField()
    days = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "number"], name="quiet_step_one_current", condition=Q(is_current=True)
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at", "id"],
                name="quiet_step_due",
                condition=Q(is_current=True, done_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} of {self.case_id}"


class IncidentUpdate(BoundRow):
    """What is said to the customers of all cases of an incident."""

    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="updates", db_constraint=False
    )
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    posted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"update {self.pk} of {self.incident_id}"


class IncidentNotice(BoundRow):
    """That an update goes to one case. Without a `message` when done: the case needed it no more."""

    update = models.ForeignKey(
        IncidentUpdate, on_delete=models.CASCADE, related_name="notices", db_constraint=False
    )
    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, related_name="incident_notices", db_constraint=False
    )
    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["update", "case"], name="noticed_once")]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="incident_notice_open", condition=Q(done_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.update_id} to {self.case_id}"


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
