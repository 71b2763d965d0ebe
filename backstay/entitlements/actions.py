"""Signing contracts and ending them."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from psycopg import errors
from psycopg.types.range import Range

from backstay.accounts.actions import bind_organisation
from backstay.accounts.models import Organisation
from backstay.core import audit
from backstay.core.scoping import Boundary, Viewer
from backstay.entitlements import rules
from backstay.entitlements.choices import ContractKind
from backstay.entitlements.models import Contract
from backstay.plans import queries as plans
from backstay.products.models import ProductLine


class MayNotManageContracts(PermissionError):  # names what is the case
    """Only managers sign and end contracts."""


class PlanMissing(ValueError):  # names what is the case
    """A contract of the kind `plan` names one."""


class NotSoldThere(ValueError):  # names what is the case
    """The plan is not sold with support from that region (ground rule 12). `allowed` are its regions."""

    def __init__(self, plan: str, region: str, allowed: tuple[str, ...]) -> None:
        self.plan, self.region, self.allowed = plan, region, allowed
        super().__init__(f"{plan} is not sold in {region}, only in {', '.join(allowed)}")


class NoPeriod(ValueError):  # names what is the case
    """The contract would end before it starts, or at that instant."""


class NumberTaken(ValueError):  # names what is the case
    """Another contract has that number."""


class Overlaps(ValueError):  # names what is the case
    """The organisation has such a contract, `number`, for that product line in that period already."""

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"the period overlaps with that of contract {number}")


@dataclass(frozen=True, kw_only=True)
class ContractTerms:
    """What is signed. Half-open in time, without an end where `ends_at` is None; no line means every product.

    `plan_key` names the plan that a contract of its kind is for, or that a managed service includes.
    """

    number: str
    kind: ContractKind
    region: str
    starts_at: datetime
    ends_at: datetime | None
    plan_key: str = ""
    product_line: ProductLine | None = None

    @property
    def period(self) -> Range[datetime]:
        return Range(self.starts_at, self.ends_at)


@transaction.atomic
def sign_contract(*, organisation: Organisation, terms: ContractTerms, by: Viewer, at: datetime) -> Contract:
    """A new contract. One for a plan under the US boundary puts the whole organisation behind it.

    Raises MayNotManageContracts, PlanMissing, plans.queries.UnknownPlan, NotSoldThere, NoPeriod, NumberTaken,
    Overlaps, accounts.actions.OutsideBoundary.
    """
    _require_manager(by)
    if terms.ends_at is not None and terms.ends_at <= terms.starts_at:
        raise NoPeriod(f"{terms.ends_at} is not after {terms.starts_at}")
    if _is_bound(terms, at):
        bind_organisation(organisation_id=organisation.pk, by=by, at=at)
    contract = Contract(
        number=terms.number,
        organisation=organisation,
        boundary=Organisation.objects.values_list("boundary", flat=True).get(pk=organisation.pk),
        kind=terms.kind,
        plan_key=terms.plan_key,
        product_line=terms.product_line,
        region=terms.region,
        period=terms.period,
    )
    _save(contract)
    _record("contract_signed", contract, by=by, at=at, facts=_facts(terms))
    return contract


def end_contract(*, contract: Contract, ends_at: datetime | None, by: Viewer, at: datetime) -> Contract:
    """Have a contract end at another instant: earlier, later, or (None) never.

    Raises MayNotManageContracts, NoPeriod, Overlaps.
    """
    _require_manager(by)
    row = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    before = row.period
    if ends_at is not None and ends_at <= before.lower:
        raise NoPeriod(f"{ends_at} is not after {before.lower}")
    row.period = Range(before.lower, ends_at)
    _save(row)
    facts = {"old": _iso(before.upper), "new": _iso(ends_at)}
    _record("contract_end_changed", row, by=by, at=at, facts=facts)
    return row


def _require_manager(by: Viewer) -> None:
    if not rules.may_manage_contracts(by):
        raise MayNotManageContracts(f"{by.name or by.kind} may not sign or end contracts")


def _is_bound(terms: ContractTerms, at: datetime) -> bool:
    """Checks that the plan can be sold so, and tells whether it is bound."""
    if not terms.plan_key:
        if terms.kind is ContractKind.PLAN:
            raise PlanMissing("a contract of this kind names its plan")
        return False
    plan = plans.terms(plans.plan(terms.plan_key, at))
    if terms.region not in plan.regions:
        raise NotSoldThere(plan.key, terms.region, plan.regions)
    return plan.boundary is Boundary.US


def _save(contract: Contract) -> None:
    try:
        with transaction.atomic():
            contract.save()
    except IntegrityError as error:
        if isinstance(error.__cause__, errors.ExclusionViolation):
            raise Overlaps(_other(contract)) from error
        if isinstance(error.__cause__, errors.UniqueViolation):
            raise NumberTaken(contract.number) from error
        raise


def _other(contract: Contract) -> str:
    """The number of the contract that is in the way."""
    return (
        Contract.objects.filter(
            organisation=contract.organisation_id,
            kind=contract.kind,
            product_line=contract.product_line_id,
            period__overlap=contract.period,
        )
        .exclude(pk=contract.pk)
        .values_list("number", flat=True)[0]
    )


def _record(kind: str, contract: Contract, *, by: Viewer, at: datetime, facts: dict[str, str | None]) -> None:
    subject = ("contract", contract.pk)
    audit.record(kind, subject=subject, boundary=contract.boundary, by=by, at=at, facts=facts)


def _facts(terms: ContractTerms) -> dict[str, str | None]:
    return {
        "number": terms.number,
        "kind": terms.kind,
        "plan": terms.plan_key,
        "product_line": terms.product_line.key if terms.product_line else None,
        "region": terms.region,
        "starts_at": _iso(terms.starts_at),
        "ends_at": _iso(terms.ends_at),
    }


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
