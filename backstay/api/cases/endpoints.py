"""Cases over the API: the same actions and rules as on the pages."""

from datetime import datetime
from typing import Annotated

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from backstay.api.answering import PAGE, PROBLEMS, BadCursor, Made, answer_once, found, from_cursor, to_cursor
from backstay.api.cases.schemas import (
    AssignIn,
    CaseIn,
    CaseOut,
    CasePage,
    CloseIn,
    ExplanationOut,
    ExplanationPage,
    MessageOut,
    MessagePage,
    NoteIn,
    ParticipantIn,
    ReopenIn,
    ReplyIn,
    SeverityIn,
    StateIn,
    SubjectMatterIn,
)
from backstay.cases import actions, queries
from backstay.cases.actions import NewCase
from backstay.cases.choices import State
from backstay.cases.models import Case
from backstay.conversations import queries as conversations
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel, Visibility
from backstay.conversations.models import Message
from backstay.core.scoping import Viewer, current
from backstay.sla.queries import explanation

router = Router(tags=["cases"])


def _case(number: int) -> Case:
    return found(queries.by_number(number))


def _shown(case: Case) -> CaseOut:
    return CaseOut.of(_case(case.number), for_staff=current().is_staff)


def _made_case(case: Case) -> Made:
    return Made(_shown(case), f"case:{case.pk}", case.boundary)


def _made_message(message: Message, case: Case) -> Made:
    return Made(MessageOut.of(message), f"case:{case.pk}", case.boundary)


@router.get("", response={200: CasePage, **PROBLEMS})
def list_cases(
    request: HttpRequest,
    state: Annotated[State | None, Query()] = None,
    after: Annotated[str | None, Query(max_length=200)] = None,
) -> CasePage:
    """The cases that you may read, newest change first; `after` is the `next` of the page before."""
    rows = queries.detailed(queries.visible()).order_by("-updated_at", "-id")
    if state is not None:
        rows = rows.filter(state=state)
    if after is not None:
        updated, key = _position(after)
        rows = rows.filter(Q(updated_at__lt=updated) | Q(updated_at=updated, pk__lt=key))
    page = list(rows[: PAGE + 1])
    last = page[PAGE - 1] if len(page) > PAGE else None
    for_staff = current().is_staff
    return CasePage(
        items=[CaseOut.of(case, for_staff=for_staff) for case in page[:PAGE]],
        next=to_cursor([last.updated_at.isoformat(), last.pk]) if last else None,
    )


def _position(cursor: str) -> tuple[datetime, int]:
    text, key = from_cursor(cursor, 2)
    try:
        updated = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise BadCursor("this is no cursor of this list: begin without one") from error
    if updated.tzinfo is None or not isinstance(key, int) or not 0 < key < 2**63:
        raise BadCursor("this is no cursor of this list: begin without one")
    return updated, key


@router.post("", response={201: CaseOut, **PROBLEMS})
def open_case(request: HttpRequest, body: CaseIn) -> HttpResponse:
    """Open a case. It is accepted at every hour; `clocks` and `no_promise` say what is promised."""
    viewer = current()

    def make() -> Made:
        case = actions.open_case(new=_new_case(body, viewer), by=viewer, at=timezone.now())
        return _made_case(case)

    return answer_once(request, 201, make)


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
        received_at=body.received_at if viewer.is_staff else None,
    )


@router.get("/{int:number}", response={200: CaseOut, **PROBLEMS})
def one_case(request: HttpRequest, number: int) -> CaseOut:
    return _shown(_case(number))


@router.get("/{int:number}/messages", response={200: MessagePage, **PROBLEMS})
def messages(request: HttpRequest, number: int) -> MessagePage:
    """What was said, oldest first; internal notes for staff only."""
    rows = conversations.messages(_case(number).conversation_id)
    return MessagePage(items=[MessageOut.of(message) for message in rows])


@router.post("/{int:number}/messages", response={201: MessageOut, **PROBLEMS})
def reply(request: HttpRequest, number: int, body: ReplyIn) -> HttpResponse:
    """Reply publicly. A member of staff's reply meets the first-response promise."""
    case, viewer = _case(number), current()

    def make() -> Made:
        said = actions.reply(
            case_id=case.pk,
            message=NewMessage(body=body.body),
            new_state=body.state if viewer.is_staff else None,
            seen=body.seen,
            by=viewer,
            at=timezone.now(),
        )
        return _made_message(said, case)

    return answer_once(request, 201, make)


@router.post("/{int:number}/notes", response={201: MessageOut, **PROBLEMS})
def note(request: HttpRequest, number: int, body: NoteIn) -> HttpResponse:
    """Write an internal note (staff only)."""
    case = _case(number)

    def make() -> Made:
        message = NewMessage(body=body.body, visibility=Visibility.INTERNAL)
        return _made_message(actions.note(case_id=case.pk, message=message, by=current(), at=timezone.now()), case)

    return answer_once(request, 201, make)


@router.post("/{int:number}/state", response={200: CaseOut, **PROBLEMS})
def set_state(request: HttpRequest, number: int, body: StateIn) -> HttpResponse:
    """Say where the work stands (staff only). States that tell the customer something go with a reply."""
    pk = _case(number).pk

    def make() -> Made:
        return _made_case(
            actions.set_state(case_id=pk, new=body.state, seen=body.seen, by=current(), at=timezone.now())
        )

    return answer_once(request, 200, make)


@router.post("/{int:number}/severity", response={200: CaseOut, **PROBLEMS})
def change_severity(request: HttpRequest, number: int, body: SeverityIn) -> HttpResponse:
    """Change the severity, with a reason; the clocks follow from the case's frozen terms."""
    pk = _case(number).pk

    def make() -> Made:
        return _made_case(
            actions.change_severity(
                case_id=pk, new=body.severity, reason=body.reason, seen=body.seen, by=current(), at=timezone.now()
            )
        )

    return answer_once(request, 200, make)


@router.post("/{int:number}/close", response={200: CaseOut, **PROBLEMS})
def close(request: HttpRequest, number: int, body: CloseIn) -> HttpResponse:
    pk = _case(number).pk

    def make() -> Made:
        return _made_case(
            actions.close(case_id=pk, reason=body.reason, seen=body.seen, by=current(), at=timezone.now())
        )

    return answer_once(request, 200, make)


@router.post("/{int:number}/reopen", response={200: CaseOut, **PROBLEMS})
def reopen(request: HttpRequest, number: int, body: ReopenIn) -> HttpResponse:
    pk = _case(number).pk

    def make() -> Made:
        return _made_case(
            actions.reopen(case_id=pk, reason=body.reason, seen=body.seen, by=current(), at=timezone.now())
        )

    return answer_once(request, 200, make)


@router.post("/{int:number}/assignee", response={200: CaseOut, **PROBLEMS})
def assign(request: HttpRequest, number: int, body: AssignIn) -> HttpResponse:
    """Give the case to somebody, or back to its queue (staff only)."""
    pk = _case(number).pk

    def make() -> Made:
        return _made_case(
            actions.assign(case_id=pk, staff_id=body.staff_id, seen=body.seen, by=current(), at=timezone.now())
        )

    return answer_once(request, 200, make)


@router.post("/{int:number}/subject-matter", response={200: CaseOut, **PROBLEMS})
def correct(request: HttpRequest, number: int, body: SubjectMatterIn) -> HttpResponse:
    """Put product or device right (staff only); coverage and open clocks are replayed from the start."""
    pk = _case(number).pk

    def make() -> Made:
        return _made_case(
            actions.correct_subject_matter(
                case_id=pk,
                product_id=body.product_id,
                device_id=body.device_id,
                seen=body.seen,
                by=current(),
                at=timezone.now(),
            )
        )

    return answer_once(request, 200, make)


@router.post("/{int:number}/participants", response={200: CaseOut, **PROBLEMS})
def add_participant(request: HttpRequest, number: int, body: ParticipantIn) -> HttpResponse:
    """Let another contact of the case's organisation take part."""
    case = _case(number)

    def make() -> Made:
        actions.add_participant(case_id=case.pk, contact_id=body.contact_id, by=current(), at=timezone.now())
        return _made_case(case)

    return answer_once(request, 200, make)


@router.get("/{int:number}/clocks", response={200: ExplanationPage, **PROBLEMS})
def clocks(request: HttpRequest, number: int) -> ExplanationPage:
    """Every clock of the case, explained: each counted, skipped and paused stretch."""
    rows = queries.clocks_of(_case(number))
    at = timezone.now()
    return ExplanationPage(items=[ExplanationOut.of(row.kind, explanation(row.clock, at=at)) for row in rows])
