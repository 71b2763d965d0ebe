"""One case."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from backstay.cases import actions, queries
from backstay.cases.models import Case
from backstay.cases.standing import standing
from backstay.console.access import staff_only
from backstay.conversations import queries as conversations
from backstay.conversations.actions import NewMessage


def _case(number: int) -> Case:
    case = queries.by_number(number)
    if case is None:
        raise Http404
    return case


@require_GET
@staff_only
def show(request: HttpRequest, number: int) -> HttpResponse:
    case, now = _case(number), timezone.now()
    said = conversations.messages(case.conversation_id)
    context = {"case": case, "standing": standing(case, at=now), "messages_said": said, "now": now}
    return render(request, "console/case.html", context)


@require_POST
@staff_only
def reply(request: HttpRequest, number: int) -> HttpResponse:
    case = _case(number)
    message = NewMessage(body=request.POST.get("body", ""))
    actions.reply(case_id=case.pk, message=message, seen=None, by=request.viewer, at=timezone.now())
    return redirect("console:case", number)
