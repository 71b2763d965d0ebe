"""A customer asks for a manager."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from backstay.accounts.models import Contact
from backstay.cases import queries as cases
from backstay.cases import rules as case_rules
from backstay.cases.choices import State
from backstay.cases.models import Case, Participant
from backstay.core import audit, events
from backstay.core.scoping import Viewer
from backstay.escalation import queries
from backstay.escalation.actions.words import facts_of, link_to, needed
from backstay.escalation.choices import RequestState
from backstay.escalation.events import EscalationRequested, RequestEvent
from backstay.escalation.models import EscalationRequest
from backstay.oncall import actions as oncall
from backstay.oncall.choices import Purpose
from backstay.plans.catalogue import RequestUrgency
from backstay.sla import actions as sla
from backstay.sla.choices import TargetKind
from backstay.sla.terms import FrozenTerms
from businesstime import Span, Unit


class NotAllowedToAsk(PermissionError):
    """Only those who may write in the case ask for a manager, and staff on behalf of its contact."""


class NoRequests(ValueError):
    """The catalogue in force knows no urgencies: nothing is promised, so nothing can be asked."""


class BadUrgency(ValueError):
    """Not one of the catalogue in force. `allowed` are those that it has."""

    def __init__(self, given: str, allowed: tuple[str, ...]) -> None:
        super().__init__(f'there is no urgency "{given}"; there are {", ".join(allowed)}')
        self.given, self.allowed = given, allowed


class NothingToEscalate(ValueError):
    """The case is closed: reopen it first."""


class RequestOpen(ValueError):
    """A request for this case waits for its answer already."""


@transaction.atomic
def request(*, case_id: int, reason: str, urgency: str, by: Viewer, at: datetime) -> EscalationRequest:
    """Ask for a manager, who answers by the clock of the request. The manager on call is paged.

    Raises NotAllowedToAsk, WordsMissing, NoRequests, BadUrgency, NothingToEscalate, RequestOpen.
    """
    reason = needed(reason)
    chosen = _urgency(urgency, at=at)
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    _check(case, by=by)
    row = EscalationRequest.objects.create(
        case=case,
        boundary=case.boundary,
        contact_id=by.id if by.is_contact else case.contact_id,
        asked_by_id=by.id if by.is_staff else None,
        reason=reason,
        urgency=chosen.key,
        urgency_label=dict(chosen.label),
        clock=sla.start(terms=_terms(chosen), boundary=case.boundary, by=by, at=at),
        state=RequestState.OPEN,
        asked_at=at,
    )
    _page(case, row, by=by, at=at)
    facts = {"urgency": chosen.key, "label": dict(chosen.label), "reason": reason}
    record("escalation_requested", row, by=by, at=at, **facts)
    tell(EscalationRequested, row, case, at=at)
    return row


def _urgency(key: str, *, at: datetime) -> RequestUrgency:
    known = {urgency.key: urgency for urgency in queries.urgencies(at)}
    if not known:
        raise NoRequests("this catalogue promises no answer to a request for a manager")
    if key not in known:
        raise BadUrgency(key, tuple(known))
    return known[key]


def _check(case: Case, *, by: Viewer) -> None:
    if by.is_machine or not case_rules.may_write(by, case, takes_part=cases.takes_part(by, case)):
        raise NotAllowedToAsk(f"{by.name} may not ask for a manager in {case.reference}")
    if case.state == State.CLOSED:
        raise NothingToEscalate("the case is closed: reopen it first")
    if EscalationRequest.objects.filter(case=case, state=RequestState.OPEN).exists():
        raise RequestOpen("a request for this case waits for its answer already")


def _terms(urgency: RequestUrgency) -> FrozenTerms:
    """Around the clock, and promised to whoever asks."""
    return FrozenTerms(
        span=Span(Unit.ELAPSED, urgency.within_s),
        kind=TargetKind.COMMITMENT,
        source={"escalation_request": urgency.key},
    )


def _page(case: Case, row: EscalationRequest, *, by: Viewer, at: datetime) -> None:
    oncall.page(
        purpose=Purpose.MANAGEMENT,
        boundary=case.boundary,
        subject=subject_of(row),
        link=link_to(case),
        kind="escalation_request",
        facts=facts_of(case, urgency=row.urgency_label),
        by=by,
        at=at,
    )


def subject_of(row: EscalationRequest) -> str:
    return f"escalation_request:{row.pk}"


def record(kind: str, row: EscalationRequest, *, by: Viewer, at: datetime, **facts: Any) -> None:
    audit.record(kind, subject=("case", row.case_id), boundary=row.boundary, by=by, at=at, facts=facts)


def tell(kind: type[RequestEvent], row: EscalationRequest, case: Case, *, at: datetime, **facts: Any) -> None:
    events.publish(
        kind(
            case_id=case.pk,
            boundary=row.boundary,
            request_id=row.pk,
            urgency=row.urgency,
            organisation_id=case.organisation_id,
            contact_ids=_contacts(case),
            **facts,
        ),
        at=at,
    )


def _contacts(case: Case) -> list[int]:
    """Who takes part, of the case's own organisation."""
    others = Participant.objects.filter(case=case).values("contact")
    there = Contact.objects.filter(organisation=case.organisation_id)
    mine = there.filter(Q(pk=case.contact_id) | Q(pk__in=others))
    return list(mine.order_by("pk").values_list("pk", flat=True))
