"""What leaves the machine: at least once, with a stable id, under a lease; a possible double is marked."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils.translation import override

from backstay.accounts import queries as accounts
from backstay.accounts.models import Staff
from backstay.core.scoping import Boundary, acting, machine
from backstay.oncall import doors, wording
from backstay.oncall.actions.paging import acknowledge
from backstay.oncall.choices import DeliveryState, DoorKind, PageState
from backstay.oncall.doors import DoorFailed, Outgoing
from backstay.oncall.models import Page, PageDelivery, PushKey

LEASE = timedelta(seconds=60)  # longer than any attempt takes
ATTEMPTS = 5
SALT = "backstay.oncall.acknowledge"
LINK_AGE = timedelta(days=1)


class BadLink(ValueError):
    """Not a link of ours, or an old one."""


def claim(*, at: datetime, limit: int) -> list[Outgoing]:
    """Take deliveries that are due, at most `limit`, under a lease until it is recorded how they ended.

    One whose last attempt began and was never recorded may have arrived: it is marked as a possible double.
    What is bound leaves for nobody who may not know of it any more; the next in the list is asked instead.
    """
    with transaction.atomic():
        due = PageDelivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related(
            "page", "staff"
        )
        rows = _withheld(list(due.filter(next_at__lte=at).order_by("next_at", "id")[:limit]), at=at)
        for row in rows:
            row.may_be_double |= row.lease_until is not None
            row.attempts += 1
            row.next_at = row.lease_until = at + LEASE
        PageDelivery.objects.bulk_update(rows, ["may_be_double", "attempts", "next_at", "lease_until"])
        return _outgoing(rows, at=at)


def _withheld(rows: list[PageDelivery], *, at: datetime) -> list[PageDelivery]:
    """Without those to people who have left the boundary since they were asked."""
    if all(row.boundary == Boundary.OPEN for row in rows):
        return rows
    inside = accounts.eligible_staff_ids(at=at)
    strayed = [row for row in rows if row.boundary != Boundary.OPEN and row.staff_id not in inside]
    for row in strayed:
        row.state, row.next_at, row.lease_until = DeliveryState.DROPPED, None, None
        row.error = "whoever was asked is outside the boundary by now"
        row.save(update_fields=["state", "next_at", "lease_until", "error"])
        asked = Page.objects.filter(pk=row.page_id, state=PageState.PAGING, staff=row.staff_id)
        asked.update(next_at=at)
    return [row for row in rows if row not in strayed]


def _outgoing(rows: Sequence[PageDelivery], *, at: datetime) -> list[Outgoing]:
    needs_key = any(row.door == DoorKind.PUSH for row in rows)
    key = push_key() if needs_key else ""
    return [_message(row, key, at=at) for row in rows]


def _message(row: PageDelivery, key: str, *, at: datetime) -> Outgoing:
    token = acknowledge_token(page_id=row.page_id, staff_id=row.staff_id, at=at)
    is_notice = row.page.state == PageState.NOTICE
    reports = (
        f"{settings.REPORTS_PATH}{row.stable_id}" if row.door == DoorKind.SMS else settings.CALLS_PATH + token
    )
    with override(row.staff.language):
        title, text = wording.title(row.page), wording.text(row.page)
    return Outgoing(
        delivery_id=row.pk,
        door=DoorKind(row.door),
        address=row.address,
        secret=row.secret,
        key=key if row.door == DoorKind.PUSH else "",
        stable_id=str(row.stable_id),
        title=title,
        text=text,
        link=settings.PUBLIC_URL + row.page.link,
        acknowledge="" if is_notice else f"{settings.PUBLIC_URL}{settings.ACKNOWLEDGE_PATH}{token}",
        callback=settings.PUBLIC_URL + reports,
        language=row.staff.language,
        may_be_double=row.may_be_double,
        at=at,
    )


def acknowledge_token(*, page_id: int, staff_id: int, at: datetime) -> str:
    """What a link carries that does nothing but acknowledge this page as this person."""
    return signing.Signer(salt=SALT).sign_object([page_id, staff_id, int(at.timestamp())])


def read_token(token: str, *, at: datetime) -> tuple[int, int]:
    """The page and the member of staff that a token was made for. Raises BadLink."""
    try:
        page_id, staff_id, made = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature as error:
        raise BadLink("this link is not one of ours") from error
    if at.timestamp() - made > LINK_AGE.total_seconds():
        raise BadLink("this link is too old")
    return page_id, staff_id


def acknowledge_by_link(*, token: str, address: str | None, at: datetime) -> Page:
    """Acknowledge as the person whom the link was made for, with what they may see now.

    `address` is where the request comes from; None for a call. Raises BadLink, and what `acknowledge` raises.
    """
    page_id, staff_id = read_token(token, at=at)
    with acting(machine("page link")):
        staff = Staff.objects.filter(pk=staff_id, is_active=True).first()
        if staff is None:
            raise BadLink("whoever was paged has left")
        viewer = accounts.staff_viewer(staff, at=at, address=address)
    with acting(viewer):
        return acknowledge(page_id=page_id, by=viewer, at=at)


def language_of(token: str, *, at: datetime) -> str:
    """The language of the person whom the link was made for. Raises BadLink."""
    _page_id, staff_id = read_token(token, at=at)
    with acting(machine("page link")):
        return Staff.objects.get(pk=staff_id).language


def record_sent(*, delivery_id: int, at: datetime) -> None:
    """It has left. Recorded whatever became of its page meanwhile."""
    PageDelivery.objects.filter(pk=delivery_id).exclude(state=DeliveryState.SENT).update(
        state=DeliveryState.SENT, sent_at=at, next_at=None, lease_until=None, error=""
    )


@transaction.atomic
def record_failure(*, outgoing: Outgoing, failure: DoorFailed, at: datetime) -> None:
    """Try again after a pause, unless that is of no use or has been tried often enough.

    A failure of an attempt whose lease has run out says nothing: another attempt has begun since.
    """
    held = PageDelivery.objects.select_for_update().filter(
        pk=outgoing.delivery_id, state=DeliveryState.WAITING, lease_until=outgoing.at + LEASE
    )
    row = held.first()
    if row is None:
        return
    row.error, row.lease_until = str(failure)[:200], None
    row.may_be_double |= failure.may_have_arrived
    if failure.is_final or row.attempts >= ATTEMPTS:
        row.state, row.next_at = DeliveryState.FAILED, None
    else:
        row.next_at = at + timedelta(seconds=5 * 2 ** (row.attempts - 1))
    row.save()


def record_report(*, stable_id: UUID) -> None:
    """The provider says later that a message which it took did not arrive."""
    PageDelivery.objects.filter(stable_id=stable_id, state=DeliveryState.SENT).update(
        state=DeliveryState.FAILED, error="the provider could not deliver it"
    )


def push_key() -> str:
    """The installation's private key for pushes, made when it is first needed."""
    row = PushKey.objects.order_by("pk").first()
    if row is None:
        PushKey.objects.bulk_create([PushKey(pk=1, private_pem=doors.new_push_key())], ignore_conflicts=True)
        row = PushKey.objects.get(pk=1)
    return row.private_pem
