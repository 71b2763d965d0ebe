"""Making and changing rotas: layers, their members, overrides, calendars to subscribe to."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from psycopg.errors import ExclusionViolation

from backstay.accounts.models import Staff
from backstay.core import audit
from backstay.core.scoping import Boundary, Viewer
from backstay.oncall import queries, rules
from backstay.oncall.choices import Purpose
from backstay.oncall.models import Layer, Member, Override, PersonFeed, Rota
from businesstime import Calendar

LONGEST_TURN = 365


class MayNotArrange(PermissionError):
    """Managers change rotas; team leads put others on call; everybody takes over for themselves."""


class BadRota(ValueError):
    """A rota, layer or override that cannot work; the message says why."""


class AlreadyTakenOver(ValueError):
    """Another override counts in a part of that time."""


@dataclass(frozen=True, kw_only=True)
class RotaTerms:
    key: str
    name: str
    purpose: Purpose
    zone: str
    serves: Boundary = Boundary.OPEN
    around_the_clock: bool = False

    def __post_init__(self) -> None:
        _require_zone(self.zone)


@dataclass(frozen=True, kw_only=True)
class LayerTerms:
    """See models.Layer. `week` is as businesstime.Calendar writes it, seven lists of ["08:00", "20:00"]."""

    name: str
    zone: str
    first_day: date
    hands_over_at: time
    turn_days: int
    members: Sequence[int]
    week: list[Any] | None = None
    ends_at: datetime | None = None
    position: int | None = field(default=None)  # None: behind the others, so before them in rank

    def __post_init__(self) -> None:
        _require_zone(self.zone)
        if not 1 <= self.turn_days <= LONGEST_TURN:
            raise BadRota(f"a turn takes 1 to {LONGEST_TURN} days")
        if not self.members:
            raise BadRota("a layer has at least one member")
        if self.week is not None:
            Calendar.from_dict({"zone": self.zone, "week": self.week})  # raises CalendarError


def _require_zone(zone: str) -> None:
    if zone not in available_timezones():
        raise BadRota(f"{zone!r} is no IANA time zone; use a name such as Europe/Bucharest")


def _require_arranger(by: Viewer) -> None:
    if not rules.may_arrange(by):
        raise MayNotArrange("managers make and change rotas")


@transaction.atomic
def add_rota(*, terms: RotaTerms, by: Viewer, at: datetime) -> Rota:
    """A new rota without layers: one big gap. Raises MayNotArrange, BadRota."""
    _require_arranger(by)
    if Rota.objects.filter(key=terms.key).exists():
        raise BadRota(f"there is a rota {terms.key!r} already")
    rota = Rota.objects.create(
        key=terms.key,
        name=terms.name,
        purpose=terms.purpose,
        zone=terms.zone,
        serves=terms.serves,
        around_the_clock=terms.around_the_clock,
    )
    _note("rota_added", rota, by=by, at=at, name=terms.name)
    return rota


@transaction.atomic
def change_rota(*, rota: Rota, name: str, around_the_clock: bool, by: Viewer, at: datetime) -> None:
    """Its name, and whether it promises that somebody is always there."""
    _require_arranger(by)
    Rota.objects.filter(pk=rota.pk).update(name=name, around_the_clock=around_the_clock)
    _note("rota_changed", rota, by=by, at=at, name=name, around_the_clock=around_the_clock)


@transaction.atomic
def put_layer(
    *, rota: Rota, terms: LayerTerms, layer: Layer | None = None, by: Viewer, at: datetime
) -> Layer:
    """Add a layer, or replace all that `layer` says. Raises MayNotArrange, BadRota, CalendarError."""
    _require_arranger(by)
    Rota.objects.select_for_update().get(pk=rota.pk)
    if Staff.objects.filter(pk__in=terms.members, is_active=True).count() != len(set(terms.members)):
        raise BadRota("a member is not known here, or has left")
    row = layer or Layer(rota=rota, position=_next_position(rota))
    row.name, row.zone, row.week = terms.name, terms.zone, terms.week
    row.first_day, row.hands_over_at = terms.first_day, terms.hands_over_at
    row.turn_days, row.ends_at = terms.turn_days, terms.ends_at
    row.position = row.position if terms.position is None else terms.position
    row.save()
    row.members.all().delete()
    Member.objects.bulk_create(
        Member(layer=row, position=position, staff_id=staff) for position, staff in enumerate(terms.members)
    )
    _note("rota_layer_put", rota, by=by, at=at, layer=row.pk, members=list(terms.members))
    return row


def _next_position(rota: Rota) -> int:
    last = rota.layers.order_by("-position").first()
    return last.position + 1 if last else 0


@transaction.atomic
def drop_layer(*, layer: Layer, by: Viewer, at: datetime) -> None:
    _require_arranger(by)
    _note("rota_layer_dropped", layer.rota, by=by, at=at, layer=layer.pk, name=layer.name)
    layer.delete()


@transaction.atomic
def take_over(
    *,
    rota: Rota,
    staff_id: int,
    starts_at: datetime,
    ends_at: datetime,
    reason: str = "",
    by: Viewer,
    at: datetime,
) -> Override:
    """Put somebody on call for a while, whatever the layers say.

    Raises MayNotArrange, BadRota (no length, or over already), AlreadyTakenOver.
    """
    if not rules.may_put_on_call(by, staff_id):
        raise MayNotArrange("team leads put others on call")
    if ends_at <= max(starts_at, at):
        raise BadRota("it ends after it begins, and not in the past")
    try:
        with transaction.atomic():
            period = DateTimeTZRange(starts_at, ends_at)
            row = Override.objects.create(rota=rota, staff_id=staff_id, period=period, reason=reason)
    except IntegrityError as error:
        if isinstance(error.__cause__, ExclusionViolation):
            raise AlreadyTakenOver("somebody has taken over a part of that time already") from error
        raise
    _note("rota_taken_over", rota, by=by, at=at, staff=staff_id, until=ends_at.isoformat())
    return row


@transaction.atomic
def end_override(*, override: Override, by: Viewer, at: datetime) -> None:
    """Give the time back to the layers; what has passed of it stays."""
    if not rules.may_end_override(by, override):
        raise MayNotArrange("whoever has taken over ends it, or a team lead")
    _note("rota_given_back", override.rota, by=by, at=at, staff=override.staff_id)
    if override.period.lower < at:
        override.period = DateTimeTZRange(override.period.lower, min(at, override.period.upper))
        override.save(update_fields=["period"])
    else:
        override.delete()


@transaction.atomic
def new_rota_feed(*, rota: Rota, by: Viewer, at: datetime) -> str:
    """A new secret address for a rota's calendar; the old one stops working. The token is the only copy."""
    _require_arranger(by)
    token = secrets.token_urlsafe(32)
    Rota.objects.filter(pk=rota.pk).update(feed_digest=queries.digest(token))
    _note("rota_feed_made", rota, by=by, at=at)
    return token


@transaction.atomic
def new_own_feed(*, by: Viewer, at: datetime) -> str:
    """A new secret address for one's own calendar; the old one stops working."""
    token = secrets.token_urlsafe(32)
    values = {"digest": queries.digest(token), "made_at": at}
    PersonFeed.objects.update_or_create(staff_id=by.id, defaults=values)
    return token


def _note(kind: str, rota: Rota, *, by: Viewer, at: datetime, **facts: Any) -> None:
    audit.record(kind, subject=("rota", rota.pk), boundary=Boundary.OPEN, by=by, at=at, facts=facts)
