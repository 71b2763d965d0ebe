"""Putting a catalogue in force."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from backstay.calendars.actions import put_version
from backstay.calendars.models import CalendarVersion
from backstay.core import audit
from backstay.core.scoping import Boundary, Viewer
from backstay.plans import catalogue as catalogues
from backstay.plans import queries, rules, shipped
from backstay.plans.catalogue import BadCatalogue, Catalogue, Problem, locator
from backstay.plans.models import CatalogueVersion, PlanVersion

_LOCK = 0x706C616E  # any number, the same in every process


class MayNotApply(PermissionError):
    """Only administrators put a catalogue in force."""


@dataclass(frozen=True)
class Applied:
    """The version now in force, whether it is new, and what its author may want to look at again."""

    version: CatalogueVersion
    is_new: bool
    warnings: tuple[Problem, ...] = ()


def apply(*, source: str, by: Viewer, at: datetime) -> Applied:
    """Put a catalogue in force from `at` on; promises already made keep theirs.

    The newest catalogue again makes no new version, unless public holidays have become known since. Raises
    BadCatalogue, having changed nothing, and MayNotApply.
    """
    if not rules.may_apply(by):
        raise MayNotApply(f"{by.name or by.kind} may not put a catalogue in force")
    read = catalogues.read(source)
    with transaction.atomic():
        _wait_for_others()
        _refuse_moved_boundaries(source, read.catalogue)
        calendars = _put_calendars(read.catalogue, at=at)
        newest = queries.newest()
        if newest and newest.digest == _digest(source) and _same(newest, calendars):
            return Applied(newest, is_new=False, warnings=read.warnings)
        version = _write(source, read.catalogue, calendars, by=by, at=at)
    return Applied(version, is_new=True, warnings=read.warnings)


def ensure_catalogue(*, by: Viewer, at: datetime) -> CatalogueVersion:
    """The newest catalogue; in an installation without any, the one that ships is applied."""
    return queries.newest() or apply(source=shipped.source(), by=by, at=at).version


def _refuse_moved_boundaries(source: str, catalogue: Catalogue) -> None:
    """A plan keeps its side: organisations that hold it were put behind the boundary when they signed."""
    known = {
        version.key: queries.terms(version).boundary for version in PlanVersion.objects.order_by("catalogue")
    }
    lines = locator.lines(source)
    problems = [
        Problem(
            path=("plans", plan.key, "boundary"),
            says=_("this plan exists with another boundary; give the new one a key of its own"),
            allowed=(known[plan.key],),
            line=locator.line_of(lines, ("plans", plan.key, "boundary")),
        )
        for plan in catalogue.plans.values()
        if known.get(plan.key, plan.boundary) != plan.boundary
    ]
    if problems:
        raise BadCatalogue(problems)


def _put_calendars(catalogue: Catalogue, *, at: datetime) -> list[CalendarVersion]:
    return [
        put_version(
            key=template.key,
            region=region.key,
            calendar=catalogues.calendar_in(template, region),
            names=catalogues.holidays_in(region) if template.holidays else None,
            at=at,
        )
        for template, region in catalogue.places
    ]


def _write(
    source: str, catalogue: Catalogue, calendars: list[CalendarVersion], *, by: Viewer, at: datetime
) -> CatalogueVersion:
    newest = queries.newest()
    version = CatalogueVersion.objects.create(
        number=newest.number + 1 if newest else 1,
        source=source,
        digest=_digest(source),
        applied_at=at,
        applied_by=by.name or str(by.kind),
    )
    version.calendars.set(calendars)
    PlanVersion.objects.bulk_create(
        PlanVersion(catalogue=version, key=plan.key, rank=plan.rank, terms=plan.to_dict())
        for plan in catalogue.plans.values()
    )
    facts = {"number": version.number, "plans": list(catalogue.plans)}
    subject = ("catalogue", version.pk)
    audit.record("catalogue_applied", subject=subject, boundary=Boundary.OPEN, by=by, at=at, facts=facts)
    return version


def _same(version: CatalogueVersion, calendars: list[CalendarVersion]) -> bool:
    return set(version.calendars.values_list("id", flat=True)) == {calendar.pk for calendar in calendars}


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()


def _wait_for_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
