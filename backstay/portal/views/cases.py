"""One case: what was said and promised, and an answer to it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from backstay.cases import actions, queries, rules
from backstay.cases.actions import MoveNotAllowed
from backstay.cases.choices import State
from backstay.cases.models import Case
from backstay.cases.standing import standing
from backstay.conversations import queries as conversations
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import ScanState
from backstay.core import files, readers
from backstay.core.idempotency import Answer, KeyReused
from backstay.core.scoping import current
from backstay.entitlements.queries import check
from backstay.plans import queries as plans
from backstay.plans.catalogue import say
from backstay.portal.access import contacts_only
from backstay.portal.forms.cases import ReplyForm
from backstay.portal.forms.files import received
from backstay.portal.views.case_facts import history, promise_words, state_mark
from backstay.portal.views.case_ways import ways
from backstay.portal.views.escalation_panel import asked_in
from backstay.portal.views.plan_panel import plan_panel
from backstay.portal.views.promises import explained
from backstay.portal.views.sending import see_other, send_once

IN_CALENDARS_ZONE = "calendar"  # ?times=calendar shows the explanation in the zone of its calendar


def readable(number: int) -> Case:
    """The case, or 404: not there and not yours look alike."""
    case = queries.by_number(number)
    if case is None:
        raise Http404
    return case


def may_write(case: Case) -> bool:
    viewer = current()
    return rules.may_write(viewer, case, takes_part=queries.takes_part(viewer, case))


def writable(number: int) -> Case:
    """The case, or 404, or 403 where the viewer may only look."""
    case = readable(number)
    if not may_write(case):
        raise PermissionDenied
    return case


@require_http_methods(["GET", "HEAD", "POST"])
@contacts_only
def show(request: HttpRequest, number: int) -> HttpResponse:
    if request.method == "POST":
        return _reply(request, writable(number))
    return page(request, number, ReplyForm())


def _reply(request: HttpRequest, case: Case) -> HttpResponse:
    taken = received(request)
    if request.POST.get("intent") == "preview":
        return _preview(request, case, ReplyForm(initial={"body": request.POST.get("body")}, received=taken))
    form = ReplyForm(request.POST, received=taken)
    if not form.is_valid():
        return page(request, case.number, form, status=422)
    try:
        answer = send_once(request, lambda: _replied(case, form))
    except MoveNotAllowed:
        words = gettext("The case has been closed meanwhile. Open it again, and then send your reply.")
    except KeyReused:
        words = gettext("This form was sent before, with other contents. Send it again to say this as well.")
    else:
        return see_other(answer.body["to"])
    form.add_error(None, words)
    return page(request, case.number, form, status=409)


def _replied(case: Case, form: ReplyForm) -> Answer:
    message = NewMessage(body=form.cleaned_data["body"], files=form.received.files)
    said = actions.reply(case_id=case.pk, message=message, seen=None, by=current(), at=timezone.now())
    to = f"{reverse('portal:case', args=[case.number])}#message-{said.pk}"
    return Answer(status=303, body={"to": to}, subject=f"case:{case.pk}", boundary=case.boundary)


def _preview(request: HttpRequest, case: Case, form: ReplyForm) -> HttpResponse:
    body = request.POST.get("body", "")
    if request.headers.get("HX-Request"):
        return render(request, "portal/preview.html", {"body": body})
    return page(request, case.number, form, preview=body)


def page(
    request: HttpRequest, number: int, form: ReplyForm, *, status: int = 200, preview: str = ""
) -> HttpResponse:
    live_after, now = readers.end(), timezone.now()
    case = readable(number)
    catalogue = plans.catalogue(plans.current(now))
    severity = catalogue.severities.get(case.severity)
    decision = check(organisation_id=case.organisation_id, product_id=case.product_id, at=now)
    context = {
        **_promise(request, case, now),
        **asked_in(case, at=now),
        "case": case,
        "state": state_mark(case),
        "severity": say(severity.label) if severity else "",
        "said": conversations.messages(case.conversation_id),
        "infected": ScanState.INFECTED,
        "history": history(case),
        "participants": queries.participants(case),
        "may_write": may_write(case),
        "ways": ways(case, at=now),
        "plan": plan_panel(decision, catalogue),
        "form": form,
        "preview": preview,
        "was_opened_now": "opened" in request.GET and case.state == State.NEW,
        "now": now,
        "live_after": live_after,
    }
    return render(request, "portal/case.html", context, status=status)


def _promise(request: HttpRequest, case: Case, now: Any) -> dict[str, Any]:
    found = standing(case, at=now)
    current_clock = next(iter(case.current_clocks), None)  # type: ignore[attr-defined]  # prefetched by the query
    why = explained(case, current_clock, at=now)
    mine = timezone.get_current_timezone_name()
    wants_other = request.GET.get("times") == IN_CALENDARS_ZONE
    return {
        "standing": found,
        "promise": promise_words(case, found),
        "why": why,
        "why_zone": why.zone if why and why.zone and wants_other else mine,
        "is_other_zone": bool(why and why.zone and why.zone != mine),
        "is_calendars_zone": wants_other,
    }


@require_safe
@contacts_only
def download(request: HttpRequest, number: int, attachment_id: int) -> HttpResponseBase:
    case = readable(number)
    found = conversations.attachment(case.conversation_id, attachment_id)
    if found is None:
        raise Http404
    if found.scan_state == ScanState.INFECTED:
        raise PermissionDenied
    try:
        return files.serve(
            request,
            key=found.storage_key,
            name=found.name,
            content_type=found.content_type,
            size=found.size,
            sha256=found.sha256,
        )
    except files.FileMissing as error:
        raise Http404 from error
