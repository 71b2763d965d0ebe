"""The queue: live, ordered by the next promise, filtered by its address."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backstay.accounts import queries as accounts
from backstay.cases import queries
from backstay.cases.choices import QUEUE_LABELS, STATE_LABELS
from backstay.cases.lifecycle import OPEN_STATES, settable
from backstay.cases.rules import may_assign_others, may_share_views
from backstay.console import filters, panels, wording
from backstay.console.access import staff_only
from backstay.console.answering import newest_event, page, target
from backstay.console.filters import Asked, Sort
from backstay.console.rows import rows_of
from backstay.console.views.cases import case_context
from backstay.core.scoping import current
from backstay.plans import queries as plans
from backstay.plans.catalogue import say

REGION = "queue"
SORTS = {
    "severity": (Sort.SEVERITY, Sort.LEAST_SEVERE),
    "number": (Sort.NEWEST, Sort.NUMBER),
    "updated": (Sort.UPDATED, Sort.LONGEST_UNTOUCHED),
    "due": (Sort.DUE, Sort.DUE),
}


@staff_only
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The queue as its address asks for it, beside one case if `case` names it."""
    live_after = newest_event()
    asked = filters.read(request.GET)
    if target(request) == REGION:
        return page(request, "console/queue.html#rows", rows_context(request, asked))
    rail = panels.rail(current(), counted=True, at=asked.query(), also=[asked])
    context = rows_context(request, asked, count=rail.counts[asked.filter]) | {
        "live_after": live_after,
        "rail": rail,
        "title": rail.named(asked.query()),
        **_filter_bar(asked),
        **_beside(request),
    }
    return page(request, "console/queue.html", context)


def rows_context(request: HttpRequest, asked: Asked, *, count: str = "") -> dict[str, Any]:
    """One page of rows with their clocks: two queries, and one for `count` where that is not known."""
    viewer, now = current(), timezone.now()
    found = filters.page(asked.filter.apply(queries.visible(), viewer), asked.sort, request.GET)
    if not (found.newer or found.older):
        count = str(len(found.rows))
    elif not count:
        count = queries.counts([asked.filter], viewer)[asked.filter]
    return {
        "asked": asked,
        "rows": rows_of(found.rows, viewer, now),
        "found": wording.cases_found(count),
        "newer": _address(asked, before=found.newer),
        "older": _address(asked, after=found.older),
        "sorts": _sorts(asked),
        "now": now,
    }


def _address(asked: Asked, **cursor: str) -> str:
    """The address of another page; nothing where the cursor is empty."""
    (given,) = cursor.values()
    return "?" + "&".join(filter(None, [asked.query(), urlencode(cursor)])) if given else ""


def _sorts(asked: Asked) -> dict[str, dict[str, str]]:
    """For each sortable column where its header leads, and how it is sorted now."""
    return {name: _sort(asked, *ways) for name, ways in SORTS.items()}


def _sort(asked: Asked, first: Sort, second: Sort) -> dict[str, str]:
    following = second if asked.sort is first else first
    now = "none"
    if asked.sort in {first, second}:
        now = "descending" if asked.sort.startswith("-") else "ascending"
    return {"href": f"?{asked.query(sort=following)}", "now": now}


def _beside(request: HttpRequest) -> dict[str, Any]:
    """The case of the right half of a split view, if the address names one."""
    number = request.GET.get("case", "")
    case = queries.named(int(number[:18])) if number.isascii() and number.isdecimal() else None
    return case_context(request, case, beside=True) if case else {}


def _filter_bar(asked: Asked) -> dict[str, Any]:
    """What may be chosen, with what is chosen now."""
    viewer, catalogue = current(), plans.catalogue(plans.current(timezone.now()))
    people = [(str(each.pk), each.name) for each in accounts.staff_members()]
    severities = [(each.key, f"{each.key} {say(each.label)}") for each in catalogue.severities.values()]
    offered = [(plan.key, say(plan.name)) for plan in catalogue.plans.values()]
    given = asked.filter.organisation
    organisation = accounts.organisations().filter(pk=given).first() if given else None
    return {
        "states": [(str(state), label) for state, label in STATE_LABELS.items()],
        "severities": severities,
        "queues": [(str(queue), label) for queue, label in QUEUE_LABELS.items()],
        "people": people,
        "offered": offered,
        "organisation": organisation,
        "chips": _chips(asked, dict(people), dict(offered), organisation.name if organisation else ""),
        "givable": people if may_assign_others(viewer) else [],
        "settable": bulk_states(),
        "may_share": may_share_views(viewer),
    }


def bulk_states() -> list[tuple[str, str]]:
    """States that can be set without a message, from some open state."""
    found = {step.new for old in OPEN_STATES for step in settable(old) if not step.with_message}
    return [(str(state), str(label)) for state, label in STATE_LABELS.items() if state in found]


def _chips(
    asked: Asked, people: dict[str, str], offered: dict[str, str], organisation: str
) -> Sequence[tuple[str, str]]:
    """Each filter in words, with the address of the same view without it."""
    given = asked.filter
    chips = [("states", state, wording.state_label(state)) for state in given.states]
    chips += [("severities", severity, severity) for severity in given.severities]
    chips += [("queues", queue, wording.queue_label(queue)) for queue in given.queues]
    assignee = {"me": _("Mine"), "nobody": _("Unassigned")} | people
    single = {
        "assignee": assignee.get(given.assignee, given.assignee),
        "organisation": organisation or given.organisation,
        "plan": offered.get(given.plan, given.plan),
        "at_risk": _("At risk") if given.at_risk else "",
        "text": _("“%(text)s”") % {"text": given.text} if given.text else "",
    }
    chips += [(name, "", str(words)) for name, words in single.items() if getattr(given, name)]
    return [(words, f"?{asked.flipped(name, value)}") for name, value, words in chips]
