"""Escalation as customers see it: the public page about it, and asking for a manager in a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backstay.cases.models import Case
from backstay.core.idempotency import Answer, KeyReused
from backstay.core.scoping import current
from backstay.escalation import actions, queries
from backstay.escalation.queries import Rung
from backstay.plans import queries as plans
from backstay.plans import wording
from backstay.plans.catalogue import LadderStep, Plan, say
from backstay.plans.choices import Axis
from backstay.portal.access import writers_only
from backstay.portal.forms.escalation import EscalationForm
from backstay.portal.views.cases import writable
from backstay.portal.views.ladder_picture import Picture, pictures
from backstay.portal.views.sending import see_other, send_once
from backstay.ui.inputs import ChoiceDetail, Tab
from backstay.ui.wording import moment


@dataclass(frozen=True, kw_only=True)
class Done:
    """One thing that a step does: as the data has it, and in words."""

    do: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """One step of the table behind the picture."""

    mark: str
    words: str
    functional: Sequence[Done]
    hierarchical: Sequence[Done]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What some severities of a plan climb: the pictures, and the table that says the same."""

    id: str
    title: str
    pictures: tuple[Picture, Picture]
    rows: Sequence[Row]


@dataclass(frozen=True, kw_only=True)
class Urgency:
    label: str
    within: str


@require_safe
def escalation(request: HttpRequest) -> HttpResponse:
    """For everybody: the ladder of each plan and severity, and how soon a manager answers."""
    now = timezone.now()
    catalogue = plans.catalogue(plans.current(now))
    plan = catalogue.plans.get(request.GET.get("plan", "")) or next(iter(catalogue.plans.values()))
    context = {
        "tabs": [
            Tab(label=say(each.name), href=f"?plan={each.key}", current=each.key == plan.key)
            for each in catalogue.plans.values()
        ],
        "ladders": shown(plan),
        "functional": wording.axis(Axis.FUNCTIONAL),
        "hierarchical": wording.axis(Axis.HIERARCHICAL),
        "urgencies": [
            Urgency(label=say(each.label), within=wording.duration(each.within_s))
            for each in catalogue.requests.values()
        ],
    }
    return render(request, "portal/escalation.html", context)


def shown(plan: Plan) -> list[Shown]:
    return [
        Shown(
            id="-".join(rung.severities),
            title=gettext("%(plan)s, %(severities)s") % _names(plan, rung),
            pictures=pictures(rung),
            rows=[_row(step) for step in rung.steps],
        )
        for rung in queries.rungs(plan)
    ]


def _names(plan: Plan, rung: Rung) -> dict[str, str]:
    return {"plan": say(plan.name), "severities": ", ".join(rung.severities)}


def _row(step: LadderStep) -> Row:
    done = {axis: [Done(do=do, label=wording.act(do)) for do in step.do if do.axis is axis] for axis in Axis}
    return Row(
        mark=step.mark,
        words=wording.mark(step.reached),
        functional=done[Axis.FUNCTIONAL],
        hierarchical=done[Axis.HIERARCHICAL],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@writers_only
def escalate(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for a manager: before sending, each urgency tells by when one answers."""
    case, now = writable(number), timezone.now()
    urgencies = queries.urgencies(now)
    if not urgencies:
        raise Http404
    form = EscalationForm(request.POST or None, urgencies=urgencies)
    details = {each.key: ChoiceDetail(description=_promise(each.within_s, now=now)) for each in urgencies}
    context = {"case": case, "form": form, "details": details, "now": now}
    if request.method != "POST":
        return render(request, "portal/escalate.html", context)
    if not form.is_valid():
        return render(request, "portal/escalate.html", context, status=422)
    return _asked_once(request, case, form, context)


def _promise(within_s: int, *, now: datetime) -> str:
    facts = {
        "within": wording.duration(within_s),
        "moment": moment(now + timedelta(seconds=within_s), now=now),
    }
    return gettext("A manager answers within %(within)s: by %(moment)s.") % facts


def _asked_once(
    request: HttpRequest, case: Case, form: EscalationForm, context: dict[str, Any]
) -> HttpResponse:
    def make() -> Answer:
        facts = form.cleaned_data
        actions.request(
            case_id=case.pk,
            reason=facts["reason"],
            urgency=facts["urgency"],
            by=current(),
            at=timezone.now(),
        )
        return Answer(status=303, subject=f"case:{case.pk}", boundary=case.boundary)

    try:
        send_once(request, make)
    except actions.RequestOpen:
        messages.warning(request, gettext("A manager was asked for already, and has not answered yet."))
        return redirect("portal:case", case.number)
    except actions.NothingToEscalate:
        messages.warning(request, gettext("The case is closed. Open it again to ask for a manager."))
        return redirect("portal:case", case.number)
    except KeyReused:
        words = gettext("This form was sent before, with other contents. Send it again to say this as well.")
        form.add_error(None, words)
        return render(request, "portal/escalate.html", context, status=409)
    return see_other(reverse("portal:case", args=[case.number]) + "#escalation")


@require_POST
@writers_only
def withdraw(request: HttpRequest, number: int, request_id: int) -> HttpResponse:
    """A manager is no longer wanted."""
    case = writable(number)
    row = queries.requests_of(case).filter(pk=request_id).first()
    if row is None:
        raise Http404
    try:
        actions.withdraw_request(request_id=row.pk, by=current(), at=timezone.now())
    except actions.AlreadyDecided:
        messages.warning(request, gettext("A manager has answered meanwhile."))
    else:
        messages.success(request, gettext("You no longer ask for a manager."))
    return see_other(reverse("portal:case", args=[case.number]) + "#escalation")
