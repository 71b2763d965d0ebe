"""Members of staff with the evidence of where they are, and what follows from it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django_stubs_ext import WithAnnotations

from backstay.accounts import residency
from backstay.accounts.choices import Fact, Standing
from backstay.accounts.models import Attestation, OfficeNetwork, Sighting, Staff, WorkLocation
from backstay.accounts.residency import Evidence


class Known(TypedDict):
    """What `located` adds to a member of staff: the evidence for `residency`, in the same statement."""

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


def located(staff: QuerySet[Staff], *, at: Any, here: Any) -> QuerySet[Located]:
    """These members of staff with all evidence of where they are, in one statement.

    `at` and `here`, an address or None, may be parameters of a composed one.
    """
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
    network = newest.values("country")[:1] if here is None else _networks(here).values("country")[:1]
    recent = seen.filter(seen_at__gt=at - residency.CONFLICT).order_by().values("country").distinct()
    return staff.annotate(  # type: ignore[return-value]  # what the plugin infers is `Known`, unnamed
        citizen_until=Subquery(attested.order_by("-expires_at").values("expires_at")[:1]),
        declared=Subquery(declared.values("country")[:1]),
        network=Subquery(network),
        newest=Subquery(newest.values(facts=facts)[:1]),
        recent=ArraySubquery(recent),
    )


def standing(staff: Located, *, at: datetime) -> Standing:
    evidence = Evidence(
        citizen_until=staff.citizen_until,
        declared=staff.declared or "",
        network=staff.network or "",
        recent=frozenset(staff.recent),
    )
    return residency.standing(evidence, at=at, needs_network=settings.BOUNDARY_NEEDS_NETWORK)


def last_sight(staff: Located) -> LastSight | None:
    found = staff.newest
    if found is None:
        return None
    return LastSight(
        id=found["id"],
        country=found["country"],
        address=found["address"],
        seen_at=datetime.fromisoformat(found["seen_at"]),
    )


def country_of(address: str) -> str:
    """The country of the network that an address lies in, empty when nobody listed it."""
    return _networks(address).values_list("country", flat=True).first() or ""


def _networks(address: Any) -> QuerySet[OfficeNetwork]:
    """Those that hold an address, the narrowest first."""
    holding = OfficeNetwork.objects.filter(cidr__holds=address)
    return holding.order_by(Func("cidr", function="masklen").desc())
