"""Rotas, and the pages that go to whoever they name. Nothing here knows what a page is about."""

import uuid
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from backstay.accounts.models import Staff
from backstay.core.models import BoundRow
from backstay.core.scoping import Boundary
from backstay.oncall.choices import DeliveryState, DoorKind, PageState, Purpose, WhyUnanswered

SIDES = [(side.value, side.value) for side in Boundary]


class Rota(models.Model):
    """Who is on call for a purpose, as layers. `serves` the pages of one side of the boundary.

    One that is `around_the_clock` promises that somebody is always there: a gap in it is an error.
    """

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    purpose = models.CharField(max_length=20, choices=[(each.value, each.value) for each in Purpose])
    serves = models.CharField(max_length=10, choices=SIDES, default=Boundary.OPEN)
    zone = models.CharField(max_length=50)
    around_the_clock = models.BooleanField(default=False)
    feed_digest = models.CharField(max_length=64, blank=True, db_index=True)  # SHA-256 of the feed's token

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(serves__in=list(Boundary)), name="rota_side_known")
        ]

    def __str__(self) -> str:
        return self.name


class Layer(models.Model):
    """A rotation of members; a later layer (a higher `position`) goes before the earlier ones.

    The first member's first turn begins on `first_day` at `hands_over_at` of the layer's zone, and each
    turn is `turn_days` long by the wall clock. `week` restricts it to windows, written as
    businesstime.Calendar writes them; null: at every hour. It ends before `ends_at`, null: never.
    """

    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="layers")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    zone = models.CharField(max_length=50)
    first_day = models.DateField()
    hands_over_at = models.TimeField()
    turn_days = models.PositiveSmallIntegerField()
    week = models.JSONField(null=True)
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["rota", "position"], name="layer_position", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=Q(turn_days__gte=1), name="layer_turns_take_days"),
        ]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """Somebody's place in a layer. A person may have several."""

    layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="members")
    position = models.PositiveSmallIntegerField()
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="rota_places")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["layer", "position"], name="member_position", deferrable=models.Deferrable.DEFERRED
            )
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.staff_id}"


class Override(models.Model):
    """Somebody takes over for a while, whatever the layers say."""

    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="overrides")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="overrides")
    period = DateTimeRangeField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_override_at_a_time",
                expressions=[("rota", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=Q(
                    period__isempty=False, period__startswith__isnull=False, period__endswith__isnull=False
                ),
                name="override_has_a_length",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.period}"


class PersonDoor(models.Model):
    """A way to reach a member of staff. Without any, the e-mail address that they sign in with is used.

    `address` is an e-mail address, a phone number (E.164) or a URL; `secret` signs what a webhook is sent,
    and holds a browser's keys as JSON for push.
    """

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="doors")
    kind = models.CharField(max_length=10, choices=[(each.value, each.value) for each in DoorKind])
    label = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=1000)
    secret = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff", "kind", "address"], name="door_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.staff_id}"


class PersonFeed(models.Model):
    """The secret address under which somebody's calendar reads when they are on call."""

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, related_name="oncall_feed")
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the token
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"feed of {self.staff_id}"


class PushKey(models.Model):
    """The key by which push services know this installation (VAPID, RFC 8292); made once."""

    private_pem = models.TextField()

    def __str__(self) -> str:
        return "push key"


class Page(BoundRow):
    """Somebody is asked to look at `subject` until somebody says that they do.

    `level` of the list is being asked, on the `turn`-th way through it (1 or 2); `staff` is who. Nothing is
    asked before `next_at`; where that is null, nothing more happens by itself. `kind` and `facts` make the
    text, in the language of each reader.
    """

    purpose = models.CharField(max_length=20, choices=[(each.value, each.value) for each in Purpose])
    rota = models.ForeignKey(Rota, on_delete=models.SET_NULL, null=True, related_name="pages")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="pages")
    subject = models.TextField()
    link = models.TextField()  # a path of this site
    kind = models.TextField()
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=[(each.value, each.value) for each in PageState])
    level = models.PositiveSmallIntegerField(default=0)
    turn = models.PositiveSmallIntegerField(default=1)
    why_unanswered = models.CharField(
        max_length=30, blank=True, choices=[(each.value, each.value) for each in WhyUnanswered]
    )
    made_at = models.DateTimeField()
    acknowledge_by = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)  # acknowledged or withdrawn
    acknowledged_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="acknowledged_pages"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_at", "id"], name="page_due", condition=Q(next_at__isnull=False)),
            models.Index(fields=["subject"], name="page_subject"),
            models.Index(fields=["-made_at", "-id"], name="page_newest"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(next_at__isnull=True) | Q(state=PageState.PAGING), name="page_only_paging_goes_on"
            ),
            models.CheckConstraint(
                condition=Q(
                    state=PageState.ACKNOWLEDGED, acknowledged_by__isnull=False, closed_at__isnull=False
                )
                | ~Q(state=PageState.ACKNOWLEDGED) & Q(acknowledged_by__isnull=True),
                name="page_acknowledged_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.state}"


class PageDelivery(BoundRow):
    """One message to one person through one door. `stable_id` goes with every attempt to send it.

    A process that sends holds it until `lease_until`. An attempt that began and whose end nobody recorded
    may have arrived: then the next one `may_be_double`.
    """

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="deliveries", db_constraint=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="page_deliveries")
    level = models.PositiveSmallIntegerField()
    turn = models.PositiveSmallIntegerField()
    door = models.CharField(max_length=10, choices=[(each.value, each.value) for each in DoorKind])
    address = models.CharField(max_length=1000)
    secret = models.CharField(max_length=500, blank=True)
    stable_id = models.UUIDField(default=uuid.uuid4, unique=True)
    state = models.CharField(max_length=10, choices=[(each.value, each.value) for each in DeliveryState])
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    may_be_double = models.BooleanField(default=False)
    error = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_at", "id"], name="delivery_due", condition=Q(next_at__isnull=False))
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["page", "turn", "staff", "door", "address"], name="delivered_once_a_step"
            ),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.WAITING, next_at__isnull=False)
                | ~Q(state=DeliveryState.WAITING) & Q(next_at__isnull=True, lease_until__isnull=True),
                name="delivery_only_waiting_is_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.door} {self.state}"
