"""Cases over the API: the same actions and rules as on the pages."""

from functools import partial

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from backstay.api.answering import PROBLEMS, answer_once, only_staff
from backstay.api.cases.changing import change, opened_case, shown, the_case
from backstay.api.cases.schemas import (
    AssignIn,
    CaseFilter,
    CaseIn,
    CaseOut,
    CasePage,
    CloseIn,
    EntryOut,
    ExplanationOut,
    ExplanationPage,
    HistoryPage,
    ParticipantIn,
    ReopenIn,
    SeverityIn,
    StateIn,
    SubjectMatterIn,
)
from backstay.api.paging import Order
from backstay.api.problems import Unknown
from backstay.api.schemas import Paging
from backstay.cases import actions, queries
from backstay.cases.actions import NewCase
from backstay.cases.choices import State
from backstay.cases.lifecycle import CUSTOMER_STATES
from backstay.cases.models import Case
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel
from backstay.core.scoping import Viewer, current
from backstay.sla.queries import explanation

router = Router(tags=["cases"])
NEWEST_CHANGE = Order("cases", "updated_at", descending=True)
CLOCKS, HISTORY = Order("clocks"), Order("history")


@router.get("", response={200: CasePage, **PROBLEMS})
def list_cases(request: HttpRequest, wanted: Query[CaseFilter], paging: Query[Paging]) -> CasePage:
    """The cases that you may read, newest change first."""
    rows, following = NEWEST_CHANGE.page(_filtered(queries.visible(), wanted), paging)
    for_staff = current().is_staff
    return CasePage(items=[CaseOut.of(case, for_staff=for_staff) for case in rows], next=following)


def _filtered(rows: QuerySet[Case], wanted: CaseFilter) -> QuerySet[Case]:
    only_staff(assignee_id=wanted.assignee_id, queue=wanted.queue)
    asked = {
        "state__in": _states(wanted.state, current()) if wanted.state else None,
        "severity": wanted.severity,
        "organisation": wanted.organisation_id,
        "assignee": wanted.assignee_id,
        "queue": wanted.queue,
        "updated_at__gte": wanted.updated_since,
    }
    given = {field: value for field, value in asked.items() if value is not None}
    return queries.detailed(rows.filter(**given))


def _states(asked: str, viewer: Viewer) -> list[State]:
    """The states that an asked one stands for. What the work internally waits on is not for customers."""
    states = [state for state in State if asked == (state if viewer.is_staff else CUSTOMER_STATES[state])]
    if not states:
        allowed = dict.fromkeys(State if viewer.is_staff else CUSTOMER_STATES.values())
        raise Unknown(f"there is no state {asked}; there are {', '.join(allowed)}")
    return states


@router.post("", response={201: CaseOut, **PROBLEMS})
def open_case(request: HttpRequest, body: CaseIn) -> HttpResponse:
    """Open a case. It is accepted at every hour; `clocks` and `no_promise` say what is promised."""
    only_staff(contact_id=body.contact_id, received_at=body.received_at)
    viewer = current()
    new = _new_case(body, viewer)
    asking = getattr(request.api_token.user, "contact", None)  # type: ignore[attr-defined]  # the middleware found it
    return answer_once(
        request,
        201,
        lambda: opened_case(actions.open_case(new=new, by=viewer, at=timezone.now(), asking=asking)),
    )


def _new_case(body: CaseIn, viewer: Viewer) -> NewCase:
    return NewCase(
        subject=body.subject,
        message=NewMessage(body=body.description),
        severity=body.severity,
        channel=Channel.API,
        organisation_id=body.organisation_id or viewer.own_organisation,
        contact_id=body.contact_id,
        product_id=body.product_id,
        product_version_id=body.product_version_id,
        device_id=body.device_id,
        received_at=body.received_at,
    )


@router.get("/{int:number}", response={200: CaseOut, **PROBLEMS})
def one_case(request: HttpRequest, number: int) -> CaseOut:
    """One case, as it stands."""
    return shown(number)


@router.post("/{int:number}/state", response={200: CaseOut, **PROBLEMS})
def set_state(request: HttpRequest, number: int, body: StateIn) -> HttpResponse:
    """Say where the work stands (staff only). States that tell the customer something go with a reply."""
    return change(request, number, partial(actions.set_state, new=body.state, seen=body.seen))


@router.post("/{int:number}/severity", response={200: CaseOut, **PROBLEMS})
def change_severity(request: HttpRequest, number: int, body: SeverityIn) -> HttpResponse:
    """Change the severity, with a reason; the clocks follow from the case's frozen terms."""
    verb = partial(actions.change_severity, new=body.severity, reason=body.reason, seen=body.seen)
    return change(request, number, verb)


@router.post("/{int:number}/close", response={200: CaseOut, **PROBLEMS})
def close(request: HttpRequest, number: int, body: CloseIn) -> HttpResponse:
    """Close a case: a customer at any time, staff once somebody has answered it."""
    return change(request, number, partial(actions.close, reason=body.reason, seen=body.seen))


@router.post("/{int:number}/reopen", response={200: CaseOut, **PROBLEMS})
def reopen(request: HttpRequest, number: int, body: ReopenIn) -> HttpResponse:
    """Take a closed case up again, with a reason."""
    return change(request, number, partial(actions.reopen, reason=body.reason, seen=body.seen))


@router.post("/{int:number}/assignee", response={200: CaseOut, **PROBLEMS})
def assign(request: HttpRequest, number: int, body: AssignIn) -> HttpResponse:
    """Give the case to somebody, or back to its queue (staff only)."""
    return change(request, number, partial(actions.assign, staff_id=body.staff_id, seen=body.seen))


@router.post("/{int:number}/subject-matter", response={200: CaseOut, **PROBLEMS})
def correct(request: HttpRequest, number: int, body: SubjectMatterIn) -> HttpResponse:
    """Put product or device right (staff only); coverage and open clocks are replayed from the start."""
    product_id, device_id = body.product_id, body.device_id
    verb = partial(actions.correct_subject_matter, product_id=product_id, device_id=device_id, seen=body.seen)
    return change(request, number, verb)


@router.post("/{int:number}/participants", response={200: CaseOut, **PROBLEMS})
def add_participant(request: HttpRequest, number: int, body: ParticipantIn) -> HttpResponse:
    """Let another contact of the case's organisation take part."""
    return change(request, number, partial(actions.add_participant, contact_id=body.contact_id))


@router.get("/{int:number}/clocks", response={200: ExplanationPage, **PROBLEMS})
def clocks(request: HttpRequest, number: int, paging: Query[Paging]) -> ExplanationPage:
    """Every clock of the case, explained: each counted, skipped and paused stretch; oldest first."""
    rows, following = CLOCKS.page(queries.all_clocks(the_case(number)), paging)
    at = timezone.now()
    told = [ExplanationOut.of(row.kind, explanation(row.clock, at=at)) for row in rows]
    return ExplanationPage(items=told, next=following)


@router.get("/{int:number}/history", response={200: HistoryPage, **PROBLEMS})
def history(request: HttpRequest, number: int, paging: Query[Paging]) -> HistoryPage:
    """What was done with the case, oldest first; customers are told what concerns them."""
    rows, following = HISTORY.page(queries.history(the_case(number)), paging)
    for_staff = current().is_staff
    return HistoryPage(items=[EntryOut.of(row, for_staff=for_staff) for row in rows], next=following)
