"""Changing where a case goes: hand-over, owner, silence, links, follow-ups, major incidents."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from backstay.accounts import queries as accounts
from backstay.accounts.models import Staff
from backstay.cases import actions, queries
from backstay.cases.choices import LINK_LABELS, LinkKind, Queue
from backstay.cases.models import Case
from backstay.console import forms, wording
from backstay.console.access import staff_only
from backstay.console.answering import case_or_404, done_once, see
from backstay.console.views.changing import Change
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel
from backstay.core.scoping import Boundary, Viewer, current


def people_choices(boundary: str) -> list[tuple[str, str]]:
    """Those who may read what is on this side."""
    rows: Iterable[Staff] = accounts.staff_members()
    if boundary == Boundary.US:
        inside = accounts.eligible_staff_ids(at=timezone.now())
        rows = [each for each in rows if each.pk in inside]
    return [(str(each.pk), f"{each.name}, {each.team.name}") for each in rows]


def _handover_form(case: Case, data: Any = None) -> forms.HandoverForm:
    queues = [(str(queue), wording.queue_label(queue)) for queue in Queue if queue != case.queue]
    return forms.HandoverForm(data, queues=queues)


def _hand_over(case: Case, given: dict[str, Any], seen: int | None, by: Viewer, at: datetime) -> object:
    queue = Queue(given["queue"])
    return actions.hand_over(
        case_id=case.pk, queue=queue, note_text=given["note_text"], seen=seen, by=by, at=at
    )


def _owner_form(case: Case, data: Any = None) -> forms.StaffForm:
    return forms.StaffForm(data, people=people_choices(case.boundary), initial={"staff": case.owner_id or ""})


def _change_owner(case: Case, given: dict[str, Any], seen: int | None, by: Viewer, at: datetime) -> object:
    return actions.change_owner(case_id=case.pk, staff_id=given["staff"], seen=seen, by=by, at=at)


def _respite_form(case: Case, data: Any = None) -> forms.RespiteForm:
    return forms.RespiteForm(data, initial={"until": case.quiet_until})


def _give_respite(case: Case, given: dict[str, Any], seen: int | None, by: Viewer, at: datetime) -> object:
    return actions.give_respite(case_id=case.pk, until=given["until"], seen=seen, by=by, at=at)


def _closing_form(case: Case, data: Any = None) -> forms.ClosingForm:
    return forms.ClosingForm(data, initial={"closes_itself": case.closes_itself})


def _let_close(case: Case, given: dict[str, Any], seen: int | None, by: Viewer, at: datetime) -> object:
    return actions.let_close(case_id=case.pk, closes_itself=given["closes_itself"], seen=seen, by=by, at=at)


def _link_form(_case: Case, data: Any = None) -> forms.LinkForm:
    kinds = [(str(kind), str(LINK_LABELS[kind])) for kind in (LinkKind.RELATED, LinkKind.DUPLICATE)]
    return forms.LinkForm(data, kinds=kinds)


def _link(case: Case, given: dict[str, Any], _seen: int | None, by: Viewer, at: datetime) -> object:
    """A case that the viewer may not read is as little there as one that never was."""
    other = queries.visible().filter(number=given["number"]).first()
    if other is None:
        raise actions.NotLinkable("no such case")
    return actions.link(case_id=case.pk, other_id=other.pk, kind=LinkKind(given["kind"]), by=by, at=at)


@staff_only
@require_POST
def unlink(request: HttpRequest, number: int, link_id: int) -> HttpResponse:
    """Remove one of the case's links."""
    case = case_or_404(number)
    if link_id not in {linked.link_id for linked in queries.links(case) if linked.is_removable}:
        raise Http404

    def make() -> str:
        actions.unlink(link_id=link_id, by=current(), at=timezone.now())
        return reverse("console:case", args=[number])

    return see(done_once(request, make, case=case))


def _follow_up_form(_case: Case, data: Any = None) -> forms.FollowUpForm:
    return forms.FollowUpForm(data)


def _follow_up(case: Case, given: dict[str, Any], _seen: int | None, by: Viewer, at: datetime) -> object:
    message = NewMessage(body=given["body"])
    return actions.follow_up(case_id=case.pk, message=message, channel=Channel.STAFF, by=by, at=at)


def _incident_form(case: Case, data: Any = None) -> forms.IncidentOfCaseForm:
    rows = queries.incidents().filter(boundary=case.boundary, resolved_at__isnull=True)
    choices = [(str(each.pk), f"{each.reference} {each.title}") for each in rows]
    return forms.IncidentOfCaseForm(data, incidents=choices, initial={"incident": case.incident_id or ""})


def _put_into_incident(
    case: Case, given: dict[str, Any], _seen: int | None, by: Viewer, at: datetime
) -> object:
    return actions.put_into_incident(case_id=case.pk, incident_id=given["incident"], by=by, at=at)


HANDOVER = Change(
    title=gettext_lazy("Hand the case over"),
    submit=gettext_lazy("Hand over"),
    done=gettext_lazy("Case handed over"),
    make=_handover_form,
    run=_hand_over,
)
OWNER = Change(
    title=gettext_lazy("Who answers for the case"),
    submit=gettext_lazy("Change the owner"),
    done=gettext_lazy("Owner changed"),
    make=_owner_form,
    run=_change_owner,
)
RESPITE = Change(
    title=gettext_lazy("Give the customer time"),
    submit=gettext_lazy("Give time"),
    done=gettext_lazy("The customer has time"),
    make=_respite_form,
    run=_give_respite,
)
CLOSING = Change(
    title=gettext_lazy("Closing for silence"),
    submit=gettext_lazy("Save"),
    done=gettext_lazy("Saved"),
    make=_closing_form,
    run=_let_close,
)
LINK = Change(
    title=gettext_lazy("Link to another case"),
    submit=gettext_lazy("Link"),
    done=gettext_lazy("Cases linked"),
    make=_link_form,
    run=_link,
)
FOLLOW_UP = Change(
    title=gettext_lazy("Open a follow-up case"),
    submit=gettext_lazy("Open it"),
    done=gettext_lazy("Follow-up case opened"),
    make=_follow_up_form,
    run=_follow_up,
)
INCIDENT = Change(
    title=gettext_lazy("Part of a major incident"),
    submit=gettext_lazy("Save"),
    done=gettext_lazy("Saved"),
    make=_incident_form,
    run=_put_into_incident,
)
