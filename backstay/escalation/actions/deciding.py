"""A manager answers a request, or it is withdrawn."""

from datetime import datetime

from django.db import transaction

from backstay.accounts.models import Staff
from backstay.cases.models import Case
from backstay.core.scoping import Viewer
from backstay.escalation import queries, rules
from backstay.escalation.actions.requesting import record, subject_of, tell
from backstay.escalation.actions.words import facts_of, link_to, needed
from backstay.escalation.choices import RequestState
from backstay.escalation.events import EscalationDecided
from backstay.escalation.models import EscalationRequest
from backstay.oncall import actions as oncall
from backstay.oncall import queries as oncall_queries
from backstay.oncall.choices import Purpose
from backstay.sla import actions as sla


class MayNotDecide(PermissionError):
    """Managers decide, or whoever is on call for them; a contact withdraws what their side asked."""


class AlreadyDecided(ValueError):
    """The request was accepted, declined or withdrawn before."""

    def __init__(self, row: EscalationRequest) -> None:
        super().__init__(f"this request was {row.state} already")
        self.row = row


@transaction.atomic
def accept(*, request_id: int, answer: str, by: Viewer, at: datetime) -> EscalationRequest:
    """Take a request up, saying to the customer what happens now; who decides manages the escalation.

    Whoever works on the case and their leads hear of it. Raises MayNotDecide, AlreadyDecided, WordsMissing,
    EscalationRequest.DoesNotExist.
    """
    row = _decide(request_id, RequestState.ACCEPTED, needed(answer), by=by, at=at)
    case = row.case
    people = [*queries.working_on(case, at=at), *queries.leads_of(case, at=at)]
    oncall.notify(
        staff_ids={person.pk for person in people} - {by.id},
        boundary=case.boundary,
        subject=subject_of(row),
        link=link_to(case),
        kind="escalation_accepted",
        facts=facts_of(case, manager=by.name),
        at=at,
    )
    return row


@transaction.atomic
def decline(*, request_id: int, reason: str, by: Viewer, at: datetime) -> EscalationRequest:
    """Turn a request down with a reason that the customer reads. Raises as `accept`."""
    return _decide(request_id, RequestState.DECLINED, needed(reason), by=by, at=at)


def _decide(
    request_id: int, state: RequestState, answer: str, *, by: Viewer, at: datetime
) -> EscalationRequest:
    row = _open(request_id)
    on_call = oncall_queries.on_call(Purpose.MANAGEMENT, boundary=row.boundary, at=at)
    ids = frozenset(person.pk for person in on_call)
    if not (by.sees(row.boundary) and rules.may_decide(by, on_call=ids)):
        raise MayNotDecide("managers decide on requests, and whoever is on call for them")
    row.manager = Staff.objects.get(pk=by.id)
    _end(row, state, answer, by=by, at=at)
    sla.stop(clock_id=row.clock_id, reason="escalation_decided", by=by, at=at)
    return row


@transaction.atomic
def withdraw_request(*, request_id: int, by: Viewer, at: datetime) -> EscalationRequest:
    """The customer no longer asks. Raises MayNotDecide, AlreadyDecided, EscalationRequest.DoesNotExist."""
    row = _open(request_id)
    if not (by.is_machine or by.is_staff or (by.is_contact and queries.may_write_in(row.case, by))):
        raise MayNotDecide("only those who may write in the case withdraw a request")
    _withdraw(row, by=by, at=at)
    return row


@transaction.atomic
def withdraw_requests_of(*, case_id: int, by: Viewer, at: datetime) -> int:
    """The case is closed: nobody needs to answer any more. How many were withdrawn."""
    Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    rows = EscalationRequest.objects.filter(case=case_id, state=RequestState.OPEN).select_related("case")
    for row in rows:
        _withdraw(row, by=by, at=at)
    return len(rows)


def _withdraw(row: EscalationRequest, *, by: Viewer, at: datetime) -> None:
    _end(row, RequestState.WITHDRAWN, "", by=by, at=at)
    sla.supersede(clock_id=row.clock_id, reason="escalation_withdrawn", by=by, at=at)


def _open(request_id: int) -> EscalationRequest:
    """The request, under the lock of its case as everything about a case is. Raises AlreadyDecided."""
    found = EscalationRequest.objects.get(pk=request_id)
    case = Case.objects.select_for_update(of=("self",)).get(pk=found.case_id)
    row = EscalationRequest.objects.select_for_update().get(pk=request_id)
    if row.state != RequestState.OPEN:
        raise AlreadyDecided(row)
    row.case = case
    return row


def _end(row: EscalationRequest, state: RequestState, answer: str, *, by: Viewer, at: datetime) -> None:
    row.state, row.answer, row.decided_at = state, answer, at
    row.save()
    oncall.withdraw(subject=subject_of(row), by=by, at=at)
    record("escalation_decided", row, by=by, at=at, state=str(state), answer=answer)
    tell(EscalationDecided, row, row.case, at=at, state=str(state))


@transaction.atomic
def note_breach(*, clock_id: int, by: Viewer, at: datetime) -> bool:
    """The clock of a request ran out: managers who may know of it are told. Whether it was one of ours."""
    row = (
        EscalationRequest.objects.filter(clock=clock_id, state=RequestState.OPEN)
        .select_related("case")
        .first()
    )
    if row is None:
        return False
    oncall.notify(
        staff_ids={person.pk for person in queries.all_managers(row.case, at=at)},
        boundary=row.boundary,
        subject=subject_of(row),
        link=link_to(row.case),
        kind="escalation_request_late",
        facts=facts_of(row.case),
        at=at,
    )
    record("escalation_request_late", row, by=by, at=at)
    return True
