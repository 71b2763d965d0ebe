"""What the page of a case tells of requests for a manager."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backstay.cases.choices import State
from backstay.cases.models import Case
from backstay.escalation import queries
from backstay.escalation.choices import REQUEST_STATE_LABELS, RequestState
from backstay.escalation.models import EscalationRequest
from backstay.plans.catalogue import say

KINDS = {
    RequestState.OPEN: "warn",
    RequestState.ACCEPTED: "kept",
    RequestState.DECLINED: "plain",
    RequestState.WITHDRAWN: "plain",
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request on the case's page. `answer_by` is None once it is decided."""

    request: EscalationRequest
    urgency: str
    state: str
    kind: str
    is_open: bool
    answer_by: datetime | None


def asked_in(case: Case, *, at: datetime) -> dict[str, Any]:
    """What the case's page tells of requests for a manager, and whether one may be made now."""
    rows = list(queries.requests_of(case))
    is_possible = case.state != State.CLOSED and bool(queries.urgencies(at))
    return {
        "requests": [_asked(row) for row in rows],
        "may_escalate": is_possible and all(row.state != RequestState.OPEN for row in rows),
    }


def _asked(row: EscalationRequest) -> Asked:
    state = RequestState(row.state)
    return Asked(
        request=row,
        urgency=say(row.urgency_label),
        state=str(REQUEST_STATE_LABELS[state]),
        kind=KINDS[state],
        is_open=state is RequestState.OPEN,
        answer_by=row.clock.due_at if state is RequestState.OPEN else None,
    )
