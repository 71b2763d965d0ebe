"""Who is on call, when nobody is, and what became of pages."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Min, Prefetch, QuerySet

from backstay.accounts import queries as accounts
from backstay.accounts.models import AccessInstant, Staff
from backstay.core.scoping import Boundary, current
from backstay.oncall.choices import GapReason, PageState
from backstay.oncall.models import Layer, Member, Override, Page, PageDelivery, PersonDoor, PersonFeed, Rota
from backstay.oncall.turns import Rotation, TakeOver, Turn, Wheel
from businesstime import Calendar

LEVELS = 3  # so many people are asked, one after the other
AHEAD = timedelta(days=90)  # gaps are shown so far in advance


@dataclass(frozen=True, kw_only=True)
class OnCall:
    """Somebody who is on call: `level` 1 is asked first."""

    level: int
    staff: Staff
    rota: Rota


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A stretch without anybody who can be asked. It is an error where the rota promises otherwise."""

    rota: Rota
    start: datetime
    end: datetime
    reason: GapReason
    staff_id: int | None = None  # who is on call, and may not know

    @property
    def is_error(self) -> bool:
        return self.rota.around_the_clock


def rotas(**wanted: Any) -> QuerySet[Rota]:
    """Rotas with what they consist of, by name."""
    layers = Layer.objects.order_by("position").prefetch_related(
        Prefetch("members", Member.objects.order_by("position"))
    )
    return (
        Rota.objects.filter(**wanted)
        .order_by("name", "id")
        .prefetch_related(
            Prefetch("layers", layers), Prefetch("overrides", Override.objects.order_by("period"))
        )
    )


def wheel_of(rota: Rota) -> Wheel:
    """The arithmetic of a rota that `rotas` read."""
    overrides = tuple(
        TakeOver(source=each.pk, start=each.period.lower, end=each.period.upper, person=each.staff_id)
        for each in rota.overrides.all()
    )
    return Wheel(layers=tuple(_rotation(layer) for layer in rota.layers.all()), overrides=overrides)


def _rotation(layer: Layer) -> Rotation:
    windows = Calendar.from_dict({"zone": layer.zone, "week": layer.week}) if layer.week is not None else None
    return Rotation(
        source=layer.pk,
        zone=layer.zone,
        first_day=layer.first_day,
        hands_over_at=layer.hands_over_at,
        turn_days=layer.turn_days,
        members=tuple(member.staff_id for member in layer.members.all()),
        windows=windows,
        ends_at=layer.ends_at,
    )


def turns(rota: Rota, start: datetime, end: datetime) -> list[Turn]:
    """Who is on call in a rota from `start` to `end`, without a hole; turns of nobody included."""
    return wheel_of(rota).turns(start, end)


def on_call(which: str, *, boundary: str, at: datetime) -> list[Staff]:
    """Whom to ask, level 1 first. `which` is a purpose, or the key of one rota.

    On something bound only those eligible at that instant are named, from the rotas that serve bound pages
    first; on something open the rotas that serve open pages.
    """
    return [each.staff for each in asked(which, boundary=boundary, at=at)]


def asked(which: str, *, boundary: str, at: datetime) -> list[OnCall]:
    """As `on_call`, each with their level and the rota that names them."""
    allowed = accounts.eligible_staff_ids(at=at) if boundary == Boundary.US else None
    named: dict[int, Rota] = {}
    for _place, rota, person in sorted(_places(which, boundary, at), key=lambda each: each[0]):
        if allowed is None or person in allowed:
            named.setdefault(person, rota)
    staff = Staff.objects.select_related("user").prefetch_related("doors").in_bulk(list(named))
    there = [(staff[one], rota) for one, rota in named.items() if staff[one].is_active]
    return [
        OnCall(level=level, staff=one, rota=rota) for level, (one, rota) in enumerate(there[:LEVELS], start=1)
    ]


def levels(rota: Rota, *, allowed: Collection[int] | None, at: datetime) -> list[int]:
    """Keys of those whom one rota, read by `rotas`, names; of `allowed` only, unless that is None."""
    return [one for one in wheel_of(rota).order(at) if allowed is None or one in allowed][:LEVELS]


def _places(which: str, boundary: str, at: datetime) -> Iterator[tuple[tuple[bool, int], Rota, int]]:
    """Everybody whom a rota names, with the place that they are asked at: several rotas take turns."""
    for rota in rotas():
        if which in {rota.key, rota.purpose} and _serves(rota, boundary):
            for number, person in enumerate(wheel_of(rota).order(at)):
                yield (rota.serves != boundary, number), rota, person


def _serves(rota: Rota, boundary: str) -> bool:
    """What is open is not asked of those who are there for bound cases; a bound one of everybody eligible."""
    return boundary == Boundary.US or rota.serves == Boundary.OPEN


def gaps(rota: Rota, start: datetime, end: datetime) -> list[Gap]:
    """Stretches in which nobody of this rota can be asked, in order.

    In a bound rota also those in which whoever has the turn is not eligible, by what is known today.
    """
    found = [
        Gap(rota=rota, start=turn.start, end=turn.end, reason=GapReason.NOBODY)
        for turn in turns(rota, start, end)
        if turn.is_gap
    ]
    if rota.serves == Boundary.US:
        found += _ineligible(rota, start, end)
    return sorted(found, key=lambda gap: gap.start)


def _ineligible(rota: Rota, start: datetime, end: datetime) -> list[Gap]:
    """Turns, or the parts of them, of people who may not know then."""
    changes = (
        AccessInstant.objects.filter(at__gt=start, at__lt=end).order_by("at").values_list("at", flat=True)
    )
    found: list[Gap] = []
    for since, until in pairwise([start, *dict.fromkeys(changes), end]):
        allowed = accounts.eligible_staff_ids(at=since)
        for turn in turns(rota, since, until):
            if turn.person is None or turn.person in allowed:
                continue
            found = _joined(found, _not_eligible(rota, turn))
    return found


def _not_eligible(rota: Rota, turn: Turn) -> Gap:
    return Gap(rota=rota, start=turn.start, end=turn.end, reason=GapReason.NOT_ELIGIBLE, staff_id=turn.person)


def _joined(found: list[Gap], gap: Gap) -> list[Gap]:
    if found and found[-1].end == gap.start and found[-1].staff_id == gap.staff_id:
        return [*found[:-1], replace(found[-1], end=gap.end)]
    return [*found, gap]


def pages() -> QuerySet[Page]:
    """Pages that the viewer may know of, newest first; staff only. Notices are no pages."""
    viewer = current()
    if not (viewer.is_staff or viewer.is_machine):
        return Page.objects.none()
    rows = Page.objects.exclude(state=PageState.NOTICE).order_by("-made_at", "-id")
    return rows.select_related("staff", "acknowledged_by", "rota")


def notices() -> QuerySet[Page]:
    """What the viewer was told and has not read yet, newest first."""
    viewer = current()
    mine = Page.objects.filter(state=PageState.NOTICE, staff=viewer.id if viewer.is_staff else None)
    return mine.filter(closed_at__isnull=True).order_by("-made_at", "-id")


def open_pages() -> QuerySet[Page]:
    """Those that somebody still has to acknowledge."""
    return pages().filter(state__in=[PageState.PAGING, PageState.UNANSWERED])


def page_by_id(page_id: int) -> Page | None:
    return pages().filter(pk=page_id).first()


def doors_of(staff_id: int) -> QuerySet[PersonDoor]:
    return PersonDoor.objects.filter(staff=staff_id).order_by("kind", "id")


def next_due(*, after: datetime) -> datetime | None:
    """When the next page steps on or the next delivery is due, if that is after `after`."""
    due = [
        rows.filter(next_at__gt=after).aggregate(soonest=Min("next_at"))["soonest"]
        for rows in (Page.objects, PageDelivery.objects)
    ]
    return min(filter(None, due), default=None)


def rota_of_feed(token: str) -> Rota | None:
    return rotas(feed_digest=digest(token)).first() if token else None


def person_of_feed(token: str) -> Staff | None:
    row = PersonFeed.objects.select_related("staff").filter(digest=digest(token)).first()
    return row.staff if row and row.staff.is_active else None


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
