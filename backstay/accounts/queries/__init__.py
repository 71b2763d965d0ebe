"""Who is who: the viewer behind a sign-in, and people by name."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from backstay.accounts.choices import Standing
from backstay.accounts.models import (
    ApiToken,
    Attestation,
    BoundAccess,
    Contact,
    OfficeNetwork,
    Organisation,
    Staff,
    Team,
    WorkLocation,
)
from backstay.accounts.queries.arrivals import (
    ROLES_IN_ORDER,
    SIGN_IN,
    Arrival,
    Sight,
    arrival_by,
    arrival_of,
    contact_viewer,
    staff_viewer,
    token_for,
    viewer_for,
)
from backstay.accounts.queries.located import LastSight, Located, country_of, last_sight, located, standing
from backstay.core.scoping import current


def standing_of(staff: Staff, *, at: datetime) -> Standing:
    """Whether somebody may see bound data at `at`, by what they declared and where they were last seen."""
    return standing(located(Staff.objects.filter(pk=staff.pk), at=at, here=None).get(), at=at)


def is_eligible(staff: Staff, *, at: datetime) -> bool:
    """Whether bound work may be given to somebody, or mailed or paged to them, at `at`."""
    return staff.pk in _eligible(Staff.objects.filter(pk=staff.pk), at=at)


def eligible_staff_ids(*, at: datetime) -> set[int]:
    """Everybody to whom bound work may be given, or mailed or paged, at `at`."""
    return _eligible(Staff.objects.all(), at=at)


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff as the page of people shows them: how they stand at an instant, and why."""

    staff: Staff
    standing: Standing
    citizen_until: datetime | None
    declared: str
    seen_in: str
    seen_at: datetime | None


def colleagues(*, at: datetime) -> list[Colleague]:
    """Everybody who works here, by name, in one statement."""
    rows = Staff.objects.filter(is_active=True).select_related("team", "user").order_by("name", "id")
    return [_colleague(each, at=at) for each in located(rows, at=at, here=None)]


def colleague(staff_id: int, *, at: datetime) -> Colleague | None:
    rows = Staff.objects.filter(pk=staff_id, is_active=True).select_related("team", "user")
    found = located(rows, at=at, here=None).first()
    return None if found is None else _colleague(found, at=at)


def _colleague(staff: Located, *, at: datetime) -> Colleague:
    last = last_sight(staff)
    return Colleague(
        staff=staff,
        standing=standing(staff, at=at),
        citizen_until=staff.citizen_until,
        declared=staff.declared or "",
        seen_in=last.country if last else "",
        seen_at=last.seen_at if last else None,
    )


def attestations_of(staff_id: int) -> QuerySet[Attestation]:
    """What was proved of somebody, newest first, with what has been revoked or has expired."""
    return Attestation.objects.filter(staff=staff_id).order_by("-recorded_at", "-pk")


def locations_of(staff_id: int, *, at: datetime) -> QuerySet[WorkLocation]:
    """Where somebody works and will work, in order; what is over is left out."""
    rows = WorkLocation.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), staff=staff_id)
    return rows.order_by("starts_at")


def networks() -> QuerySet[OfficeNetwork]:
    return OfficeNetwork.objects.order_by("country", "cidr")


@dataclass(frozen=True, kw_only=True)
class LogFilter:
    """Which accesses to bound data a report tells of: since (included) until (excluded); empty: all."""

    since: datetime
    until: datetime
    person: str = ""
    subject: str = ""
    only_refused: bool = False


def accesses(asked: LogFilter) -> QuerySet[BoundAccess]:
    """Newest first. The table is bound: who is outside finds it empty."""
    rows = BoundAccess.objects.filter(at__gte=asked.since, at__lt=asked.until)
    if asked.person:
        rows = rows.filter(person_name__icontains=asked.person)
    if asked.subject:
        rows = rows.filter(subjects__contains=[asked.subject])
    if asked.only_refused:
        rows = rows.filter(allowed=False)
    return rows.order_by("-at", "-pk")


def _eligible(staff: QuerySet[Staff], *, at: datetime) -> set[int]:
    attested = located(staff.filter(is_active=True), at=at, here=None).filter(citizen_until__gt=at)
    return {each.pk for each in attested if standing(each, at=at) is Standing.ELIGIBLE}


def staff_members() -> QuerySet[Staff]:
    """Active staff by name; only staff may ask."""
    if not current().is_staff:
        return Staff.objects.none()
    return Staff.objects.filter(is_active=True).select_related("team").order_by("name", "id")


def teams() -> QuerySet[Team]:
    return Team.objects.order_by("tier", "name")


def organisations() -> QuerySet[Organisation]:
    """What the viewer may know of: staff all on their side of the boundary, contacts theirs."""
    viewer = current()
    rows = Organisation.objects.order_by("sort_key", "id")
    if viewer.is_staff or viewer.is_machine:
        return rows
    return rows.filter(pk__in=viewer.reads_organisations | {viewer.own_organisation or 0})


def contacts_of(organisation_id: int) -> QuerySet[Contact]:
    """Active contacts of an organisation that the viewer may know of."""
    return Contact.objects.filter(
        organisation__in=organisations().filter(pk=organisation_id).order_by(), is_active=True
    ).order_by("name", "id")


def tokens_of(user_id: int) -> QuerySet[ApiToken]:
    """A person's API tokens that still work or once did, newest first."""
    return ApiToken.objects.filter(user=user_id).order_by("-created_at", "-id")


__all__ = [
    "ROLES_IN_ORDER",
    "SIGN_IN",
    "Arrival",
    "Colleague",
    "LastSight",
    "LogFilter",
    "Sight",
    "accesses",
    "arrival_by",
    "arrival_of",
    "attestations_of",
    "colleague",
    "colleagues",
    "contact_viewer",
    "contacts_of",
    "country_of",
    "eligible_staff_ids",
    "is_eligible",
    "locations_of",
    "networks",
    "organisations",
    "staff_members",
    "staff_viewer",
    "standing_of",
    "teams",
    "token_for",
    "tokens_of",
    "viewer_for",
]
