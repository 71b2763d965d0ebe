"""One's own doors."""

import json
import re
from datetime import datetime
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from backstay.core import audit
from backstay.core.scoping import Boundary, Viewer
from backstay.oncall import doors
from backstay.oncall.choices import DoorKind
from backstay.oncall.models import PersonDoor

NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164
MOST_DOORS = 20


class BadDoor(ValueError):
    """Not an address that this kind of door takes; the message says what it takes."""


@transaction.atomic
def add_door(
    *, kind: DoorKind, address: str, label: str, keys: str = "", by: Viewer, at: datetime
) -> PersonDoor:
    """Let oneself be reached there, too. `keys` are a browser's for push, as JSON. Raises BadDoor.

    A webhook gets a secret of its own, which stands in the row.
    """
    address = address.strip().replace(" ", "") if kind in {DoorKind.SMS, DoorKind.VOICE} else address.strip()
    _check(kind, address, keys)
    if PersonDoor.objects.filter(staff=by.id).count() >= MOST_DOORS:
        raise BadDoor(f"at most {MOST_DOORS} ways to reach somebody")
    secret = doors.new_webhook_secret() if kind == DoorKind.WEBHOOK else keys
    row, _made = PersonDoor.objects.update_or_create(
        staff_id=by.id,
        kind=kind,
        address=address,
        defaults={"label": label[:60], "secret": secret, "made_at": at},
    )
    subject = ("staff", by.id)
    audit.record("door_added", subject=subject, boundary=Boundary.OPEN, by=by, at=at, facts={"kind": kind})
    return row


@transaction.atomic
def drop_door(*, door: PersonDoor, by: Viewer, at: datetime) -> None:
    """Not to be reached there any more. Only one's own; others' are not found."""
    subject = ("staff", door.staff_id)
    audit.record(
        "door_dropped", subject=subject, boundary=Boundary.OPEN, by=by, at=at, facts={"kind": door.kind}
    )
    door.delete()


def _check(kind: DoorKind, address: str, keys: str) -> None:
    if kind == DoorKind.EMAIL:
        try:
            validate_email(address)
        except ValidationError as error:
            raise BadDoor("this is no e-mail address") from error
    elif kind in {DoorKind.SMS, DoorKind.VOICE}:
        if not NUMBER.fullmatch(address):
            raise BadDoor("a phone number begins with + and the country, such as +40 21 555 0100")
    else:
        _check_url(address)
    if kind == DoorKind.PUSH:
        _check_keys(keys)


def _check_url(address: str) -> None:
    where = urlsplit(address)
    if where.scheme not in {"http", "https"} or not where.hostname or where.username or len(address) > 1000:
        raise BadDoor("an address begins with https:// and carries no password")


def _check_keys(keys: str) -> None:
    try:
        given = json.loads(keys)
        is_complete = {"p256dh", "auth"} <= set(given) and len(keys) <= 500
    except (ValueError, TypeError):
        is_complete = False
    if not is_complete:
        raise BadDoor("the browser did not send its keys")
