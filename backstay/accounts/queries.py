"""Who is who: the viewer behind a sign-in, and people by name."""

import hashlib
from datetime import datetime

from django.db.models import Q, QuerySet

from backstay.accounts.choices import Access, CaseView, Role
from backstay.accounts.models import ApiToken, Contact, Grant, Organisation, Staff, Team, User
from backstay.core.scoping import Boundary, Viewer, ViewerKind, acting, current, machine

SIGN_IN = machine("sign-in")
ROLES_IN_ORDER = list(Role)


def viewer_for(user: User) -> Viewer | None:
    """The viewer behind a sign-in, or None: an inactive user, or one who is nobody here.

    Runs as the sign-in machine, because a contact's own row may be bound.
    """
    if not user.is_active:
        return None
    with acting(SIGN_IN):
        staff = Staff.objects.filter(user=user, is_active=True).first()
        if staff is not None:
            return staff_viewer(staff)
        contact = Contact.objects.select_related("organisation").filter(user=user, is_active=True).first()
        return contact_viewer(contact) if contact is not None else None


def staff_viewer(staff: Staff) -> Viewer:
    held = ROLES_IN_ORDER[: ROLES_IN_ORDER.index(Role(staff.role)) + 1]
    return Viewer(
        kind=ViewerKind.STAFF,
        id=staff.pk,
        name=staff.name,
        sees_us=staff.eligible_us,
        roles=frozenset(held),
        teams=frozenset({staff.team_id}),
        timezone=staff.timezone,
        language=staff.language,
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
    for grant in Grant.objects.filter(partner_id=contact.organisation_id):
        reads.add(grant.customer_id)
        if grant.access == Access.FULL:
            writes.add(grant.customer_id)
    return reads, writes if contact.access == Access.FULL else set()


def token_for(secret: str, *, at: datetime) -> ApiToken | None:
    """An API token by its secret, unless it is unknown, expired or revoked at `at`."""
    digest = hashlib.sha256(secret.encode()).hexdigest()
    return (
        ApiToken.objects.select_related("user")
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at), digest=digest, revoked_at__isnull=True)
        .first()
    )


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
