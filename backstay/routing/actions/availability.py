"""What people say of themselves, and the sign of life that makes it believable."""

from datetime import datetime, timedelta

from django.db import transaction

from backstay.core import events
from backstay.core.scoping import Viewer
from backstay.routing import queries, rules
from backstay.routing.choices import Declared
from backstay.routing.events import AvailabilityChanged
from backstay.routing.models import Availability


class NotYourself(PermissionError):
    """Availability is what somebody says of themselves."""


@transaction.atomic
def declare(*, state: Declared, by: Viewer, at: datetime) -> Availability:
    """Say whether one takes cases now. Off shift it counts as well: it was chosen."""
    if not by.is_staff:
        raise NotYourself("staff say of themselves whether they are available")
    values = {"state": state, "since": at, "heartbeat_at": at}
    row, _ = Availability.objects.update_or_create(staff_id=by.id, defaults=values)
    events.publish(AvailabilityChanged(staff_id=by.id, state=state), at=at)
    return row


@transaction.atomic
def beat(*, by: Viewer, at: datetime) -> Availability | None:
    """A console of theirs is open. Who never said anything is not made available by it.

    After a silence, what was said goes on where their shift runs; off shift they are away until they say
    otherwise: opening the console in the evening takes no cases.
    """
    row = Availability.objects.select_for_update().filter(staff=by.id).first()
    if row is None or not by.is_staff:
        return None
    silent = at - row.heartbeat_at > timedelta(seconds=queries.settings(at=at).lapses_after_s)
    row.heartbeat_at = max(at, row.heartbeat_at)
    if silent and row.state != Declared.AWAY:
        _come_back(row, at)
    row.save()
    return row


def _come_back(row: Availability, at: datetime) -> None:
    person = queries.person(row.staff_id, at=at)
    if person is None or not rules.is_on_shift(person, at=at):
        row.state = Declared.AWAY
    row.since = at
    events.publish(AvailabilityChanged(staff_id=row.staff_id, state=row.state), at=at)
