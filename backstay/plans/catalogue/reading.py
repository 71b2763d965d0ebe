"""From the text of a catalogue file to the catalogue, or to the list of everything wrong with it."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from backstay.plans.catalogue import locator
from backstay.plans.catalogue.checks import doubts, faults
from backstay.plans.catalogue.file_form import CatalogueFile, PlanEntry, TargetEntry, covering_channel
from backstay.plans.catalogue.handling import Closing, Handover, Reopening, RequestUrgency
from backstay.plans.catalogue.ladders import Ladder, LadderStep
from backstay.plans.catalogue.mending import STRANGE_KEY, further_faults
from backstay.plans.catalogue.problems import BadCatalogue, Path, Problem, unknown
from backstay.plans.catalogue.terms import (
    Band,
    CalendarTemplate,
    Catalogue,
    Channel,
    Plan,
    PublicHolidays,
    Region,
    Severity,
    Target,
)
from backstay.plans.choices import TargetKind

_SYNTAX = re.compile(r"^(?P<says>.*?) \(at (?:line (?P<line>\d+), column \d+|end of document)\)$", re.DOTALL)
ENTRIES: dict[str, type] = {
    "severities": Severity,
    "bands": Band,
    "calendars": CalendarTemplate,
    "regions": Region,
    "channels": Channel,
    "plans": PlanEntry,
    "handover": Handover,
    "closing": Closing,
    "ladders": Ladder,
    "requests": RequestUrgency,
}
_QUOTED = re.compile(r"'([^']*)'")


@dataclass(frozen=True, kw_only=True)
class Read:
    """A usable catalogue, and what its author may want to look at again."""

    catalogue: Catalogue
    warnings: tuple[Problem, ...]


def read(source: str) -> Read:
    """Parse and check a catalogue. Raises BadCatalogue with every problem found, each with its line."""
    raw = _toml(source)
    places = locator.lines(source)
    try:
        file = CatalogueFile.model_validate(raw)
    except ValidationError as error:
        errors = [each for each in error.errors() if not _echoes(each)]
        told = [*map(_problem, errors), *further_faults(raw, errors)]
        raise BadCatalogue(_placed(told, places)) from None
    wrong = faults(file)
    if wrong:
        raise BadCatalogue(_placed(wrong, places))
    return Read(catalogue=_canonical(file), warnings=tuple(_placed(doubts(file), places)))


def _toml(source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        found = _SYNTAX.match(str(error))
        says = found["says"] if found else str(error)
        line = int(found["line"]) if found and found["line"] else source.count("\n") + 1
        says = _("this is not TOML: %(says)s") % {"says": says}
        raise BadCatalogue([Problem(path=(), says=says, line=line)]) from None


def _placed(problems: Iterable[Problem], places: dict[Path, int]) -> list[Problem]:
    return [replace(problem, line=locator.line_of(places, problem.path)) for problem in problems]


def _echoes(error: ErrorDetails) -> bool:
    """Pydantic also calls a list too short when its entries are there, but faulty."""
    return error["type"] == "too_short" and len(error["input"]) > 0


def _problem(error: ErrorDetails) -> Problem:
    """Pydantic's account of a fault in our words, as its own speak to programmers."""
    path, kind, context = error["loc"], error["type"], error.get("ctx", {})
    if path[-1:] == ("[key]",):
        return _bad_key(path[:-1], kind, context)
    if kind == "missing":
        return Problem(path=path[:-1], says=_('"%(key)s" is missing') % {"key": path[-1]})
    if kind in STRANGE_KEY:
        return _strange_key(path)
    if kind in {"enum", "literal_error"}:
        allowed = tuple(_QUOTED.findall(str(context["expected"]))) or (str(context["expected"]),)
        says = _("%(given)s will not do.") % {"given": _shown(error["input"])}
        return Problem(path=path, says=says, given=str(error["input"]), allowed=allowed)
    if kind == "value_error":
        return Problem(path=path, says=str(context["error"]))
    return Problem(path=path, says=_wanted(kind, context, error))


def _bad_key(path: Path, kind: str, context: dict[str, Any]) -> Problem:
    if kind == "enum":
        return unknown(path, str(path[-1]), _QUOTED.findall(str(context["expected"])))
    says = _('"%(key)s" is no key; write letters, digits, "-" and "_", at most 50') % {"key": path[-1]}
    return Problem(path=path, says=says)


def _strange_key(path: Path) -> Problem:
    given, allowed = str(path[-1]), tuple(sorted(_keys_at(path[:-1]) - {"key"}))
    says = _('there is no key "%(key)s" here.') % {"key": given}
    return Problem(path=path, says=says, given=given, allowed=allowed)


def _keys_at(path: Path) -> set[str]:
    """The keys that a table may have."""
    match path:
        case ():
            shape: type = CatalogueFile
        case ("plans", _, "targets", _):
            shape = TargetEntry
        case ("regions", _, "holidays"):
            shape = PublicHolidays
        case ("ladders", _, "steps", _):
            shape = LadderStep
        case ("reopening",):
            shape = Reopening
        case (section, _):
            shape = ENTRIES[str(section)]
    return set(shape.__annotations__)


def _wanted(kind: str, context: dict[str, Any], error: ErrorDetails) -> str:
    kinds = {
        "string_type": _("a text in quotes is wanted here"),
        "int_type": _("a whole number is wanted here"),
        "bool_type": _("true or false is wanted here, without quotes"),
        "tuple_type": _("a list in square brackets is wanted here"),
        "dict_type": _("a table is wanted here"),
        "model_type": _("a table is wanted here"),
        "dataclass_type": _("a table is wanted here"),
        "too_short": _("at least one is needed here"),
        "string_pattern_mismatch": _('letters, digits, "-" and "_" are wanted here, at most 50'),
        "greater_than_equal": _("at least %(ge)s is wanted here") % {"ge": context.get("ge")},
        "less_than_equal": _("at most %(le)s is wanted here") % {"le": context.get("le")},
    }
    if kind.startswith("date"):
        return _('a date such as "2026-12-24" is wanted here')
    wanted = kinds.get(kind, error["msg"])
    return _("%(wanted)s, not %(given)s") % {"wanted": wanted, "given": _shown(error["input"])}


def _shown(value: Any) -> str:
    words = f'"{value}"' if isinstance(value, str) else str(value)
    return words if len(words) <= 60 else words[:57] + "..."


def _canonical(file: CatalogueFile) -> Catalogue:
    ranked = sorted(file.plans.values(), key=lambda plan: plan.rank)
    return Catalogue(
        severities=file.severities,
        bands=file.bands,
        calendars=file.calendars,
        regions=file.regions,
        channels=file.channels,
        plans={plan.key: _plan(file, plan) for plan in ranked},
        tiers=file.tiers,
        handover=file.handover,
        closing=file.closing,
        reopening=file.reopening,
        ladders=file.ladders,
        requests=file.requests,
    )


def _plan(file: CatalogueFile, plan: PlanEntry) -> Plan:
    return Plan(
        key=plan.key,
        name=plan.name,
        rank=plan.rank,
        regions=plan.regions,
        boundary=plan.boundary,
        triage_tier=plan.triage_tier,
        coverage={channel: plan.calendar_of(channel) for channel in file.channels},
        targets=tuple(_target(file, plan, band) for band in file.bands),
        handover=tuple(_handover(file, plan, band) for band in file.bands if band in file.handover),
        closing=tuple(file.closing[severity] for severity in file.severities if severity in file.closing),
        reopening=file.reopening,
        ladder=None if plan.ladder is None else file.ladders[plan.ladder],
    )


def _target(file: CatalogueFile, plan: PlanEntry, key: str) -> Target:
    band, target = file.bands[key], plan.targets[key]
    channel = target.coverage_of
    return Target(
        band=key,
        label=band.label,
        severities=band.severities,
        unit=target.unit,
        amount=target.length,
        calendar=plan.calendar_of(channel) if channel else target.calendar,
        coverage_of=channel,
        kind=target.kind,
        pauses=target.pauses,
        warn_percent=target.warn_percent,
    )


def _handover(file: CatalogueFile, plan: PlanEntry, key: str) -> Target:
    """The hand-over target of a band, as this plan reads it; it is aimed at, and no pause stops it."""
    band, handover = file.bands[key], file.handover[key]
    channel = covering_channel(handover.calendar)
    return Target(
        band=key,
        label=band.label,
        severities=band.severities,
        unit=handover.unit,
        amount=handover.length,
        calendar=plan.calendar_of(channel) if channel else handover.calendar,
        coverage_of=channel,
        kind=TargetKind.OBJECTIVE,
        pauses=False,
        warn_percent=handover.warn_percent,
    )
