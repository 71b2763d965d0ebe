"""Writing in a case: public replies of both sides, and internal notes."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from backstay.cases.actions.clocks import pause_clocks, resume_clocks, stop_first_response
from backstay.cases.actions.silence import count_silence
from backstay.cases.actions.touching import (
    MoveNotAllowed,
    NotAllowed,
    locked,
    move,
    tell,
    touched,
    write_down,
)
from backstay.cases.choices import State
from backstay.cases.events import CaseNoted, CaseReplied, CaseStateChanged
from backstay.cases.lifecycle import TOLD, Move, after_answer
from backstay.cases.models import Case, Draft
from backstay.conversations import actions as conversations
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Visibility
from backstay.conversations.models import Message
from backstay.core.scoping import Viewer


def reply(
    *,
    case_id: int,
    message: NewMessage,
    new_state: State | None = None,
    seen: int | None,
    by: Viewer,
    at: datetime,
) -> Message:
    """Say something that the customer reads.

    A human member of staff's reply stops the first-response clock. `new_state` goes with the message:
    this is the only way to wait on the customer or to propose a solution. A customer's message brings a
    case that waits on them back to work.
    """
    with touched(case_id, by=by, at=at, seen=seen) as case:
        said = speak(case, message, new_state=new_state, by=by, at=at)
        if by.is_staff:
            _drop_draft(case, by, Visibility.PUBLIC)
    return said


def speak(
    case: Case, message: NewMessage, *, new_state: State | None = None, by: Viewer, at: datetime
) -> Message:
    """Say something publicly in a case that the caller has `touched`."""
    old = State(case.state)
    if old is State.CLOSED:
        raise MoveNotAllowed(case, "answered")
    said = conversations.say(conversation=case.conversation, new=message, by=by, sent_at=at, at=at)
    if by.is_contact:
        case.customer_spoke_at = at
    if by.is_staff:
        case.vendor_spoke_at = at
        stop_first_response(case, by=by, at=at)
    write_down("case_replied", case, by=by, at=at, message=said.pk)
    tell(CaseReplied, case, by=by, at=at, message_id=said.pk)
    _move_with_message(case, new_state, by=by, at=at)
    if not by.is_machine or case.state != old:  # an automatic reminder is neither a question nor an answer
        count_silence(case, at=at)
    return said


def _move_with_message(case: Case, new_state: State | None, *, by: Viewer, at: datetime) -> None:
    old = State(case.state)
    new = after_answer(old) if by.is_contact else (new_state or _after_staff(old))
    if new is old:
        return
    move(case, Move.ANSWER if by.is_contact else Move.SET, new, by=by)
    if new is State.WAITING_ON_CUSTOMER:
        pause_clocks(case, reason="waiting_on_customer", by=by, at=at)
    elif old in TOLD:
        resume_clocks(case, reason="customer_answered" if by.is_contact else "work_resumed", by=by, at=at)
    write_down("case_state_changed", case, by=by, at=at, old=old, new=new)
    tell(CaseStateChanged, case, by=by, at=at, old=old, new=new)


def _after_staff(old: State) -> State:
    """Who answers a new case has begun to work on it."""
    return State.IN_PROGRESS if old in {State.NEW, State.TRIAGE} else old


@transaction.atomic
def note(*, case_id: int, message: NewMessage, by: Viewer, at: datetime) -> Message:
    """Write an internal note, whatever the message says of itself.

    No customer sees it, nor that the case was touched: its version stays.
    """
    if not (by.is_staff or by.is_machine):
        raise NotAllowed("internal notes are written by staff")
    case = locked(case_id, by=by)
    inside = replace(message, visibility=Visibility.INTERNAL)
    said = conversations.say(conversation=case.conversation, new=inside, by=by, sent_at=at, at=at)
    _drop_draft(case, by, Visibility.INTERNAL)
    write_down("case_noted", case, by=by, at=at, message=said.pk)
    tell(CaseNoted, case, by=by, at=at, message_id=said.pk)
    return said


def _drop_draft(case: Case, by: Viewer, visibility: Visibility) -> None:
    Draft.objects.filter(case=case, staff=by.id, visibility=visibility).delete()
