from datetime import timedelta

import pytest

from backstay.accounts.choices import Role
from backstay.cases import actions as cases
from backstay.cases.choices import Queue
from backstay.core.models import OutboxEvent
from backstay.core.scoping import acting
from backstay.routing import actions
from backstay.routing.actions import NotTheDesk, Routed
from backstay.routing.choices import Declared, Outcome
from backstay.routing.models import Assignment, Impasse
from tests.fixtures.cast import SETUP
from tests.routing.conftest import ROUTING

HOUR = timedelta(hours=1)


def told() -> list[tuple[str, str]]:
    """The alarms in the outbox: side of the boundary and reason."""
    with acting(SETUP):
        rows = OutboxEvent.objects.filter(name="CaseUnroutable").order_by("id")
        return [(row.boundary, row.payload["reason"]) for row in rows]


def test_route_gives_the_case_to_whoever_is_available(desk, ana, dana):
    desk.declare(dana)
    case = desk.opened(ana)
    assert desk.route(case) == Routed(Outcome.ASSIGNED, dana.pk)
    assert desk.assignee(case) == dana.pk


def test_route_keeps_what_spoke_for_them(desk, ana, dana):
    desk.declare(dana)
    case = desk.opened(ana)
    desk.route(case)
    with acting(SETUP):
        assert list(Assignment.objects.values_list("case", "staff", "because")) == [
            (case.pk, dana.pk, ["load", "idle"])
        ]


def test_route_leaves_a_case_that_somebody_has(desk, ana, dana, cast):
    desk.declare(cast.staff("Radu"))
    case, viewer = desk.opened(ana), cast.viewer(dana)
    with acting(viewer):
        cases.assign(case_id=case.pk, staff_id=dana.pk, seen=None, by=viewer, at=desk.at)
    assert desk.route(case) == Routed(Outcome.SETTLED)
    assert desk.assignee(case) == dana.pk


def test_route_where_nobody_uses_availability_leaves_the_case_in_its_queue(desk, ana, dana):
    case = desk.opened(ana)
    assert desk.route(case) == Routed(Outcome.WAITS)
    assert (desk.assignee(case), told()) == (None, [])


def test_route_switched_off_leaves_everything_to_people(desk, ana, dana):
    with acting(SETUP):
        actions.change_desk(assigns=False, default_limit=10, weights={}, by=SETUP, at=desk.at)
    desk.declare(dana)
    case = desk.opened(ana)
    assert desk.route(case) == Routed(Outcome.OFF)
    assert desk.assignee(case) is None


def test_route_is_the_machines(desk, ana, cast):
    case, lead = desk.opened(ana), cast.viewer(cast.staff("Lena", Role.LEAD))
    with acting(lead), pytest.raises(NotTheDesk):
        actions.route(case_id=case.pk, by=lead, at=desk.at)


def test_route_of_a_case_without_a_promise_finds_a_lead(desk, cast, dana):
    lena = cast.staff("Lena", Role.LEAD)
    for each in (dana, lena):
        desk.declare(each)
    case = desk.opened(cast.contact(cast.organisation("Harbour", plan="")))
    assert case.queue == Queue.LEAD
    assert desk.route(case) == Routed(Outcome.ASSIGNED, lena.pk)


def test_route_waits_for_somebody_who_is_full(desk, ana, dana):
    desk.declare(dana)
    desk.takes(dana, 1)
    first, second = desk.opened(ana), desk.opened(ana)
    assert [desk.route(case).outcome for case in (first, second)] == [Outcome.ASSIGNED, Outcome.WAITS]
    assert told() == []


def test_route_while_everybody_is_away_alarms_once(desk, ana, dana):
    desk.declare(dana, Declared.AWAY)
    case = desk.opened(ana)
    assert [desk.route(case, at=desk.at + n * HOUR).outcome for n in range(3)] == [Outcome.UNROUTABLE] * 3
    assert told() == [("open", "all_away")]


def test_route_alarms_again_after_somebody_was_there(desk, ana, dana):
    desk.declare(dana, Declared.AWAY)
    case = desk.opened(ana)
    desk.route(case)
    desk.declare(dana, Declared.BUSY)
    assert desk.route(case).outcome is Outcome.WAITS
    desk.declare(dana, Declared.AWAY)
    desk.route(case)
    assert told() == [("open", "all_away")] * 2


def test_route_ends_the_impasse_with_the_assignment(desk, ana, dana):
    desk.declare(dana, Declared.AWAY)
    case = desk.opened(ana)
    desk.route(case)
    desk.declare(dana, at=desk.at + HOUR)
    desk.route(case, at=desk.at + HOUR)
    with acting(SETUP):
        assert list(Impasse.objects.values_list("case", "began_at", "ended_at")) == [
            (case.pk, desk.at, desk.at + HOUR)
        ]


def test_route_at_night_waits_for_a_shift_that_begins_in_time(desk, ana, dana):
    """A Gold S3 of the evening is due within tomorrow's business hours."""
    desk.works(dana)
    evening = desk.at.replace(hour=20)
    case = desk.opened(ana, severity="S3", at=evening)
    assert desk.route(case, at=evening).outcome is Outcome.WAITS
    assert told() == []


def test_route_at_night_alarms_where_the_case_is_due_before_the_next_shift(desk, ana, dana):
    desk.works(dana)
    evening = desk.at.replace(hour=20)
    case = desk.opened(ana, severity="S1", at=evening)
    assert desk.route(case, at=evening).outcome is Outcome.UNROUTABLE
    assert told() == [("open", "nobody_on_shift")]


def test_route_of_a_tier_that_nobody_is_on_alarms(desk, cast, dana):
    """Platinum waits at level 2, and there is nobody, though nobody uses availability."""
    case = desk.opened(cast.contact(cast.organisation("Harbour", plan="platinum")))
    assert desk.route(case).outcome is Outcome.UNROUTABLE
    assert told() == [("open", "nobody_suits")]


def test_route_does_not_offer_a_case_again_to_who_gave_it_back(desk, ana, dana, cast):
    radu = cast.staff("Radu")
    desk.declare(dana)
    case, viewer = desk.opened(ana), cast.viewer(dana)
    desk.route(case)
    with acting(viewer):
        cases.assign(case_id=case.pk, staff_id=None, seen=None, by=viewer, at=desk.at)
    desk.declare(radu)
    assert desk.route(case) == Routed(Outcome.ASSIGNED, radu.pk)


def test_route_waiting_serves_the_next_promise_first(desk, ana, dana):
    later, sooner = desk.opened(ana, severity="S3"), desk.opened(ana, severity="S1")
    desk.declare(dana)
    desk.takes(dana, 1)
    with acting(ROUTING):
        assert actions.route_waiting(by=ROUTING, at=desk.at) == 1
    assert [desk.assignee(case) for case in (later, sooner)] == [None, dana.pk]


def test_route_waiting_fills_everybody_to_their_limit_and_no_further(desk, ana, dana, cast):
    radu = cast.staff("Radu")
    waiting = [desk.opened(ana) for _ in range(6)]
    for staff, limit in ((dana, 2), (radu, 3)):
        desk.declare(staff)
        desk.takes(staff, limit)
    with acting(ROUTING):
        assert actions.route_waiting(by=ROUTING, at=desk.at) == 5
    found = [desk.assignee(case) for case in waiting]
    assert [found.count(who) for who in (dana.pk, radu.pk, None)] == [2, 3, 1]


def test_route_waiting_is_not_held_up_by_cases_that_nobody_can_take(desk, ana, dana, cast):
    """With a limit of one case a call, the stuck one of level 2 is due first and told first."""
    stuck = desk.opened(cast.contact(cast.organisation("Harbour", plan="platinum")))
    case = desk.opened(ana, severity="S3")
    desk.declare(dana)
    with acting(ROUTING):
        given = [actions.route_waiting(by=ROUTING, at=desk.at, limit=1) for _ in range(2)]
    assert (given, desk.assignee(case), desk.assignee(stuck)) == ([0, 1], dana.pk, None)
    assert told() == [("open", "nobody_suits")]


def test_route_waiting_finds_the_case_that_became_hopeless(desk, ana, dana):
    """Nothing happens but time: the shift ends, and the case is due before the next one."""
    desk.works(dana)
    case = desk.opened(ana, severity="S1", at=desk.at.replace(hour=16, minute=30))
    with acting(ROUTING):
        for at in (desk.at.replace(hour=16, minute=45), desk.at.replace(hour=17, minute=30)):
            assert actions.route_waiting(by=ROUTING, at=at) == 0
    assert told() == [("open", "nobody_on_shift")]
    assert desk.assignee(case) is None


def test_take_back_frees_and_gives_on_what_a_leaver_had(desk, ana, dana, cast):
    desk.declare(dana)
    case = desk.opened(ana)
    desk.route(case)
    radu = cast.staff("Radu")
    desk.declare(radu)
    with acting(ROUTING):
        type(dana).objects.filter(pk=dana.pk).update(is_active=False)
        assert actions.take_back(by=ROUTING, at=desk.at) == 1
    assert desk.assignee(case) == radu.pk
