"""What is wrong with a catalogue of the right shape: names that lead nowhere, gaps, promises past keeping."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain

import holidays
from django.utils.translation import gettext as _

from backstay.plans.catalogue.file_form import (
    COVERAGE_OF,
    NOT_INCLUDED,
    CatalogueFile,
    PlanEntry,
    TargetEntry,
)
from backstay.plans.catalogue.handling_checks import amount_faults, handling_doubts, handling_faults
from backstay.plans.catalogue.hours import overlaps
from backstay.plans.catalogue.problems import Path, Problem, unknown
from backstay.plans.catalogue.terms import CalendarTemplate, Region
from businesstime import Unit


def faults(file: CatalogueFile) -> list[Problem]:
    """Everything that forbids to use the file."""
    found = chain(
        *(_of_calendar(calendar) for calendar in file.calendars.values()),
        *(_of_region(region) for region in file.regions.values()),
        _of_bands(file),
        _of_ranks(file),
        *(_of_plan(file, plan) for plan in file.plans.values()),
        handling_faults(file),
    )
    return list(found)


def doubts(file: CatalogueFile) -> list[Problem]:
    """What may be meant, but promises more than the plan's hours can keep."""
    targets = [
        doubt
        for plan in file.plans.values()
        for band, target in plan.targets.items()
        for doubt in _doubts_of_target(file, plan, ("plans", plan.key, "targets", band), target)
    ]
    return [*targets, *handling_doubts(file)]


def _of_calendar(calendar: CalendarTemplate) -> Iterator[Problem]:
    weekdays = [(("open",), day) for day in calendar.week]
    dates = [(("days", day.isoformat()), windows) for day, windows in calendar.day_windows.items()]
    seen = set()
    for place, windows in weekdays + dates:
        both = overlaps(windows)
        if both and (place, both) not in seen:
            seen.add((place, both))
            says = _("%(first)s and %(second)s overlap on one day") % {"first": both[0], "second": both[1]}
            yield Problem(path=("calendars", calendar.key, *place), says=says)


def _of_region(region: Region) -> Iterator[Problem]:
    chosen = region.holidays
    if chosen is None:
        return
    path = ("regions", region.key, "holidays")
    countries = holidays.list_supported_countries(include_aliases=False)
    if chosen.country not in countries:
        yield unknown((*path, "country"), chosen.country, countries)
    elif chosen.subdivision and chosen.subdivision not in countries[chosen.country]:
        yield unknown((*path, "subdivision"), chosen.subdivision, countries[chosen.country])
    if not chosen.years:
        yield Problem(path=(*path, "last_year"), says=_("the last year lies before the first"))


def _of_bands(file: CatalogueFile) -> Iterator[Problem]:
    for band in file.bands.values():
        for index, severity in enumerate(band.severities):
            if severity not in file.severities:
                path = ("bands", band.key, "severities", index)
                yield unknown(path, severity, file.severities)
    banded = Counter(severity for band in file.bands.values() for severity in band.severities)
    for severity in file.severities:
        if not banded[severity]:
            yield Problem(
                path=("severities", severity), says=_("no band has this severity, so no target covers it")
            )
        elif banded[severity] > 1:
            yield Problem(path=("severities", severity), says=_("more than one band has this severity"))


def _of_ranks(file: CatalogueFile) -> Iterator[Problem]:
    first: dict[int, str] = {}
    for plan in file.plans.values():
        if plan.rank in first:
            says = _("rank %(rank)d is already that of %(plan)s, and the highest rank held has to decide")
            facts = {"rank": plan.rank, "plan": first[plan.rank]}
            yield Problem(path=("plans", plan.key, "rank"), says=says % facts)
        first.setdefault(plan.rank, plan.key)


def _of_plan(file: CatalogueFile, plan: PlanEntry) -> Iterator[Problem]:
    path: Path = ("plans", plan.key)
    for index, region in enumerate(plan.regions):
        if region not in file.regions:
            yield unknown((*path, "regions", index), region, file.regions)
    yield from _of_coverage(file, plan, (*path, "coverage"))
    for band in plan.targets:
        if band not in file.bands:
            yield unknown((*path, "targets", band), band, file.bands)
    for band in file.bands:
        if band not in plan.targets:
            says = _('the target of band "%(band)s" is missing: every severity has one') % {"band": band}
            yield Problem(path=(*path, "targets"), says=says)
    for band, target in plan.targets.items():
        yield from _of_target(file, plan, (*path, "targets", band), target)


def _of_coverage(file: CatalogueFile, plan: PlanEntry, path: Path) -> Iterator[Problem]:
    for channel, calendar in plan.coverage.items():
        if channel not in file.channels:
            yield unknown((*path, channel), channel, file.channels)
        if calendar != NOT_INCLUDED and calendar not in file.calendars:
            yield unknown((*path, channel), calendar, [*file.calendars, NOT_INCLUDED])
    for channel in file.channels:
        if channel not in plan.coverage:
            says = _('channel "%(channel)s" is missing; where it is not included, write "%(none)s"')
            yield Problem(path=path, says=says % {"channel": channel, "none": NOT_INCLUDED})


def _of_target(file: CatalogueFile, plan: PlanEntry, path: Path, target: TargetEntry) -> Iterator[Problem]:
    yield from amount_faults(path, target.unit, target.amount.word)
    if target.unit is Unit.ELAPSED:
        if target.calendar is not None:
            says = _("elapsed time runs without a calendar; leave it out, or take the unit business_hours")
            yield Problem(path=(*path, "calendar"), says=says)
    else:
        yield from _of_target_calendar(file, plan, path, target)


def _of_target_calendar(
    file: CatalogueFile, plan: PlanEntry, path: Path, target: TargetEntry
) -> Iterator[Problem]:
    ways = [*file.calendars, *(f"{COVERAGE_OF}{channel}" for channel in file.channels)]
    if target.calendar is None:
        yield Problem(path=(*path, "calendar"), says=_("this unit needs a calendar"), allowed=tuple(ways))
    elif target.calendar not in ways:
        yield unknown((*path, "calendar"), target.calendar, ways)
    elif target.coverage_of and plan.calendar_of(target.coverage_of) is None:
        says = _('the plan does not include the channel "%(channel)s", so its coverage never opens')
        yield Problem(path=(*path, "calendar"), says=says % {"channel": target.coverage_of})


def _doubts_of_target(
    file: CatalogueFile, plan: PlanEntry, path: Path, target: TargetEntry
) -> Iterator[Problem]:
    covered = [
        file.calendars[key]
        for channel in file.channels.values()
        if channel.human and (key := plan.calendar_of(channel.key))
    ]
    if target.unit is Unit.ELAPSED:
        if not any(calendar.never_closes for calendar in covered):
            says = _("elapsed time also runs while nobody is there, so the target may be past keeping")
            yield Problem(path=(*path, "unit"), says=says)
    elif target.calendar in file.calendars and not _within(file.calendars[target.calendar], covered):
        says = _("this calendar is open while nobody is there, so the target may be past keeping")
        yield Problem(path=(*path, "calendar"), says=says)


def _within(calendar: CalendarTemplate, covered: list[CalendarTemplate]) -> bool:
    """Whether one of the covering calendars is open whenever this one is, by the week."""
    return any(
        all(
            any(wide.opens <= window.opens and window.closes <= wide.closes for wide in wide_day)
            for day, wide_day in zip(calendar.week, cover.week, strict=True)
            for window in day
        )
        for cover in covered
    )
