"""Making parties known, and changing what they may do."""

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q
from psycopg.errors import UniqueViolation

from backstay.accounts import rules
from backstay.accounts.choices import Access, CaseView, Role
from backstay.accounts.events import AccessChanged
from backstay.accounts.models import ApiToken, Contact, Grant, Organisation, Staff, Team, User
from backstay.core import audit, events
from backstay.core.scoping import Boundary, Viewer

TOKEN_PREFIX = "backstay_"  # noqa: S105  # lets scanners find a token that leaked; not a secret itself


class BadTimezone(ValueError):
    """Not an IANA zone name."""


class OutsideBoundary(PermissionError):
    """Somebody outside the boundary was about to be let in, or to let in."""


class MayNotManage(PermissionError):
    """Only managers add organisations, contacts and devices."""


class EmailTaken(ValueError):
    """Another contact has that address."""


@dataclass(frozen=True, kw_only=True)
class Locale:
    """How a person or an organisation reads: language key, IANA zone."""

    language: str = "en"
    timezone: str = "UTC"

    def __post_init__(self) -> None:
        if self.timezone not in available_timezones():
            raise BadTimezone(f"{self.timezone!r} is no IANA time zone; use a name such as Europe/Bucharest")


def sort_key(name: str) -> str:
    """Accents folded and lower case: the database sorts by code point."""
    folded = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in folded if not unicodedata.combining(letter)).casefold()


def normalised_email(address: str) -> str:
    """Lower case and checked; raises Django's ValidationError."""
    address = address.strip().lower()
    validate_email(address)
    return address


def require_manager(*, by: Viewer) -> None:
    """Raises MayNotManage."""
    if not rules.may_manage_parties(by):
        raise MayNotManage(f"{by.name or by.kind} may not add organisations, contacts or devices")


@transaction.atomic
def add_organisation(*, name: str, region: str, locale: Locale, by: Viewer, at: datetime) -> Organisation:
    """A new customer or partner. Raises MayNotManage."""
    require_manager(by=by)
    organisation = Organisation.objects.create(
        name=name,
        sort_key=sort_key(name),
        region=region,
        language=locale.language,
        timezone=locale.timezone,
        boundary=Boundary.OPEN,
    )
    subject = ("organisation", organisation.pk)
    audit.record(
        "organisation_added", subject=subject, boundary=Boundary.OPEN, by=by, at=at, facts={"name": name}
    )
    return organisation


@transaction.atomic
def bind_organisation(*, organisation_id: int, by: Viewer, at: datetime) -> None:
    """Put an organisation, and all that hangs on it, behind the US boundary. Once bound it stays so."""
    if not by.sees_us:
        raise OutsideBoundary("only somebody inside the boundary may put an organisation behind it")
    grants = Grant.objects.filter(
        Q(partner=organisation_id) | Q(customer=organisation_id), boundary=Boundary.OPEN
    )
    if grants.exists():
        raise OutsideBoundary(
            "a partner outside the boundary works on its cases, or it on theirs: end that first"
        )
    bound = Organisation.objects.filter(pk=organisation_id, boundary=Boundary.OPEN).update(
        boundary=Boundary.US
    )
    if bound:
        subject = ("organisation", organisation_id)
        audit.record("organisation_bound", subject=subject, boundary=Boundary.US, by=by, at=at)
        _access_changed(organisation_id, at=at)


def _access_changed(organisation_id: int, *, at: datetime) -> None:
    """What an organisation's contacts may see has changed: their open streams are checked again."""
    contacts = Contact.objects.filter(organisation_id=organisation_id, user__isnull=False)
    for user_id in contacts.values_list("user_id", flat=True):
        events.publish(AccessChanged(user_id=user_id, boundary=Boundary.OPEN), at=at)


@dataclass(frozen=True, kw_only=True)
class ContactRights:
    case_view: CaseView = CaseView.OWN
    access: Access = Access.FULL


@transaction.atomic
def add_contact(
    *,
    organisation: Organisation,
    name: str,
    email: str,
    rights: ContactRights,
    locale: Locale,
    by: Viewer,
    at: datetime,
) -> Contact:
    """A new person of an organisation, who cannot sign in yet. Raises MayNotManage, EmailTaken."""
    require_manager(by=by)
    contact = Contact(
        organisation=organisation,
        boundary=organisation.boundary,
        name=name,
        email=normalised_email(email),
        language=locale.language,
        timezone=locale.timezone,
        case_view=rights.case_view,
        access=rights.access,
    )
    try:
        with transaction.atomic():
            contact.save()
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            raise EmailTaken("another contact has this e-mail address") from error
        raise
    facts = {"name": name, "case_view": rights.case_view, "access": rights.access}
    subject = ("contact", contact.pk)
    audit.record("contact_added", subject=subject, boundary=contact.boundary, by=by, at=at, facts=facts)
    return contact


def _sign_in(email: str, password: str | None) -> User:
    """A user whose address counts as verified: somebody of ours wrote it down, and second factors ask."""
    user = User.objects.create_user(email, password)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    return user


@transaction.atomic
def let_sign_in(*, contact: Contact, password: str, by: Viewer, at: datetime) -> User:
    """Give a contact a sign-in under their own e-mail address."""
    user = contact.user = _sign_in(contact.email, password)
    contact.save(update_fields=["user"])
    subject = ("contact", contact.pk)
    audit.record("contact_may_sign_in", subject=subject, boundary=contact.boundary, by=by, at=at)
    return user


@transaction.atomic
def grant(
    *, partner: Organisation, customer: Organisation, access: Access, by: Viewer, at: datetime
) -> Grant:
    """Let a partner's contacts at a customer's cases. Both are on one side of the boundary, and stay so."""
    if customer.boundary != partner.boundary:
        raise OutsideBoundary(f"{partner.name} and {customer.name} are on different sides of the boundary")
    granted, _ = Grant.objects.update_or_create(
        partner=partner, customer=customer, defaults={"access": access, "boundary": customer.boundary}
    )
    facts = {"partner": partner.pk, "access": access}
    subject = ("organisation", customer.pk)
    audit.record("grant_given", subject=subject, boundary=customer.boundary, by=by, at=at, facts=facts)
    _access_changed(partner.pk, at=at)
    return granted


@transaction.atomic
def end_grant(*, grant: Grant, by: Viewer, at: datetime) -> None:
    """Shut a customer's cases to a partner, those that the partner opened included; open streams close."""
    facts = {"partner": grant.partner_id, "access": grant.access}
    subject, boundary = ("organisation", grant.customer_id), grant.boundary
    if Grant.objects.filter(pk=grant.pk).delete()[0]:
        audit.record("grant_ended", subject=subject, boundary=boundary, by=by, at=at, facts=facts)
        _access_changed(grant.partner_id, at=at)


@transaction.atomic
def add_team(*, key: str, name: str, tier: int) -> Team:
    return Team.objects.create(key=key, name=name, tier=tier)


@dataclass(frozen=True, kw_only=True)
class Post:
    """What a member of staff is here."""

    role: Role
    team: Team


@transaction.atomic
def hire(
    *, name: str, email: str, password: str | None, post: Post, locale: Locale, by: Viewer, at: datetime
) -> Staff:
    """Make a member of staff known, with a sign-in. Without a password they set their own by e-mail."""
    staff = Staff.objects.create(
        user=_sign_in(normalised_email(email), password),
        name=name,
        role=post.role,
        team=post.team,
        language=locale.language,
        timezone=locale.timezone,
    )
    facts = {"name": name, "role": post.role}
    audit.record(
        "staff_hired", subject=("staff", staff.pk), boundary=Boundary.OPEN, by=by, at=at, facts=facts
    )
    return staff


@transaction.atomic
def change_locale(*, person: Staff | Contact, locale: Locale, by: Viewer, at: datetime) -> None:
    """How somebody reads: their language and their time zone."""
    person.language, person.timezone = locale.language, locale.timezone
    person.save(update_fields=["language", "timezone"])
    kind, boundary = ("contact", person.boundary) if isinstance(person, Contact) else ("staff", Boundary.OPEN)
    facts = {"language": locale.language, "timezone": locale.timezone}
    audit.record("locale_changed", subject=(kind, person.pk), boundary=boundary, by=by, at=at, facts=facts)


def issue_token(*, user: User, label: str, expires_at: datetime | None, at: datetime) -> str:
    """A new API token. The answer is its only copy: the database keeps the SHA-256."""
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        user=user,
        label=label,
        digest=hashlib.sha256(secret.encode()).hexdigest(),
        created_at=at,
        expires_at=expires_at,
    )
    return secret


def revoke_token(*, token: ApiToken, at: datetime) -> None:
    ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at)


def note_token_use(*, token: ApiToken, at: datetime) -> bool:
    """Remember the last use, to the minute: a row write a request would cost more than it tells.

    Answers whether there was anything to write.
    """
    is_due = token.last_used_at is None or (at - token.last_used_at).total_seconds() >= 60
    if is_due:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
    return is_due
