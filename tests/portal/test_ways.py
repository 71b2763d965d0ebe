from datetime import timedelta

import pytest

from backstay.cases import actions, queries
from backstay.cases.choices import Criterion, State
from backstay.cases.models import Case
from backstay.conversations.actions import NewMessage
from backstay.core.scoping import acting
from tests.fixtures.cast import SETUP
from tests.portal.conftest import form_key

DAY = timedelta(days=1)


@pytest.fixture
def dana(world):
    return world.cast.staff()


def shown(world, case):
    return world.page(world.ana).get(f"/cases/{case.number}?lang=en").content.decode()


def send(world, address, **data):
    page = world.page(world.ana)
    given = {"idempotency_key": form_key(page.get(address)), **data}
    return page.post(address, given)


def reread(case):
    with acting(SETUP):
        return Case.objects.get(pk=case.pk)


def test_silence_is_told_while_the_case_waits_for_its_customer(world, dana):
    case = world.open(severity="S3")
    assert 'id="silence"' not in shown(world, case)
    world.reply(case, dana, new_state=State.WAITING_ON_CUSTOMER)
    assert 'id="silence"' in shown(world, case)


def test_customer_asks_for_more_time(world, dana):
    case = world.open(severity="S3")
    world.reply(case, dana, new_state=State.WAITING_ON_CUSTOMER)
    until = (world.at + 20 * DAY).date()
    address, seen = f"/cases/{case.number}/more-time", reread(case).version
    assert send(world, address, until=until.isoformat(), seen=seen).status_code == 303
    assert reread(case).quiet_until == until
    late = send(world, address, until="2020-01-01", seen=reread(case).version)
    assert (late.status_code, reread(case).quiet_until) == (422, until)


def closed_long_ago(world):
    at = world.at
    world.at = at - 30 * DAY
    case = world.open(severity="S3")
    viewer = world.cast.viewer(world.ana)
    with acting(viewer):
        actions.close(case_id=case.pk, seen=None, by=viewer, at=world.at)
    world.at = at
    return case


def test_case_closed_long_ago_becomes_a_linked_followup(world):
    case = closed_long_ago(world)
    answer = send(world, f"/cases/{case.number}/reopen", reason="It is back.", seen=reread(case).version)
    with acting(SETUP):
        made = Case.objects.latest("id")
    assert (answer.status_code, answer["Location"]) == (303, f"/cases/{made.number}")
    assert (made.subject, reread(case).state) == (case.subject, State.CLOSED)
    assert f'href="/cases/{case.number}"' in shown(world, made)
    assert f'href="/cases/{made.number}"' in shown(world, case)


def test_known_incident_is_told_by_its_title_and_nothing_of_others(world, dana):
    case, viewer = world.open(), world.cast.viewer(dana)
    stranger = world.open(world.cast.contact(world.cast.organisation("Harbour"), "Tom"), subject="Another's")
    with acting(viewer):
        incident = actions.declare(
            title="Mail is held up",
            criteria=[Criterion.DATA_EXPOSED],
            owner_id=viewer.id,
            by=viewer,
            at=world.at,
        )
        for each in (case, stranger):
            actions.put_into_incident(case_id=each.pk, incident_id=incident.pk, by=viewer, at=world.at)
        message = NewMessage(body="We found it.")
        actions.post_update(incident_id=incident.pk, message=message, by=viewer, at=world.at)
    with acting(SETUP):
        assert queries.incidents().get().cases.count() == 2
    html = shown(world, case)
    assert ("Mail is held up" in html, "We found it." in html) == (True, True)
    assert [word for word in ("Another's", "Harbour", incident.reference, "exposed") if word in html] == []
