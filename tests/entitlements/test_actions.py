from datetime import timedelta

import pytest

from backstay.accounts.actions import OutsideBoundary
from backstay.accounts.choices import Role
from backstay.accounts.models import Contact
from backstay.core import audit
from backstay.entitlements import actions
from backstay.entitlements.actions import ContractTerms
from backstay.entitlements.choices import ContractKind
from backstay.entitlements.models import Contract
from backstay.plans.queries import UnknownPlan
from tests.entitlements.moments import AT, MACHINE, local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_duty")]
DAY = timedelta(days=1)


def written(contract: Contract) -> list[tuple]:
    return [(entry.kind, entry.facts, entry.boundary) for entry in audit.of(("contract", contract.pk))]


def test_sign_contract_keeps_its_terms_and_writes_them_down(meridian, sign, cast):
    line = cast.product("gateway").line
    contract = sign("gold", product_line=line)
    contract = Contract.objects.get(pk=contract.pk)
    assert (contract.organisation, contract.plan_key, contract.product_line) == (meridian, "gold", line)
    assert (contract.period.lower, contract.period.upper) == (
        local("2026-01-01 00:00"),
        local("2027-01-01 00:00"),
    )
    facts = {
        "number": "C-1",
        "kind": "plan",
        "plan": "gold",
        "product_line": "gateway-line",
        "region": "ro",
        "starts_at": "2026-01-01T00:00:00+02:00",
        "ends_at": "2027-01-01T00:00:00+02:00",
    }
    assert written(contract) == [("contract_signed", facts, "open")]


def test_sign_contract_without_an_end(sign):
    assert Contract.objects.get(pk=sign("gold", ends_at=None).pk).period.upper is None


def test_sign_contract_for_a_bound_plan_binds_the_whole_organisation(meridian, sign, cast):
    contact = cast.contact(meridian)
    earlier = sign("gold", "C-1")
    contract = sign("emerald-us", "C-2", kind=ContractKind.MANAGED_SERVICE)
    meridian.refresh_from_db()
    sides = Contract.objects.filter(pk__in=[earlier.pk, contract.pk]).values_list("boundary", flat=True)
    assert (meridian.boundary, set(sides)) == ("us", {"us"})
    assert Contact.objects.get(pk=contact.pk).boundary == "us"
    assert [(kind, boundary) for kind, _, boundary in written(contract)] == [("contract_signed", "us")]


def test_sign_contract_that_is_refused_binds_nobody(meridian, sign):
    sign("gold", "C-1")
    with pytest.raises(actions.Overlaps):
        sign("emerald-us", "C-2")
    meridian.refresh_from_db()
    assert meridian.boundary == "open"


def test_sign_contract_of_a_bound_organisation_is_bound(meridian, sign):
    sign("emerald-us", "C-1")
    assert sign("gold", "C-2", kind=ContractKind.MANAGED_SERVICE, region="us").boundary == "us"


def test_sign_contract_for_a_bound_plan_needs_somebody_inside(meridian, cast):
    outside = cast.viewer(cast.staff(role=Role.MANAGER))
    terms = ContractTerms(
        number="C-1", kind=ContractKind.PLAN, plan_key="emerald-us", region="us", starts_at=AT, ends_at=None
    )
    with pytest.raises(OutsideBoundary):
        actions.sign_contract(organisation=meridian, terms=terms, by=outside, at=AT)
    assert Contract.objects.count() == 0


@pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD])
def test_contracts_are_signed_and_ended_by_managers_only(meridian, sign, cast, role):
    contract = sign("gold")
    agent = cast.viewer(cast.staff(role=role))
    terms = ContractTerms(number="C-2", kind=ContractKind.WARRANTY, region="ro", starts_at=AT, ends_at=None)
    with pytest.raises(actions.MayNotManageContracts):
        actions.sign_contract(organisation=meridian, terms=terms, by=agent, at=AT)
    with pytest.raises(actions.MayNotManageContracts):
        actions.end_contract(contract=contract, ends_at=AT, by=agent, at=AT)
    manager = cast.viewer(cast.staff("Radu Manea", role=Role.MANAGER))
    assert actions.sign_contract(organisation=meridian, terms=terms, by=manager, at=AT).number == "C-2"


def test_sign_contract_refuses_an_unknown_plan(sign):
    with pytest.raises(UnknownPlan):
        sign("diamond")


def test_sign_contract_refuses_a_plan_contract_without_a_plan(sign):
    with pytest.raises(actions.PlanMissing):
        sign("")


def test_sign_contract_refuses_a_region_where_the_plan_is_not_sold(meridian, sign):
    with pytest.raises(actions.NotSoldThere) as refused:
        sign("emerald-us", region="ro")
    meridian.refresh_from_db()
    assert (refused.value.allowed, meridian.boundary) == (("us",), "open")


@pytest.mark.parametrize("length", [timedelta(0), -DAY])
def test_sign_contract_refuses_a_period_that_is_none(sign, length):
    with pytest.raises(actions.NoPeriod):
        sign("gold", starts_at=AT, ends_at=AT + length)


def test_sign_contract_refuses_a_number_that_is_taken(sign, cast):
    sign("gold")
    with pytest.raises(actions.NumberTaken):
        sign("gold", organisation=cast.organisation("Another", plan=""))


def test_sign_contract_refuses_an_overlap_and_names_the_other(sign):
    sign("gold", "C-1")
    with pytest.raises(actions.Overlaps) as refused:
        sign("silver", "C-2", starts_at=local("2026-12-31 23:59"), ends_at=None)
    assert refused.value.number == "C-1"
    assert Contract.objects.count() == 1


def test_sign_contract_takes_neighbours_other_kinds_lines_and_organisations(sign, cast):
    gateway = cast.product("gateway").line
    another = cast.organisation("Another", plan="")
    sign("gold", "C-1")
    sign("gold", "C-2", starts_at=local("2027-01-01 00:00"), ends_at=None)
    sign("platinum", "C-3", kind=ContractKind.MANAGED_SERVICE)
    sign("gold", "C-4", product_line=gateway)
    sign("gold", "C-5", organisation=another)
    assert Contract.objects.count() == 5


def test_sign_contract_refuses_a_second_one_for_the_same_line(sign, cast):
    gateway = cast.product("gateway").line
    sign("gold", "C-1", product_line=gateway)
    with pytest.raises(actions.Overlaps):
        sign("silver", "C-2", product_line=gateway)


def test_end_contract_moves_its_end_and_writes_both_down(sign):
    contract = actions.end_contract(contract=sign("gold"), ends_at=AT, by=MACHINE, at=AT)
    assert Contract.objects.get(pk=contract.pk).period.upper == AT
    facts = {"old": "2026-12-31T22:00:00+00:00", "new": AT.isoformat()}
    assert written(contract)[1:] == [("contract_end_changed", facts, "open")]


def test_end_contract_refuses_an_end_at_its_start(sign):
    contract = sign("gold")
    with pytest.raises(actions.NoPeriod):
        actions.end_contract(contract=contract, ends_at=local("2026-01-01 00:00"), by=MACHINE, at=AT)


def test_end_contract_refuses_to_run_into_the_next_one(sign):
    contract = sign("gold", "C-1")
    sign("gold", "C-2", starts_at=local("2027-01-01 00:00"), ends_at=None)
    with pytest.raises(actions.Overlaps) as refused:
        actions.end_contract(contract=contract, ends_at=None, by=MACHINE, at=AT)
    assert refused.value.number == "C-2"
