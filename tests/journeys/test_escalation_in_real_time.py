"""Nobody answers, in real time: the running worker warns the lead, then pages whoever is on call."""

import time as clock
from datetime import time, timedelta

import pytest
from django.utils import timezone

from backstay.accounts.choices import Role
from backstay.cases import actions
from backstay.cases.actions import NewCase
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel
from backstay.core.scoping import acting, machine
from backstay.escalation.models import EscalationStep
from backstay.oncall import actions as oncall
from backstay.oncall.actions import LayerTerms, RotaTerms
from backstay.oncall.choices import Purpose
from backstay.oncall.models import PageDelivery
from tests.fixtures.cast import Cast

BY = machine("test")
HOUR = timedelta(hours=1)
SOON = timedelta(seconds=3)


@pytest.fixture
def unanswered(live_product):
    """A Platinum S1 that staff log an hour less five seconds after its receipt; one person is on call."""
    now = timezone.now().replace(microsecond=0)
    cast, stamp = Cast(now), f"{now:%H%M%S}"
    organisation = cast.organisation(name=f"Silent {stamp}", plan="platinum")
    contact = cast.contact(organisation, "Ana Silent")
    lead = cast.staff(f"Lea {stamp}", Role.LEAD, tier=2)
    on_call = cast.staff(f"Ada {stamp}", tier=2)
    with acting(BY):
        terms = RotaTerms(key=f"rota-{stamp}", name="Support", purpose=Purpose.SUPPORT, zone="UTC")
        layer = LayerTerms(
            name="Days",
            zone="UTC",
            first_day=now.date() - timedelta(days=1),
            hands_over_at=time(0),
            turn_days=30,
            members=[on_call.pk],
        )
        oncall.put_layer(rota=oncall.add_rota(terms=terms, by=BY, at=now), terms=layer, by=BY, at=now)
    lea = cast.viewer(lead)
    new = NewCase(
        subject="Nothing answers",
        message=NewMessage(body="All dead."),
        severity="S1",
        channel=Channel.STAFF,
        organisation_id=organisation.pk,
        contact_id=contact.pk,
        received_at=now - HOUR + timedelta(seconds=5),
    )
    with acting(lea):
        return actions.open_case(new=new, by=lea, at=timezone.now()), lead, on_call


def sent_to(person):
    with acting(BY):
        return list(PageDelivery.objects.filter(staff=person, state="sent").order_by("id"))


def test_unanswered_case_is_warned_of_and_paged_for_at_its_second(unanswered):
    case, lead, on_call = unanswered
    deadline = clock.monotonic() + 30
    while not (sent_to(on_call) and sent_to(lead)) and clock.monotonic() < deadline:
        clock.sleep(0.2)
    with acting(BY):
        rows = EscalationStep.objects.filter(case=case, state="done").order_by("position")
        steps = {row.mark: row for row in rows}
    assert list(steps) == ["target 75 %", "breach"]
    assert steps["target 75 %"].due_at == case.recorded_at
    assert steps["breach"].due_at == case.opened_at + HOUR
    assert all(row.due_at <= row.done_at < row.due_at + SOON for row in steps.values())
    (page,) = sent_to(on_call)
    assert (page.door, page.sent_at >= steps["breach"].due_at) == ("email", True)
    assert len(sent_to(lead)) == 2
