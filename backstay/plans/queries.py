"""Reading the catalogue: what is in force at an instant, and what a frozen plan version promised.

These tables hold nobody's data; every viewer reads them all. Versions never change, so what is made of one
is kept in the process by its primary key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField

from backstay.calendars.models import CalendarVersion
from backstay.calendars.queries import compiled
from backstay.core.composed import Composed, Parameter
from backstay.plans import catalogue as catalogues
from backstay.plans.catalogue import Catalogue, Closing, Ladder, Plan, RequestUrgency, Severity, Target
from backstay.plans.choices import Tier
from backstay.plans.models import CatalogueVersion, PlanVersion
from backstay.plans.week import ChannelWeek, week
from businesstime import Span

KEPT = 256
_applied = Composed(
    lambda: (
        CatalogueVersion.objects.defer("source")  # long, and rarely read
        .filter(applied_at__lte=Parameter("at", DateTimeField()))
        .order_by("-number")[:1]
    )
)


class UnknownTerm(LookupError):
    """A key that the catalogue does not have. `allowed` are those that it has."""

    what = "term"

    def __init__(self, given: str, allowed: tuple[str, ...]) -> None:
        self.given, self.allowed = given, allowed
        super().__init__(f'there is no {self.what} "{given}"; there are {", ".join(allowed)}')


class UnknownPlan(UnknownTerm):
    what = "plan"


class UnknownSeverity(UnknownTerm):
    what = "severity"


class UnknownRegion(UnknownTerm):
    what = "region"


class UnknownChannel(UnknownTerm):
    what = "channel"


class NoCatalogue(LookupError):
    """No catalogue has been applied yet, so nothing is promised."""


@dataclass(frozen=True)
class FrozenTarget:
    """A target with the calendar version that it runs on; None for elapsed time."""

    target: Target
    calendar: CalendarVersion | None

    @property
    def span(self) -> Span:
        return self.target.span


def newest() -> CatalogueVersion | None:
    return CatalogueVersion.objects.order_by("-number").first()


def current(at: datetime) -> CatalogueVersion:
    """The catalogue in force at an instant. What was received before the first one runs under the first.

    Raises NoCatalogue.
    """
    found = _applied.first(at=at) or CatalogueVersion.objects.defer("source").order_by("number").first()
    if found is None:
        raise NoCatalogue("no catalogue has been applied yet")
    return found


@lru_cache(maxsize=KEPT)
def catalogue(version: CatalogueVersion) -> Catalogue:
    """The whole catalogue of a version, for display; promises need only `terms`."""
    return catalogues.read(version.source).catalogue


def severities(at: datetime) -> tuple[Severity, ...]:
    """What a reporter may choose from, in the order of the catalogue."""
    return tuple(catalogue(current(at)).severities.values())


def plan(key: str, at: datetime) -> PlanVersion:
    """The plan as the catalogue in force at `at` states it. Raises UnknownPlan, NoCatalogue."""
    plans = _plans(current(at))
    if key not in plans:
        raise UnknownPlan(key, tuple(plans))
    return plans[key]


def plans(at: datetime) -> tuple[PlanVersion, ...]:
    """Every plan in force, lowest rank first."""
    return tuple(_plans(current(at)).values())


@lru_cache(maxsize=KEPT)
def terms(version: PlanVersion) -> Plan:
    """What a plan version promises."""
    return Plan.from_dict(version.terms)


@lru_cache(maxsize=KEPT)
def version(pk: int) -> PlanVersion:
    """A plan version by its primary key."""
    return PlanVersion.objects.get(pk=pk)


def calendar(version: PlanVersion, key: str, region: str) -> CalendarVersion:
    """The version of a calendar that the plan version's catalogue has. Raises UnknownRegion, KeyError."""
    calendars = _calendars(version.catalogue_id)
    if (key, region) not in calendars:
        regions = tuple(dict.fromkeys(place for _, place in calendars))
        if region not in regions:
            raise UnknownRegion(region, regions)
        raise KeyError(key)
    return calendars[key, region]


def target(version: PlanVersion, severity: str, region: str) -> FrozenTarget:
    """The first-response target of a severity. Raises UnknownSeverity, UnknownRegion."""
    promised = terms(version)
    if severity not in promised.severities:
        raise UnknownSeverity(severity, promised.severities)
    found = promised.target(severity)
    return FrozenTarget(found, calendar(version, found.calendar, region) if found.calendar else None)


def handover_target(version: PlanVersion, severity: str, region: str) -> FrozenTarget | None:
    """By when another tier takes up a case handed to it; None: nothing says. Raises UnknownRegion."""
    found = terms(version).handover_target(severity)
    if found is None:
        return None
    return FrozenTarget(found, calendar(version, found.calendar, region) if found.calendar else None)


def closing(version: PlanVersion, severity: str) -> Closing | None:
    """When a case that waits on its customer is closed; None: never. Its calendar is a key of `calendar`."""
    return terms(version).closing_of(severity)


def reopening_days(version: PlanVersion) -> int | None:
    """For how many days after its close a case can be reopened; None: for ever."""
    reopening = terms(version).reopening
    return reopening.days if reopening else None


def ladder(version: PlanVersion) -> Ladder | None:
    """What happens by itself to a case that nobody moves; None: nothing."""
    return terms(version).ladder


def request_urgencies(at: datetime) -> tuple[RequestUrgency, ...]:
    """How urgent a customer may call an escalation, in the order of the catalogue in force."""
    return tuple(catalogue(current(at)).requests.values())


def tier_names(at: datetime) -> dict[Tier, Mapping[str, str]]:
    """What the tiers are called, by language, where the catalogue in force says so."""
    return dict(catalogue(current(at)).tiers)


def coverage(version: PlanVersion, channel: str, region: str) -> CalendarVersion | None:
    """When a channel is open; None where it is not included. Raises UnknownChannel, UnknownRegion."""
    covered = terms(version).coverage
    if channel not in covered:
        raise UnknownChannel(channel, tuple(covered))
    key = covered[channel]
    return calendar(version, key, region) if key else None


def coverage_week(
    version: PlanVersion, region: str, zone: ZoneInfo, first_day: date
) -> tuple[ChannelWeek, ...]:
    """When each channel of a plan is open in the seven days from `first_day` of the reader's zone on."""
    calendars = {channel: coverage(version, channel, region) for channel in terms(version).coverage}
    hours = {channel: compiled(found) if found else None for channel, found in calendars.items()}
    return week(hours, zone, first_day)


@lru_cache(maxsize=KEPT)
def _plans(version: CatalogueVersion) -> dict[str, PlanVersion]:
    return {plan.key: plan for plan in PlanVersion.objects.filter(catalogue=version).order_by("rank")}


@lru_cache(maxsize=KEPT)
def _calendars(catalogue_id: int) -> dict[tuple[str, str], CalendarVersion]:
    found = CalendarVersion.objects.filter(catalogues=catalogue_id).order_by("id")
    return {(version.key, version.region): version for version in found}
