"""The one question of this floor: what is promised for this case, at this instant, and why."""

from collections.abc import Iterable
from datetime import datetime

import businesstime
from backstay.accounts import queries as accounts
from backstay.assets.models import Device
from backstay.calendars.queries import compiled
from backstay.core.scoping import Boundary
from backstay.entitlements import channels, rules, sources
from backstay.entitlements.choices import NoPromise
from backstay.entitlements.decisions import (
    ChannelDecision,
    Decision,
    Effective,
    Holding,
    Lack,
    Promise,
    Question,
)
from backstay.plans import queries as plans
from backstay.plans.models import PlanVersion
from backstay.products.models import Product
from backstay.sla.choices import TargetKind
from backstay.sla.rules import terms_of
from backstay.sla.terms import FrozenTerms
from businesstime import ClockEvent, EventKind


class UnknownOrganisation(LookupError):
    """There is no such organisation, or not for this viewer."""


class NothingPromised(LookupError):
    """The decision holds no promise; its `lack` says why."""


def check(
    *,
    organisation_id: int | None,
    product_id: int | None = None,
    device_id: int | None = None,
    at: datetime,
) -> Decision:
    """What an organisation is entitled to for a case that is received at `at`.

    The product decides which contracts cover the case; without one, the device's does. Raises
    UnknownOrganisation, plans.queries.NoCatalogue.
    """
    if organisation_id is None:
        return _without(Lack(reason=NoPromise.NO_ORGANISATION), None, Boundary.OPEN, (), at)
    side = _side(organisation_id)
    question = Question(
        organisation_id=organisation_id,
        product_line_id=_line(organisation_id, product_id, device_id),
        device_id=device_id,
        at=at,
    )
    held = sources.holdings(question)
    covering = rules.covering(held, question)
    effective = _effective(covering, at)
    if effective is None:
        found = rules.boundary([side, *(each.boundary for each in covering)])
        return _without(rules.lack(held, question), organisation_id, found, covering, at)
    return Decision(
        at=at,
        organisation_id=organisation_id,
        boundary=rules.boundary([side, effective.plan.boundary, *(each.boundary for each in covering)]),
        holdings=covering,
        effective=effective,
        lack=None,
        channels=_channels(effective, at),
    )


def promise(decision: Decision, severity: str, *, at: datetime | None = None) -> Promise:
    """By when a case of this severity is answered, with every counted and skipped stretch until then.

    It counts from `at`, or else from the decision's own instant. Raises NothingPromised,
    plans.queries.UnknownSeverity, businesstime.NeverOpen.
    """
    if decision.effective is None:
        raise NothingPromised(decision.no_promise)
    found, starts_at = decision.effective, at or decision.at
    terms = clock_terms(
        plan_version=found.plan_version, region=found.region, severity=severity, contract=found.number
    )
    started = [ClockEvent(EventKind.START, starts_at)]
    reading = businesstime.read(terms_of(terms), started)
    due_at = reading.due_at or starts_at
    return Promise(
        severity=severity,
        starts_at=starts_at,
        due_at=due_at,
        length_s=reading.length,
        terms=terms,
        stretches=businesstime.explain_clock(terms_of(terms), started, due_at),
    )


def clock_terms(*, plan_version: PlanVersion, region: str, severity: str, contract: str) -> FrozenTerms:
    """The terms of a first response by a frozen plan version, as a clock takes them.

    Raises plans.queries.UnknownSeverity, plans.queries.UnknownRegion.
    """
    frozen = plans.target(plan_version, severity, region)
    plan = plans.terms(plan_version)
    return FrozenTerms(
        span=frozen.span,
        calendar=frozen.calendar,
        kind=TargetKind(frozen.target.kind),
        pauses=frozen.target.pauses,
        warn_percent=frozen.target.warn_percent,
        source={
            "contract": contract,
            "plan": plan.key,
            "plan_name": plan.name,
            "plan_version": plan_version.pk,
            "region": region,
            "severity": severity,
            "band": frozen.target.band,
            "target": frozen.target.label,
            "coverage_of": frozen.target.coverage_of,
        },
    )


def _side(organisation_id: int) -> str:
    side = accounts.organisations().filter(pk=organisation_id).values_list("boundary", flat=True).first()
    if side is None:
        raise UnknownOrganisation(organisation_id)
    return side


def _line(organisation_id: int, product_id: int | None, device_id: int | None) -> int | None:
    """The product line that the case is about, None where neither product nor device is named."""
    if product_id is not None:
        return Product.objects.values_list("line_id", flat=True).get(pk=product_id)
    if device_id is not None:
        own = Device.objects.filter(pk=device_id, organisation_id=organisation_id)
        return own.values_list("product__line_id", flat=True).first()
    return None


def _effective(covering: Iterable[Holding], at: datetime) -> Effective | None:
    candidates = [held for held in covering if held.plan_key and held.contract_id]
    versions = {held.plan_key: _plan(held.plan_key, at) for held in candidates}
    best = rules.highest(candidates, {key: version.rank for key, version in versions.items() if version})
    version = versions[best.plan_key] if best else None
    if best is None or version is None or best.contract_id is None:
        return None
    plan = plans.terms(version)
    return Effective(
        contract_id=best.contract_id,
        number=best.number,
        plan_version=version,
        plan=plan,
        region=plan.region(best.region),
    )


def _plan(key: str, at: datetime) -> PlanVersion | None:
    """The plan by the catalogue in force; one no longer sold, by the last catalogue that had it."""
    try:
        return plans.plan(key, at)
    except plans.UnknownPlan:
        earlier = PlanVersion.objects.filter(key=key, catalogue__applied_at__lte=at)
        return earlier.order_by("-catalogue__number").first()


def _channels(effective: Effective | None, at: datetime) -> tuple[ChannelDecision, ...]:
    """Every channel of the plan; without one every channel of the catalogue, none of them in a plan."""
    if effective is None:
        keys = plans.terms(plans.plans(at)[0]).coverage
        return tuple(rules.channel(key, None, at, connected=key in channels.connected) for key in keys)
    return tuple(
        _channel(effective.plan_version, key, effective.region, at) for key in effective.plan.coverage
    )


def _channel(version: PlanVersion, key: str, region: str, at: datetime) -> ChannelDecision:
    coverage = plans.coverage(version, key, region)
    return rules.channel(
        key, compiled(coverage) if coverage else None, at, connected=key in channels.connected
    )


def _without(
    lack: Lack, organisation_id: int | None, boundary: Boundary, covering: tuple[Holding, ...], at: datetime
) -> Decision:
    return Decision(
        at=at,
        organisation_id=organisation_id,
        boundary=boundary,
        holdings=covering,
        effective=None,
        lack=lack,
        channels=_channels(None, at),
    )
