"""The page itself, and its one region that follows what happens."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from backstay.console import panels
from backstay.console.access import staff_only
from backstay.console.answering import newest_event, page, target
from backstay.console.views.duty import people, risk, trouble
from backstay.console.views.duty.people import AtWork, OnCall
from backstay.console.views.duty.risk import Cases
from backstay.console.views.duty.trouble import Trouble
from backstay.core.scoping import current
from backstay.routing import queries as routing
from backstay.ui.inputs import Tab
from backstay.ui.routes import address

REGION = "duty"
HOURS = (2, 4, 8, 24)
USUAL = 4


@dataclass(frozen=True)
class Figure:
    """A number of the strip, and where it leads. `kind`: late or warn where it asks for something."""

    value: str | int
    label: str | LazyText
    href: str
    kind: str = ""


@staff_only
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Everything; for the region that re-reads itself only what is in it."""
    live_after = newest_event()
    hours = hours_of(request.GET.get("hours", ""))
    if target(request) == REGION:
        return page(request, "console/duty.html#duty", region(hours))
    return whole(request, hours, live_after=live_after)


def whole(request: HttpRequest, hours: int, *, status: int = 200, **context: Any) -> HttpResponse:
    """The page with its frame. `told` in the context is a word about what the reader has just done."""
    tabs = [
        Tab(
            label=ngettext("%(count)d hour", "%(count)d hours", each) % {"count": each},
            href=shown(each),
            current=each == hours,
        )
        for each in HOURS
    ]
    context |= region(hours) | {"tabs": tabs, "rail": panels.rail(current(), counted=False)}
    return page(request, "console/duty.html", context, status=status)


def hours_of(text: str) -> int:
    """How far ahead an address asks to look; the usual stretch where it asks for none that there is."""
    return int(text) if text in map(str, HOURS) else USUAL


def shown(hours: int) -> str:
    return address("console:duty") if hours == USUAL else f"{address('console:duty')}?hours={hours}"


def region(hours: int) -> dict[str, Any]:
    """All that the region shows: a fixed number of queries, however many rows."""
    viewer, now = current(), timezone.now()
    room = routing.room(at=now, bound=viewer.sees_us)
    cases = risk.read(viewer, room, until=now + timedelta(hours=hours))
    on_call, at_work, open_now = people.on_call(at=now), people.at_work(room), trouble.read(viewer, at=now)
    return {
        "now": now,
        "hours": hours,
        "address": shown(hours),
        "cases": cases,
        "on_call": on_call,
        "at_work": at_work,
        "trouble": open_now,
        "is_part": not viewer.sees_us,
        "figures": _figures(cases, on_call, at_work, open_now, hours),
    }


def _figures(cases: Cases, on_call: OnCall, at_work: AtWork, open_now: Trouble, hours: int) -> list[Figure]:
    soon = ngettext("due within %(count)d hour", "due within %(count)d hours", hours) % {"count": hours}
    found = [
        Figure(cases.late, gettext_lazy("late"), "#risk", "late"),
        Figure(cases.soon, soon, "#risk", "warn"),
        Figure(cases.unassigned, gettext_lazy("unassigned"), "#unassigned"),
        Figure(cases.alarms, gettext_lazy("that nobody can take"), "#unassigned", "late"),
        Figure(open_now.requests_count, gettext_lazy("waiting for a manager"), "#requests", "warn"),
        Figure(open_now.pages_count, gettext_lazy("pages unanswered"), "#pages", "late"),
        Figure(at_work.available, gettext_lazy("available"), "#people"),
        Figure(on_call.errors, gettext_lazy("gaps on call"), "#gaps", "late"),
        Figure(len(open_now.incidents), gettext_lazy("major incidents"), "#incidents", "warn"),
        Figure(len(open_now.reviews), gettext_lazy("reviews owed"), "#incidents"),
    ]
    return [replace(each, kind="") if each.value in {0, "0"} else each for each in found]
