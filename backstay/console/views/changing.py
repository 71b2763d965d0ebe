"""Changing a case: one small form for each verb, as a page of its own or in a dialog."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backstay.accounts import queries as accounts
from backstay.assets import queries as assets
from backstay.cases import actions
from backstay.cases.actions import CaseChanged
from backstay.cases.models import Case
from backstay.cases.promises import due_by_severity, severities_of
from backstay.cases.rules import may_assign_others
from backstay.console import filters, forms, panels, wording
from backstay.console.access import View, staff_only
from backstay.console.answering import SentBefore, case_or_404, done_once, into, page, see, target, wants_part
from backstay.console.views.cases import case_context, keeping
from backstay.console.views.writing import meanwhile
from backstay.core.scoping import Viewer, current
from backstay.plans.catalogue import say
from backstay.products.queries import products
from backstay.ui.inputs import ChoiceDetail
from backstay.ui.wording import moment


@dataclass(frozen=True, kw_only=True)
class Change:
    """One verb: its title, its form, what it does, and what is said when it is done."""

    title: str | LazyText
    submit: str | LazyText
    done: str | LazyText
    make: Callable[..., django_forms.Form]
    run: Callable[[Case, dict[str, Any], int | None, Viewer, datetime], object]
    about: Callable[[Case, datetime], dict[str, Any]] = field(default=lambda _case, _at: {})
    danger: bool = False


def view_of(change: Change) -> View:
    """The view that shows a change's form, and makes it."""

    @staff_only
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, number: int) -> HttpResponse:
        case = case_or_404(number)
        if request.method == "POST":
            return _post(request, case, change)
        return _form(request, case, change, change.make(case))

    return view


def _post(request: HttpRequest, case: Case, change: Change) -> HttpResponse:
    form = change.make(case, request.POST)
    if not form.is_valid():
        return _form(request, case, change, form, status=422)
    try:
        done_once(request, lambda: _run(case, change, form, request.POST), case=case)
    except CaseChanged as error:
        return _form(request, case_or_404(case.number), change, form, status=409, since=error.seen)
    except wording.REFUSED as error:
        form.add_error(None, wording.refusal(error))
    except SentBefore as error:
        form.add_error(None, str(error))
    else:
        return _done(request, case, str(change.done))
    return _form(request, case, change, form, status=422)


def _run(case: Case, change: Change, form: django_forms.Form, given: Any) -> str:
    change.run(case, form.cleaned_data, filters.key(given.get("seen", "")), current(), timezone.now())
    return reverse("console:case", args=[case.number])


def _done(request: HttpRequest, case: Case, words: str) -> HttpResponse:
    """The case as it is now. What is being typed in its forms stays."""
    if not wants_part(request):
        return see(reverse("console:case", args=[case.number]))
    context = case_context(request, case_or_404(case.number), told=words)
    return page(request, "console/case.html#case", keeping(context, "reply_form", "note_form"))


def _form(
    request: HttpRequest,
    case: Case,
    change: Change,
    form: django_forms.Form,
    *,
    status: int = 200,
    since: int | None = None,
) -> HttpResponse:
    """The form, on a page or in the dialog; after a conflict with what others did `since` the version that
    was seen, ready to be sent again.
    """
    at = timezone.now()
    context = {
        "case": case,
        "change": change,
        "form": form,
        "action": request.path,
        "seen": case.version,
        "meanwhile": [] if since is None else meanwhile(case, since).lines,
        **change.about(case, at),
    }
    if wants_part(request):
        part = page(request, "console/change.html#form", context, status=status)
        return part if target(request) == "change-body" else into(part, "change-body")
    return page(
        request,
        "console/change.html",
        context | {"rail": panels.rail(current(), counted=False)},
        status=status,
    )


def _severity_form(case: Case, data: Any = None) -> forms.SeverityForm:
    known = [(each.key, say(each.label)) for each in severities_of(case, at=timezone.now())]
    return forms.SeverityForm(data, severities=known, initial={"new": case.severity})


def _severity_about(case: Case, at: datetime) -> dict[str, Any]:
    """Beside each severity what it means, and by when it would be answered."""
    due = due_by_severity(case, at=at)
    return {
        "details": {
            each.key: ChoiceDetail(
                severity=each.key, description=_meaning(say(each.definition), due.get(each.key), at)
            )
            for each in severities_of(case, at=at)
        }
    }


def _meaning(definition: str, due_at: datetime | None, at: datetime) -> str:
    if due_at is None:
        return definition
    words = _("%(definition)s First answer due %(moment)s.")
    return words % {"definition": definition, "moment": moment(due_at, now=at)}


def _change_severity(case: Case, given: dict[str, Any], seen: int | None, by: Viewer, at: datetime) -> object:
    return actions.change_severity(
        case_id=case.pk, new=given["new"], reason=given["reason"], seen=seen, by=by, at=at
    )


def _state_form(case: Case, data: Any = None) -> forms.StateForm:
    return forms.StateForm(data, states=forms.state_choices(case, with_message=False))


def _set_state(case: Case, given: dict[str, Any], seen: int | None, by: Viewer, at: datetime) -> object:
    return actions.set_state(case_id=case.pk, new=given["new"], seen=seen, by=by, at=at)


def _close_form(_case: Case, data: Any = None) -> forms.CloseForm:
    return forms.CloseForm(data)


def _close(case: Case, given: dict[str, Any], seen: int | None, by: Viewer, at: datetime) -> object:
    return actions.close(case_id=case.pk, reason=given["reason"], seen=seen, by=by, at=at)


def _reopen_form(_case: Case, data: Any = None) -> forms.ReopenForm:
    return forms.ReopenForm(data)


def _reopen(case: Case, given: dict[str, Any], seen: int | None, by: Viewer, at: datetime) -> object:
    return actions.reopen(case_id=case.pk, reason=given["reason"], seen=seen, by=by, at=at)


def _assign_form(case: Case, data: Any = None) -> forms.AssignForm:
    """Agents choose between themselves and the queue; leads among all who may read the case."""
    viewer = current()
    people = [(str(viewer.id), viewer.name)]
    if may_assign_others(viewer):
        rows = accounts.staff_members()
        if case.boundary == "us":
            rows = rows.filter(pk__in=accounts.eligible_staff_ids(at=timezone.now()))
        people = [(str(each.pk), f"{each.name}, {each.team.name}") for each in rows]
    return forms.AssignForm(
        data,
        people=[("", _("Nobody: back to the queue")), *people],
        initial={"staff": case.assignee_id or ""},
    )


def _assign(case: Case, given: dict[str, Any], seen: int | None, by: Viewer, at: datetime) -> object:
    return actions.assign(case_id=case.pk, staff_id=given["staff"], seen=seen, by=by, at=at)


def _subject_matter_form(case: Case, data: Any = None) -> forms.SubjectMatterForm:
    return forms.SubjectMatterForm(
        data,
        products=[(str(each.pk), each.name) for each in products()],
        devices=device_choices(case.organisation_id),
        initial={"product": case.product_id or "", "device": case.device_id or ""},
    )


def device_choices(organisation_id: int | None) -> list[tuple[str, str]]:
    if organisation_id is None:
        return []
    return [
        (str(each.pk), f"{each.serial}, {each.product.name}") for each in assets.devices_of(organisation_id)
    ]


def _correct(case: Case, given: dict[str, Any], seen: int | None, by: Viewer, at: datetime) -> object:
    return actions.correct_subject_matter(
        case_id=case.pk, product_id=given["product"], device_id=given["device"], seen=seen, by=by, at=at
    )


def _participant_form(case: Case, data: Any = None) -> forms.ParticipantForm:
    rows = accounts.contacts_of(case.organisation_id) if case.organisation_id else []
    return forms.ParticipantForm(
        data, contacts=[(str(each.pk), each.name) for each in rows if each.pk != case.contact_id]
    )


def _add_participant(case: Case, given: dict[str, Any], _seen: int | None, by: Viewer, at: datetime) -> None:
    actions.add_participant(case_id=case.pk, contact_id=given["contact"], by=by, at=at)


SEVERITY = Change(
    title=gettext_lazy("Change the severity"),
    submit=gettext_lazy("Change the severity"),
    done=gettext_lazy("Severity changed"),
    make=_severity_form,
    run=_change_severity,
    about=_severity_about,
)
STATE = Change(
    title=gettext_lazy("Set the state"),
    submit=gettext_lazy("Set the state"),
    done=gettext_lazy("State changed"),
    make=_state_form,
    run=_set_state,
)
CLOSE = Change(
    title=gettext_lazy("Close the case"),
    submit=gettext_lazy("Close the case"),
    done=gettext_lazy("Case closed"),
    make=_close_form,
    run=_close,
    danger=True,
)
REOPEN = Change(
    title=gettext_lazy("Reopen the case"),
    submit=gettext_lazy("Reopen the case"),
    done=gettext_lazy("Case reopened"),
    make=_reopen_form,
    run=_reopen,
)
ASSIGN = Change(
    title=gettext_lazy("Assign the case"),
    submit=gettext_lazy("Assign"),
    done=gettext_lazy("Case assigned"),
    make=_assign_form,
    run=_assign,
)
SUBJECT_MATTER = Change(
    title=gettext_lazy("Correct product and device"),
    submit=gettext_lazy("Correct"),
    done=gettext_lazy("Product and device corrected"),
    make=_subject_matter_form,
    run=_correct,
)
PARTICIPANTS = Change(
    title=gettext_lazy("Let somebody take part"),
    submit=gettext_lazy("Let them take part"),
    done=gettext_lazy("Participant added"),
    make=_participant_form,
    run=_add_participant,
)
