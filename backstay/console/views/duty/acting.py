"""One click to act: taking a case, giving it to somebody, having whoever is on call paged."""

from collections.abc import Callable
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backstay.cases import actions as cases
from backstay.cases.actions import CaseChanged
from backstay.cases.models import Case
from backstay.console import filters, wording
from backstay.console.access import staff_only
from backstay.console.answering import (
    SentBefore,
    answered_once,
    case_or_404,
    done_once,
    page,
    see,
    wants_part,
)
from backstay.console.views.duty.showing import hours_of, region, shown, whole
from backstay.core.idempotency import Answer
from backstay.core.scoping import Viewer, current
from backstay.escalation import actions as escalation
from backstay.oncall import actions as oncall
from backstay.oncall import queries as oncall_queries

Verb = Callable[[Case, int | None, Viewer, datetime], object]


@staff_only
@require_POST
def act(request: HttpRequest, number: int) -> HttpResponse:
    """Do with a case what the pressed button says: `take`, `give:12` or `page`."""
    case, hours = case_or_404(number), hours_of(request.POST.get("hours", ""))
    verb, done = _verb(request.POST.get("do", ""))
    if verb is None:
        return _refused(request, hours, done, status=422)
    seen = filters.key(request.POST.get("seen", ""))

    def make() -> str:
        verb(case, seen, current(), timezone.now())
        return shown(hours)

    try:
        done_once(request, make, case=case)
    except CaseChanged:
        words = _("%(case)s has changed meanwhile, and nothing was done. Here it is as it is now.")
        return _refused(request, hours, words % {"case": case.reference}, status=409)
    except wording.REFUSED as error:
        return _refused(request, hours, f"{case.reference}: {wording.refusal(error)}", status=422)
    except SentBefore as error:
        return _refused(request, hours, str(error), status=409)
    return _done(request, hours, done)


def _verb(do: str) -> tuple[Verb | None, str]:
    """What is to be done, and what is said of it afterwards."""
    name, _joint, value = do.partition(":")
    staff_id = filters.key(value)
    if name == "take":
        return _take, _("You have the case now.")
    if name == "page":
        return _page, _("Whoever is on call is paged.")
    if name == "give" and staff_id is not None:
        return _giving(staff_id), _("Case assigned")
    return None, _("Choose what to do with the case.")


def _take(case: Case, seen: int | None, by: Viewer, at: datetime) -> object:
    return cases.assign(case_id=case.pk, staff_id=by.id, seen=seen, by=by, at=at)


def _giving(staff_id: int) -> Verb:
    def give(case: Case, seen: int | None, by: Viewer, at: datetime) -> object:
        return cases.assign(case_id=case.pk, staff_id=staff_id, seen=seen, by=by, at=at)

    return give


def _page(case: Case, _seen: int | None, by: Viewer, at: datetime) -> object:
    return escalation.call(case_id=case.pk, by=by, at=at)


@staff_only
@require_POST
def acknowledge(request: HttpRequest, page_id: int) -> HttpResponse:
    """Say that one looks after what a page is about."""
    row, hours = oncall_queries.page_by_id(page_id), hours_of(request.POST.get("hours", ""))
    if row is None:
        raise Http404

    def make() -> Answer:
        oncall.acknowledge(page_id=page_id, by=current(), at=timezone.now())
        to = {"to": shown(hours)}
        return Answer(status=303, body=to, subject=f"page:{page_id}", boundary=row.boundary)

    try:
        answered_once(request, make)
    except oncall.Settled:
        return _refused(request, hours, _("It was settled meanwhile: nothing is left to do."), status=409)
    except SentBefore as error:
        return _refused(request, hours, str(error), status=409)
    return _done(request, hours, _("You look after it."))


def _done(request: HttpRequest, hours: int, words: str) -> HttpResponse:
    if not wants_part(request):
        return see(shown(hours))
    return page(request, "console/duty.html#duty", region(hours) | {"told": words})


def _refused(request: HttpRequest, hours: int, words: str, *, status: int) -> HttpResponse:
    """The page as it is now, with why nothing was done."""
    if not wants_part(request):
        return whole(request, hours, status=status, refused=words)
    return page(request, "console/duty.html#duty", region(hours) | {"refused": words}, status=status)
