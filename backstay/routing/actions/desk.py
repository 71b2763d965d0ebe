"""The site's rules and settings of routing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from backstay.conversations.choices import Channel
from backstay.core import audit
from backstay.core.scoping import Boundary, Viewer
from backstay.routing import shipped
from backstay.routing.actions.arranging import MayNotArrange
from backstay.routing.choices import Fact
from backstay.routing.models import Desk, RoutingRule
from backstay.routing.rules import may_arrange

ONLY = 1  # the key of the one row of settings


class BoundaryStays(ValueError):
    """That bound cases stay within the boundary cannot be switched off."""


class BadWeight(ValueError):
    """Weights are whole numbers from 0 on, for channels that there are."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What becomes of a rule. `weight` is the most points it gives."""

    position: int
    weight: int
    argument: str
    active: bool


def ensure_rules() -> None:
    """The rules and settings that ship, in a database that has none."""
    if not RoutingRule.objects.exists():
        RoutingRule.objects.bulk_create(
            RoutingRule(
                position=10 * place,
                kind=rule.kind,
                fact=rule.fact,
                argument=rule.argument,
                weight=rule.weight,
            )
            for place, rule in enumerate(shipped.RULES, 1)
        )
    Desk.objects.get_or_create(pk=ONLY)


@transaction.atomic
def change_rule(*, rule_id: int, change: Change, by: Viewer, at: datetime) -> RoutingRule:
    """Raises BoundaryStays, MayNotArrange."""
    _require(by)
    rule = RoutingRule.objects.select_for_update().get(pk=rule_id)
    if rule.fact == Fact.BOUNDARY and not change.active:
        raise BoundaryStays("bound cases stay within the boundary, whatever else the rules say")
    rule.position, rule.weight = change.position, change.weight
    rule.argument, rule.active = change.argument.strip(), change.active
    rule.save()
    facts = {"fact": rule.fact, "kind": rule.kind, "active": rule.active, "weight": rule.weight}
    subject = ("routing_rule", rule.pk)
    audit.record("routing_rule_changed", subject=subject, boundary=Boundary.OPEN, by=by, at=at, facts=facts)
    return rule


@transaction.atomic
def change_desk(
    *, assigns: bool, default_limit: int, weights: Mapping[str, int], by: Viewer, at: datetime
) -> Desk:
    """Whether cases are assigned automatically, how much everybody takes, how much each channel weighs."""
    _require(by)
    if set(weights) - set(Channel) or any(weight < 0 for weight in weights.values()) or default_limit < 0:
        raise BadWeight("weights are whole numbers from 0 on, for the channels that there are")
    desk, _ = Desk.objects.get_or_create(pk=ONLY)
    desk.assigns, desk.default_limit, desk.weights = assigns, default_limit, dict(weights)
    desk.save()
    facts = {"assigns": assigns, "default_limit": default_limit, "weights": dict(weights)}
    subject = ("desk", ONLY)
    audit.record("desk_changed", subject=subject, boundary=Boundary.OPEN, by=by, at=at, facts=facts)
    return desk


def _require(by: Viewer) -> None:
    if not may_arrange(by):
        raise MayNotArrange(f"{by.name or by.kind} may not change the rules: team leads do")
