"""One change for many cases: each for itself, with a result for each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from backstay.cases import actions, queries
from backstay.cases.actions import CaseChanged
from backstay.cases.choices import State
from backstay.cases.models import Case
from backstay.console import filters, panels, wording
from backstay.console.access import staff_only
from backstay.console.answering import SentBefore, answered_once, page, wants_part
from backstay.core.idempotency import Answer
from backstay.core.scoping import Boundary, Viewer, current

MOST = 100
Change = Callable[[Case, int, Viewer, datetime], object]


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of one case; `trouble` is empty where it was changed."""

    case: Case
    trouble: str = ""


@staff_only
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Apply a change to the cases that were ticked, none of which may have changed since it was listed."""
    try:
        told = answered_once(request, lambda: _changed(request)).body
    except SentBefore as error:
        told = {"done": 0, "refused": [], "is_known": True, "sent_before": str(error)}
    refused = _still_seen(told["refused"])
    summary = told.get("sent_before") or _summary(told["done"], len(refused), told["is_known"])
    context = {"results": refused, "summary": summary, "back": _back(request)}
    if wants_part(request):
        return page(request, "console/bulk.html#results", context)
    return page(request, "console/bulk.html", context | {"rail": panels.rail(current(), counted=False)})


def _changed(request: HttpRequest) -> Answer:
    """How many were changed, and why which were not: what a repetition of the form is answered again."""
    chosen = _chosen(request.POST.getlist("case"))
    verb = _verb(request.POST.get("do", ""))
    cases = list(queries.visible().filter(pk__in=chosen).order_by("number")) if verb else []
    results = [_one(case, chosen[case.pk], verb) for case in cases if verb]
    refused = [(each.case.pk, each.trouble) for each in results if each.trouble]
    body = {"done": len(results) - len(refused), "refused": refused, "is_known": verb is not None}
    is_bound = any(case.boundary == Boundary.US for case in cases)
    return Answer(status=200, body=body, boundary=Boundary.US if is_bound else Boundary.OPEN)


def _still_seen(refused: list[tuple[int, str]]) -> list[Result]:
    """The cases that were not changed, as far as the viewer may see them."""
    cases = queries.visible().in_bulk([pk for pk, _trouble in refused])
    return [Result(case=cases[pk], trouble=trouble) for pk, trouble in refused if pk in cases]


def _chosen(ticked: list[str]) -> dict[int, int]:
    """Each case's key with the version that its row showed."""
    pairs = (each.partition(":") for each in ticked[:MOST])
    read = ((filters.key(case), filters.key(seen)) for case, _joint, seen in pairs)
    return {case: seen for case, seen in read if case and seen}


def _verb(do: str) -> Change | None:
    """What "assign:12", "assign:me", "assign:" or "state:triage" asks for."""
    verb, _joint, value = do.partition(":")
    if verb == "assign" and (value in {"", "me"} or filters.key(value)):
        return lambda case, seen, by, at: actions.assign(
            case_id=case.pk,
            staff_id=by.id if value == "me" else filters.key(value),
            seen=seen,
            by=by,
            at=at,
        )
    if verb == "state" and value in set(State):
        return lambda case, seen, by, at: actions.set_state(
            case_id=case.pk, new=State(value), seen=seen, by=by, at=at
        )
    return None


def _one(case: Case, seen: int, verb: Change) -> Result:
    try:
        with transaction.atomic():
            verb(case, seen, current(), timezone.now())
    except CaseChanged:
        return Result(case=case, trouble=_("Changed meanwhile: not touched."))
    except wording.REFUSED as error:
        return Result(case=case, trouble=wording.refusal(error))
    return Result(case=case)


def _summary(done: int, refused: int, is_known: bool) -> str:  # noqa: FBT001  # the third fact of one sentence
    if not is_known:
        return _("Choose what to do with the cases that you ticked.")
    if not done + refused:
        return _("Tick some cases first.")
    changed = ngettext("%(count)d case changed.", "%(count)d cases changed.", done) % {"count": done}
    if not refused:
        return changed
    words = ngettext("%(count)d case was not changed:", "%(count)d cases were not changed:", refused)
    return f"{changed} {words % {'count': refused}}" if done else words % {"count": refused}


def _back(request: HttpRequest) -> str:
    """The queue as it was asked for."""
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return back if is_ours else reverse("console:queue")
