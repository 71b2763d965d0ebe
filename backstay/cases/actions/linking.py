"""Ties between cases: follow-ups of what cannot be reopened any more, and links that staff make."""

from datetime import datetime

from django.db import transaction

from backstay.cases.actions.opening import NewCase, open_case
from backstay.cases.actions.touching import MoveNotAllowed, NotAllowed, locked, tell, write_down
from backstay.cases.choices import LinkKind, State
from backstay.cases.events import CaseLinked
from backstay.cases.models import Case, CaseLink
from backstay.cases.promises import may_reopen
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel
from backstay.core.scoping import Viewer
from backstay.entitlements.queries import check
from backstay.plans.queries import severities


class NotLinkable(ValueError):
    """The two are the same case, are linked so already, or stand on different sides of the boundary."""


@transaction.atomic
def follow_up(*, case_id: int, message: NewMessage, channel: Channel, by: Viewer, at: datetime) -> Case:
    """Open a new case for what came back after a case could not be reopened any more, and link the two.

    Organisation, contact, subject, product and device are carried over, and so is the severity where the
    catalogue still has it; else it is the gravest. What covers the new case is settled anew.
    """
    old = locked(case_id, by=by)
    if old.state != State.CLOSED or may_reopen(old, at=at):
        raise MoveNotAllowed(old, "followed up")
    new = NewCase(
        subject=old.subject,
        message=message,
        severity=_severity(old, at),
        channel=channel,
        organisation_id=old.organisation_id,
        contact_id=old.contact_id,
        product_id=old.product_id,
        product_version_id=old.product_version_id,
        device_id=_device(old),
    )
    opened = open_case(new=new, by=by, at=at)
    _tie(opened, old, LinkKind.FOLLOW_UP, by=by, at=at)
    return opened


def _severity(old: Case, at: datetime) -> str:
    decision = check(
        organisation_id=old.organisation_id, product_id=old.product_id, device_id=_device(old), at=at
    )
    allowed = decision.severities or tuple(each.key for each in severities(at))
    return old.severity if old.severity in allowed else allowed[0]


def _device(old: Case) -> int | None:
    """The device, where the customer still has it."""
    if old.device is None or old.device.organisation_id != old.organisation_id:
        return None
    return old.device_id


@transaction.atomic
def link(*, case_id: int, other_id: int, kind: LinkKind, by: Viewer, at: datetime) -> CaseLink:
    """Tie a case to another one that `by` may read as well; nothing crosses the boundary."""
    if not (by.is_staff or by.is_machine) or kind is LinkKind.FOLLOW_UP:
        raise NotAllowed("staff link cases, as related or as a duplicate")
    if case_id == other_id:
        raise NotLinkable("a case is not linked to itself")
    found = {pk: locked(pk, by=by) for pk in sorted((case_id, other_id))}
    case, other = found[case_id], found[other_id]
    if case.boundary != other.boundary:
        raise NotLinkable("one of the two stands behind the boundary, the other does not")
    there = CaseLink.objects.filter(case__in=found, other__in=found)
    if there.filter(kind=kind).exists():
        raise NotLinkable("they are linked so already")
    return _tie(case, other, kind, by=by, at=at)


@transaction.atomic
def unlink(*, link_id: int, by: Viewer, at: datetime) -> None:
    """Take back a link that staff have made."""
    row = CaseLink.objects.get(pk=link_id)
    if not (by.is_staff or by.is_machine) or row.kind == LinkKind.FOLLOW_UP:
        raise NotAllowed("staff remove links; that a case follows up another one stays")
    found = {pk: locked(pk, by=by) for pk in sorted((row.case_id, row.other_id))}
    if CaseLink.objects.filter(pk=link_id).delete()[0]:
        _tell_both(found[row.case_id], found[row.other_id], LinkKind(row.kind), "case_unlinked", by=by, at=at)


def _tie(case: Case, other: Case, kind: LinkKind, *, by: Viewer, at: datetime) -> CaseLink:
    made = CaseLink.objects.create(case=case, other=other, kind=kind, boundary=case.boundary)
    _tell_both(case, other, kind, "case_linked", by=by, at=at)
    return made


def _tell_both(case: Case, other: Case, kind: LinkKind, entry: str, *, by: Viewer, at: datetime) -> None:
    """Both histories and both pages. The versions stay: nothing that somebody is editing is overwritten."""
    for one, another, is_back in ((case, other, False), (other, case, True)):
        write_down(entry, one, by=by, at=at, other=another.number, link=kind, is_back=is_back)
        tell(CaseLinked, one, by=by, at=at)
