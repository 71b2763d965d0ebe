"""The case page: read as a whole, or in the part that htmx asks for."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from backstay.assets.models import Device
from backstay.cases import queries
from backstay.cases.choices import State
from backstay.cases.models import Case
from backstay.cases.rules import may_assign_others
from backstay.cases.standing import standing_among
from backstay.console import forms, panels, wording
from backstay.console.access import staff_only
from backstay.console.answering import case_or_404, newest_event, page, target
from backstay.console.rows import said
from backstay.console.views.beside import beside as beside_of
from backstay.conversations import queries as conversations
from backstay.conversations.choices import Visibility
from backstay.core import audit
from backstay.core.files import FileInfected, FileMissing, serve
from backstay.core.scoping import current
from backstay.products.queries import products
from backstay.ui.wording import city

CHANGES = (
    ("console:hand_over", gettext_lazy("Hand over"), "arrow-right-left"),
    ("console:severity", gettext_lazy("Severity"), "gauge"),
    ("console:close", gettext_lazy("Close"), "archive"),
)
MORE_CHANGES = (
    ("console:subject_matter", gettext_lazy("Correct product and device"), "package"),
    ("console:participants", gettext_lazy("Let somebody take part"), "user-plus"),
    ("console:link", gettext_lazy("Link to another case"), "link"),
    ("console:case_incident", gettext_lazy("Part of a major incident"), "siren"),
    ("console:respite", gettext_lazy("Give the customer time"), "calendar-clock"),
    ("console:closing", gettext_lazy("Closing for silence"), "hourglass"),
)
LEADS_CHANGES = (("console:owner", gettext_lazy("Change who answers for it"), "user-check"),)
PARTS = {"case-live": "live", "pane": "case", "case": "case"}


@staff_only
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    live_after = newest_event()
    context = {"live_after": live_after, **case_context(request, case_or_404(number))}
    part = PARTS.get(target(request))
    if part:
        return page(request, f"console/case.html#{part}", context)
    return page(request, "console/case.html", context | {"rail": panels.rail(current(), counted=False)})


def case_context(request: HttpRequest, case: Case, *, beside: bool = False, **more: Any) -> dict[str, Any]:
    """Everything that the case's page and its parts show; `beside` the queue its heading stands lower."""
    now, viewer = timezone.now(), current()
    beside = beside or "beside" in request.GET or "beside" in request.POST
    rows = queries.clocks_of(case)
    clocks, past_clocks = panels.clocks(rows, at=now)
    in_calendar = request.GET.get("zone") == "calendar"
    zone = next((clock.zone for clock in clocks if in_calendar), None)
    return {
        "case": case,
        "now": now,
        "standing": standing_among(rows, at=now),
        "state": wording.state_label(case.state),
        "queue": wording.queue_label(case.queue),
        "is_closed": case.state == State.CLOSED,
        "is_mine": case.assignee_id == viewer.id,
        "may_give": may_assign_others(viewer),
        "late_entry": case.recorded_at - case.opened_at > panels.MINUTE,
        "no_promise": wording.no_promise(case.no_promise),
        "clocks": clocks,
        "past_clocks": past_clocks,
        "zone": zone,
        "other_zone": _other_zone(clocks, in_calendar=in_calendar),
        "said": said(case),
        "customer": SimpleLazyObject(lambda: panels.customer(case, at=now)),  # a re-read leaves it out
        "quick_states": forms.state_choices(case, with_message=False),
        "level": 2 if beside else 1,
        "own_query": urlencode({"beside": 1}) if beside else "",
        "live_query": urlencode(({"beside": 1} if beside else {}) | ({"zone": "calendar"} if zone else {})),
        "changes": CHANGES,
        "more_changes": MORE_CHANGES + (LEADS_CHANGES if may_assign_others(viewer) else ()),
        "beside_case": beside_of(case, at=now),
        "reply_placeholder": _("What the customer reads. Markdown is understood."),
        "note_placeholder": _("For colleagues only."),
        **compose_context(case),
        **more,
    }


def _other_zone(clocks: Sequence[panels.ClockPanel], *, in_calendar: bool) -> str:
    """The city in whose time the clock can be read on request; empty where it is the reader's own."""
    if in_calendar:
        return city(None)
    zones = {city(clock.zone) for clock in clocks if clock.told.calendar} - {city(None)}
    return zones.pop() if zones else ""


def compose_context(case: Case) -> dict[str, Any]:
    """The forms for a reply and a note, with what was typed before."""
    drafts = queries.drafts(case, current().id)
    reply_draft, note_draft = (drafts.get(which, "") for which in (Visibility.PUBLIC, Visibility.INTERNAL))
    return {
        "reply_form": forms.ReplyForm(
            states=reply_states(case), initial={"body": reply_draft}, auto_id="reply_%s"
        ),
        "note_form": forms.NoteForm(initial={"body": note_draft}, auto_id="note_%s"),
        "is_note_open": bool(note_draft and not reply_draft),
        "seen": case.version,
    }


def keeping(context: dict[str, Any], *forms_kept: str) -> dict[str, Any]:
    """Have htmx leave what is typed in these forms ("reply_form", "note_form") as it stands in the page."""
    for name in forms_kept:
        for field in ("body", "attachments"):
            context[name].fields[field].widget.attrs["hx-preserve"] = "true"
    return context


def reply_states(case: Case) -> list[tuple[str, str]]:
    """What a reply may make of the case; first what it becomes by itself."""
    stays = State.IN_PROGRESS if case.state in {State.NEW, State.TRIAGE} else State(case.state)
    others = [choice for choice in forms.state_choices(case, with_message=True) if choice[0] != stays]
    return [(str(stays), wording.state_label(stays)), *others]


@staff_only
@require_safe
def history(request: HttpRequest, number: int) -> HttpResponse:
    """Every change of the case, newest first."""
    live_after = newest_event()
    case = case_or_404(number)
    entries = list(audit.of(("case", case.pk)))
    names = wording.names_of(entries, _names)
    context = {
        "live_after": live_after,
        "case": case,
        "entries": [(entry, wording.line(entry, names)) for entry in reversed(entries)],
    }
    if target(request) == "history":
        return page(request, "console/history.html#entries", context)
    return page(request, "console/history.html", context | {"rail": panels.rail(current(), counted=False)})


def _names(what: str, ids: set[int]) -> Mapping[int, str]:
    if what == "product":
        return dict(products().filter(pk__in=ids).values_list("pk", "name"))
    return dict(Device.objects.filter(pk__in=ids).values_list("pk", "serial"))


@staff_only
@require_safe
def attachment(request: HttpRequest, number: int, attachment_id: int) -> HttpResponseBase:
    """A file of the case's conversation."""
    case = case_or_404(number)
    found = conversations.attachment(case.conversation_id, attachment_id)
    if found is None:
        raise Http404
    try:
        return serve(
            request,
            key=found.storage_key,
            name=found.name,
            content_type=found.content_type,
            size=found.size,
            sha256=found.sha256,
        )
    except (FileInfected, FileMissing) as error:
        raise Http404 from error
