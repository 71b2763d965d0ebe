"""Telling somebody something that they need not answer: in the console, and by e-mail."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from backstay.accounts import queries as accounts
from backstay.accounts.models import Staff
from backstay.core import events
from backstay.core.scoping import Boundary, Viewer
from backstay.oncall.choices import DeliveryState, DoorKind, PageState, Purpose
from backstay.oncall.events import NoticeGiven
from backstay.oncall.models import Page, PageDelivery


@transaction.atomic
def notify(
    *,
    staff_ids: Iterable[int],
    boundary: str,
    subject: str,
    link: str,
    kind: str,
    facts: dict[str, Any],
    at: datetime,
) -> list[Page]:
    """Give each of them a notice about `subject`; the rest is as `page` takes it.

    Of those named, whoever may not know of it at `at` is left out.
    """
    whom = set(staff_ids)
    if boundary == Boundary.US:
        whom &= accounts.eligible_staff_ids(at=at)
    people = Staff.objects.filter(pk__in=whom, is_active=True).order_by("id")
    rows = [
        Page(
            purpose=Purpose.SUPPORT,
            boundary=boundary,
            subject=subject,
            link=link,
            kind=kind,
            facts=facts,
            state=PageState.NOTICE,
            staff=person,
            made_at=at,
        )
        for person in people.select_related("user").prefetch_related("doors")
    ]
    Page.objects.bulk_create(rows)
    PageDelivery.objects.bulk_create(
        _mail(row, address, at=at) for row in rows for address in _addresses(row)
    )
    events.publish_all([_given(row) for row in rows], at=at)
    return rows


def _addresses(row: Page) -> list[str]:
    """The person's own doors for e-mail, else the address that they sign in with."""
    person = row.staff
    if person is None:
        return []
    own = [door.address for door in person.doors.all() if door.kind == DoorKind.EMAIL]
    return own or [person.user.email]


def _mail(row: Page, address: str, *, at: datetime) -> PageDelivery:
    return PageDelivery(
        page=row,
        boundary=row.boundary,
        staff=row.staff,
        level=0,
        turn=1,
        door=DoorKind.EMAIL,
        address=address,
        state=DeliveryState.WAITING,
        next_at=at,
    )


def _given(row: Page) -> NoticeGiven:
    return NoticeGiven(
        page_id=row.pk, purpose=row.purpose, subject=row.subject, boundary=row.boundary, staff_id=row.staff_id
    )


def read_notices(*, subject: str = "", by: Viewer, at: datetime) -> int:
    """Whoever reads their notices (those about `subject` where given) need not be shown them again."""
    mine = Page.objects.filter(state=PageState.NOTICE, staff=by.id, closed_at__isnull=True)
    if not by.is_staff:
        return 0
    return (mine.filter(subject=subject) if subject else mine).update(closed_at=at)
