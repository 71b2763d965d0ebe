"""What decides who gets a case: what people can do, when they work, how much they take, and the rules."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from backstay.accounts.models import Staff
from backstay.calendars.models import CalendarVersion
from backstay.cases.models import Case
from backstay.core.models import BoundRow
from backstay.routing.choices import Declared, Fact, RuleKind, SkillKind, Unroutable

HIGHEST_LEVEL = 5


class Skill(models.Model):
    """Something that people know. A topic has `words`: a case speaks of it when its subject has one."""

    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in SkillKind])
    key = models.SlugField()
    label = models.CharField(max_length=100)
    words = ArrayField(models.CharField(max_length=60), default=list)  # lower case

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "key"], name="skill_once")]

    def __str__(self) -> str:
        return self.label


class StaffSkill(models.Model):
    """How well somebody knows it: 1 has begun, 5 teaches others."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="held_by")
    level = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff", "skill"], name="skilled_once"),
            models.CheckConstraint(condition=Q(level__range=(1, HIGHEST_LEVEL)), name="skill_level_known"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.skill_id}: {self.level}"


class ShiftPattern(models.Model):
    """Weekly hours that people share. `calendar` has its zone, windows and holidays, as a frozen version."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    calendar = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, related_name="shift_patterns")
    country = models.CharField(max_length=2, blank=True)  # whose public holidays are off
    subdivision = models.CharField(max_length=10, blank=True)

    def __str__(self) -> str:
        return self.name


class StaffShift(models.Model):
    """Somebody works a pattern for a period: dates of its zone, half-open."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="shifts")
    pattern = models.ForeignKey(ShiftPattern, on_delete=models.PROTECT, related_name="worked_by")
    period = DateRangeField()

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="shift_no_overlap",
                expressions=[("staff", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__startswith__isnull=False), name="shift_period_real"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.pattern_id}"


class Absence(models.Model):
    """Somebody is away although their shift runs. The `reason` is for them and for team leads."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="absences")
    period = DateTimeRangeField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="absence_no_overlap",
                expressions=[("staff", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=Q(
                    period__isempty=False, period__startswith__isnull=False, period__endswith__isnull=False
                ),
                name="absence_period_real",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} away"


class Availability(models.Model):
    """What somebody last said of themselves, since when, and when their console was last heard of.

    It is believed only as `rules.standing` has it: a console that went silent, or a shift that is over,
    takes nobody's cases.
    """

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, related_name="availability")
    state = models.CharField(max_length=10, choices=[(state.value, state.value) for state in Declared])
    since = models.DateTimeField()
    heartbeat_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "availability"

    def __str__(self) -> str:
        return f"{self.staff_id} {self.state}"


class Capacity(models.Model):
    """How much somebody takes: the weight of their open cases of a channel, or (empty) of all together."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="capacities")
    channel = models.CharField(max_length=20, blank=True)
    limit = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["staff", "channel"], name="capacity_once")]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.channel or 'all'}: {self.limit}"


class Desk(models.Model):
    """The site's settings, one row. `weights` is how much an open case of a channel weighs, 1 unless told."""

    assigns = models.BooleanField(default=True)  # automatically, to people who are available
    default_limit = models.PositiveSmallIntegerField(default=10)  # of everybody without one of their own
    lapses_after_s = models.PositiveIntegerField(default=300)
    horizon_s = models.PositiveIntegerField(
        default=24 * 3600
    )  # in which a case without a promise needs somebody
    weights = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(pk=1), name="desk_one")]

    def __str__(self) -> str:
        return "desk"


class RoutingRule(models.Model):
    """One rule, in its order. What `argument` means depends on the fact; `weight` is the most points."""

    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100, blank=True)  # empty: named after its fact
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in RuleKind])
    fact = models.CharField(max_length=20, choices=[(fact.value, fact.value) for fact in Fact])
    argument = models.CharField(max_length=60, blank=True)
    weight = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "fact"], name="rule_once"),
            models.CheckConstraint(
                condition=~Q(fact=Fact.BOUNDARY) | Q(kind=RuleKind.REQUIRE, active=True),
                name="boundary_always_required",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.kind} {self.fact}"


class Assignment(BoundRow):
    """That a case was given to somebody by the rules, and what spoke for them (the facts' keys)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="assignments", db_constraint=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="assignments")
    at = models.DateTimeField()
    because = ArrayField(models.CharField(max_length=20), default=list)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["staff", "-at"], name="assigned_last")]

    def __str__(self) -> str:
        return f"{self.case_id} to {self.staff_id}"


class Impasse(BoundRow):
    """A time in which nobody could take a case; one is open at most, and told once."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="impasses", db_constraint=False)
    reason = models.CharField(max_length=20, choices=[(reason.value, reason.value) for reason in Unroutable])
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"], name="impasse_one_open", condition=Q(ended_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.reason}"
