"""Addresses that carry their right in themselves: acknowledging from a message, calendars."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from backstay.console.answering import page
from backstay.core.scoping import acting, machine
from backstay.oncall import actions, feeds, queries
from backstay.oncall.actions import BadLink, MayNotAcknowledge, Settled
from backstay.oncall.models import Page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def acknowledge(request: HttpRequest, token: str) -> HttpResponse:
    """Asks to confirm: a program that follows links in mails acknowledges nothing. It shows no content."""
    at = timezone.now()
    try:
        language = actions.language_of(token, at=at)
    except BadLink as error:
        raise Http404 from error
    with override(language):
        outcome = _outcome(request, token) if request.method == "POST" else "asked"
        return page(request, "console/acknowledge.html", {"outcome": outcome})


def _outcome(request: HttpRequest, token: str) -> str:
    address = request.META.get("REMOTE_ADDR")
    try:
        actions.acknowledge_by_link(token=token, address=address, at=timezone.now())
    except Settled:
        return "settled"
    except (BadLink, MayNotAcknowledge, Page.DoesNotExist):
        return "refused"
    return "done"


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001  # Django's signature
    """A rota's or a person's calendar, by the token in its address."""
    at = timezone.now()
    with acting(machine("calendar feed")):
        rota, staff = queries.rota_of_feed(token), queries.person_of_feed(token)
        if rota is not None:
            content = feeds.of_rota(rota, at=at)
        elif staff is not None:
            with override(staff.language):
                content = feeds.of_person(staff, at=at)
        else:
            raise Http404
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, max-age=300"
    return answer
