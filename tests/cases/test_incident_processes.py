"""An update of an incident, and a silent customer, with workers that die: each case once."""

import os
import signal
from collections import Counter
from datetime import timedelta

import pytest

from backstay.cases import actions
from backstay.cases.choices import Criterion, State
from backstay.cases.jobs import send_incident_notices, take_quiet_steps
from backstay.cases.models import Case, IncidentNotice
from backstay.conversations.models import Message
from backstay.core.scoping import acting
from tests.cases.conftest import said
from tests.core.forked import Forked
from tests.fixtures.cast import SETUP

pytestmark = pytest.mark.django_db(transaction=True)
CASES = 8
HOUR = timedelta(hours=1)


@pytest.fixture
def cases(scene):
    """A Gold customer's cases, each answered by staff."""
    found = [scene.case]
    with acting(scene.ana):
        for number in range(CASES - 1):
            new = actions.NewCase(
                subject=f"Kiosk {number}",
                message=said("Down."),
                severity="S3",
                channel="portal",
                organisation_id=scene.organisation.pk,
            )
            found.append(actions.open_case(new=new, by=scene.ana, at=scene.at))
    return found


def heard(text):
    """How often each case was told this."""
    with acting(SETUP):
        rows = Message.objects.filter(body__startswith=text).values_list("conversation__case__pk", flat=True)
        return Counter(rows)


def killed_at(monkeypatch, name, count):
    """The worker that does this for the third time dies within it, having written and not committed."""
    work, done = getattr(actions, name), []

    def deadly(**given):
        answer = work(**given)
        done.append(given)
        if len(done) == count:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    monkeypatch.setattr(actions, name, deadly)


def test_update_reaches_each_case_once_though_workers_die(scene, cases, monkeypatch):
    dana, at = scene.dana, scene.at
    with acting(dana):
        incident = actions.declare(
            title="Down", criteria=[Criterion.DATA_LOST], owner_id=dana.id, by=dana, at=at
        )
        for case in cases:
            actions.put_into_incident(case_id=case.pk, incident_id=incident.pk, by=dana, at=at)
        actions.post_update(incident_id=incident.pk, message=said("We found it."), by=dana, at=at + HOUR)

    def doomed(_say):
        killed_at(monkeypatch, "send_notice", 3)
        send_incident_notices(at=at + HOUR)

    def worker(_say):
        for _ in range(3):
            send_incident_notices(at=at + HOUR)

    dying = Forked(doomed)
    assert dying.ended() == -signal.SIGKILL
    assert sum(heard("We found it.").values()) == 2
    workers = [Forked(worker), Forked(worker)]
    assert [each.ended() for each in workers] == [0, 0]
    send_incident_notices(at=at + HOUR)  # what one left to the other that held it
    assert heard("We found it.") == {case.pk: 1 for case in cases}
    with acting(SETUP):
        assert IncidentNotice.objects.filter(done_at__isnull=False, message__isnull=False).count() == CASES


def test_silence_is_ended_once_though_workers_die(scene, cases, monkeypatch):
    dana, at = scene.dana, scene.at
    for case in cases:
        with acting(dana):
            actions.reply(
                case_id=case.pk,
                message=said("Which version?"),
                new_state=State.WAITING_ON_CUSTOMER,
                seen=None,
                by=dana,
                at=at,
            )
    later = at + timedelta(days=30)

    def doomed(_say):
        killed_at(monkeypatch, "take_quiet_step", 3)
        take_quiet_steps(at=later)

    def worker(_say):
        take_quiet_steps(at=later)

    assert Forked(doomed).ended() == -signal.SIGKILL
    workers = [Forked(worker), Forked(worker)]
    assert [each.ended() for each in workers] == [0, 0]
    take_quiet_steps(at=later)
    with acting(SETUP):
        told = Message.objects.filter(author_kind="machine").values_list("conversation__case__pk", flat=True)
        assert Counter(told) == {case.pk: 1 for case in cases}
        assert set(Case.objects.values_list("state", flat=True)) == {"waiting_on_customer"}
