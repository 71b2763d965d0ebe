"""Rotas as calendars that people subscribe to (RFC 5545). Names only."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from backstay.accounts.models import Staff
from backstay.oncall import queries
from backstay.oncall.models import Rota
from backstay.oncall.turns import Turn

BEFORE = timedelta(days=14)
AHEAD = timedelta(days=90)
REFRESH = timedelta(hours=1)


def of_rota(rota: Rota, *, at: datetime) -> bytes:
    """Everybody's turns in one rota; gaps stand in it, too."""
    return _calendar(rota.name, [(rota, turn) for turn in _turns(rota, at)], at=at)


def of_person(staff: Staff, *, at: datetime) -> bytes:
    """When one person is on call, in all rotas."""
    mine = [(rota, turn) for rota in queries.rotas() for turn in _turns(rota, at) if turn.person == staff.pk]
    return _calendar(_("On call: %(name)s") % {"name": staff.name}, mine, at=at)


def _turns(rota: Rota, at: datetime) -> list[Turn]:
    return queries.turns(rota, at - BEFORE, at + AHEAD)


def _calendar(name: str, shown: Iterable[tuple[Rota, Turn]], *, at: datetime) -> bytes:
    made = Calendar()
    made.add("prodid", "-//Backstay//On call//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    rows = list(shown)
    names = dict(Staff.objects.filter(pk__in={turn.person for _rota, turn in rows}).values_list("pk", "name"))
    for rota, turn in rows:
        made.add_component(_event(rota, turn, names, at))
    return bytes(made.to_ical())


def _event(rota: Rota, turn: Turn, names: dict[int, str], at: datetime) -> Event:
    event = Event()
    who = names.get(turn.person or 0, _("nobody"))
    event.add("uid", f"{uuid5(NAMESPACE_URL, f'{rota.key}:{turn.person}:{turn.start.isoformat()}')}@backstay")
    event.add("dtstamp", at)
    event.add("dtstart", turn.start)
    event.add("dtend", turn.end)
    event.add("summary", _("%(rota)s: %(name)s") % {"rota": rota.name, "name": who})
    return event
