"""A promise that is broken: warned of and breached at its second, for everybody to see."""

import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from django.utils import timezone

from backstay.cases import actions
from backstay.cases.actions import NewCase
from backstay.cases.queries import clocks_of
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel
from backstay.core.scoping import acting, machine
from tests.fixtures.cast import Cast

HOUR = timedelta(hours=1)


@pytest.fixture
def late(live_product):
    """A Platinum S1 that staff log 57 minutes after it was received: warned of at once, due in seconds."""
    now = timezone.now().replace(microsecond=0)
    cast = Cast(now)
    organisation = cast.organisation(name=f"Late {now:%H%M%S}", plan="platinum")
    contact, staff = cast.contact(organisation, "Ana Late"), cast.staff("Lia Late", tier=2)
    lia = cast.viewer(staff)
    new = NewCase(
        subject="Nothing answers",
        message=NewMessage(body="All dead."),
        severity="S1",
        channel=Channel.STAFF,
        organisation_id=organisation.pk,
        contact_id=contact.pk,
        received_at=now - HOUR + timedelta(seconds=4),
    )
    with acting(lia):
        case = actions.open_case(new=new, by=lia, at=timezone.now())
    return case, cast.token(staff), live_product


def clock_once_breached(case, token, url):
    """What the API says of the clock, as soon as it says that it was breached."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        answer = httpx.get(f"{url}/api/v1/cases/{case.number}", headers={"Authorization": f"Bearer {token}"})
        (clock,) = answer.json()["clocks"]
        if clock["breached_at"]:
            return clock
        time.sleep(0.2)
    pytest.fail("the clock was never breached")


def test_late_case_is_warned_of_and_breached_at_its_second(late):
    case, token, product = late
    clock = clock_once_breached(case, token, product.url)
    due = case.next_due_at
    assert datetime.fromisoformat(clock["breached_at"]) == due.astimezone(UTC)
    assert datetime.fromisoformat(clock["warned_at"]) == case.opened_at + 0.75 * HOUR
    with acting(machine("test")):
        (row,) = clocks_of(case)
        recorded = {mark.mark: mark.recorded_at - mark.due_at for mark in row.clock.marks.all()}
    assert timedelta(0) <= recorded["breach"] < timedelta(seconds=2)
