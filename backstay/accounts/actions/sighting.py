"""From where people were seen to work."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from backstay.accounts.events import AccessChanged
from backstay.accounts.models import AccessInstant, Sighting
from backstay.accounts.queries import Sight
from backstay.accounts.residency import CONFLICT, HOME
from backstay.core import events
from backstay.core.scoping import Boundary

NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def note_sighting(*, sight: Sight, at: datetime) -> None:
    """Keep where somebody is seen: a row when that changes, else its time, to the minute."""
    last = sight.last
    if last is not None and (last.country, last.address) == (sight.country, sight.address):
        if at - last.seen_at >= NOTED_EVERY:
            Sighting.objects.filter(pk=last.id).update(seen_at=at)
        return
    Sighting.objects.create(
        staff_id=sight.staff_id, country=sight.country, address=sight.address, since=at, seen_at=at
    )
    if last is not None and _says(last.country) != _says(sight.country):
        _moved(sight, at=at)


def _says(country: str) -> str:
    """What a network's country says; an unlisted one counts as home unless a listed one is asked for."""
    return country or ("" if settings.BOUNDARY_NEEDS_NETWORK else HOME)


def _moved(sight: Sight, *, at: datetime) -> None:
    """Their other streams and pages are checked again, now and when the two no longer conflict."""
    events.publish(AccessChanged(user_id=sight.user_id, boundary=Boundary.OPEN), at=at)
    AccessInstant.objects.create(staff_id=sight.staff_id, at=at + CONFLICT)
