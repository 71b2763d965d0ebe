"""What makes somebody eligible for bound data: attested facts, declared locations, known networks."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from backstay.accounts import queries, rules
from backstay.accounts.choices import Fact, Proof
from backstay.accounts.events import AccessChanged
from backstay.accounts.models import AccessInstant, Attestation, OfficeNetwork, Sighting, Staff, WorkLocation
from backstay.core import audit, events
from backstay.core.scoping import Boundary, Viewer

TOLD_AT_ONCE = 500


class MayNotAttest(PermissionError):
    """Only administrators attest facts and list networks, and nobody attests anything of themselves."""


class MayNotLocate(PermissionError):
    """A location is declared by the person, or by a manager."""


class BadPeriod(ValueError):
    """An end before the beginning, a beginning in the past, a proof seen in the future."""


class BadCountry(ValueError):
    """Not a country's two letters."""


class BadNetwork(ValueError):
    """Not a range of addresses, or one that is listed already."""


class LocationTaken(ValueError):
    """Another location is declared from within that period on."""


@dataclass(frozen=True, kw_only=True)
class Proven:
    """Which proof of which fact was seen, by whom and when, and how long that counts."""

    fact: Fact
    verified_by: str
    method: Proof
    attested_on: date
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Stay:
    """Where somebody works, from when until when; without an end until further notice."""

    country: str
    starts_at: datetime
    ends_at: datetime | None = None


def country_code(text: str) -> str:
    """Two capitals. Raises BadCountry."""
    code = text.strip().upper()
    if not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise BadCountry(f"{text!r} is not a country's two letters, such as US or RO")
    return code


@transaction.atomic
def attest(*, staff: Staff, proven: Proven, by: Viewer, at: datetime) -> Attestation:
    """Write down that somebody saw proof. Raises MayNotAttest, BadPeriod."""
    _require_attester(staff, by)
    if proven.expires_at <= at or proven.attested_on > at.date():
        raise BadPeriod("a proof is seen today or before, and what it shows expires later than now")
    made = Attestation.objects.create(
        staff=staff,
        fact=proven.fact,
        verified_by=proven.verified_by,
        method=proven.method,
        attested_on=proven.attested_on,
        recorded_at=at,
        expires_at=proven.expires_at,
    )
    facts = {
        "attestation": made.pk,
        "fact": proven.fact,
        "verified_by": proven.verified_by,
        "method": proven.method,
        "attested_on": proven.attested_on.isoformat(),
        "expires_at": proven.expires_at.isoformat(),
    }
    _write_down("fact_attested", staff, facts, by=by, at=at)
    _tell([staff], at=at, later=[proven.expires_at])
    return made


@transaction.atomic
def revoke_attestation(*, attestation_id: int, by: Viewer, at: datetime) -> None:
    """End an attestation at once; revoking twice does nothing. Raises MayNotAttest."""
    row = Attestation.objects.select_for_update(of=["self"]).select_related("staff").get(pk=attestation_id)
    _require_attester(row.staff, by)
    if row.revoked_at is None:
        row.revoked_at = at
        row.save(update_fields=["revoked_at"])
        facts = {"attestation": row.pk, "fact": row.fact}
        _write_down("attestation_revoked", row.staff, facts, by=by, at=at)
        _tell([row.staff], at=at)


@transaction.atomic
def declare_location(*, staff: Staff, stay: Stay, by: Viewer, at: datetime) -> WorkLocation:
    """Say where somebody works. What they declared before ends where this begins.

    Raises MayNotLocate, BadCountry, BadPeriod, LocationTaken.
    """
    _require_locator(staff.pk, by)
    country = country_code(stay.country)
    if stay.starts_at < at or (stay.ends_at is not None and stay.ends_at <= stay.starts_at):
        raise BadPeriod("a location begins now or later, and ends after that")
    Staff.objects.select_for_update().get(pk=staff.pk)  # two declarations of one person, one after the other
    theirs = WorkLocation.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=stay.starts_at), staff=staff)
    before_its_end = Q(starts_at__lt=stay.ends_at) if stay.ends_at else Q()
    if theirs.filter(before_its_end, starts_at__gt=stay.starts_at).exists():
        raise LocationTaken("another location is declared from within that time on: end that one first")
    theirs.filter(starts_at=stay.starts_at).delete()
    theirs.filter(starts_at__lt=stay.starts_at).update(ends_at=stay.starts_at)
    made = WorkLocation.objects.create(
        staff=staff, country=country, starts_at=stay.starts_at, ends_at=stay.ends_at
    )
    facts = {
        "location": made.pk,
        "country": country,
        "starts_at": stay.starts_at.isoformat(),
        "ends_at": stay.ends_at.isoformat() if stay.ends_at else None,
    }
    _write_down("location_declared", staff, facts, by=by, at=at)
    _tell([staff], at=at, later=[each for each in (stay.starts_at, stay.ends_at) if each and each > at])
    return made


@transaction.atomic
def end_location(*, location_id: int, by: Viewer, at: datetime) -> None:
    """End a declared location now; one that has not begun is taken back. Raises MayNotLocate."""
    row = WorkLocation.objects.select_for_update(of=["self"]).select_related("staff").get(pk=location_id)
    _require_locator(row.staff_id, by)
    if row.ends_at is not None and row.ends_at <= at:
        return
    if row.starts_at >= at:
        row.delete()
    else:
        row.ends_at = at
        row.save(update_fields=["ends_at"])
    facts = {"location": location_id, "country": row.country}
    _write_down("location_ended", row.staff, facts, by=by, at=at)
    _tell([row.staff], at=at)


@transaction.atomic
def add_network(*, cidr: str, country: str, name: str, by: Viewer, at: datetime) -> OfficeNetwork:
    """List a range of addresses as being in a country. Raises MayNotAttest, BadCountry, BadNetwork."""
    _require_administrator(by)
    try:
        network = ipaddress.ip_network(cidr.strip())
    except ValueError as error:
        raise BadNetwork(f"{cidr!r} is not a range of addresses: {error}") from None
    if OfficeNetwork.objects.filter(cidr=str(network)).exists():
        raise BadNetwork(f"{network} is listed already")
    made = OfficeNetwork.objects.create(cidr=str(network), country=country_code(country), name=name)
    facts = {"cidr": str(network), "country": made.country, "name": name}
    _networks_changed("network_added", made.pk, facts, by=by, at=at)
    return made


@transaction.atomic
def remove_network(*, network_id: int, by: Viewer, at: datetime) -> None:
    """Take a range off the list. Raises MayNotAttest."""
    _require_administrator(by)
    row = OfficeNetwork.objects.get(pk=network_id)
    row.delete()
    facts = {"cidr": str(row.cidr), "country": row.country, "name": row.name}
    _networks_changed("network_removed", network_id, facts, by=by, at=at)


@transaction.atomic
def tell_due_changes(*, at: datetime) -> datetime | None:
    """Tell of what has begun or ended by itself until `at`. Answers the next such instant that is known."""
    due = list(
        AccessInstant.objects.select_for_update(skip_locked=True, of=["self"])
        .select_related("staff")
        .filter(at__lte=at)
        .order_by("at")[:TOLD_AT_ONCE]
    )
    _tell({each.staff_id: each.staff for each in due}.values(), at=at)
    AccessInstant.objects.filter(pk__in=[each.pk for each in due]).delete()
    return AccessInstant.objects.order_by("at").values_list("at", flat=True).first()


def forget_addresses(*, older_than: timedelta, at: datetime) -> int:
    """Drop addresses from old sightings; what country they were in stays. Answers how many."""
    old = Sighting.objects.filter(seen_at__lt=at - older_than, address__isnull=False)
    return old.update(address=None)


def _require_administrator(by: Viewer) -> None:
    if not rules.may_attest(by):
        raise MayNotAttest("only administrators attest facts and list networks")


def _require_attester(staff: Staff, by: Viewer) -> None:
    _require_administrator(by)
    if by.is_staff and by.id == staff.pk:
        raise MayNotAttest("nobody attests anything of themselves: another administrator does")


def _require_locator(staff_id: int, by: Viewer) -> None:
    if not rules.may_locate(by, staff_id):
        raise MayNotLocate("where somebody works is declared by themselves or by a manager")


def _write_down(kind: str, staff: Staff, facts: dict[str, Any], *, by: Viewer, at: datetime) -> None:
    audit.record(kind, subject=("staff", staff.pk), boundary=Boundary.OPEN, by=by, at=at, facts=facts)


def _tell(people: Iterable[Staff], *, at: datetime, later: Iterable[datetime] = ()) -> None:
    """Their open streams and pages are checked again: now, and at each instant of `later`."""
    people = list(people)
    events.publish_all(
        [AccessChanged(user_id=each.user_id, boundary=Boundary.OPEN) for each in people], at=at
    )
    AccessInstant.objects.bulk_create(
        [AccessInstant(staff=each, at=instant) for each in people for instant in later]
    )


def _networks_changed(kind: str, network_id: int, facts: dict[str, Any], *, by: Viewer, at: datetime) -> None:
    """Everybody who was seen is looked at again, with the networks as they are now."""
    audit.record(kind, subject=("network", network_id), boundary=Boundary.OPEN, by=by, at=at, facts=facts)
    newest = Sighting.objects.order_by("staff_id", "-since", "-pk").distinct("staff_id")
    rows = list(newest.select_related("staff"))
    for row in rows:
        country = queries.country_of(row.address) if row.address else row.country
        if country != row.country:
            Sighting.objects.create(
                staff=row.staff, country=country, address=row.address, since=at, seen_at=row.seen_at
            )
    _tell((row.staff for row in rows), at=at)
