"""Cases as their customer sees them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from backstay.cases import actions, queries
from backstay.cases.actions import NewCase
from backstay.cases.standing import standing
from backstay.conversations import queries as conversations
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel
from backstay.core import readers


def listing(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    rows = [(case, standing(case, at=now)) for case in queries.listed(queries.visible())[:50]]
    return render(request, "portal/cases.html", {"rows": rows, "now": now})


def new(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        case = actions.open_case(
            new=NewCase(
                subject=request.POST["subject"],
                message=NewMessage(body=request.POST["body"]),
                severity=request.POST["severity"],
                channel=Channel.PORTAL,
                organisation_id=request.viewer.own_organisation,
            ),
            by=request.viewer,
            at=timezone.now(),
        )
        return redirect("portal:case", case.number)
    return render(request, "portal/new.html", {})


def show(request: HttpRequest, number: int) -> HttpResponse:
    case, now = queries.by_number(number), timezone.now()
    if case is None:
        raise Http404
    said = conversations.messages(case.conversation_id)
    context = {
        "case": case,
        "standing": standing(case, at=now),
        "messages_said": said,
        "now": now,
        "live_after": readers.end(),
    }
    return render(request, "portal/case.html", context)


def plans(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/plans.html", {})
