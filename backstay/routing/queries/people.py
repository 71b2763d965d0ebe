"""What is arranged for people: skills, shifts, absences, capacity. Only staff may ask."""

from datetime import datetime

from django.db.models import QuerySet

from backstay.core.scoping import NoViewer, current
from backstay.routing import rules
from backstay.routing.models import (
    Absence,
    Availability,
    Capacity,
    RoutingRule,
    ShiftPattern,
    Skill,
    StaffShift,
    StaffSkill,
)


def _staff_only() -> None:
    viewer = current()
    if not (viewer.is_staff or viewer.is_machine):
        raise NoViewer("only staff may know how the desk is arranged")


def skills() -> QuerySet[Skill]:
    _staff_only()
    return Skill.objects.order_by("kind", "label", "id")


def patterns() -> QuerySet[ShiftPattern]:
    _staff_only()
    return ShiftPattern.objects.select_related("calendar").order_by("name", "id")


def routing_rules() -> QuerySet[RoutingRule]:
    """Every rule in its order, the inactive ones included."""
    _staff_only()
    return RoutingRule.objects.order_by("position", "id")


def skills_of(staff_id: int) -> QuerySet[StaffSkill]:
    _staff_only()
    return (
        StaffSkill.objects.filter(staff=staff_id)
        .select_related("skill")
        .order_by("skill__kind", "skill__label")
    )


def shifts(staff_id: int) -> QuerySet[StaffShift]:
    """The shifts of somebody, newest first."""
    _staff_only()
    return StaffShift.objects.filter(staff=staff_id).select_related("pattern__calendar").order_by("-period")


def absences(staff_id: int, *, since: datetime) -> QuerySet[Absence]:
    """Absences that are not over: one's own, and for team leads everybody's, because of their reasons."""
    viewer = current()
    if viewer.id != staff_id and not rules.may_arrange(viewer):
        return Absence.objects.none()
    return Absence.objects.filter(staff=staff_id, period__endswith__gt=since).order_by("period")


def capacities(staff_id: int) -> QuerySet[Capacity]:
    _staff_only()
    return Capacity.objects.filter(staff=staff_id).order_by("channel")


def availability_of(staff_id: int) -> Availability | None:
    """What somebody last said of themselves; what may be believed of it says `room`."""
    _staff_only()
    return Availability.objects.filter(staff=staff_id).first()
