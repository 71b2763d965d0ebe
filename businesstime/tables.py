"""Compiled calendars: every question is a few binary searches, whatever the distance.

A position is the open time, in ticks, between one fixed instant and another: it grows by real elapsed time
while the calendar is open and stands still while it is closed. `position` leads from instants to positions,
`locate` back. Years are compiled when first needed, twice as many each time, and kept.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from itertools import accumulate
from threading import Lock
from typing import NamedTuple

from businesstime.calendars import Calendar
from businesstime.compilation import FIRST_YEAR, LAST_YEAR, Compiler, Stretches, Year, merged
from businesstime.errors import NeverOpen
from businesstime.instants import to_datetime

_KEPT_TABLES = 512


class Years(NamedTuple):
    """Consecutive compiled years; `edges`, `before` and `days_before` have one entry more than `years`.

    `edges[k]` is the first instant of year k, `before[k]` its position, `days_before[k]` the number of
    business days before it, from where positions are counted from. Never changed: a longer one with the same
    positions takes its place, so that threads need no lock to read.
    """

    first: int
    edges: tuple[int, ...]
    before: tuple[int, ...]
    days_before: tuple[int, ...]
    years: tuple[Year, ...]


class Table:
    def __init__(self, calendar: Calendar) -> None:
        self.compiler = Compiler(calendar)
        self._calendar = calendar
        self._regular_from = self.compiler.edge(min(self.compiler.last_exception, LAST_YEAR) + 1)
        self._lock = Lock()
        self._years = Years(0, (0,), (0,), (0,), ())

    def position(self, ticks: int) -> int:
        """The open time before an instant. Outside the years covered it raises NeverOpen."""
        known = self._around(ticks)
        at = bisect_right(known.edges, ticks) - 1
        year = known.years[at]
        since = ticks - known.edges[at]
        found = bisect_right(year.starts, since) - 1
        if found < 0:
            return known.before[at]
        end = year.ends[found]
        return known.before[at] + year.before[found] + min(since, end) - year.starts[found]

    def locate(self, position: int, *, opening: bool = False) -> int:
        """The instant at which a position is reached; raises NeverOpen if it never is.

        A position reached at a closing time stands still until the next opening: the answer is the closing
        time, or with `opening` that opening. It must exceed one already known (or equal it, with `opening`).
        """
        known = self._years
        search = bisect_right if opening else bisect_left
        while (at := search(known.before, position) - 1) >= len(known.years):
            known = self._longer(known)
        year = known.years[at]
        rest = position - known.before[at]
        found = search(year.before, rest) - 1
        return known.edges[at] + year.starts[found] + rest - year.before[found]

    def end_of(self, ticks: int) -> int | None:
        """The end of the open stretch at an instant, the turn of the year at the latest; None when closed."""
        known = self._around(ticks)
        at = bisect_right(known.edges, ticks) - 1
        year = known.years[at]
        found = bisect_right(year.starts, ticks - known.edges[at]) - 1
        if found < 0 or ticks >= (end := known.edges[at] + year.ends[found]):
            return None
        return end

    def close_after(self, ticks: int) -> int | None:
        """The closing time that follows an instant at which it is open; None if there is none."""
        while (end := self.end_of(ticks)) is not None:
            if self._calendar.always_open and end >= self._regular_from:
                return None
            ticks = end
        return ticks

    def stretches(self, start: int, end: int) -> Stretches:
        """The open stretches between two instants, cut off at these, in order and apart."""
        self._around(start)
        known = self._around(end)
        found: Stretches = []
        for at in range(bisect_right(known.edges, start) - 1, bisect_left(known.edges, end)):
            year, edge = known.years[at], known.edges[at]
            first, after = bisect_right(year.ends, start - edge), bisect_left(year.starts, end - edge)
            found += [(edge + year.starts[one], edge + year.ends[one]) for one in range(first, after)]
        return merged([(max(start, opens), min(end, closes)) for opens, closes in found])

    def business_day(self, ordinal: int, count: int) -> int:
        """The ordinal of the count-th business day after a date, given as its ordinal."""
        known = self._around(self.compiler.midnight(ordinal))
        year = date.fromordinal(ordinal).year
        at = year - known.first
        wanted = (
            count + known.days_before[at] + bisect_right(known.years[at].days, ordinal - _first_day(year))
        )
        while (at := bisect_left(known.days_before, wanted) - 1) >= len(known.years):
            known = self._longer(known)
        return _first_day(known.first + at) + known.years[at].days[wanted - known.days_before[at] - 1]

    def _around(self, ticks: int) -> Years:
        known = self._years
        if known.edges[0] <= ticks < known.edges[-1]:
            return known
        with self._lock:
            return self._covering(ticks)

    def _covering(self, ticks: int) -> Years:
        if not self._years.years:
            year = min(max(to_datetime(ticks).year, FIRST_YEAR), LAST_YEAR)
            self._years = self._joined(year, (self.compiler.year(year),), 0, 0)
        while ticks < self._years.edges[0]:
            self._years = self._with_earlier(self._years)
        while ticks >= self._years.edges[-1]:
            self._years = self._with_later(self._years)
        return self._years

    def _longer(self, known: Years) -> Years:
        """At least one more year of it, unless it never opens again."""
        with self._lock:
            if self._years.edges[-1] == known.edges[-1]:
                if known.edges[-1] >= self._regular_from and not any(self._calendar.week):
                    raise NeverOpen(f"the calendar {self._name} has no opening hours that lie ahead")
                self._years = self._with_later(known)
            return self._years

    def _with_later(self, known: Years) -> Years:
        after = known.first + len(known.years)
        count = min(len(known.years), LAST_YEAR + 1 - after)
        if count == 0:
            raise NeverOpen(f"the calendar {self._name} does not reach this before the year {LAST_YEAR + 1}")
        later = map(self.compiler.year, range(after, after + count))
        return self._joined(known.first, (*known.years, *later), known.before[0], known.days_before[0])

    def _with_earlier(self, known: Years) -> Years:
        count = min(len(known.years), known.first - FIRST_YEAR)
        if count == 0:
            raise NeverOpen(f"the calendar {self._name} is not computed before the year {FIRST_YEAR}")
        first = known.first - count
        earlier = tuple(map(self.compiler.year, range(first, known.first)))
        before = known.before[0] - sum(year.total for year in earlier)
        days_before = known.days_before[0] - sum(len(year.days) for year in earlier)
        return self._joined(first, (*earlier, *known.years), before, days_before)

    def _joined(self, first: int, years: tuple[Year, ...], before: int, days_before: int) -> Years:
        return Years(
            first,
            tuple(map(self.compiler.edge, range(first, first + len(years) + 1))),
            _sums((year.total for year in years), before),
            _sums((len(year.days) for year in years), days_before),
            years,
        )

    @property
    def _name(self) -> str:
        return f"{self._calendar.name or '(unnamed)'} in {self._calendar.zone}"


def table_of(calendar: Calendar) -> Table:
    """The calendar's table, compiled once for all equal calendars and kept at hand on each of them."""
    kept = vars(calendar)
    try:
        table: Table = kept["_table"]
    except KeyError:
        table = kept["_table"] = _compiled(calendar)
    return table


_compiled = lru_cache(_KEPT_TABLES)(Table)


def _sums(amounts: Iterable[int], initial: int) -> tuple[int, ...]:
    return tuple(accumulate(amounts, initial=initial))


def _first_day(year: int) -> int:
    return date(year, 1, 1).toordinal()
