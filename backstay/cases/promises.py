"""From a case's frozen terms to the terms of a clock."""

from datetime import datetime

from backstay.cases.models import Case
from backstay.entitlements.queries import clock_terms
from backstay.plans.queries import severities
from backstay.sla.terms import FrozenTerms


def first_response_terms(case: Case) -> FrozenTerms | None:
    """The first-response terms of a case at its severity, or None where nothing is promised."""
    if case.plan_version is None or case.contract is None:
        return None
    return clock_terms(
        plan_version=case.plan_version,
        region=case.region,
        severity=case.severity,
        contract=case.contract.number,
    )


def is_raised(old: str, new: str, *, at: datetime) -> bool:
    """Whether `new` is graver than `old`: the catalogue lists the gravest severity first."""
    order = [severity.key for severity in severities(at)]
    return order.index(new) < order.index(old)
