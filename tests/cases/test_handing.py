from datetime import timedelta

import pytest

from backstay.accounts.choices import Role
from backstay.cases import actions, queries
from backstay.cases.actions import HandoverNoteMissing, MoveNotAllowed, NotAllowed
from backstay.cases.choices import ClockKind, Queue, State
from backstay.cases.standing import next_due
from backstay.conversations import queries as conversations
from backstay.core.models import OutboxEvent
from backstay.core.scoping import acting
from backstay.sla.choices import ClockState

HOUR = timedelta(hours=1)
WORDS = "The log shows a loop in the scanner; please look at the engine."


def act(scene, verb, by, at, **values):
    with acting(by):
        return verb(case_id=scene.case.pk, by=by, at=at, **values)


def hand_over(scene, queue=Queue.TIER_2, at=None, by=None, note_text=WORDS):
    given = {"queue": queue, "note_text": note_text, "seen": None}
    return act(scene, actions.hand_over, by or scene.dana, at or scene.at + HOUR, **given)


def clocks(scene, viewer):
    with acting(viewer):
        rows = queries.by_number(scene.case.number).current_clocks
        return [(row.kind, row.clock.state) for row in rows]


def test_handover_moves_the_queue_and_keeps_the_owner(scene):
    act(scene, actions.assign, scene.dana, scene.at, staff_id=scene.dana.id, seen=None)
    hand_over(scene)
    case = scene.shown()
    assert (case.queue, case.assignee, case.owner_id) == (Queue.TIER_2, None, scene.dana.id)


def test_handover_leaves_the_promise_to_the_customer_running(scene):
    due = scene.shown().next_due_at
    hand_over(scene)
    assert clocks(scene, scene.ana) == [(ClockKind.FIRST_RESPONSE, ClockState.RUNNING)]
    with acting(scene.ana):
        assert next_due(queries.by_number(scene.case.number)) == due


def test_handover_starts_an_internal_clock_that_only_staff_see(scene):
    hand_over(scene)
    both = [(ClockKind.FIRST_RESPONSE, ClockState.RUNNING), (ClockKind.HANDOVER, ClockState.RUNNING)]
    assert clocks(scene, scene.dana) == both
    with acting(scene.ana):
        assert [row.kind for row in queries.clocks_of(scene.case)] == [ClockKind.FIRST_RESPONSE]


def test_handover_ends_when_somebody_takes_the_case(scene, cast):
    hand_over(scene)
    erik = cast.viewer(cast.staff("Erik", tier=2))
    act(scene, actions.assign, erik, scene.at + 2 * HOUR, staff_id=erik.id, seen=None)
    assert clocks(scene, scene.dana)[1] == (ClockKind.HANDOVER, ClockState.STOPPED)
    assert scene.shown().owner_id == erik.id  # nobody had it before


def test_handover_twice_supersedes_the_first_internal_clock(scene):
    hand_over(scene)
    hand_over(scene, Queue.TIER_3, scene.at + 2 * HOUR)
    with acting(scene.dana):
        rows = queries.clocks_of(scene.case)
    found = [(row.is_current, row.clock.state) for row in rows if row.kind == ClockKind.HANDOVER]
    assert found == [(False, ClockState.SUPERSEDED), (True, ClockState.RUNNING)]


def test_handover_note_is_internal(scene):
    hand_over(scene)
    with acting(scene.dana):
        assert [message.body for message in conversations.messages(scene.case.conversation_id)][-1] == WORDS
    with acting(scene.ana):
        bodies = [message.body for message in conversations.messages(scene.case.conversation_id)]
        assert len(bodies) == 1
        assert WORDS not in bodies


def test_handover_event_is_no_customers_business(scene):
    hand_over(scene)
    with acting(scene.dana):
        row = OutboxEvent.objects.get(name="CaseHandedOver")
    assert row.topics == ["queue", f"case:{scene.case.pk}"]
    assert (row.payload["old"], row.payload["new"]) == (Queue.TIER_1, Queue.TIER_2)


def test_handover_without_a_note_is_refused(scene):
    with pytest.raises(HandoverNoteMissing):
        hand_over(scene, note_text="  ")


def test_handover_by_a_customer_is_refused(scene):
    with pytest.raises(NotAllowed):
        hand_over(scene, by=scene.ana)


def test_handover_to_the_same_queue_is_refused(scene):
    with pytest.raises(MoveNotAllowed):
        hand_over(scene, Queue.TIER_1)


def test_handover_clock_does_not_keep_a_case_from_closing(scene):
    scene.reply(scene.dana, scene.at + HOUR)
    hand_over(scene, at=scene.at + 2 * HOUR)
    act(scene, actions.close, scene.dana, scene.at + 3 * HOUR, seen=None)
    assert scene.shown().state == State.CLOSED
    assert clocks(scene, scene.dana)[1][1] == ClockState.SUPERSEDED


def test_owner_stays_while_the_assignee_moves(scene, cast):
    lead = cast.viewer(cast.staff("Lia", Role.LEAD))
    mihai = cast.staff("Mihai")
    act(scene, actions.assign, scene.dana, scene.at, staff_id=scene.dana.id, seen=None)
    act(scene, actions.assign, lead, scene.at + HOUR, staff_id=mihai.pk, seen=None)
    case = scene.shown()
    assert (case.owner_id, case.assignee_id, case.reassignment_count) == (scene.dana.id, mihai.pk, 1)
