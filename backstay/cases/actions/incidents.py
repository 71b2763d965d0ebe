"""Major incidents: declared, given an owner, told to all their cases at once, resolved, reviewed."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from backstay.cases import rules
from backstay.cases.actions.changing import assignable
from backstay.cases.actions.replying import speak
from backstay.cases.actions.touching import NotAllowed, tell, touched, write_down
from backstay.cases.choices import Criterion, State
from backstay.cases.events import (
    CaseIncidentChanged,
    IncidentChanged,
    IncidentDeclared,
    IncidentEvent,
    IncidentResolved,
    IncidentReviewed,
    IncidentUpdated,
)
from backstay.cases.models import Case, Incident, IncidentNotice, IncidentUpdate
from backstay.conversations.actions import NewMessage
from backstay.conversations.models import Message
from backstay.core import audit, events
from backstay.core.scoping import Boundary, Viewer, ViewerKind

MAX_TITLE = 200
MAX_REVIEW = 20_000


class BadIncident(ValueError):
    """A title, at least one criterion, and a text are needed."""


class NotInIncident(ValueError):
    """The case stands on the other side of the boundary, is closed, or belongs to another incident."""


class IncidentOver(ValueError):
    """It is resolved: nothing is added to it. Or it is not yet: nothing is reviewed."""


def declare(
    *,
    title: str,
    criteria: Collection[Criterion],
    owner_id: int,
    boundary: str = Boundary.OPEN,
    by: Viewer,
    at: datetime,
) -> Incident:
    """Declare a major incident. Its title is read by the customers of its cases."""
    if not by.is_staff or not by.sees(boundary):
        raise NotAllowed("staff declare major incidents, on a side of the boundary that they see")
    if not 0 < len(title.strip()) <= MAX_TITLE or not criteria:
        raise BadIncident(f"a title of 1 to {MAX_TITLE} characters and at least one criterion are needed")
    with transaction.atomic():
        incident = Incident.objects.create(
            number=_next_number(),
            boundary=boundary,
            title=title.strip(),
            criteria=[str(criterion) for criterion in Criterion if criterion in criteria],
            owner=assignable(owner_id, boundary, at=at),
            declared_at=at,
        )
        facts = {"title": incident.title, "criteria": incident.criteria, "owner": owner_id}
        _record("incident_declared", incident, by=by, at=at, **facts)
        _tell(IncidentDeclared, incident, by=by, at=at, owner_id=owner_id)
    return incident


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select nextval('cases_incident_number')")
        (number,) = cursor.fetchone()
    return int(number)


def _locked(incident_id: int, *, by: Viewer, steered: bool = True) -> Incident:
    """The incident, nobody else's until the transaction ends."""
    incident = Incident.objects.select_for_update(of=("self",)).get(pk=incident_id)
    if not by.is_staff or (steered and not rules.may_steer(by, incident)):
        raise NotAllowed("its owner and the leads do that")
    return incident


@transaction.atomic
def put_into_incident(*, case_id: int, incident_id: int | None, by: Viewer, at: datetime) -> Case:
    """Make a case part of an unresolved incident on its side of the boundary, or of none (None)."""
    if not by.is_staff:
        raise NotAllowed("staff say what a case is part of")
    with touched(case_id, by=by, at=at, seen=None) as case:
        old = case.incident
        new = None if incident_id is None else _open_for(case, _locked(incident_id, by=by, steered=False))
        if old != new:
            case.incident = new
            numbers = {"old": old.number if old else None, "new": new.number if new else None}
            write_down("case_incident_changed", case, by=by, at=at, **numbers)
            tell(CaseIncidentChanged, case, by=by, at=at, incident_id=incident_id)
            for incident in filter(None, (old, new)):
                _record(
                    "incident_case_changed", incident, by=by, at=at, case=case.number, is_in=incident == new
                )
                _tell(IncidentChanged, incident, by=by, at=at)
    return case


def _open_for(case: Case, incident: Incident) -> Incident:
    if incident.resolved_at is not None:
        raise IncidentOver("a resolved incident takes no more cases")
    if case.boundary != incident.boundary or case.state == State.CLOSED:
        raise NotInIncident("this case is closed, or stands on the other side of the boundary")
    return incident


@transaction.atomic
def give_incident(*, incident_id: int, staff_id: int, by: Viewer, at: datetime) -> Incident:
    """Let somebody else answer for it."""
    incident = _locked(incident_id, by=by)
    old, incident.owner = incident.owner_id, assignable(staff_id, incident.boundary, at=at)
    incident.save(update_fields=["owner"])
    _record("incident_owner_changed", incident, by=by, at=at, old=old, new=staff_id, name=incident.owner.name)
    _tell(IncidentChanged, incident, by=by, at=at)
    return incident


@transaction.atomic
def post_update(*, incident_id: int, message: NewMessage, by: Viewer, at: datetime) -> IncidentUpdate:
    """Say something to the customers of all its open cases.

    Here it is written down for each of them, in one transaction; `send_notice` puts it into each case.
    """
    incident = _locked(incident_id, by=by)
    if incident.reviewed_at is not None:
        raise IncidentOver("a reviewed incident is over")
    update = IncidentUpdate.objects.create(
        incident=incident,
        boundary=incident.boundary,
        author_id=by.id,
        body=message.body.strip(),
        posted_at=at,
    )
    cases = Case.objects.filter(incident=incident, closed_at__isnull=True).order_by("pk")
    IncidentNotice.objects.bulk_create(
        IncidentNotice(update=update, case=case, boundary=incident.boundary) for case in cases
    )
    _record("incident_updated", incident, by=by, at=at, update=update.pk)
    _tell(IncidentUpdated, incident, by=by, at=at, update_id=update.pk)
    return update


@transaction.atomic
def send_notice(*, notice_id: int, by: Viewer, at: datetime) -> bool:
    """Put an update into one case, as a reply of its author; False where that is done or somebody does it.

    It is a public reply of a person, so it meets the case's first response. A case that was closed or left
    the incident meanwhile gets none.
    """
    if not by.is_machine:
        raise NotAllowed("updates are put into cases by the worker")
    rows = IncidentNotice.objects.select_for_update(of=("self",), skip_locked=True)
    notice = rows.select_related("update__author").filter(pk=notice_id, done_at__isnull=True).first()
    if notice is None:
        return False
    with touched(notice.case_id, by=by, at=at, seen=None) as case:
        if case.state != State.CLOSED and case.incident_id == notice.update.incident_id:
            notice.message = _say(case, notice.update, at)
    notice.done_at = at
    notice.save(update_fields=["message", "done_at"])
    return True


def _say(case: Case, update: IncidentUpdate, at: datetime) -> Message:
    author = update.author
    person = Viewer(
        kind=ViewerKind.STAFF, id=author.pk, name=author.name, sees_us=case.boundary == Boundary.US
    )
    return speak(case, NewMessage(body=update.body), by=person, at=at)


@transaction.atomic
def resolve(*, incident_id: int, by: Viewer, at: datetime) -> Incident:
    """The incident is over; its cases go on, and a review is owed."""
    incident = _locked(incident_id, by=by)
    if incident.resolved_at is not None:
        raise IncidentOver("it is resolved already")
    incident.resolved_at = at
    incident.save(update_fields=["resolved_at"])
    _record("incident_resolved", incident, by=by, at=at)
    _tell(IncidentResolved, incident, by=by, at=at)
    return incident


@transaction.atomic
def write_review(*, incident_id: int, text: str, by: Viewer, at: datetime) -> Incident:
    """What happened, why, and what is done so that it does not come back. No customer reads it."""
    incident = _locked(incident_id, by=by)
    if incident.resolved_at is None:
        raise IncidentOver("resolve it first")
    if not 0 < len(text.strip()) <= MAX_REVIEW:
        raise BadIncident(f"a review has 1 to {MAX_REVIEW} characters")
    incident.review, incident.reviewed_at, incident.reviewed_by_id = text.strip(), at, by.id
    incident.save(update_fields=["review", "reviewed_at", "reviewed_by"])
    _record("incident_reviewed", incident, by=by, at=at)
    _tell(IncidentReviewed, incident, by=by, at=at)
    return incident


def _record(kind: str, incident: Incident, *, by: Viewer, at: datetime, **facts: Any) -> None:
    subject = ("incident", incident.pk)
    audit.record(kind, subject=subject, boundary=incident.boundary, by=by, at=at, facts=facts)


def _tell(kind: type[IncidentEvent], incident: Incident, *, by: Viewer, at: datetime, **facts: Any) -> None:
    events.publish(kind(incident_id=incident.pk, by=by.name, boundary=incident.boundary, **facts), at=at)
