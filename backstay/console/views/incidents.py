"""Major incidents: their list, their pages, and what is done with one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms as django_forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backstay.cases import actions, queries
from backstay.cases.choices import CRITERION_LABELS, Criterion
from backstay.cases.models import Incident
from backstay.cases.rules import may_steer
from backstay.console import filters, forms, panels, wording
from backstay.console.access import staff_only
from backstay.console.answering import SentBefore, done_once, newest_event, page, see
from backstay.console.views.steering import people_choices
from backstay.conversations.actions import EmptyMessage, MessageTooLong, NewMessage
from backstay.core import audit
from backstay.core.scoping import Boundary, Viewer, current


@dataclass(frozen=True, kw_only=True)
class Verb:
    """Something that is done with an incident: its form, and the action."""

    make: Callable[..., django_forms.Form]
    run: Callable[[Incident, dict[str, Any], Viewer, datetime], object]


def incident_or_404(number: int) -> Incident:
    found = queries.incidents().filter(number=number).first()
    if found is None:
        raise Http404
    return found


@staff_only
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Those that go on, those that owe a review, and the others."""
    live_after = newest_event()
    rows = list(queries.incidents()[:200])
    context = {
        "live_after": live_after,
        "going": [each for each in rows if each.resolved_at is None],
        "owed": [each for each in rows if each.resolved_at and each.reviewed_at is None],
        "over": [each for each in rows if each.reviewed_at],
        "rail": panels.rail(current(), counted=False),
    }
    return page(request, "console/incidents.html", context)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    """Declare one; with `?case=` that case is its first."""
    form = _declare_form(request.POST or None)
    first = filters.key(request.GET.get("case", ""))
    if request.method == "POST" and form.is_valid():
        try:
            return see(done_once(request, lambda: _declared(form.cleaned_data, first)))
        except wording.REFUSED as error:
            form.add_error(None, wording.refusal(error))
        except SentBefore as error:
            form.add_error(None, str(error))
    context = {"form": form, "rail": panels.rail(current(), counted=False)}
    status = 422 if request.method == "POST" else 200
    return page(request, "console/declare.html", context, status=status)


def _declare_form(data: Any) -> forms.DeclareForm:
    viewer = current()
    sides = [("open", ""), ("us", "")] if viewer.sees_us else [("open", "")]
    side = (data or {}).get("boundary", Boundary.OPEN) if viewer.sees_us else Boundary.OPEN
    return forms.DeclareForm(
        data, sides=sides, people=people_choices(side), initial={"staff": str(viewer.id)}
    )


def _declared(given: dict[str, Any], first: int | None) -> str:
    by, at = current(), timezone.now()
    incident = actions.declare(
        title=given["title"],
        criteria=given["criteria"],
        owner_id=given["staff"],
        boundary=given.get("boundary") or Boundary.OPEN,
        by=by,
        at=at,
    )
    case = queries.visible().filter(number=first).first() if first else None
    if case is not None:
        actions.put_into_incident(case_id=case.pk, incident_id=incident.pk, by=by, at=at)
    return reverse("console:incident", args=[incident.number])


@staff_only
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    return _page(request, incident_or_404(number))


def _page(
    request: HttpRequest,
    incident: Incident,
    *,
    wrong: dict[str, django_forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    live_after = newest_event()
    cases = queries.listed(queries.visible().filter(incident=incident)).order_by("closed_at", "id")
    context = {
        "live_after": live_after,
        "incident": incident,
        "criteria": [str(CRITERION_LABELS[Criterion(each)]) for each in incident.criteria],
        "cases": [(case, wording.state_label(case.state)) for case in cases],
        "updates": list(queries.incident_updates(incident.pk)),
        "entries": [(each, wording.incident_line(each)) for each in audit.of(("incident", incident.pk))][
            ::-1
        ],
        "may_steer": may_steer(current(), incident),
        "forms": {name: verb.make(incident) for name, verb in VERBS.items()} | (wrong or {}),
        "rail": panels.rail(current(), counted=False),
    }
    return page(request, "console/incident.html", context, status=status)


@staff_only
@require_POST
def change(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Do one thing with an incident."""
    incident, chosen = incident_or_404(number), VERBS.get(verb)
    if chosen is None:
        raise Http404
    form = chosen.make(incident, request.POST)
    if form.is_valid():
        try:
            return see(done_once(request, lambda: _changed(incident, chosen, form)))
        except actions.NotAllowed as error:
            raise PermissionDenied from error
        except wording.REFUSED as error:
            form.add_error(None, wording.refusal(error))
        except (SentBefore, EmptyMessage, MessageTooLong) as error:
            form.add_error(None, str(error))
    return _page(request, incident, wrong={verb: form}, status=422)


def _changed(incident: Incident, verb: Verb, form: django_forms.Form) -> str:
    verb.run(incident, form.cleaned_data, current(), timezone.now())
    return reverse("console:incident", args=[incident.number])


def _update_form(_incident: Incident, data: Any = None) -> forms.TextForm:
    words = _("It goes into every open case of the incident at once, as a reply in your name.")
    return forms.TextForm(data, label=_("Tell the customers"), help_text=words, auto_id="update_%s")


def _post(incident: Incident, given: dict[str, Any], by: Viewer, at: datetime) -> object:
    message = NewMessage(body=given["body"])
    return actions.post_update(incident_id=incident.pk, message=message, by=by, at=at)


def _case_form(_incident: Incident, data: Any = None) -> forms.CaseNumberForm:
    return forms.CaseNumberForm(data, auto_id="case_%s")


def _add_case(incident: Incident, given: dict[str, Any], by: Viewer, at: datetime) -> object:
    case = queries.visible().filter(number=given["number"]).first()
    if case is None:
        raise actions.NotInIncident("no such case")
    return actions.put_into_incident(case_id=case.pk, incident_id=incident.pk, by=by, at=at)


def _take_out(incident: Incident, given: dict[str, Any], by: Viewer, at: datetime) -> object:
    case = queries.visible().filter(number=given["number"], incident=incident).first()
    if case is None:
        raise actions.NotInIncident("no such case")
    return actions.put_into_incident(case_id=case.pk, incident_id=None, by=by, at=at)


def _owner_form(incident: Incident, data: Any = None) -> forms.StaffForm:
    people = people_choices(incident.boundary)
    return forms.StaffForm(data, people=people, initial={"staff": incident.owner_id}, auto_id="owner_%s")


def _give(incident: Incident, given: dict[str, Any], by: Viewer, at: datetime) -> object:
    return actions.give_incident(incident_id=incident.pk, staff_id=given["staff"], by=by, at=at)


def _no_form(_incident: Incident, data: Any = None) -> django_forms.Form:
    return django_forms.Form(data)


def _resolve(incident: Incident, _given: dict[str, Any], by: Viewer, at: datetime) -> object:
    return actions.resolve(incident_id=incident.pk, by=by, at=at)


def _review_form(incident: Incident, data: Any = None) -> forms.TextForm:
    words = _("What happened, why, and what is done so that it does not come back. No customer reads it.")
    initial = {"body": incident.review}
    return forms.TextForm(data, label=_("Review"), help_text=words, initial=initial, auto_id="review_%s")


def _review(incident: Incident, given: dict[str, Any], by: Viewer, at: datetime) -> object:
    return actions.write_review(incident_id=incident.pk, text=given["body"], by=by, at=at)


VERBS = {
    "update": Verb(make=_update_form, run=_post),
    "add": Verb(make=_case_form, run=_add_case),
    "remove": Verb(make=_case_form, run=_take_out),
    "owner": Verb(make=_owner_form, run=_give),
    "resolve": Verb(make=_no_form, run=_resolve),
    "review": Verb(make=_review_form, run=_review),
}
