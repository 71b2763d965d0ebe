"""The one question of this floor: what is promised for this case, at this instant, and why."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

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
    Question,
)
from backstay.plans import promises as plan_promises
from backstay.plans import queries as plans
from backstay.plans.models import PlanVersion
from backstay.plans.promises import Promise
from backstay.plans.queries import FrozenTarget
from backstay.products.models import Product
from backstay.sla.choices import TargetKind
from backstay.sla.terms import FrozenTerms


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
    side = None if organisation_id is None else _side(organisation_id)
    return decide(
        organisation_id=organisation_id, side=side, product_id=product_id, device_id=device_id, at=at
    )


def decide(
    *,
    organisation_id: int | None,
    side: str | None,
    product_id: int | None = None,
    device_id: int | None = None,
    at: datetime,
    tells_channels: bool = True,
) -> Decision:
    """As `check`, for an organisation whose row, and with it its `side`, the caller has read.

    `tells_channels` may be False where nobody asks for them: their hours are a third of the work.
    """
    in_force = {version.key: version for version in plans.plans(at)}
    if organisation_id is None or side is None:
        return _for_nobody(in_force, at)
    question = Question(
        organisation_id=organisation_id,
        product_line_id=_line(organisation_id, product_id, device_id),
        device_id=device_id,
        at=at,
    )
    held = sources.holdings(question)
    covering = rules.covering(held, question)
    effective = _effective(covering, in_force, at)
    sides = [side, *(each.boundary for each in covering), *([effective.plan.boundary] if effective else [])]
    return Decision(
        at=at,
        organisation_id=organisation_id,
        boundary=rules.boundary(sides),
        holdings=covering,
        effective=effective,
        lack=None if effective else rules.lack(held, question),
        channels=_channels(effective, in_force, at) if tells_channels else (),
    )


def promise(decision: Decision, severity: str, *, at: datetime | None = None) -> Promise:
    """By when a case of this severity is answered, with every counted and skipped stretch until then.

    It counts from `at`, or else from the decision's own instant. Raises NothingPromised,
    plans.queries.UnknownSeverity, businesstime.NeverOpen.
    """
    if decision.effective is None:
        raise NothingPromised(decision.no_promise)
    found = decision.effective
    return plan_promises.promise(found.plan_version, severity, found.region, at or decision.at)


def clock_terms(*, plan_version: PlanVersion, region: str, severity: str, contract: str) -> FrozenTerms:
    """The terms of a first response by a frozen plan version, as a clock takes them.

    Raises plans.queries.UnknownSeverity, plans.queries.UnknownRegion.
    """
    frozen = plans.target(plan_version, severity, region)
    return FrozenTerms(
        span=frozen.span,
        calendar=frozen.calendar,
        kind=TargetKind(frozen.target.kind),
        pauses=frozen.target.pauses,
        warn_percent=frozen.target.warn_percent,
        source=_source(plan_version, frozen, region, severity, contract),
    )


def internal_terms(
    *, plan_version: PlanVersion, region: str, severity: str, contract: str
) -> FrozenTerms | None:
    """The terms within which another tier takes up a case, as a clock takes them; None where there are none.

    Raises plans.queries.UnknownRegion.
    """
    frozen = plans.handover_target(plan_version, severity, region)
    if frozen is None:
        return None
    return FrozenTerms(
        span=frozen.span,
        calendar=frozen.calendar,
        kind=TargetKind.OBJECTIVE,
        warn_percent=frozen.target.warn_percent,
        source=_source(plan_version, frozen, region, severity, contract),
    )


def _source(
    plan_version: PlanVersion, frozen: FrozenTarget, region: str, severity: str, contract: str
) -> dict[str, Any]:
    """What the explanation of a clock names."""
    plan = plans.terms(plan_version)
    return {
        "contract": contract,
        "plan": plan.key,
        "plan_name": plan.name,
        "plan_version": plan_version.pk,
        "region": region,
        "severity": severity,
        "band": frozen.target.band,
        "target": frozen.target.label,
        "coverage_of": frozen.target.coverage_of,
    }


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


def _effective(
    covering: Iterable[Holding], in_force: Mapping[str, PlanVersion], at: datetime
) -> Effective | None:
    candidates = [held for held in covering if held.plan_key and held.contract_id]
    found = {
        held.plan_key: in_force.get(held.plan_key) or _last_sold(held.plan_key, at) for held in candidates
    }
    best = rules.highest(candidates, {key: version.rank for key, version in found.items() if version})
    version = found[best.plan_key] if best else None
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


def _last_sold(key: str, at: datetime) -> PlanVersion | None:
    """A plan that the catalogue in force no longer has, by the last one that had it."""
    earlier = PlanVersion.objects.filter(key=key, catalogue__applied_at__lte=at)
    return earlier.order_by("-catalogue__number").first()


def _channels(
    effective: Effective | None, in_force: Mapping[str, PlanVersion], at: datetime
) -> tuple[ChannelDecision, ...]:
    """Every channel of the plan; without one every channel of the catalogue, none of them in a plan."""
    if effective is None:
        keys = plans.terms(next(iter(in_force.values()))).coverage
        return tuple(rules.channel(key, None, at, connected=key in channels.connected) for key in keys)
    return tuple(
        _channel(effective.plan_version, key, effective.region, at) for key in effective.plan.coverage
    )


def _channel(version: PlanVersion, key: str, region: str, at: datetime) -> ChannelDecision:
    coverage = plans.coverage(version, key, region)
    calendar = compiled(coverage) if coverage else None
    return rules.channel(key, calendar, at, connected=key in channels.connected)


def _for_nobody(in_force: Mapping[str, PlanVersion], at: datetime) -> Decision:
    """For a case of a person whose organisation we do not know."""
    return Decision(
        at=at,
        organisation_id=None,
        boundary=Boundary.OPEN,
        holdings=(),
        effective=None,
        lack=Lack(reason=NoPromise.NO_ORGANISATION),
        channels=_channels(None, in_force, at),
    )
