import pytest

from backstay.core import readers
from backstay.core.scoping import acting
from backstay.escalation.models import Alarm
from backstay.routing.choices import Declared
from tests.core.outbox import number
from tests.fixtures.cast import SETUP
from tests.routing.conftest import Desk


@pytest.fixture
def desk(cast, at) -> Desk:
    number()
    readers.drain("flows.unroutable", at)
    return Desk(cast, at)


def follow(desk) -> list[tuple[int, str, str]]:
    """The alarms that are raised once the reader has come to the end."""
    number()
    readers.drain("flows.unroutable", desk.at)
    with acting(SETUP):
        return list(Alarm.objects.order_by("id").values_list("case", "boundary", "reason"))


def test_case_that_nobody_can_take_is_an_alarm_on_its_side_of_the_boundary(desk, cast):
    desk.declare(cast.staff("Dana"), Declared.AWAY)
    open_case = desk.opened(cast.contact(cast.organisation()))
    bound = desk.opened(cast.contact(cast.organisation("Sandia", "emerald-us", "us"), "Kim"))
    for case in (open_case, bound):
        desk.route(case)
    assert follow(desk) == [(open_case.pk, "open", "all_away"), (bound.pk, "us", "nobody_suits")]


def test_case_that_somebody_got_meanwhile_is_none(desk, cast):
    dana = cast.staff("Dana")
    desk.declare(dana, Declared.AWAY)
    case = desk.opened(cast.contact(cast.organisation()))
    desk.route(case)
    desk.declare(dana)
    desk.route(case)
    assert follow(desk) == []
