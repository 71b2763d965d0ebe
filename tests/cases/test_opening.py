from datetime import timedelta

import pytest

from backstay.cases import actions, queries
from backstay.cases.actions import NewCase, NotAllowedToOpen
from backstay.cases.choices import Queue, State
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel
from backstay.core import audit
from backstay.core.models import OutboxEvent
from backstay.core.scoping import acting


def new_case(organisation, **values):
    given = {
        "subject": "Gateway drops mail",
        "severity": "S1",
        "organisation_id": organisation and organisation.pk,
    }
    return NewCase(message=NewMessage(body="Since 5.14."), channel=Channel.PORTAL, **given | values)


def test_open_case_promises_the_first_response_of_the_plan(cast, at):
    organisation = cast.organisation(plan="gold")
    ana = cast.viewer(cast.contact(organisation))
    with acting(ana):
        case = actions.open_case(new=new_case(organisation), by=ana, at=at)
        shown = queries.by_number(case.number)
    assert shown.next_due_at == at + timedelta(hours=2)
    assert (shown.state, shown.queue, shown.no_promise, shown.boundary) == (
        State.NEW,
        Queue.TIER_1,
        "",
        "open",
    )
    assert [row.clock.due_at for row in shown.current_clocks] == [at + timedelta(hours=2)]


def test_open_case_tells_the_outbox_and_the_audit_trail(cast, at):
    organisation = cast.organisation()
    contact = cast.contact(organisation)
    ana = cast.viewer(contact)
    with acting(ana):
        case = actions.open_case(new=new_case(organisation), by=ana, at=at)
        event = OutboxEvent.objects.get(name="CaseOpened")
        entries = [(entry.kind, entry.actor_name) for entry in audit.of(("case", case.pk))]
    assert event.topics == [
        "queue",
        f"case:{case.pk}",
        f"organisation:{organisation.pk}",
        f"contact:{contact.pk}",
    ]
    assert entries == [("case_opened", "Ana Marin")]


def test_open_case_without_contract_waits_for_a_lead_without_promise(cast, at):
    organisation = cast.organisation(plan="")
    ana = cast.viewer(cast.contact(organisation))
    with acting(ana):
        case = actions.open_case(new=new_case(organisation), by=ana, at=at)
    assert (case.queue, case.no_promise, case.next_due_at, case.plan_version) == (
        Queue.LEAD,
        "no_contract",
        None,
        None,
    )


def test_open_case_with_expired_contract_says_so(cast, at):
    organisation = cast.organisation(ends_at=at - timedelta(days=1))
    ana = cast.viewer(cast.contact(organisation))
    with acting(ana):
        case = actions.open_case(new=new_case(organisation), by=ana, at=at)
    assert (case.queue, case.no_promise, case.next_due_at) == (Queue.LEAD, "expired", None)


def test_open_case_for_a_platinum_customer_skips_the_first_line(cast, at):
    organisation = cast.organisation(plan="platinum")
    ana = cast.viewer(cast.contact(organisation))
    with acting(ana):
        assert actions.open_case(new=new_case(organisation), by=ana, at=at).queue == Queue.TIER_2


def test_open_case_of_an_emerald_customer_is_bound(cast, at):
    organisation = cast.organisation(plan="emerald-us", region="us")
    ana = cast.viewer(cast.contact(organisation))
    with acting(ana):
        case = actions.open_case(new=new_case(organisation), by=ana, at=at)
    assert (case.boundary, case.conversation.boundary, case.region) == ("us", "us", "us")


def test_open_case_for_another_organisation_is_refused(cast, at):
    ana = cast.viewer(cast.contact(cast.organisation()))
    other = cast.organisation(name="Harbour")
    with acting(ana), pytest.raises(NotAllowedToOpen):
        actions.open_case(new=new_case(other), by=ana, at=at)


def test_open_case_logged_by_staff_counts_from_receipt(cast, at):
    organisation = cast.organisation(plan="gold")
    contact = cast.contact(organisation)
    dana = cast.viewer(cast.staff())
    received = at - timedelta(minutes=40)
    with acting(dana):
        new = new_case(organisation, contact_id=contact.pk, received_at=received)
        case = actions.open_case(new=new, by=dana, at=at)
        message = case.conversation.messages.get()
    assert (case.opened_at, case.recorded_at) == (received, at)
    assert case.next_due_at == received + timedelta(hours=2)
    assert (message.author_name, message.sent_at) == ("Ana Marin", received)


def test_reply_of_staff_meets_the_promise(cast, at):
    organisation = cast.organisation(plan="gold")
    ana = cast.viewer(cast.contact(organisation))
    dana = cast.viewer(cast.staff())
    with acting(ana):
        case = actions.open_case(new=new_case(organisation), by=ana, at=at)
    later = at + timedelta(minutes=30)
    with acting(dana):
        actions.reply(
            case_id=case.pk, message=NewMessage(body="We look."), seen=case.version, by=dana, at=later
        )
        shown = queries.by_number(case.number)
    clock = shown.current_clocks[0].clock
    assert (shown.state, shown.next_due_at, clock.stopped_at, clock.breached_at) == (
        State.IN_PROGRESS,
        None,
        later,
        None,
    )
