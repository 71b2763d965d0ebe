from dataclasses import replace
from datetime import datetime

import pytest

from backstay.core.scoping import Boundary
from backstay.entitlements import wording
from backstay.entitlements.choices import NoPromise
from backstay.entitlements.decisions import ChannelDecision, Decision, Lack
from tests.entitlements.moments import AT, BUCHAREST, local

OPEN = ChannelDecision(
    key="case",
    in_plan=True,
    connected=True,
    within_hours=True,
    opens_at=None,
    closes_at=local("2026-11-18 20:00"),
)
NOTHING = Decision(
    at=AT,
    organisation_id=1,
    boundary=Boundary.OPEN,
    holdings=(),
    effective=None,
    lack=Lack(reason=NoPromise.NO_CONTRACT),
    channels=(),
)


def day(instant: datetime) -> str:
    return f"{instant.astimezone(BUCHAREST):%d.%m.%Y}"


def moment(instant: datetime) -> str:
    return f"{instant.astimezone(BUCHAREST):%a %H:%M}"


@pytest.mark.parametrize(
    ("lack", "words"),
    [
        (
            Lack(reason=NoPromise.NO_ORGANISATION),
            "We do not know yet which organisation you belong to, so we cannot promise a time.",
        ),
        (
            Lack(reason=NoPromise.NO_CONTRACT),
            "Your organisation has no support contract, so we cannot promise a time.",
        ),
        (
            Lack(reason=NoPromise.EXPIRED, number="C-7", instant=local("2026-01-01 00:00")),
            "Your contract C-7 ran until 31.12.2025, so we cannot promise a time.",
        ),
        (
            Lack(reason=NoPromise.NOT_STARTED, number="C-7", instant=local("2027-01-01 00:00")),
            "Your contract C-7 starts on 01.01.2027; until then we cannot promise a time.",
        ),
        (
            Lack(reason=NoPromise.OTHER_PRODUCT, number="C-7", lines=("Gateway", "Kiosk")),
            "Your contract C-7 covers Gateway, Kiosk only, so we cannot promise a time here.",
        ),
    ],
)
def test_why_no_promise_is_told_in_a_sentence(lack, words):
    assert wording.why_no_promise(lack, day=day) == words


def test_why_no_promise_knows_every_reason():
    told = [
        wording.why_no_promise(Lack(reason=reason, number="C-7", instant=AT, lines=("Kiosk",)), day=day)
        for reason in NoPromise
    ]
    assert len(set(told)) == len(NoPromise)


def test_why_no_promise_refuses_an_expiry_without_its_instant():
    with pytest.raises(ValueError, match="lacks its facts"):
        wording.why_no_promise(Lack(reason=NoPromise.EXPIRED, number="C-7"), day=day)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Open now until Wed 20:00"),
        ({"closes_at": None}, "Open now, around the clock"),
        ({"within_hours": False, "opens_at": local("2026-11-23 08:00")}, "Closed; opens Mon 08:00"),
        ({"within_hours": False}, "Closed"),
        ({"in_plan": False}, "Not in your plan"),
        ({"in_plan": False, "connected": False}, "Not in your plan"),
        ({"connected": False}, "In your plan, but not available on this site yet"),
        ({"connected": False, "within_hours": False}, "In your plan, but not available on this site yet"),
    ],
)
def test_channel_tells_its_hours_or_what_is_missing(changes, words):
    assert wording.channel(replace(OPEN, **changes), moment=moment) == words


def test_handled_by_is_told_of_bound_cases_only():
    assert wording.handled_by(NOTHING) == ""
    bound = replace(NOTHING, boundary=Boundary.US)
    assert wording.handled_by(bound) == "Handled only by US citizens on US soil"


def test_plan_and_contract_are_nothing_without_a_promise():
    assert (wording.plan(NOTHING), wording.covered_by(NOTHING)) == ("", "")
