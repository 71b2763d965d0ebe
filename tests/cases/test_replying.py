from datetime import timedelta

import pytest

from backstay.cases import actions
from backstay.cases.actions import CaseChanged, MoveNotAllowed, NotAllowed
from backstay.cases.choices import State
from backstay.conversations import queries as conversations
from backstay.conversations.choices import Visibility
from backstay.core import audit
from backstay.core.models import OutboxEvent
from backstay.core.scoping import acting
from backstay.sla.choices import ClockState
from tests.cases.conftest import said

HOUR = timedelta(hours=1)


def test_reply_with_waiting_on_customer_moves_the_case_and_meets_the_promise(scene):
    scene.reply(scene.dana, scene.at + HOUR, new_state=State.WAITING_ON_CUSTOMER)
    shown = scene.shown()
    assert (shown.state, shown.current_clocks[0].clock.state) == (
        State.WAITING_ON_CUSTOMER,
        ClockState.STOPPED,
    )


def test_reply_of_the_customer_brings_the_case_back_to_work(scene):
    scene.reply(scene.dana, scene.at + HOUR, new_state=State.SOLUTION_PROPOSED)
    scene.reply(scene.ana, scene.at + 2 * HOUR)
    assert scene.shown().state == State.IN_PROGRESS


def test_reply_of_the_customer_does_not_meet_the_promise(scene):
    scene.reply(scene.ana, scene.at + HOUR)
    assert scene.shown().current_clocks[0].clock.state == ClockState.RUNNING


def test_reply_to_a_closed_case_is_refused(scene):
    with acting(scene.ana):
        actions.close(case_id=scene.case.pk, seen=None, by=scene.ana, at=scene.at)
    with pytest.raises(MoveNotAllowed):
        scene.reply(scene.ana, scene.at + HOUR)


def test_reply_after_somebody_else_changed_the_case_writes_nothing(scene):
    seen = scene.case.version
    scene.reply(scene.dana, scene.at + HOUR, message=said("First"))
    with pytest.raises(CaseChanged):
        scene.reply(scene.dana, scene.at + HOUR, message=said("Second"), seen=seen)
    with acting(scene.dana):
        bodies = [message.body for message in conversations.messages(scene.case.conversation_id)]
    assert bodies == ["See the attached page.", "First"]


def test_note_is_hidden_from_the_customer_everywhere(scene):
    with acting(scene.dana):
        secret = said("They never patch.", Visibility.INTERNAL)
        actions.note(case_id=scene.case.pk, message=secret, by=scene.dana, at=scene.at + HOUR)
        staff_reads = [message.body for message in conversations.messages(scene.case.conversation_id)]
        event = OutboxEvent.objects.get(name="CaseNoted")
    with acting(scene.ana):
        customer_reads = [message.body for message in conversations.messages(scene.case.conversation_id)]
    assert staff_reads == ["See the attached page.", "They never patch."]
    assert customer_reads == ["See the attached page."]
    assert event.topics == ["queue", f"case:{scene.case.pk}"]


def test_note_is_internal_whatever_the_message_says(scene):
    with acting(scene.dana):
        note = actions.note(case_id=scene.case.pk, message=said("Quiet."), by=scene.dana, at=scene.at + HOUR)
    with acting(scene.ana):
        bodies = [message.body for message in conversations.messages(scene.case.conversation_id)]
    assert (note.visibility, bodies) == (Visibility.INTERNAL, ["See the attached page."])


def test_note_by_a_customer_is_refused(scene):
    with acting(scene.ana), pytest.raises(NotAllowed):
        actions.note(case_id=scene.case.pk, message=said(), by=scene.ana, at=scene.at)


def test_note_does_not_meet_the_promise(scene):
    with acting(scene.dana):
        note = said("Looking.", Visibility.INTERNAL)
        actions.note(case_id=scene.case.pk, message=note, by=scene.dana, at=scene.at + HOUR)
    assert scene.shown().current_clocks[0].clock.state == ClockState.RUNNING


def test_reply_drops_the_draft_that_it_was_written_from(scene):
    with acting(scene.dana):
        keep = {"case": scene.case, "by": scene.dana, "at": scene.at}
        actions.keep_draft(visibility=Visibility.PUBLIC, body="We lo", **keep)
        actions.keep_draft(visibility=Visibility.INTERNAL, body="Odd.", **keep)
    scene.reply(scene.dana, scene.at + HOUR)
    with acting(scene.dana):
        assert [(draft.visibility, draft.body) for draft in scene.case.drafts.all()] == [("internal", "Odd.")]


def test_reply_is_written_down_with_who_and_when(scene):
    scene.reply(scene.dana, scene.at + HOUR)
    with acting(scene.dana):
        entries = [(entry.kind, entry.actor_name, entry.at) for entry in audit.of(("case", scene.case.pk))]
    assert entries == [
        ("case_opened", "Ana Marin", scene.at),
        ("case_replied", "Dana Ionescu", scene.at + HOUR),
        ("case_state_changed", "Dana Ionescu", scene.at + HOUR),
    ]
