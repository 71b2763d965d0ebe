"""Who came to bound data, for the auditor."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterator
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from backstay.accounts import queries as accounts
from backstay.accounts.actions import Reading, log_access
from backstay.accounts.choices import ACCESS_HOW_LABELS, AccessHow, Standing
from backstay.accounts.models import BoundAccess
from backstay.accounts.queries import LogFilter
from backstay.accounts.residency import known_address
from backstay.accounts.rules import may_audit_boundary
from backstay.cases import queries as cases
from backstay.console import filters, panels
from backstay.console.access import View, staff_only
from backstay.console.answering import page
from backstay.console.filters import PAGE
from backstay.console.views.people_forms import LogForm
from backstay.core.scoping import Viewer, acting, current

AT_ONCE = 1000
COLUMNS = (
    "at",
    "person_kind",
    "person_id",
    "person_name",
    "how",
    "place",
    "subjects",
    "rows",
    "address",
    "country",
    "allowed",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


def auditors_only(view: View) -> View:
    """Managers who are eligible themselves: the log names bound cases."""

    @staff_only
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_audit_boundary(current()):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@auditors_only
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """One page of the log, newest first."""
    form = LogForm(request.GET)
    asked = _asked(form)
    before = filters.key(request.GET.get("before", ""))
    rows: list[BoundAccess] = []
    if asked is not None:
        found = accounts.accesses(asked)
        rows = list(found.filter(pk__lt=before)[: PAGE + 1] if before else found[: PAGE + 1])
    older = _address(request, before=rows[PAGE - 1].pk) if len(rows) > PAGE else ""
    context = {
        "form": form,
        "rows": [_shown(each) for each in _named(rows[:PAGE])],
        "older": f"?{older}" if older else "",
        "export": _address(request),
        "rail": panels.rail(current(), counted=False),
    }
    return page(request, "console/boundary_log.html", context, status=200 if form.is_valid() else 422)


@auditors_only
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """All of it as CSV, read and sent by the thousand."""
    form = LogForm(request.GET)
    asked = _asked(form)
    if asked is None:
        return HttpResponse(status=422)
    viewer = current()
    reading = Reading(
        how=AccessHow.EXPORT,
        place="console/boundary-log.csv",
        subjects=(),
        rows=accounts.accesses(asked).count(),
        address=known_address(request.META.get("REMOTE_ADDR")),
    )
    log_access(reading, by=viewer, at=timezone.now())  # its rows are read when the request is over
    answer = Lines(_lines(asked, viewer))
    answer["Content-Disposition"] = 'attachment; filename="boundary-log.csv"'
    return answer


class Lines(StreamingHttpResponse):
    """Made while it is sent: under an asynchronous server a thread makes each piece."""

    def __init__(self, pieces: Iterator[str]) -> None:
        super().__init__(pieces, content_type="text/csv; charset=utf-8")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = iter(self)
        while piece := await asyncio.to_thread(_made, pieces):
            yield piece


def _made(pieces: Iterator[bytes]) -> bytes:
    """The next piece, in a thread whose connection nobody else looks after."""
    try:
        return next(pieces, b"")
    finally:
        connection.close()


def _lines(asked: LogFilter, viewer: Viewer) -> Iterator[str]:
    """The request's transaction is over by then, so each piece has its own."""
    yield _as_csv([COLUMNS])
    last: BoundAccess | None = None
    while True:
        found = _piece(asked, viewer, last)
        if not found:
            return
        last = found[-1]
        yield _as_csv([_cells(each) for each in found])


def _piece(asked: LogFilter, viewer: Viewer, last: BoundAccess | None) -> list[BoundAccess]:
    with acting(viewer):
        now = accounts.colleague(viewer.id, at=timezone.now())
        if now is None or now.standing is not Standing.ELIGIBLE:
            return []  # lost the right in the middle: nothing more is sent
        rows = accounts.accesses(asked)
        if last is not None:
            rows = rows.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
        return list(rows[:AT_ONCE])


def _as_csv(rows: list[Any]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _cells(row: BoundAccess) -> list[str]:
    cells = [row.at.isoformat(), *(getattr(row, name) for name in COLUMNS[1:])]
    words = [_word(cell) for cell in cells]
    return [f"'{word}" if word.startswith(FORMULA) else word for word in words]


def _word(cell: Any) -> str:
    if isinstance(cell, list):
        return " ".join(cell)
    return "" if cell is None else str(cell)


def _asked(form: LogForm) -> LogFilter | None:
    if not form.is_valid():
        return None
    return form.asked(subject=_subject(form.cleaned_data["case"]), at=timezone.now())


def _subject(reference: str) -> str:
    """A case by its number, as the log names it; one that is not there finds nothing."""
    if not reference:
        return ""
    digits = reference.upper().removeprefix(settings.CASE_NUMBER_PREFIX).strip()
    number = filters.key(digits)
    case = cases.visible().filter(number=number).first() if number is not None else None
    return f"case:{case.pk if case else 0}"


def _named(rows: list[BoundAccess]) -> list[tuple[BoundAccess, dict[str, str]]]:
    """Each with the numbers of the cases that it names."""
    keys = {int(name[5:]) for row in rows for name in row.subjects if name.startswith("case:")}
    found = cases.visible().filter(pk__in=keys).values_list("pk", "number")
    numbers = {f"case:{pk}": f"{settings.CASE_NUMBER_PREFIX}{number}" for pk, number in found}
    return [(row, numbers) for row in rows]


def _shown(named: tuple[BoundAccess, dict[str, str]]) -> dict[str, Any]:
    row, numbers = named
    return {
        "row": row,
        "how": ACCESS_HOW_LABELS[AccessHow(row.how)],
        "what": [numbers.get(name, name.replace(":", " ")) for name in row.subjects],
    }


def _address(request: HttpRequest, **more: Any) -> str:
    given = {name: value for name, value in request.GET.items() if name in LogForm.base_fields and value}
    return urlencode(given | more)
