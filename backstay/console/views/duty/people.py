"""Who is on call now and next, where nobody will be, and who is at work with how much to do."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from urllib.parse import urlencode

from backstay.accounts import queries as accounts
from backstay.core.scoping import Boundary
from backstay.oncall import queries
from backstay.oncall.choices import GAP_LABELS
from backstay.oncall.models import Rota
from backstay.oncall.queries import Gap
from backstay.routing import rules
from backstay.routing.choices import STANDING_LABELS, Standing
from backstay.routing.decisions import EVERYTHING, Person, Room
from backstay.ui.routes import address

SOON = timedelta(days=14)  # how far ahead gaps and hand-overs are looked for
GAPS, PEOPLE = 10, 40
FIRST = {Standing.AVAILABLE: 0, Standing.BUSY: 1}  # the others stand behind
KINDS = {Standing.AVAILABLE: "kept", Standing.BUSY: "warn"}


@dataclass(frozen=True, kw_only=True)
class RotaLine:
    """Whom a rota asks: the names by level, now and after the next hand-over; None where it has no end."""

    rota: Rota
    levels: Sequence[tuple[str, str]]
    changes_at: datetime | None

    @property
    def is_empty(self) -> bool:
        return not any(name for name, _next in self.levels)


@dataclass(frozen=True, kw_only=True)
class GapLine:
    """A gap with its reason in words, and the address of the form that fills it."""

    gap: Gap
    why: str
    name: str
    fill: str


@dataclass(frozen=True, kw_only=True)
class OnCall:
    """The rotas, the first gaps in them (errors before others), and how many gaps there are."""

    rotas: Sequence[RotaLine]
    gaps: Sequence[GapLine]
    errors: int
    others: int


@dataclass(frozen=True, kw_only=True)
class PersonLine:
    """Somebody at work; `used` of `limit` is the weight of what they have."""

    person: Person
    standing: str
    kind: str
    is_on_shift: bool
    used: int
    limit: int


@dataclass(frozen=True, kw_only=True)
class AtWork:
    """Who said that they are here, or has a shift now; `available` of them take cases."""

    people: Sequence[PersonLine]
    available: int
    others: int


def on_call(*, at: datetime) -> OnCall:
    rotas, names = list(queries.rotas()), dict(accounts.staff_members().values_list("pk", "name"))
    gaps = [gap for rota in rotas for gap in queries.gaps(rota, at, at + SOON)]
    gaps.sort(key=lambda gap: (not gap.is_error, gap.start))
    errors = sum(gap.is_error for gap in gaps)
    return OnCall(
        rotas=_rotas(rotas, names, at),
        gaps=[_gap(gap, names) for gap in gaps if gap.is_error][:GAPS],
        errors=errors,
        others=len(gaps) - errors,
    )


def _rotas(rotas: Sequence[Rota], names: Mapping[int, str], at: datetime) -> list[RotaLine]:
    bound = any(rota.serves == Boundary.US for rota in rotas)
    inside = accounts.eligible_staff_ids(at=at) & names.keys() if bound else set()
    sides: dict[str, Collection[int]] = {Boundary.US: inside, Boundary.OPEN: names.keys()}
    return [_rota(rota, sides[rota.serves], names, at) for rota in rotas]


def _rota(rota: Rota, allowed: Collection[int], names: Mapping[int, str], at: datetime) -> RotaLine:
    ends = queries.turns(rota, at, at + SOON)[0].end
    changes_at = ends if ends < at + SOON else None
    now, then = (
        [names[one] for one in queries.levels(rota, allowed=allowed, at=when)] for when in (at, ends)
    )
    return RotaLine(
        rota=rota,
        levels=list(zip_longest(now, then if changes_at else (), fillvalue="")),
        changes_at=changes_at,
    )


def _gap(gap: Gap, names: Mapping[int, str]) -> GapLine:
    asked = {"rota": gap.rota.pk, "from": gap.start.isoformat(), "to": gap.end.isoformat()}
    return GapLine(
        gap=gap,
        why=str(GAP_LABELS[gap.reason]),
        name=names.get(gap.staff_id or 0, ""),
        fill=f"{address('console:on_call')}?{urlencode(asked)}#take-over",
    )


def at_work(room: Room) -> AtWork:
    here = [each for each in room.people if each.standing in FIRST or rules.is_on_shift(each, at=room.at)]
    here.sort(key=lambda each: (FIRST.get(each.standing, len(FIRST)), each.name))
    return AtWork(
        people=[_person(each, room) for each in here[:PEOPLE]],
        available=sum(each.standing is Standing.AVAILABLE for each in here),
        others=len(room.people) - len(here[:PEOPLE]),
    )


def _person(person: Person, room: Room) -> PersonLine:
    return PersonLine(
        person=person,
        standing=str(STANDING_LABELS[person.standing]),
        kind=KINDS.get(person.standing, "plain"),
        is_on_shift=rules.is_on_shift(person, at=room.at),
        used=rules.used(person, EVERYTHING, room),
        limit=rules.limit(person, room),
    )
