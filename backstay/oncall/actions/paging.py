"""Paging: somebody is asked, then the next, until somebody says that they look after it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction

from backstay.core import audit, events
from backstay.core.scoping import Boundary, Viewer
from backstay.oncall import queries, rules
from backstay.oncall.choices import DeliveryState, DoorKind, PageState, Purpose, WhyUnanswered
from backstay.oncall.events import (
    PageAcknowledged,
    PageEvent,
    PageMade,
    PageSteppedOn,
    PageUnanswered,
    PageWithdrawn,
)
from backstay.oncall.models import Page, PageDelivery, PersonDoor
from backstay.oncall.queries import OnCall

RETRY = timedelta(minutes=1)  # when nobody can be asked
TURNS = 2  # so often the whole list is asked
OPEN_STATES = (PageState.PAGING, PageState.UNANSWERED, PageState.TRIAL)


class MayNotAcknowledge(PermissionError):
    """Only staff acknowledge, and a bound page only those eligible at that instant."""


class Settled(ValueError):
    """The page was withdrawn: nothing is left to acknowledge."""


@transaction.atomic
def page(
    *,
    purpose: str,
    boundary: str,
    subject: str,
    link: str,
    kind: str,
    facts: dict[str, Any],
    by: Viewer,
    at: datetime,
) -> Page:
    """Ask whoever is on call for `purpose` to look at `subject`, from level 1 on.

    `subject` is a key such as "case:12", `link` a path of this site. `kind` names a text registered with
    `oncall.wording.tells`, `facts` are its JSON values. With nobody to ask the page waits, is tried again
    every minute, and PageUnanswered is published.
    """
    row = Page.objects.create(
        purpose=purpose,
        boundary=boundary,
        subject=subject,
        link=link,
        kind=kind,
        facts=facts,
        state=PageState.PAGING,
        made_at=at,
        next_at=at,
    )
    _note("page_made", row, by=by, at=at, purpose=purpose, about=subject, text=kind)
    _tell(PageMade, row, at=at)
    _step_on(row, queries.asked(purpose, boundary=boundary, at=at), at=at)
    return row


def step_due(*, at: datetime, limit: int) -> int:
    """Take every page on whose next step is due, at most `limit`, in one transaction; how many there were.

    Pages that another process holds are left to it.
    """
    with transaction.atomic():
        due = (
            Page.objects.select_for_update(skip_locked=True).filter(next_at__lte=at).order_by("next_at", "id")
        )
        rows = list(due[:limit])
        asked = cache(lambda purpose, boundary: queries.asked(purpose, boundary=boundary, at=at))
        for row in rows:
            _step_on(row, asked(row.purpose, row.boundary), at=at)
        return len(rows)


def _step_on(row: Page, people: Sequence[OnCall], *, at: datetime) -> None:
    """Ask the first of those on call now who was not asked yet; from the top again after the last."""
    if not people:
        _wait(row, at=at)
        return
    asked = set(PageDelivery.objects.filter(page=row, turn=row.turn).values_list("staff_id", flat=True))
    following = [each for each in people if each.staff.pk not in asked]
    turn = row.turn if following else row.turn + 1
    if turn > TURNS:
        _give_up(row, at=at)
    else:
        _ask(row, (following or people)[0], turn, at=at)


def _wait(row: Page, *, at: datetime) -> None:
    bound = row.boundary == Boundary.US
    reason = WhyUnanswered.NOBODY_ELIGIBLE if bound else WhyUnanswered.NOBODY_ON_CALL
    is_news = row.why_unanswered != reason
    row.why_unanswered, row.staff, row.acknowledge_by, row.next_at = reason, None, None, at + RETRY
    row.save()
    if is_news:
        _tell(PageUnanswered, row, at=at, reason=reason)


def _give_up(row: Page, *, at: datetime) -> None:
    reason = WhyUnanswered.NOBODY_ACKNOWLEDGED
    row.state, row.why_unanswered = PageState.UNANSWERED, reason
    row.staff, row.acknowledge_by, row.next_at = None, None, None
    row.save()
    _tell(PageUnanswered, row, at=at, reason=reason)


def _ask(row: Page, whom: OnCall, turn: int, *, at: datetime) -> None:
    row.level, row.turn, row.staff, row.rota = whom.level, turn, whom.staff, whom.rota
    row.why_unanswered = ""
    row.acknowledge_by = row.next_at = at + timedelta(seconds=settings.ACKNOWLEDGE_SECONDS)
    row.save()
    PageDelivery.objects.bulk_create(_delivery(row, *door, at=at) for door in doors(whom))
    _tell(PageSteppedOn, row, at=at, staff_id=whom.staff.pk, level=whom.level, turn=turn)


def doors(whom: OnCall) -> list[tuple[str, str, str]]:
    """Kind, address and secret of each: a person's doors, and always an e-mail address."""
    own = [(door.kind, door.address, door.secret) for door in whom.staff.doors.all()]
    if not any(kind == DoorKind.EMAIL for kind, *_ in own):
        own.append((DoorKind.EMAIL, whom.staff.user.email, ""))
    return own


def _delivery(row: Page, door: str, address: str, secret: str, *, at: datetime) -> PageDelivery:
    return PageDelivery(
        page=row,
        boundary=row.boundary,
        staff=row.staff,
        level=row.level,
        turn=row.turn,
        door=door,
        address=address,
        secret=secret,
        state=DeliveryState.WAITING,
        next_at=at,
    )


@transaction.atomic
def try_door(*, door: PersonDoor, by: Viewer, at: datetime) -> Page:
    """Page oneself through one door, to see that it works; nobody else is asked."""
    row = Page.objects.create(
        purpose=Purpose.SUPPORT,
        boundary=Boundary.OPEN,
        subject=f"staff:{door.staff_id}",
        link=settings.ONCALL_PATH,
        kind="trial",
        state=PageState.TRIAL,
        staff=door.staff,
        made_at=at,
    )
    _delivery(row, door.kind, door.address, door.secret, at=at).save()
    _note("page_tried", row, by=by, at=at, door=door.kind)
    return row


@transaction.atomic
def acknowledge(*, page_id: int, by: Viewer, at: datetime) -> Page:
    """Say that one looks after it: nobody else is asked. A second acknowledgement changes nothing.

    Raises MayNotAcknowledge, Settled, Page.DoesNotExist (also where `by` may not know of it).
    """
    row = Page.objects.select_for_update().get(pk=page_id)
    if not rules.may_acknowledge(by, row):
        raise MayNotAcknowledge("only staff acknowledge, and what is bound only those eligible now")
    if row.state == PageState.ACKNOWLEDGED:
        return row
    if row.state in {PageState.WITHDRAWN, PageState.NOTICE}:
        raise Settled("this was settled meanwhile: there is nothing left to do")
    row.acknowledged_by_id = by.id
    _close(row, PageState.ACKNOWLEDGED, at=at)
    _note("page_acknowledged", row, by=by, at=at)
    _tell(PageAcknowledged, row, at=at, staff_id=by.id)
    return row


@transaction.atomic
def withdraw(*, subject: str, by: Viewer, at: datetime) -> int:
    """What is settled pages nobody any more: end the open pages about `subject`, and say how many."""
    rows = Page.objects.select_for_update().filter(subject=subject, state__in=OPEN_STATES).order_by("id")
    for row in rows:
        _close(row, PageState.WITHDRAWN, at=at)
        _note("page_withdrawn", row, by=by, at=at)
        _tell(PageWithdrawn, row, at=at)
    return len(rows)


def _close(row: Page, state: PageState, *, at: datetime) -> None:
    row.state, row.closed_at, row.next_at, row.acknowledge_by = state, at, None, None
    row.save()
    PageDelivery.objects.filter(page=row, state=DeliveryState.WAITING).update(
        state=DeliveryState.DROPPED, next_at=None, lease_until=None
    )


def _tell(kind: type[PageEvent], row: Page, *, at: datetime, **facts: Any) -> None:
    events.publish(
        kind(page_id=row.pk, purpose=row.purpose, subject=row.subject, boundary=row.boundary, **facts), at=at
    )


def _note(kind: str, row: Page, *, by: Viewer, at: datetime, **facts: Any) -> None:
    audit.record(kind, subject=("page", row.pk), boundary=row.boundary, by=by, at=at, facts=facts)
