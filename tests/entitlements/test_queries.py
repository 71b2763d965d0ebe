from datetime import UTC, timedelta

import pytest
from django.utils.translation import override

from backstay.assets.actions import Dates, register_device
from backstay.entitlements import channels, queries, sources, wording
from backstay.entitlements.choices import ChannelReason, ContractKind, NoPromise
from backstay.entitlements.decisions import ChannelDecision, Decision, Holding, Lack
from backstay.plans import actions as plan_actions
from backstay.plans import shipped
from backstay.plans.queries import UnknownSeverity
from businesstime import Unit
from tests.entitlements.moments import AT, MACHINE, NEW_YORK, local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_duty")]
SECOND = timedelta(seconds=1)


def checked(organisation, at=AT, **matter) -> Decision:
    return queries.check(organisation_id=organisation.pk, at=at, **matter)


def hours(decision: Decision, key: str) -> tuple:
    found = decision.channel(key)
    return found.open_now, found.opens_at, found.closes_at


def test_check_finds_contract_plan_and_region(meridian, sign):
    contract = sign("gold")
    decision = checked(meridian)
    effective = decision.effective
    assert (effective.contract_id, effective.number, effective.region) == (contract.pk, "C-1", "ro")
    assert (effective.plan_version.key, effective.plan.rank) == ("gold", 20)
    assert [held.number for held in decision.holdings] == ["C-1"]
    assert (decision.no_promise, decision.boundary) == (None, "open")
    assert decision.severities == ("S1", "S2", "S3", "S4")


def test_check_without_organisation():
    decision = queries.check(organisation_id=None, at=AT)
    assert (decision.lack, decision.boundary) == (Lack(reason=NoPromise.NO_ORGANISATION), "open")


def test_check_without_contract(meridian, sign, cast):
    sign("gold", organisation=cast.organisation("Another", plan=""))
    decision = checked(meridian)
    assert (decision.lack, decision.effective) == (Lack(reason=NoPromise.NO_CONTRACT), None)
    assert (decision.holdings, decision.severities) == ((), ())


def test_check_of_an_expired_contract_names_it_and_its_end(meridian, sign):
    contract = sign("gold")
    end = contract.period.upper
    assert checked(meridian, end - SECOND).no_promise is None
    assert checked(meridian, end).lack == Lack(reason=NoPromise.EXPIRED, number="C-1", instant=end)


def test_check_of_a_contract_yet_to_start_names_it_and_its_start(meridian, sign):
    start = sign("gold").period.lower
    expected = Lack(reason=NoPromise.NOT_STARTED, number="C-1", instant=start)
    assert checked(meridian, start - SECOND).lack == expected
    assert checked(meridian, start).no_promise is None


def test_check_in_the_gap_before_a_renewal_tells_of_the_renewal(meridian, sign):
    sign("gold", "C-1", ends_at=local("2026-06-01 00:00"))
    sign("gold", "C-2", starts_at=local("2026-12-01 00:00"))
    lack = checked(meridian).lack
    assert (lack.reason, lack.number) == (NoPromise.NOT_STARTED, "C-2")


def test_check_for_a_product_line_that_is_not_covered(meridian, sign, cast):
    gateway, kiosk = cast.product("gateway"), cast.product("kiosk")
    sign("gold", product_line=gateway.line)
    assert checked(meridian, product_id=gateway.pk).no_promise is None
    assert checked(meridian, product_id=kiosk.pk).lack == Lack(
        reason=NoPromise.OTHER_PRODUCT, number="C-1", lines=("Gateway line",)
    )


def test_check_with_a_contract_for_every_product_line(meridian, sign, cast):
    sign("gold")
    assert checked(meridian, product_id=cast.product("kiosk").pk).no_promise is None


def test_check_without_a_product_is_covered_by_any_line(meridian, sign, cast):
    sign("gold", product_line=cast.product("gateway").line)
    assert checked(meridian).no_promise is None


def test_check_takes_the_product_line_from_the_device(meridian, sign, cast):
    gateway, kiosk = cast.product("gateway"), cast.product("kiosk")
    sign("gold", product_line=gateway.line)
    devices = [
        register_device(
            organisation=meridian, serial=f"SN-{product.key}", product=product, version=None, site="",
            dates=Dates(), by=MACHINE, at=AT,
        )
        for product in (gateway, kiosk)
    ]  # fmt: skip  # one row a line
    reasons = [checked(meridian, device_id=device.pk).no_promise for device in devices]
    assert reasons == [None, NoPromise.OTHER_PRODUCT]


def test_check_takes_the_highest_rank_held(meridian, sign, cast):
    gateway = cast.product("gateway")
    sign("silver", "C-1")
    sign("platinum", "C-2", product_line=gateway.line)
    sign("gold", "C-3", kind=ContractKind.MANAGED_SERVICE)
    decision = checked(meridian, product_id=gateway.pk)
    assert (decision.effective.number, decision.effective.plan.key) == ("C-2", "platinum")
    assert [held.number for held in decision.holdings] == ["C-1", "C-2", "C-3"]
    other = checked(meridian, product_id=cast.product("kiosk").pk)
    assert (other.effective.number, other.effective.plan.key) == ("C-3", "gold")


def test_check_of_a_managed_service_gives_the_plan_that_it_includes(meridian, sign):
    sign("platinum", kind=ContractKind.MANAGED_SERVICE)
    assert checked(meridian).effective.plan.key == "platinum"


def test_check_of_a_warranty_alone_promises_nothing(meridian, sign):
    sign("", kind=ContractKind.WARRANTY)
    decision = checked(meridian)
    assert decision.lack == Lack(reason=NoPromise.NO_CONTRACT)
    assert [held.kind for held in decision.holdings] == [ContractKind.WARRANTY]


def test_check_unites_every_registered_source(meridian, sign, monkeypatch):
    sign("gold")
    monkeypatch.setattr(sources, "registered", dict(sources.registered))
    warranty = Holding(source="warranty", kind="warranty", number="W-1", boundary="open", starts_at=AT)
    sources.register(
        "warranty", lambda question: [warranty] if question.organisation_id == meridian.pk else []
    )
    assert [held.number for held in checked(meridian).holdings] == ["C-1", "W-1"]
    assert [held.number for held in checked(meridian, AT - SECOND).holdings] == ["C-1"]


def test_check_is_bound_for_a_bound_organisation_even_without_a_contract(meridian, sign):
    sign("emerald-us", ends_at=local("2026-02-01 00:00"))
    decision = checked(meridian)
    assert (decision.no_promise, decision.boundary) == (NoPromise.EXPIRED, "us")


def test_check_runs_emerald_in_its_own_region(meridian, sign):
    sign("emerald-us")
    decision = checked(meridian)
    assert (decision.boundary, decision.effective.region) == ("us", "us")
    assert hours(decision, "live_chat")[1] == local("2026-11-18 08:00", NEW_YORK)


def test_check_does_not_know_what_the_viewer_may_not_see(meridian, sign, cast, acting_as):
    open_one = cast.organisation("Open", plan="gold")
    sign("emerald-us")
    acting_as(cast.viewer(cast.staff()))
    assert checked(open_one).no_promise is None
    with pytest.raises(queries.UnknownOrganisation):
        checked(meridian)


def test_check_refuses_a_contact_of_another_organisation(meridian, sign, cast, acting_as):
    sign("gold")
    acting_as(cast.viewer(cast.contact(cast.organisation("Another"))))
    with pytest.raises(queries.UnknownOrganisation):
        checked(meridian)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-18 07:59", (False, "2026-11-18 08:00", "2026-11-18 20:00")),
        ("2026-11-18 08:00", (True, None, "2026-11-18 20:00")),
        ("2026-11-18 20:00", (False, "2026-11-19 08:00", "2026-11-19 20:00")),
        ("2026-11-20 21:00", (False, "2026-11-23 08:00", "2026-11-23 20:00")),  # a weekend
        ("2026-11-27 20:00", (False, "2026-12-02 08:00", "2026-12-02 20:00")),  # and two holidays behind it
        ("2026-12-01 12:00", (False, "2026-12-02 08:00", "2026-12-02 20:00")),
    ],
)
def test_check_tells_when_the_case_channel_opens_and_closes(meridian, sign, when, expected):
    sign("silver")
    opened, opens_at, closes_at = expected
    assert hours(checked(meridian, local(when)), "case") == (
        opened,
        opens_at and local(opens_at),
        local(closes_at),
    )


def test_check_of_a_channel_that_never_closes(meridian, sign):
    sign("platinum")
    assert hours(checked(meridian), "case") == (True, None, None)


def test_check_of_24_hours_on_business_days_closes_for_the_weekend(meridian, sign):
    sign("gold")
    assert hours(checked(meridian), "case") == (True, None, local("2026-11-21 00:00"))


def test_check_tells_which_condition_of_a_channel_is_missing(meridian, sign, monkeypatch):
    sign("silver")
    monkeypatch.setattr(channels, "connected", {"case", "live_chat"})
    decision = checked(meridian, local("2026-11-21 12:00"))
    assert {channel.key: channel.reasons for channel in decision.channels} == {
        "case": (ChannelReason.OUTSIDE_HOURS,),
        "chatbot": (ChannelReason.NOT_CONNECTED,),
        "live_chat": (ChannelReason.NOT_IN_PLAN,),
        "phone": (ChannelReason.NOT_IN_PLAN, ChannelReason.NOT_CONNECTED),
    }
    assert [channel.open_now for channel in decision.channels] == [False] * 4


def test_check_without_a_plan_names_every_channel_as_not_in_it(meridian):
    decision = checked(meridian)
    assert [channel.key for channel in decision.channels] == ["case", "chatbot", "live_chat", "phone"]
    assert decision.channel("case") == ChannelDecision(
        key="case", in_plan=False, connected=True, within_hours=False, opens_at=None, closes_at=None
    )


@pytest.mark.parametrize(
    ("plan", "severity", "when", "due"),
    [
        ("silver", "S1", "2026-11-20 18:30", "2026-11-23 10:30"),
        ("platinum", "S3", "2026-11-21 10:00", "2026-11-23 13:00"),
        ("gold", "S2", "2026-11-20 23:00", "2026-11-23 01:00"),
        ("silver", "S4", "2026-11-27 11:00", "2026-12-02 11:00"),
    ],
)
def test_promise_says_when_and_why(meridian, sign, plan, severity, when, due):
    sign(plan)
    promised = queries.promise(checked(meridian, local(when)), severity)
    assert promised.due_at == local(due)
    assert (promised.stretches[0].start, promised.stretches[-1].end) == (local(when), local(due))


def test_promise_may_be_asked_for_another_instant(meridian, sign):
    sign("gold")
    assert queries.promise(checked(meridian), "S1", at=AT + SECOND).due_at == AT + SECOND + 2 * 3600 * SECOND


def test_promise_is_refused_where_there_is_none(meridian):
    with pytest.raises(queries.NothingPromised, match="no_contract"):
        queries.promise(checked(meridian), "S1")


def test_promise_is_refused_for_an_unknown_severity(meridian, sign):
    sign("gold")
    with pytest.raises(UnknownSeverity):
        queries.promise(checked(meridian), "S9")


def test_clock_terms_carry_the_frozen_target_and_where_it_comes_from(meridian, sign):
    sign("silver")
    found = checked(meridian).effective
    terms = queries.clock_terms(
        plan_version=found.plan_version, region=found.region, severity="S3", contract=found.number
    )
    assert (terms.span.unit, terms.span.amount, terms.calendar.key) == (
        Unit.BUSINESS_DAYS,
        1,
        "business-hours",
    )
    assert (terms.kind, terms.pauses, terms.warn_percent) == ("commitment", True, 75)
    assert {key: terms.source[key] for key in ("contract", "plan", "severity", "band", "region")} == {
        "contract": "C-1",
        "plan": "silver",
        "severity": "S3",
        "band": "lower",
        "region": "ro",
    }


def test_check_counts_by_the_catalogue_in_force_at_its_instant(meridian, sign):
    sign("silver")
    before = checked(meridian).effective.plan_version
    changed = shipped.source().replace("rank = 10", "rank = 15")
    plan_actions.apply(source=changed, by=MACHINE, at=AT)
    assert checked(meridian, AT - SECOND).effective.plan_version == before
    after = checked(meridian).effective.plan_version
    assert (after.rank, after.pk > before.pk) == (15, True)


def test_check_keeps_a_plan_that_is_no_longer_sold(meridian, sign):
    sign("silver")
    before = checked(meridian).effective.plan_version
    source = shipped.source()
    start, end = source.index("[plans.silver]"), source.index("[plans.gold]")
    plan_actions.apply(source=source[:start] + source[end:], by=MACHINE, at=AT)
    assert checked(meridian).effective.plan_version == before


def test_check_costs_the_same_for_one_contract_and_for_many(meridian, sign, cast, django_assert_num_queries):
    gateway = cast.product("gateway")
    sign("gold")
    checked(meridian)
    with django_assert_num_queries(4):  # catalogue, organisation, product line, contracts
        checked(meridian, product_id=gateway.pk)
    sign("silver", "C-2", kind=ContractKind.MANAGED_SERVICE)
    sign("silver", "C-3", product_line=gateway.line)
    with django_assert_num_queries(4):
        checked(meridian, product_id=gateway.pk)


def test_check_tells_instants_in_utc(meridian, sign):
    sign("silver")
    assert checked(meridian).channel("case").closes_at.tzinfo is UTC


def test_wording_names_the_plan_and_its_contract(meridian, sign):
    sign("gold", "C-1")
    assert wording.covered_by(checked(meridian)) == "Gold, by contract C-1"
    sign("platinum", "C-2", kind=ContractKind.MANAGED_SERVICE)
    with override("en"):
        assert wording.plan(checked(meridian)) == "Platinum"
        assert wording.covered_by(checked(meridian)) == (
            "Platinum, by contract C-2: the best of the plans that you hold"
        )
