"""Who is who: the viewer behind a sign-in, and people by name."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    DateTimeField,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
)
from django.db.models.functions import Coalesce, JSONObject
from django_stubs_ext import WithAnnotations

from backstay.accounts import residency
from backstay.accounts.choices import Access, CaseView, Fact, Role, Standing
from backstay.accounts.models import (
    ApiToken,
    Attestation,
    BoundAccess,
    Contact,
    Grant,
    OfficeNetwork,
    Organisation,
    Sighting,
    Staff,
    Team,
    User,
    WorkLocation,
)
from backstay.accounts.residency import Evidence, known_address
from backstay.core.composed import Composed, Parameter
from backstay.core.models import OutboxEvent
from backstay.core.scoping import Boundary, Viewer, ViewerKind, acting, current, machine

SIGN_IN = machine("sign-in")
ROLES_IN_ORDER = list(Role)
_tokens = Composed(
    lambda: ApiToken.objects.select_related("user__staff", "user__contact__organisation").filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=Parameter("at", DateTimeField())),
        digest=Parameter("digest", TextField()),
        revoked_at__isnull=True,
    )
)
_grants_held = Composed(lambda: Grant.objects.filter(partner=Parameter("organisation", BigIntegerField())))
NEWEST_EVENT = OutboxEvent.objects.filter(seq__isnull=False).order_by("-seq").values("seq")[:1]
HEARD = Coalesce(Subquery(NEWEST_EVENT), 0)


class Known(TypedDict):
    """What `_located` adds to a member of staff: the evidence for `residency`, in the same statement."""

    heard: int  # where it was asked for
    citizen_until: datetime | None
    declared: str | None
    network: str | None
    newest: dict[str, Any] | None
    recent: list[str]


if TYPE_CHECKING:
    Located = WithAnnotations[Staff, Known]
else:
    Located = Staff


@dataclass(frozen=True, slots=True)
class LastSight:
    """The newest sighting of somebody."""

    id: int
    country: str
    address: str | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Sight:
    """Where an attested member of staff is seen just now, and where they were seen before."""

    staff_id: int
    user_id: int
    country: str
    address: str
    last: LastSight | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who comes, when the newest event was `heard`; of staff the network's country, and what to note."""

    viewer: Viewer
    heard: int
    country: str = ""
    sight: Sight | None = None


def viewer_for(user: User, *, at: datetime, address: str | None = None) -> Viewer | None:
    """The viewer behind a sign-in at `at`, or None: an inactive user, or one who is nobody here.

    `address` is where the request comes from; without one, staff are where they were last seen. Runs as the
    sign-in machine, because a contact's own row may be bound.
    """
    arrival = arrival_of(user, at=at, address=address)
    return arrival.viewer if arrival else None


def arrival_of(user: User, *, at: datetime, address: str | None) -> Arrival | None:
    """As `viewer_for`, and what is worth noting of where they come from."""
    if not user.is_active:
        return None
    with acting(SIGN_IN):
        people = Staff.objects.filter(user=user, is_active=True).annotate(heard=HEARD)
        staff = _located(people, at=at, address=address).first()
        if staff is not None:
            sight = _sight(staff, at=at, address=address)
            return Arrival(_staff_viewer(staff, at=at), staff.heard, staff.network or "", sight)
        contacts = Contact.objects.select_related("organisation").annotate(heard=HEARD)
        contact = contacts.filter(user=user, is_active=True).first()
        return Arrival(contact_viewer(contact), contact.heard) if contact is not None else None


def arrival_by(token: ApiToken, *, at: datetime, address: str | None) -> Arrival | None:
    """As `arrival_of`, for a token that `token_for` found just now, as a machine that sees both sides.

    A contact's row came with it. Programs follow no stream, so nothing is heard for them.
    """
    user = token.user
    staff: Staff | None = getattr(user, "staff", None)
    contact: Contact | None = getattr(user, "contact", None)
    if (staff is not None and staff.is_active) or contact is None:
        return arrival_of(user, at=at, address=address)
    return Arrival(contact_viewer(contact), 0) if user.is_active and contact.is_active else None


def staff_viewer(staff: Staff, *, at: datetime, address: str | None = None) -> Viewer:
    located = _located(Staff.objects.filter(pk=staff.pk), at=at, address=address).get()
    return _staff_viewer(located, at=at)


def _staff_viewer(staff: Located, *, at: datetime) -> Viewer:
    held = ROLES_IN_ORDER[: ROLES_IN_ORDER.index(Role(staff.role)) + 1]
    return Viewer(
        kind=ViewerKind.STAFF,
        id=staff.pk,
        name=staff.name,
        sees_us=_standing(staff, at=at) is Standing.ELIGIBLE,
        roles=frozenset(held),
        teams=frozenset({staff.team_id}),
        timezone=staff.timezone,
        language=staff.language,
    )


def standing_of(staff: Staff, *, at: datetime) -> Standing:
    """Whether somebody may see bound data at `at`, by what they declared and where they were last seen."""
    return _standing(_located(Staff.objects.filter(pk=staff.pk), at=at, address=None).get(), at=at)


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
    return [_colleague(each, at=at) for each in _located(rows, at=at, address=None)]


def colleague(staff_id: int, *, at: datetime) -> Colleague | None:
    rows = Staff.objects.filter(pk=staff_id, is_active=True).select_related("team", "user")
    found = _located(rows, at=at, address=None).first()
    return None if found is None else _colleague(found, at=at)


def _colleague(staff: Located, *, at: datetime) -> Colleague:
    last = _last_sight(staff)
    return Colleague(
        staff=staff,
        standing=_standing(staff, at=at),
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
    attested = _located(staff.filter(is_active=True), at=at, address=None).filter(citizen_until__gt=at)
    return {each.pk for each in attested if _standing(each, at=at) is Standing.ELIGIBLE}


def country_of(address: str) -> str:
    """The country of the network that an address lies in, empty when nobody listed it."""
    return _networks(address).values_list("country", flat=True).first() or ""


def _networks(address: Any) -> QuerySet[OfficeNetwork]:
    """Those that hold an address, the narrowest first."""
    holding = OfficeNetwork.objects.filter(cidr__holds=address)
    return holding.order_by(Func("cidr", function="masklen").desc())


def _located(staff: QuerySet[Staff], *, at: datetime, address: str | None) -> QuerySet[Located]:
    """These members of staff with all evidence of where they are, in one statement."""
    theirs = OuterRef("pk")
    declared = WorkLocation.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=at), staff=theirs, starts_at__lte=at
    )
    attested = Attestation.objects.filter(
        Q(revoked_at__isnull=True) | Q(revoked_at__gt=at),
        staff=theirs,
        fact=Fact.US_CITIZENSHIP,
        recorded_at__lte=at,
    )
    seen = Sighting.objects.filter(staff=theirs, since__lte=at)
    newest = seen.order_by("-since", "-pk")
    facts = JSONObject(id="pk", country="country", address="address", seen_at="seen_at")
    here = known_address(address)
    network = newest.values("country")[:1] if here is None else _networks(here).values("country")[:1]
    recent = seen.filter(seen_at__gt=at - residency.CONFLICT).order_by().values("country").distinct()
    return staff.annotate(  # type: ignore[return-value]  # what the plugin infers is `Known`, unnamed
        citizen_until=Subquery(attested.order_by("-expires_at").values("expires_at")[:1]),
        declared=Subquery(declared.values("country")[:1]),
        network=Subquery(network),
        newest=Subquery(newest.values(facts=facts)[:1]),
        recent=ArraySubquery(recent),
    )


def _standing(staff: Located, *, at: datetime) -> Standing:
    evidence = Evidence(
        citizen_until=staff.citizen_until,
        declared=staff.declared or "",
        network=staff.network or "",
        recent=frozenset(staff.recent),
    )
    return residency.standing(evidence, at=at, needs_network=settings.BOUNDARY_NEEDS_NETWORK)


def _sight(staff: Located, *, at: datetime, address: str | None) -> Sight | None:
    """Only those are looked after for whom it matters: who is not attested leaves no traces."""
    here = known_address(address)
    if here is None or staff.citizen_until is None or staff.citizen_until <= at:
        return None
    return Sight(staff.pk, staff.user_id, staff.network or "", here, _last_sight(staff))


def _last_sight(staff: Located) -> LastSight | None:
    found = staff.newest
    if found is None:
        return None
    return LastSight(
        id=found["id"],
        country=found["country"],
        address=found["address"],
        seen_at=datetime.fromisoformat(found["seen_at"]),
    )


def contact_viewer(contact: Contact) -> Viewer:
    """A contact reads and writes by their own permissions, and by the grants that their organisation holds.

    A partner from outside the boundary gets nothing of a bound customer: row security would refuse it.
    """
    reads, writes = _organisations_of(contact)
    return Viewer(
        kind=ViewerKind.CONTACT,
        id=contact.pk,
        name=contact.name,
        sees_us=contact.organisation.boundary == Boundary.US,
        own_organisation=contact.organisation_id,
        reads_organisations=frozenset(reads),
        writes_organisations=frozenset(writes),
        may_write=contact.access == Access.FULL,
        timezone=contact.timezone,
        language=contact.language,
    )


def _organisations_of(contact: Contact) -> tuple[set[int], set[int]]:
    """Organisations all of whose cases the contact may read, and those whose cases they may change."""
    reads: set[int] = set()
    if contact.case_view == CaseView.ORGANISATION:
        reads.add(contact.organisation_id)
    writes = set(reads)
    for grant in _grants_held.all(organisation=contact.organisation_id):
        reads.add(grant.customer_id)
        if grant.access == Access.FULL:
            writes.add(grant.customer_id)
    return reads, writes if contact.access == Access.FULL else set()


def token_for(secret: str, *, at: datetime) -> ApiToken | None:
    """An API token by its secret, unless it is unknown, expired or revoked at `at`."""
    return _tokens.first(digest=hashlib.sha256(secret.encode()).hexdigest(), at=at)


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
