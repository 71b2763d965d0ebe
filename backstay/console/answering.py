"""What the console's views share: one case or 404, one effect for one form, htmx or a whole page."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from backstay.cases import queries
from backstay.cases.models import Case
from backstay.core import readers
from backstay.core.idempotency import Answer, AnswerWithheld, BadKey, KeyReused, once

# Which line of the rail a page belongs to.
SECTIONS = {
    "customers": "customers",
    "organisation": "customers",
    "views": "views",
    "settings": "settings",
    "tokens": "settings",
    "new_case": "new_case",
    "people": "people",
    "person": "people",
    "boundary_log": "boundary_log",
    "incidents": "incidents",
    "incident": "incidents",
    "declare": "incidents",
    "incident_change": "incidents",
    "duty": "duty",
    "duty_case": "duty",
    "duty_page": "duty",
    "escalations": "escalations",
    "accept_escalation": "escalations",
    "decline_escalation": "escalations",
    "on_call": "on_call",
    "take_over": "on_call",
    "doors": "on_call",
    "rota": "on_call",
    "new_rota": "on_call",
    "layer": "on_call",
    "new_layer": "on_call",
    "routing": "routing",
    "routing_people": "routing",
    "routing_person": "routing",
    "routing_rules": "routing",
}
UNSIGNED = {"csrfmiddlewaretoken", "idempotency_key"}


class SentBefore(ValueError):
    """The form was sent already, with other words; it has to be opened anew."""


def case_or_404(number: int) -> Case:
    """A case that the viewer may read. For everybody else it does not exist."""
    case = queries.named(number)
    if case is None:
        raise Http404
    return case


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks: then a part of the page is enough."""
    return "HX-Request" in request.headers


def target(request: HttpRequest) -> str:
    """The id of the region that htmx will fill."""
    return request.headers.get("HX-Target", "")


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A whole page or (`name#part`) a part of it. Live pages hand in `live_after`, read before the rest."""
    match = request.resolver_match
    section = SECTIONS.get(match.url_name or "") if match else None
    sections = {name: name == section for name in SECTIONS.values()}
    return render(request, template, {"now": timezone.now(), "sections": sections, **context}, status=status)


def newest_event() -> int:
    """To be read before a live page's other queries, so that nothing between is missed."""
    return readers.end()


def done_once(request: HttpRequest, make: Callable[[], str], *, case: Case | None = None) -> str:
    """Run `make` once for the form's key and answer the address to show; a repetition answers the same.

    Raises SentBefore, and whatever `make` raises, which leaves nothing behind.
    """
    return str(answered_once(request, lambda: shows(make(), case)).body["to"])


def shows(address: str, case: Case | None) -> Answer:
    """Done: what to look at next, which only those hear again who may see the case."""
    if case is None:
        return Answer(status=303, body={"to": address})
    return Answer(status=303, body={"to": address}, subject=f"case:{case.pk}", boundary=case.boundary)


def answered_once(request: HttpRequest, make: Callable[[], Answer]) -> Answer:
    """As `done_once`, for forms that answer something else than an address."""
    key = request.POST.get("idempotency_key", "")
    if not key:
        return make()
    caller = f"user:{request.user.pk}"
    try:
        return once(caller=caller, key=key, request=_fingerprint(request), at=timezone.now(), make=make)
    except (KeyReused, BadKey) as error:
        raise SentBefore(_("This form was sent before. Look at what it did; then send it anew.")) from error
    except AnswerWithheld as error:
        raise PermissionDenied from error


def _fingerprint(request: HttpRequest) -> bytes:
    values = QueryDict(mutable=True)
    for name, given in request.POST.lists():
        if name not in UNSIGNED:
            values.setlist(name, given)
    files = [(name, file.name, file.size) for name, each in request.FILES.lists() for file in each]
    return f"{request.path}\n{values.urlencode()}\n{files}".encode()


def see(address: str) -> HttpResponse:
    """After a POST, for a plain browser: look there."""
    answer = HttpResponseRedirect(address)
    answer.status_code = 303
    return answer


def into(response: HttpResponse, region: str) -> HttpResponse:
    """Have htmx fill another region than the form named."""
    response["HX-Retarget"] = f"#{region}"
    response["HX-Reswap"] = "innerHTML"
    return response
