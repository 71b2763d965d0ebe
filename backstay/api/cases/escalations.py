"""Asking for a manager in a case, and what became of it."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from backstay.api.answering import PROBLEMS, Made, answer_once
from backstay.api.cases.changing import the_case
from backstay.api.schemas import Key, Moment, Named, Request, Short
from backstay.core.scoping import current
from backstay.escalation import actions, queries
from backstay.escalation.choices import RequestState
from backstay.escalation.models import EscalationRequest

router = Router(tags=["escalations"])


class EscalationIn(Request):
    urgency: Key = Field(description="one of the catalogue's, such as urgent, timely, not_urgent")
    reason: Short


class EscalationOut(Schema):
    """A request for a manager. `answer_by` is null once it is decided, `answer` what was decided and why."""

    id: int
    state: RequestState
    urgency: str
    reason: str
    asked_at: Moment
    answer_by: Moment | None
    decided_at: Moment | None
    answer: str
    manager: Named | None

    @classmethod
    def of(cls, row: EscalationRequest) -> "EscalationOut":
        state = RequestState(row.state)
        return cls(
            id=row.pk,
            state=state,
            urgency=row.urgency,
            reason=row.reason,
            asked_at=row.asked_at,
            answer_by=row.clock.due_at if state is RequestState.OPEN else None,
            decided_at=row.decided_at,
            answer=row.answer,
            manager=Named.of(row.manager),
        )


@router.get("/{int:number}/escalations", response={200: list[EscalationOut], **PROBLEMS})
def list_escalations(request: HttpRequest, number: int) -> list[EscalationOut]:
    """Requests for a manager in one case, newest first."""
    return [EscalationOut.of(row) for row in queries.requests_of(the_case(number))]


@router.post("/{int:number}/escalations", response={201: EscalationOut, **PROBLEMS})
def escalate(request: HttpRequest, number: int, body: EscalationIn) -> HttpResponse:
    """Ask for a manager, who answers by `answer_by`. Staff ask on behalf of the case's contact."""
    case = the_case(number)

    def make() -> Made:
        row = actions.request(
            case_id=case.pk, reason=body.reason, urgency=body.urgency, by=current(), at=timezone.now()
        )
        return Made(EscalationOut.of(row), f"case:{case.pk}", case.boundary)

    return answer_once(request, 201, make)
