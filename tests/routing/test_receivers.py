from datetime import timedelta

import pytest

from backstay.accounts import actions as accounts
from backstay.cases import actions as cases
from backstay.cases.choices import Queue
from backstay.core import readers
from backstay.core.scoping import acting
from backstay.routing import jobs
from backstay.routing.choices import Declared
from tests.core.outbox import number
from tests.fixtures.cast import SETUP

HOUR = timedelta(hours=1)


@pytest.fixture
def follow(desk):
    """`follow(at)`: routing's readers read to the end."""

    def drain(at=None) -> None:
        for _ in range(5):  # what one publishes, another reads
            number()
            for name in ("routing.cases", "routing.availability", "routing.access"):
                readers.drain(name, at or desk.at)

    drain()
    return drain


def test_opened_case_finds_whoever_is_available(desk, ana, dana, follow):
    desk.declare(dana)
    follow()
    case = desk.opened(ana)
    follow()
    assert desk.assignee(case) == dana.pk


def test_waiting_case_finds_whoever_becomes_available(desk, ana, dana, follow):
    case = desk.opened(ana)
    follow()
    assert desk.assignee(case) is None
    desk.declare(dana)
    follow()
    assert desk.assignee(case) == dana.pk


def test_waiting_case_finds_whoever_has_closed_another(desk, ana, dana, cast, follow):
    desk.declare(dana)
    desk.takes(dana, 1)
    first, second = desk.opened(ana), desk.opened(ana)
    follow()
    assert [desk.assignee(case) for case in (first, second)] == [dana.pk, None]
    contact = cast.viewer(ana)
    with acting(contact):
        cases.close(case_id=first.pk, reason="", seen=None, by=contact, at=desk.at)
    follow()
    assert desk.assignee(second) == dana.pk


def test_handed_over_case_finds_somebody_of_the_next_level(desk, ana, dana, cast, follow):
    second = cast.staff("Vlad", tier=2)
    for each in (dana, second):
        desk.declare(each)
    case = desk.opened(ana)
    follow()
    viewer = cast.viewer(dana)
    with acting(viewer):
        cases.hand_over(
            case_id=case.pk, queue=Queue.TIER_2, note_text="Reproduced.", seen=None, by=viewer, at=desk.at
        )
    follow()
    assert desk.assignee(case) == second.pk


def test_reopened_case_stays_with_who_had_it(desk, ana, dana, cast, follow):
    desk.declare(dana)
    case, contact = desk.opened(ana), cast.viewer(ana)
    follow()
    with acting(contact):
        cases.close(case_id=case.pk, reason="", seen=None, by=contact, at=desk.at)
        cases.reopen(case_id=case.pk, reason="again", seen=None, by=contact, at=desk.at)
    follow()
    assert desk.assignee(case) == dana.pk


def test_bound_case_leaves_who_has_moved_abroad(desk, cast, follow):
    grace, marcus = (cast.staff(name, tier=2, eligible_us=True) for name in ("Grace", "Marcus"))
    desk.declare(grace)
    case = desk.opened(cast.contact(cast.organisation("Sandia", "emerald-us", "us")))
    follow()
    assert desk.assignee(case) == grace.pk
    desk.declare(marcus)
    follow()
    with acting(SETUP):
        later = desk.at + HOUR
        accounts.declare_location(
            staff=grace, stay=accounts.Stay(country="CA", starts_at=later), by=SETUP, at=later
        )
    desk.beat(marcus, at=desk.at + timedelta(minutes=4))
    follow(desk.at + HOUR)
    jobs.sweep_waiting(at=desk.at + HOUR)
    assert desk.assignee(case) is None  # and not Grace's: Marcus's console fell silent meanwhile


def test_sweep_gives_what_waits_when_a_shift_begins(desk, ana, dana, follow):
    """Said yesterday, and the console comes back in the morning: nobody has to press anything."""
    desk.works(dana)
    desk.declare(dana, at=desk.at - 24 * HOUR)
    night = desk.at.replace(hour=6)
    case = desk.opened(ana, severity="S3", at=night)
    follow(night)
    desk.beat(dana, at=night)
    jobs.sweep_waiting(at=night)
    assert desk.assignee(case) is None
    desk.declare(dana, Declared.AVAILABLE, at=desk.at)
    jobs.sweep_waiting(at=desk.at)
    assert desk.assignee(case) == dana.pk
