"""Changing what a case says of itself: state, severity, assignment, subject matter, participants."""

from datetime import datetime

from backstay.accounts.models import Contact, Staff
from backstay.accounts.queries import is_eligible
from backstay.cases import rules
from backstay.cases.actions.clocks import (
    GOING,
    current_clocks,
    owe_again,
    replay_clocks,
    resume_clocks,
    stop_handover,
    succeed,
    withdraw_clocks,
)
from backstay.cases.actions.opening import agreed_product, freeze_terms
from backstay.cases.actions.silence import count_silence, end_silence
from backstay.cases.actions.touching import MoveNotAllowed, NotAllowed, move, tell, touched, write_down
from backstay.cases.choices import TOLD_CLOCKS, ClockKind, State
from backstay.cases.events import CaseAssigned, CaseCorrected, CaseSeverityChanged, CaseStateChanged
from backstay.cases.lifecycle import TOLD, Move
from backstay.cases.models import Case, Participant
from backstay.cases.promises import first_response_terms, is_raised, may_reopen
from backstay.core.scoping import Boundary, Viewer
from backstay.sla import actions as sla


class ReasonMissing(ValueError):
    """This change needs a reason that the other side can read."""


class FirstResponseOwed(ValueError):
    """Staff cannot close a case that nobody has answered: reply first."""


class TooLateToReopen(ValueError):
    """The case was closed longer ago than its plan lets it be reopened; a follow-up takes it up."""


class NotAssignable(ValueError):
    """This member of staff may not read the case, or has left."""


def _needs(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing("say why; the other side reads it")
    return reason.strip()


def set_state(*, case_id: int, new: State, seen: int | None, by: Viewer, at: datetime) -> Case:
    """Say where the work stands. States that tell the customer something go with `reply` only."""
    with touched(case_id, by=by, at=at, seen=seen) as case:
        old = State(case.state)
        if move(case, Move.SET, new, by=by).with_message:
            raise MoveNotAllowed(case, new)
        if old in TOLD:
            resume_clocks(case, reason="work_resumed", by=by, at=at)
        _state_changed(case, old, by=by, at=at)
    return case


def _state_changed(case: Case, old: State, *, by: Viewer, at: datetime, reason: str = "") -> None:
    write_down("case_state_changed", case, by=by, at=at, old=old, new=case.state, reason=reason)
    tell(CaseStateChanged, case, by=by, at=at, old=old, new=str(case.state))
    if old in TOLD:
        end_silence(case)


def close(*, case_id: int, reason: str = "", seen: int | None, by: Viewer, at: datetime) -> Case:
    """Close a case. Staff owe a first response before; the customer may withdraw at any time."""
    with touched(case_id, by=by, at=at, seen=seen) as case:
        old = State(case.state)
        move(case, Move.CLOSE, State.CLOSED, by=by)
        if not by.is_contact and current_clocks(case, *GOING).filter(kind__in=TOLD_CLOCKS).exists():
            raise FirstResponseOwed("nobody has answered this case yet: reply before you close it")
        if any(current_clocks(case, *GOING)):
            withdraw_clocks(case, reason="closed_by_customer" if by.is_contact else "closed", by=by, at=at)
        case.closed_at = at
        _state_changed(case, old, by=by, at=at, reason=reason.strip())
    return case


def reopen(*, case_id: int, reason: str, seen: int | None, by: Viewer, at: datetime) -> Case:
    """Take a closed case up again, in the time that its plan gives for that.

    If nobody ever answered it, an answer is promised anew.
    """
    with touched(case_id, by=by, at=at, seen=seen) as case:
        old = State(case.state)
        if old is State.CLOSED and not may_reopen(case, at=at):
            raise TooLateToReopen("open a follow-up case instead: this one was closed too long ago")
        move(case, Move.REOPEN, State.IN_PROGRESS, by=by)
        case.closed_at = None
        case.reopen_count += 1
        owe_again(case, by=by, at=at)
        _state_changed(case, old, by=by, at=at, reason=_needs(reason))
    return case


def change_severity(
    *, case_id: int, new: str, reason: str, seen: int | None, by: Viewer, at: datetime
) -> Case:
    """Either side changes the severity, with a reason; the clocks follow from the frozen terms."""
    reason = _needs(reason)
    with touched(case_id, by=by, at=at, seen=seen) as case:
        if case.state == State.CLOSED:
            raise MoveNotAllowed(case, new)
        old = case.severity
        raised = is_raised(case, new, at=at)
        case.severity = new
        if new != old:
            _retarget(case, raised=raised, by=by, at=at)
            write_down("case_severity_changed", case, by=by, at=at, old=old, new=new, reason=reason)
            tell(CaseSeverityChanged, case, by=by, at=at, old=old, new=new)
            count_silence(case, at=at)
    return case


def _retarget(case: Case, *, raised: bool, by: Viewer, at: datetime) -> None:
    terms = first_response_terms(case)
    for row in current_clocks(case, *GOING).filter(kind=ClockKind.FIRST_RESPONSE):
        if terms is not None:
            succeed(row, sla.retarget(clock_id=row.clock_id, terms=terms, raised=raised, by=by, at=at))


def assign(*, case_id: int, staff_id: int | None, seen: int | None, by: Viewer, at: datetime) -> Case:
    """Give a case to somebody, which takes a new one into triage, or back to the queue.

    Nobody outside its boundary gets it.
    """
    if not (by.is_staff or by.is_machine):
        raise NotAllowed("cases are assigned by staff")
    if staff_id not in {None, by.id} and not rules.may_assign_others(by):
        raise NotAllowed("agents take cases; team leads give them to others")
    with touched(case_id, by=by, at=at, seen=seen) as case:
        staff = None if staff_id is None else assignable(staff_id, case.boundary, at=at)
        old, case.assignee = case.assignee_id, staff
        if staff is not None:
            _taken(case, old, staff, by=by, at=at)
        write_down(
            "case_assigned", case, by=by, at=at, old=old, new=staff_id, name=staff.name if staff else ""
        )
        tell(CaseAssigned, case, by=by, at=at, staff_id=staff_id)
        if staff is not None and case.state == State.NEW:
            move(case, Move.SET, State.TRIAGE, by=by)
            _state_changed(case, State.NEW, by=by, at=at)
    return case


def _taken(case: Case, old: int | None, staff: Staff, *, by: Viewer, at: datetime) -> None:
    """Whoever takes a case first answers for it; whoever takes it ends its hand-over."""
    case.owner = case.owner or staff
    case.reassignment_count += old not in {None, staff.pk}
    stop_handover(case, by=by, at=at)


def assignable(staff_id: int, boundary: str, *, at: datetime) -> Staff:
    """Somebody who may read what is on this side of the boundary. Raises NotAssignable."""
    staff = Staff.objects.filter(pk=staff_id, is_active=True).first()
    if staff is None or (boundary == Boundary.US and not is_eligible(staff, at=at)):
        raise NotAssignable("this member of staff may not read it, or has left")
    return staff


def correct_subject_matter(
    *, case_id: int, product_id: int | None, device_id: int | None, seen: int | None, by: Viewer, at: datetime
) -> Case:
    """Put product or device right. What covers the case, and its open clocks, are replayed from the start."""
    if not (by.is_staff or by.is_machine):
        raise NotAllowed("staff put product and device right")
    with touched(case_id, by=by, at=at, seen=seen) as case:
        old = {"product": case.product_id, "device": case.device_id, "contract": case.contract_id}
        case.product_id = agreed_product(case.organisation_id, product_id, device_id, None)
        case.device_id = device_id
        case.product_version_id = None
        freeze_terms(case)
        replay_clocks(case, reason="subject_matter_corrected", by=by, at=at)
        count_silence(case, at=at)
        new = {"product": case.product_id, "device": case.device_id, "contract": case.contract_id}
        write_down("case_corrected", case, by=by, at=at, old=old, new=new)
        tell(CaseCorrected, case, by=by, at=at)
    return case


def add_participant(*, case_id: int, contact_id: int, by: Viewer, at: datetime) -> None:
    """Let a contact of the case's organisation take part. Nobody from outside its boundary is let in."""
    with touched(case_id, by=by, at=at, seen=None) as case:
        contact = Contact.objects.filter(
            pk=contact_id, is_active=True, organisation=case.organisation_id
        ).first()
        if contact is None:
            raise NotAllowed("only contacts of the same organisation can take part")
        _, added = Participant.objects.get_or_create(case=case, contact=contact, boundary=case.boundary)
        if added:
            count_silence(case, at=at)
            write_down("participant_added", case, by=by, at=at, contact=contact.pk, name=contact.name)
            tell(CaseCorrected, case, by=by, at=at)
