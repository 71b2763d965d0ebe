"""Functional escalation: a case moves from tier to tier, its owner stays."""

from datetime import datetime

from backstay.cases import rules
from backstay.cases.actions.changing import assignable
from backstay.cases.actions.clocks import start_handover
from backstay.cases.actions.replying import note
from backstay.cases.actions.touching import MoveNotAllowed, NotAllowed, tell, touched, write_down
from backstay.cases.choices import Queue, State
from backstay.cases.events import CaseHandedOver, CaseOwnerChanged
from backstay.cases.models import Case
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Visibility
from backstay.core.scoping import Viewer

MAX_HANDOVER_NOTE = 10_000


class HandoverNoteMissing(ValueError):
    """Whoever takes the case next needs to know what was done and what is asked of them."""


def hand_over(
    *, case_id: int, queue: Queue, note_text: str, seen: int | None, by: Viewer, at: datetime
) -> Case:
    """Let another tier, engineering or the leads take a case, with a note of what they need to know.

    The assignee is freed and an internal clock runs until somebody takes the case; the owner stays, and so
    does whatever was promised to the customer.
    """
    if not (by.is_staff or by.is_machine):
        raise NotAllowed("cases are handed over by staff")
    if not 0 < len(note_text.strip()) <= MAX_HANDOVER_NOTE:
        raise HandoverNoteMissing("say in the note what was done, and what is asked of the next")
    with touched(case_id, by=by, at=at, seen=seen) as case:
        if case.state == State.CLOSED or case.queue == queue:
            raise MoveNotAllowed(case, queue)
        old, was = case.queue, case.assignee_id
        case.queue, case.assignee = queue, None
        start_handover(case, by=by, at=at)
        note(case_id=case.pk, message=_internal(note_text), by=by, at=at)
        write_down("case_handed_over", case, by=by, at=at, old=old, new=queue, assignee=was)
        tell(CaseHandedOver, case, by=by, at=at, old=old, new=str(queue))
    return case


def change_owner(*, case_id: int, staff_id: int, seen: int | None, by: Viewer, at: datetime) -> Case:
    """Let somebody else answer for a case. Who works on it stays."""
    if not rules.may_assign_others(by):
        raise NotAllowed("team leads say who answers for a case")
    with touched(case_id, by=by, at=at, seen=seen) as case:
        staff = assignable(staff_id, case.boundary, at=at)
        old, case.owner = case.owner_id, staff
        write_down("case_owner_changed", case, by=by, at=at, old=old, new=staff.pk, name=staff.name)
        tell(CaseOwnerChanged, case, by=by, at=at, staff_id=staff.pk)
    return case


def _internal(text: str) -> NewMessage:
    return NewMessage(body=text, visibility=Visibility.INTERNAL)
