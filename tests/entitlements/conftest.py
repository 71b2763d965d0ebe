from collections.abc import Callable

import pytest

from backstay.accounts.models import Organisation
from backstay.core import scoping
from backstay.entitlements import actions
from backstay.entitlements.actions import ContractTerms
from backstay.entitlements.choices import ContractKind
from backstay.entitlements.models import Contract
from tests.entitlements.moments import AT, MACHINE, local

Sign = Callable[..., Contract]


@pytest.fixture
def on_duty(acting_as: Callable[[scoping.Viewer], scoping.Viewer]) -> None:
    acting_as(MACHINE)


@pytest.fixture
def meridian(cast, on_duty: None) -> Organisation:
    """An organisation that holds nothing yet."""
    return cast.organisation("Meridian", plan="")


@pytest.fixture
def sign(meridian: Organisation) -> Sign:
    """`sign("gold", ...)`: a contract of Meridian's for the whole of 2026, unless told otherwise."""

    def sign(plan: str, number: str = "C-1", organisation: Organisation | None = None, **terms) -> Contract:
        given = {
            "kind": ContractKind.PLAN,
            "region": "us" if plan == "emerald-us" else "ro",
            "starts_at": local("2026-01-01 00:00"),
            "ends_at": local("2027-01-01 00:00"),
        } | terms
        return actions.sign_contract(
            organisation=organisation or meridian,
            terms=ContractTerms(number=number, plan_key=plan, **given),
            by=MACHINE,
            at=AT,
        )

    return sign
