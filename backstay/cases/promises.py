"""From a case's frozen terms to the terms of a clock."""

from datetime import datetime

from backstay.cases.choices import ClockKind
from backstay.cases.models import Case, CaseClock
from backstay.entitlements.queries import clock_terms
from backstay.plans.catalogue import Severity
from backstay.plans.queries import UnknownSeverity, catalogue, severities
from backstay.sla import queries as sla
from backstay.sla.choices import ClockState
from backstay.sla.terms import FrozenTerms


def first_response_terms(case: Case, severity: str = "") -> FrozenTerms | None:
    """The first-response terms of a case at its severity (or another), None where nothing is promised."""
    if case.plan_version is None or case.contract is None:
        return None
    return clock_terms(
        plan_version=case.plan_version,
        region=case.region,
        severity=severity or case.severity,
        contract=case.contract.number,
    )


def severities_of(case: Case, *, at: datetime) -> tuple[Severity, ...]:
    """What a case may be: by the catalogue of its frozen plan; without a promise, by the one in force."""
    if case.plan_version is None:
        return severities(at)
    return tuple(catalogue(case.plan_version.catalogue).severities.values())


def is_raised(case: Case, new: str, *, at: datetime) -> bool:
    """Whether `new` is graver than the case is: the catalogue lists the gravest severity first.

    Anything is graver than a severity that the catalogue no longer has: so nobody loses by its going.
    Raises UnknownSeverity.
    """
    old, order = case.severity, _keys(case, at)
    if new not in order:
        raise UnknownSeverity(new, tuple(order))
    return old not in order or order.index(new) < order.index(old)


def due_by_severity(case: Case, *, at: datetime) -> dict[str, datetime]:
    """By when the first answer would be due at each severity, were it changed now.

    Empty where nothing is promised, or where the answer has been given.
    """
    going = CaseClock.objects.filter(
        case=case,
        kind=ClockKind.FIRST_RESPONSE,
        is_current=True,
        clock__state__in=(ClockState.RUNNING, ClockState.PAUSED),
    )
    row = going.select_related("clock__calendar").first()
    if row is None:
        return {}
    return {key: due for key in _keys(case, at) if (due := _due_at(case, row, key, at=at)) is not None}


def _due_at(case: Case, row: CaseClock, severity: str, *, at: datetime) -> datetime | None:
    if severity == case.severity:
        return row.clock.due_at
    terms = first_response_terms(case, severity)
    if terms is None:
        return None
    raised = is_raised(case, severity, at=at)
    return sla.due_if_retargeted(row.clock, terms=terms, raised=raised, at=at)


def _keys(case: Case, at: datetime) -> list[str]:
    return [severity.key for severity in severities_of(case, at=at)]
