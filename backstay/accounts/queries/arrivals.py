"""The viewer behind a sign-in or a token."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    DateTimeField,
    F,
    Func,
    JSONField,
    OuterRef,
    Q,
    Subquery,
    TextField,
)
from django.db.models.functions import Coalesce

from backstay.accounts.choices import Access, CaseView, Role, Standing
from backstay.accounts.models import ApiToken, Contact, Grant, Staff, User
from backstay.accounts.queries.located import LastSight, Located, last_sight, located, standing
from backstay.accounts.residency import known_address
from backstay.core.composed import Composed, Parameter
from backstay.core.models import OutboxEvent
from backstay.core.scoping import Boundary, Viewer, ViewerKind, acting, machine

SIGN_IN = machine("sign-in")
ROLES_IN_ORDER = list(Role)
_Held = Iterable[tuple[int, str]]  # of grants: the customer and the access to their cases
_AT, _USER = Parameter("at", DateTimeField()), Parameter("user", BigIntegerField())
_tokens: Composed[Any] = Composed(  # tokens that were given `held`
    lambda: (
        ApiToken.objects.select_related("user__staff", "user__contact__organisation")
        .filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=_AT),
            digest=Parameter("digest", TextField()),
            revoked_at__isnull=True,
        )
        .annotate(held=_held_by("user__contact__organisation"))
    )
)
NEWEST_EVENT = OutboxEvent.objects.filter(seq__isnull=False).order_by("-seq").values("seq")[:1]
HEARD = Coalesce(Subquery(NEWEST_EVENT), 0)


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
    here = known_address(address)
    with acting(SIGN_IN):
        staff = _arriving_staff(is_seen=here is not None).first(user=user.pk, at=at, here=here)
        if staff is not None:
            sight = _sight(staff, at=at, here=here)
            return Arrival(_staff_viewer(staff, at=at), staff.heard, staff.network or "", sight)
        contact = _arriving_contact.first(user=user.pk)
        return Arrival(_contact_viewer(contact, contact.held), contact.heard) if contact is not None else None


@cache
def _arriving_staff(*, is_seen: bool) -> Composed[Located]:
    """Whether an address is known decides what is asked: the network that holds it, or the last sighting."""
    rows = Staff.objects.filter(user=_USER, is_active=True).annotate(heard=HEARD)
    return Composed(lambda: located(rows, at=_AT, here=Parameter("here", TextField()) if is_seen else None))


_arriving_contact: Composed[Any] = Composed(  # contacts that were given `heard` and `held`
    lambda: (
        Contact.objects.select_related("organisation")
        .filter(user=_USER, is_active=True)
        .annotate(heard=HEARD, held=_held_by("organisation"))
    )
)


_pair = Func(F("customer_id"), F("access"), function="jsonb_build_array", output_field=JSONField())


def _held_by(organisation: str) -> ArraySubquery:
    """The grants that an organisation holds, read with whoever is of it: [customer's id, access] each."""
    grants = Grant.objects.filter(partner=OuterRef(organisation))
    return ArraySubquery(grants.values_list(_pair))


def arrival_by(token: ApiToken, *, at: datetime, address: str | None) -> Arrival | None:
    """As `arrival_of`, for a token that `token_for` found just now, as a machine that sees both sides.

    A contact's row came with it, and what they hold. Programs follow no stream, so nothing is heard for them.
    """
    user = token.user
    staff: Staff | None = getattr(user, "staff", None)
    contact: Contact | None = getattr(user, "contact", None)
    if (staff is not None and staff.is_active) or contact is None:
        return arrival_of(user, at=at, address=address)
    if not (user.is_active and contact.is_active):
        return None
    held: _Held = token.held  # type: ignore[attr-defined]  # token_for asked for it
    return Arrival(_contact_viewer(contact, held), 0)


def staff_viewer(staff: Staff, *, at: datetime, address: str | None = None) -> Viewer:
    rows = located(Staff.objects.filter(pk=staff.pk), at=at, here=known_address(address))
    return _staff_viewer(rows.get(), at=at)


def _staff_viewer(staff: Located, *, at: datetime) -> Viewer:
    held = ROLES_IN_ORDER[: ROLES_IN_ORDER.index(Role(staff.role)) + 1]
    return Viewer(
        kind=ViewerKind.STAFF,
        id=staff.pk,
        name=staff.name,
        sees_us=standing(staff, at=at) is Standing.ELIGIBLE,
        roles=frozenset(held),
        teams=frozenset({staff.team_id}),
        timezone=staff.timezone,
        language=staff.language,
    )


def _sight(staff: Located, *, at: datetime, here: str | None) -> Sight | None:
    """Only those are looked after for whom it matters: who is not attested leaves no traces."""
    if here is None or staff.citizen_until is None or staff.citizen_until <= at:
        return None
    return Sight(staff.pk, staff.user_id, staff.network or "", here, last_sight(staff))


def contact_viewer(contact: Contact) -> Viewer:
    """A contact reads and writes by their own permissions, and by the grants that their organisation holds.

    A partner from outside the boundary gets nothing of a bound customer: row security would refuse it.
    """
    grants = Grant.objects.filter(partner=contact.organisation_id)
    return _contact_viewer(contact, grants.values_list("customer_id", "access"))


def _contact_viewer(contact: Contact, held: _Held) -> Viewer:
    reads, writes = _organisations_of(contact, held)
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


def _organisations_of(contact: Contact, held: _Held) -> tuple[set[int], set[int]]:
    """Organisations all of whose cases the contact may read, and those whose cases they may change."""
    reads: set[int] = set()
    if contact.case_view == CaseView.ORGANISATION:
        reads.add(contact.organisation_id)
    writes = set(reads)
    for customer_id, access in held:
        reads.add(customer_id)
        if access == Access.FULL:
            writes.add(customer_id)
    return reads, writes if contact.access == Access.FULL else set()


def token_for(secret: str, *, at: datetime) -> ApiToken | None:
    """An API token by its secret, unless it is unknown, expired or revoked at `at`."""
    found: ApiToken | None = _tokens.first(digest=hashlib.sha256(secret.encode()).hexdigest(), at=at)
    return found
