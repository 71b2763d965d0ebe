"""Who has the turn at an instant: the arithmetic of rotas. Pure; people and sources are numbers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from businesstime import Calendar, is_open, open_stretches

DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """A layer: `members` take turns of `turn_days` from `first_day` on, at `hands_over_at` by the wall clock.

    `source` is the layer's key. It counts within `windows` (None: at every hour), before `ends_at`. A wall
    clock time that does not exist on a day is taken as the instant so much after the last one that does.
    """

    source: int
    zone: str
    first_day: date
    hands_over_at: time
    turn_days: int
    members: tuple[int, ...]
    windows: Calendar | None = None
    ends_at: datetime | None = None

    def covers(self, at: datetime) -> bool:
        if not self.members or at < self._begins(0) or (self.ends_at is not None and at >= self.ends_at):
            return False
        return self.windows is None or is_open(self.windows, at)

    def number(self, at: datetime) -> int:
        """Which turn it is, counted from 0, and below 0 before the first."""
        day = at.astimezone(ZoneInfo(self.zone)).date()
        number = (day - self.first_day).days // self.turn_days
        return number if at >= self._begins(number) else number - 1

    def in_turn(self, at: datetime) -> tuple[int, ...]:
        """All members, whose turn it is first, then who comes next."""
        first = self.number(at) % len(self.members)
        return self.members[first:] + self.members[:first]

    def _begins(self, number: int) -> datetime:
        day = self.first_day + number * self.turn_days * DAY
        return datetime.combine(day, self.hands_over_at, ZoneInfo(self.zone)).astimezone(UTC)

    def cuts(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """Instants between `start` and `end` at which its answer may change."""
        if self.ends_at is not None:
            yield self.ends_at
        number = max(self.number(start), 0)
        while (begins := self._begins(number)) < end:
            yield begins
            number += 1
        if self.windows is not None:
            for stretch in open_stretches(self.windows, start, end):
                yield from stretch


@dataclass(frozen=True, kw_only=True)
class TakeOver:
    """An override: this person from `start` until `end`, whatever the layers say."""

    source: int
    start: datetime
    end: datetime
    person: int

    def covers(self, at: datetime) -> bool:
        return self.start <= at < self.end


@dataclass(frozen=True, kw_only=True)
class Turn:
    """From `start` until `end` it is `person`, by a layer or by an override; nobody where all are None."""

    start: datetime
    end: datetime
    person: int | None = None
    layer: int | None = None
    override: int | None = None

    @property
    def is_gap(self) -> bool:
        return self.person is None


@dataclass(frozen=True)
class Wheel:
    """A whole rota: `layers` in their order, of which later ones go before earlier ones, and overrides."""

    layers: tuple[Rotation, ...]
    overrides: tuple[TakeOver, ...] = ()

    def order(self, at: datetime) -> tuple[int, ...]:
        """Whom to ask, in which order, each once.

        First who has the turn; then those whom the layers below name; then the next in turn of the
        uppermost layer that counts at that instant.
        """
        covering = [layer for layer in reversed(self.layers) if layer.covers(at)]
        taking_over = [each.person for each in self.overrides if each.covers(at)]
        named = [layer.in_turn(at)[0] for layer in covering]
        following = covering[0].in_turn(at)[1:] if covering else ()
        return tuple(dict.fromkeys([*taking_over, *named, *following]))

    def turns(self, start: datetime, end: datetime) -> list[Turn]:
        """Turns that follow each other without a hole from `start` to `end`, those of nobody included."""
        joined: list[Turn] = []
        for first, last in pairwise(self._cuts(start.astimezone(UTC), end.astimezone(UTC))):
            turn = self._turn(first, last)
            if joined and _same(joined[-1], turn):
                joined[-1] = replace(joined[-1], end=last)
            else:
                joined.append(turn)
        return joined

    def _cuts(self, start: datetime, end: datetime) -> list[datetime]:
        inside = {start, end} if start < end else set()
        found: Iterable[datetime] = [cut for layer in self.layers for cut in layer.cuts(start, end)]
        found = [*found, *(edge for each in self.overrides for edge in (each.start, each.end))]
        return sorted(inside | {cut.astimezone(UTC) for cut in found if start < cut < end})

    def _turn(self, start: datetime, end: datetime) -> Turn:
        for each in self.overrides:
            if each.covers(start):
                return Turn(start=start, end=end, person=each.person, override=each.source)
        for layer in reversed(self.layers):
            if layer.covers(start):
                return Turn(start=start, end=end, person=layer.in_turn(start)[0], layer=layer.source)
        return Turn(start=start, end=end)


def _same(one: Turn, other: Turn) -> bool:
    return (one.person, one.layer, one.override) == (other.person, other.layer, other.override)
