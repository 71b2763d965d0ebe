"""Escalations: who waits for a manager, what nobody can take, which steps come next and which were taken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backstay.accounts.choices import Role
from backstay.console import panels
from backstay.console.access import staff_only
from backstay.console.answering import SentBefore, case_or_404, done_once, newest_event, page, see
from backstay.console.forms import AnswerForm
from backstay.console.views import escalation_words  # noqa: F401  # registers how the history reads
from backstay.core.scoping import current
from backstay.escalation import actions, queries
from backstay.escalation.choices import (
    REQUEST_STATE_LABELS,
    RESULT_LABELS,
    STEP_STATE_LABELS,
    RequestState,
    Result,
    StepState,
)
from backstay.escalation.models import EscalationRequest, EscalationStep
from backstay.oncall import actions as oncall
from backstay.oncall import queries as oncall_queries
from backstay.oncall.wording import text
from backstay.plans import wording
from backstay.plans.catalogue import say
from backstay.plans.catalogue.ladders import read_mark
from backstay.plans.choices import Do
from backstay.ui.routes import address

AHEAD = timedelta(hours=8)
SHOWN = 50
DECIDING = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """One step in words; `did` is what came of it, or what it will do."""

    step: EscalationStep
    mark: str
    did: str
    state: str
    is_ahead: bool


@dataclass(frozen=True, kw_only=True)
class RequestLine:
    request: EscalationRequest
    urgency: str
    state: str
    is_open: bool


@staff_only
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    live_after, now = newest_event(), timezone.now()
    context = {
        "live_after": live_after,
        "rail": panels.rail(current(), counted=False),
        "now": now,
        "alarms": list(queries.open_alarms()),
        "requests": request_lines(queries.open_requests()),
        "may_decide": Role.MANAGER in current().roles,
        "ahead": step_lines(queries.steps_ahead(until=now + AHEAD)[:SHOWN]),
        "done": step_lines(queries.steps_done()[:SHOWN]),
        "notices": [(each, text(each)) for each in oncall_queries.notices()[:SHOWN]],
    }
    return page(request, "console/escalations.html", context)


@staff_only
@require_safe
def of_case(request: HttpRequest, number: int) -> HttpResponse:
    """The part of a case's page that tells of its ladder and of requests for a manager."""
    case = case_or_404(number)
    requests = request_lines(queries.requests_of(case))
    context = {
        "case": case,
        "requests": requests,
        "steps": step_lines(queries.steps_of(case)),
        "may_escalate": case.closed_at is None and not any(each.is_open for each in requests),
    }
    return page(request, "console/case_escalation.html", context)


def step_lines(steps: Any) -> Sequence[StepLine]:
    return [
        StepLine(
            step=step,
            mark=wording.mark(read_mark(step.mark)),
            did=_did(step),
            state=str(STEP_STATE_LABELS[StepState(step.state)]),
            is_ahead=step.state in {StepState.PENDING, StepState.RESTING},
        )
        for step in steps
    ]


def _did(step: EscalationStep) -> str:
    """What it does; where something other than that came of it, with what."""
    done = {Do(do): Result(result) for do, result in step.outcome.items()}
    words = [(wording.act(Do(do)), done.get(Do(do), Result.DONE)) for do in step.do]
    told = _("%(act)s (%(result)s)")
    return ", ".join(
        act if result is Result.DONE else told % {"act": act, "result": RESULT_LABELS[result]}
        for act, result in words
    )


def request_lines(rows: Any) -> Sequence[RequestLine]:
    return [
        RequestLine(
            request=row,
            urgency=say(row.urgency_label),
            state=str(REQUEST_STATE_LABELS[RequestState(row.state)]),
            is_open=row.state == RequestState.OPEN,
        )
        for row in rows
    ]


@staff_only
@require_http_methods(DECIDING)
def accept(request: HttpRequest, request_id: int) -> HttpResponse:
    """Take a request up, and tell the customer what happens now."""

    def run(row: EscalationRequest, answer: str, at: datetime) -> object:
        return actions.accept(request_id=row.pk, answer=answer, by=current(), at=at)

    words = {
        "title": _("Accept the escalation"),
        "submit": _("Accept"),
        "hint": _("You manage this escalation from now on. Tell the customer what happens now."),
    }
    return _decide(request, request_id, run, words)


@staff_only
@require_http_methods(DECIDING)
def decline(request: HttpRequest, request_id: int) -> HttpResponse:
    """Turn a request down, and tell the customer why."""

    def run(row: EscalationRequest, answer: str, at: datetime) -> object:
        return actions.decline(request_id=row.pk, reason=answer, by=current(), at=at)

    words = {
        "title": _("Decline the escalation"),
        "submit": _("Decline"),
        "hint": _("The customer reads your reason. The case goes on as before."),
    }
    return _decide(request, request_id, run, words)


def _decide(
    request: HttpRequest,
    request_id: int,
    run: Callable[[EscalationRequest, str, datetime], object],
    words: dict[str, str],
) -> HttpResponse:
    row = queries.request_by_id(request_id)
    if row is None:
        raise Http404
    form = AnswerForm(request.POST or None)
    context = {"row": row, "urgency": say(row.urgency_label), "form": form, **words}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            refused = _refused(request, row, form, run)
            if refused is None:
                return see(address("console:escalations"))
            form.add_error(None, refused)
            status = 409
    context["rail"] = panels.rail(current(), counted=False)
    return page(request, "console/escalation_decide.html", context, status=status)


def _refused(
    request: HttpRequest,
    row: EscalationRequest,
    form: AnswerForm,
    run: Callable[[EscalationRequest, str, datetime], object],
) -> str | None:
    """Decide; why it could not be, None where it was."""

    def make() -> str:
        run(row, form.cleaned_data["answer"], timezone.now())
        return address("console:escalations")

    try:
        done_once(request, make, case=row.case)
    except actions.AlreadyDecided:
        return _("This request has been answered or withdrawn meanwhile.")
    except actions.MayNotDecide:
        return _("Managers decide on requests, and whoever is on call for them.")
    except SentBefore as error:
        return str(error)
    return None


@staff_only
@require_POST
def read_notices(_request: HttpRequest) -> HttpResponse:
    """One's notices have been read."""
    oncall.read_notices(by=current(), at=timezone.now())
    return see(address("console:escalations"))
