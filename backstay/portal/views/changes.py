"""What a customer may change in a case: its severity, whether it is closed, who takes part."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from backstay.accounts import queries as accounts
from backstay.cases import actions, queries
from backstay.cases.actions import BadRespite, CaseChanged, MoveNotAllowed, NeverCloses
from backstay.cases.choices import State
from backstay.cases.models import Case
from backstay.cases.promises import due_by_severity, may_reopen, severities_of
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel
from backstay.core.idempotency import Answer, KeyReused
from backstay.core.scoping import current
from backstay.plans.catalogue import say
from backstay.portal.access import writers_only
from backstay.portal.forms.cases import MoreTimeForm, ParticipantForm, ReasonForm, SeverityForm
from backstay.portal.views.case_facts import state_mark
from backstay.portal.views.cases import writable
from backstay.portal.views.promises import Row
from backstay.portal.views.sending import see_other, send_once
from backstay.ui.inputs import ChoiceDetail

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
@writers_only
def severity(request: HttpRequest, number: int) -> HttpResponse:
    case, now = writable(number), timezone.now()
    severities = severities_of(case, at=now)
    form = SeverityForm(request.POST or None, initial=_initial(case), severities=severities)
    dues = due_by_severity(case, at=now)
    context = {
        "title": gettext("Change the severity"),
        "button": gettext("Change the severity"),
        "details": {
            each.key: ChoiceDetail(description=say(each.definition), severity=each.key) for each in severities
        },
        "rows": [
            Row(key=each.key, label=say(each.label), due_at=dues[each.key])
            for each in severities
            if each.key in dues
        ],
        "now": now,
    }

    def make() -> None:
        facts = form.cleaned_data
        actions.change_severity(
            case_id=case.pk,
            new=facts["severity"],
            reason=facts["reason"],
            seen=facts["seen"],
            by=current(),
            at=now,
        )
        messages.success(request, gettext("The severity is changed."))

    return _changed(request, case, form, make, context)


@require_http_methods(METHODS)
@writers_only
def close(request: HttpRequest, number: int) -> HttpResponse:
    case = writable(number)
    form = ReasonForm(request.POST or None, initial=_initial(case), is_needed=False)
    context = {
        "title": gettext("Close the case"),
        "button": gettext("Close the case"),
        "hint": gettext("You can open it again at any time. We stop working on it."),
    }

    def make() -> None:
        facts = form.cleaned_data
        actions.close(
            case_id=case.pk, reason=facts["reason"], seen=facts["seen"], by=current(), at=timezone.now()
        )
        messages.success(request, gettext("The case is closed."))

    return _changed(request, case, form, make, context)


@require_http_methods(METHODS)
@writers_only
def reopen(request: HttpRequest, number: int) -> HttpResponse:
    """Open the case again; where it was closed too long ago, a new one that follows it up."""
    case = writable(number)
    if case.state == State.CLOSED and not may_reopen(case, at=timezone.now()):
        return _follow_up(request, case)
    form = ReasonForm(request.POST or None, initial=_initial(case))
    context = {
        "title": gettext("Open the case again"),
        "button": gettext("Open the case again"),
        "hint": gettext("Tell us what is still wrong, or wrong again."),
    }

    def make() -> None:
        facts = form.cleaned_data
        actions.reopen(
            case_id=case.pk, reason=facts["reason"], seen=facts["seen"], by=current(), at=timezone.now()
        )
        messages.success(request, gettext("The case is open again."))

    return _changed(request, case, form, make, context)


def _follow_up(request: HttpRequest, case: Case) -> HttpResponse:
    form = ReasonForm(request.POST or None, initial=_initial(case))
    context = {
        "title": gettext("Open a follow-up case"),
        "button": gettext("Open a follow-up case"),
        "hint": gettext(
            "This case was closed some time ago, so a new one is opened. Subject, product and device are "
            "carried over: only tell us what is wrong again."
        ),
    }

    def make() -> str:
        message = NewMessage(body=form.cleaned_data["reason"])
        by, at = current(), timezone.now()
        opened = actions.follow_up(case_id=case.pk, message=message, channel=Channel.PORTAL, by=by, at=at)
        messages.success(request, gettext("Your new case is with us. It is linked to the old one."))
        return reverse("portal:case", args=[opened.number])

    return _changed(request, case, form, make, context)


@require_http_methods(METHODS)
@writers_only
def more_time(request: HttpRequest, number: int) -> HttpResponse:
    """Ask that silence does not count until a day."""
    case = writable(number)
    form = MoreTimeForm(request.POST or None, initial=_initial(case) | {"until": case.quiet_until})
    context = {
        "title": gettext("I need more time"),
        "button": gettext("Wait until then"),
        "hint": gettext("Until then we neither remind you nor close the case for want of an answer."),
    }

    def make() -> None:
        facts = form.cleaned_data
        actions.give_respite(
            case_id=case.pk, until=facts["until"], seen=facts["seen"], by=current(), at=timezone.now()
        )
        messages.success(request, gettext("We wait until then."))

    return _changed(request, case, form, make, context)


@require_http_methods(METHODS)
@writers_only
def participants(request: HttpRequest, number: int) -> HttpResponse:
    case = writable(number)
    there = {row.contact_id for row in queries.participants(case)} | {case.contact_id or 0}
    others = accounts.contacts_of(case.organisation_id or 0).exclude(pk__in=there)
    form = ParticipantForm(request.POST or None, contacts=others)
    context = {
        "title": gettext("Let a colleague take part"),
        "button": gettext("Let them take part"),
        "hint": gettext("They see the whole case and may answer in it, as far as their own access allows."),
    }

    def make() -> None:
        contact = form.cleaned_data["contact"]
        actions.add_participant(case_id=case.pk, contact_id=contact.pk, by=current(), at=timezone.now())
        messages.success(request, gettext("%(name)s takes part now.") % {"name": contact.name})

    return _changed(request, case, form, make, context)


def _initial(case: Case) -> dict[str, Any]:
    return {"seen": case.version, "severity": case.severity}


def _changed(
    request: HttpRequest, case: Case, form: BaseForm, make: Callable[[], str | None], context: dict[str, Any]
) -> HttpResponse:
    """The form's page; after a good one the case's, or what `make` answers.

    Somebody else's change meanwhile is shown first: 409.
    """
    context |= {"case": case, "state": state_mark(case), "form": form}
    if request.method != "POST":
        return render(request, "portal/change.html", context)
    if not form.is_valid():
        return render(request, "portal/change.html", context, status=422)

    def once() -> Answer:
        to = make() or reverse("portal:case", args=[case.number])
        return Answer(status=303, body={"to": to}, subject=f"case:{case.pk}", boundary=case.boundary)

    try:
        answer = send_once(request, once)
    except (BadRespite, NeverCloses) as refusal:
        form.add_error(None, _no_respite(refusal))
        return render(request, "portal/change.html", context, status=422)
    except (CaseChanged, MoveNotAllowed, KeyReused) as refusal:
        return _conflict(request, case, form, refusal, context)
    return see_other(answer.body["to"])


def _no_respite(refusal: Exception) -> str:
    if isinstance(refusal, BadRespite):
        return gettext("Choose a day after today and within a year.")
    return gettext("This case does not close for want of an answer, so there is nothing to wait for.")


def _conflict(
    request: HttpRequest, case: Case, form: BaseForm, refusal: Exception, context: dict[str, Any]
) -> HttpResponse:
    """What stands now, with what was typed, for the reader to decide again."""
    if isinstance(refusal, MoveNotAllowed):
        messages.warning(request, _already(case))
        return redirect("portal:case", case.number)
    renewed = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
    renewed["seen"] = str(case.version)
    form.data = renewed
    return render(request, "portal/change.html", context | {"has_changed": True}, status=409)


def _already(case: Case) -> str:
    if case.state == State.CLOSED:
        return gettext("The case is closed. Open it again to change it.")
    return gettext("The case is open already.")
