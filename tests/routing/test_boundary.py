"""A bound case at three in the morning, with only people outside the boundary there."""

import pytest

from backstay.accounts.choices import Role
from backstay.core.models import OutboxEvent
from backstay.core.scoping import acting
from backstay.routing import queries
from backstay.routing.choices import Fact, Outcome, Unroutable
from backstay.routing.models import Assignment, Impasse
from backstay.routing.queries.imagining import BehindBoundary, Imagined
from tests.fixtures.cast import SETUP


@pytest.fixture
def night(desk, cast):
    """Everybody outside is available, at both levels and as leads; Grace, inside, sleeps."""
    desk.at = desk.at.replace(hour=3)
    cast.at = desk.at
    for tier in (1, 2):
        for role in (Role.AGENT, Role.LEAD, Role.ADMINISTRATOR):
            desk.declare(cast.staff(f"Outside {role} {tier}", role, tier=tier))
    desk.works(cast.staff("Grace", tier=2, eligible_us=True), zone="America/Los_Angeles")
    contact = cast.contact(cast.organisation("Sandia", "emerald-us", "us"))
    return desk.opened(contact)


def test_bound_case_at_night_goes_to_nobody_outside(desk, night):
    decision = desk.decide(night)
    assert decision.chosen is None
    assert {each.excluded_by.rule.fact for each in decision.candidates if each.name != "Grace"} == {
        Fact.BOUNDARY
    }
    assert desk.route(night).outcome is Outcome.UNROUTABLE
    assert desk.assignee(night) is None


def test_bound_case_at_night_is_an_alarm_that_only_insiders_see(desk, night, cast):
    desk.route(night)
    outside = cast.viewer(cast.staff("Lena", Role.MANAGER))
    inside = cast.viewer(cast.staff("Denise", Role.LEAD, tier=2, eligible_us=True))
    found = []
    for viewer in (outside, inside):
        with acting(viewer):
            events = OutboxEvent.objects.filter(name="CaseUnroutable").values_list(
                "boundary", "payload__reason"
            )
            found.append((list(events), Impasse.objects.count(), queries.waiting().count()))
    assert found == [([], 0, 0), ([("us", "nobody_on_shift")], 1, 1)]


def test_loads_seen_from_outside_leave_bound_cases_out(desk, night, cast):
    """Grace has one of them: who looks from outside counts none, and does not see when she got it."""
    grace = cast.staff("Amy", tier=2, eligible_us=True)
    desk.declare(grace)
    assert desk.route(night).staff_id == grace.pk
    outside, inside = cast.viewer(cast.staff("Lena", Role.LEAD)), cast.viewer(grace)
    found = []
    for viewer in (outside, inside):
        with acting(viewer):
            person = queries.person(grace.pk, at=desk.at)
            found.append((dict(person.load), person.last_at, Assignment.objects.count()))
    assert found == [({}, None, 0), ({"portal": 1}, desk.at, 1)]


def test_imagined_bound_case_is_not_told_to_people_outside(desk, night, cast):
    outside, inside = (
        cast.viewer(cast.staff("Lena", Role.LEAD)),
        cast.viewer(cast.staff("Amy", eligible_us=True)),
    )
    supposed = Imagined(severity="S1", plan="emerald-us")
    with acting(outside), pytest.raises(BehindBoundary):
        queries.imagine(supposed, at=desk.at)
    with acting(inside):
        facts = queries.imagine(supposed, at=desk.at)
        assert (facts.boundary, facts.queue) == ("us", "tier_2")
        assert queries.decide_by(facts, at=desk.at).unroutable is Unroutable.NOBODY_ON_SHIFT


def test_previous_agent_of_bound_cases_is_not_told_outside(desk, cast, night):
    outside = cast.viewer(cast.staff("Lena", Role.LEAD))
    with acting(SETUP):
        organisation = night.organisation_id
    with acting(outside):
        assert queries.previous_of(organisation) is None
