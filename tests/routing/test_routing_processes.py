"""Fifty processes that assign at once, with real commits: nobody gets more than they have room for."""

from collections import Counter

import pytest

from backstay.cases.models import Case
from backstay.core.scoping import acting
from backstay.routing import actions
from backstay.routing.models import Assignment
from tests.core.forked import Forked
from tests.fixtures.cast import SETUP
from tests.routing.conftest import ROUTING

pytestmark = pytest.mark.django_db(transaction=True)
PROCESSES = 50
LIMITS = (9, 7, 5, 3)


def test_nobody_goes_over_capacity_under_fifty_concurrent_assignments(desk, ana, cast):
    staff = [cast.staff(f"Agent {number}") for number in range(len(LIMITS))]
    for each, limit in zip(staff, LIMITS, strict=True):
        desk.declare(each)
        desk.takes(each, limit)
    waiting = [desk.opened(ana).pk for _ in range(PROCESSES)]

    def assign(case_id: int):
        def work(say) -> None:
            with acting(ROUTING):
                actions.route(case_id=case_id, by=ROUTING, at=desk.at)

        return work

    processes = [Forked(assign(case_id)) for case_id in waiting]
    assert [process.ended() for process in processes] == [0] * PROCESSES
    with acting(SETUP):
        taken = Counter(Case.objects.filter(assignee__isnull=False).values_list("assignee", flat=True))
        recorded = Counter(Assignment.objects.values_list("staff", flat=True))
    assert taken == recorded == {each.pk: limit for each, limit in zip(staff, LIMITS, strict=True)}


def test_one_case_tried_by_many_at_once_is_given_once(desk, ana, cast):
    for number in range(3):
        desk.declare(cast.staff(f"Agent {number}"))
    case = desk.opened(ana)

    def work(say) -> None:
        with acting(ROUTING):
            actions.route(case_id=case.pk, by=ROUTING, at=desk.at)

    processes = [Forked(work) for _ in range(10)]
    assert [process.ended() for process in processes] == [0] * 10
    with acting(SETUP):
        assert Assignment.objects.count() == 1
