"""A calendar's rules turned into open stretches, one local year at a time."""

from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

from businesstime.calendars import Calendar
from businesstime.instants import to_datetime, to_ticks

# Local years whose every instant, in any zone, fits into a datetime.
FIRST_YEAR, LAST_YEAR = 2, 9998
# No zone of the tz database changes its rules outside these years (test_compilation.py looks): before them
# every zone keeps one offset, after them its changes follow the layout of the year.
RULES_BEGIN, RULES_END = 1800, 2100

Stretches = list[tuple[int, int]]


class Year(NamedTuple):
    """The open stretches of one local year, in ticks since its first instant, and its business days.

    The stretches are apart from each other and in order. `before[i]` is the open time of the year before
    stretch i. `days` are the dates with open time, numbered from 1 January = 0.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    before: tuple[int, ...]
    total: int
    days: tuple[int, ...]


class Compiler:
    """Resolves wall-clock times and compiles years; a wall-clock time of a date becomes an instant like this:

    an ambiguous one is its first occurrence; one inside a gap moves forward by the gap. So a local date that
    does not exist begins when the next one begins, and has no windows. Both follow from reading it with the
    offset before the change (PEP 495, fold=0).
    """

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.zone = ZoneInfo(calendar.zone)
        self._exceptions = {day.year for day in (*calendar.holidays, *calendar.by_date)}
        self._regular: dict[tuple[int, int, bool], Year] = {}
        self.last_exception = max(self._exceptions, default=FIRST_YEAR)

    def midnight(self, ordinal: int) -> int:
        """The first instant of a local date, given as its proleptic ordinal."""
        return to_ticks(datetime.fromordinal(ordinal).replace(tzinfo=self.zone))

    def edge(self, year: int) -> int:
        """The first instant of a local year."""
        return self.midnight(date(year, 1, 1).toordinal())

    def date_of(self, ticks: int) -> int:
        """The ordinal of the date an instant belongs to: the last one whose first instant has passed."""
        ordinal = to_datetime(ticks).astimezone(self.zone).toordinal()
        while self.midnight(ordinal + 1) <= ticks:
            ordinal += 1
        while self.midnight(ordinal) > ticks:
            ordinal -= 1
        return ordinal

    def stretches(self, ordinal: int) -> Stretches:
        """The open stretches of one local date."""
        windows = self.calendar.windows_on(date.fromordinal(ordinal))
        if not windows or self.midnight(ordinal + 1) <= self.midnight(ordinal):
            return []
        wall = datetime.fromordinal(ordinal).replace(tzinfo=self.zone)
        found = [
            (to_ticks(wall + timedelta(0, window.opens)), to_ticks(wall + timedelta(0, window.closes)))
            for window in windows
        ]
        return merged([(start, end) for start, end in found if start < end])

    def year(self, year: int) -> Year:
        """One year's table; years with nothing of their own are compiled once per layout and shared."""
        if RULES_BEGIN <= year <= RULES_END or not self._exceptions.isdisjoint((year - 1, year, year + 1)):
            return self._compile(year)
        first = date(year, 1, 1)
        length = date(year + 1, 1, 1).toordinal() - first.toordinal()
        layout = (first.weekday(), length, year < RULES_BEGIN)
        if layout not in self._regular:
            self._regular[layout] = self._compile(year)
        return self._regular[layout]

    def _compile(self, year: int) -> Year:
        first, after = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
        low, high = self.edge(year), self.edge(year + 1)
        # A window at the turn of the year can reach over it where the clocks change that night.
        by_day = {ordinal: self.stretches(ordinal) for ordinal in range(first - 2, after + 2)}
        found = merged([stretch for day in by_day.values() for stretch in day])
        kept = [
            (max(start, low) - low, min(end, high) - low)
            for start, end in found
            if start < high and end > low
        ]
        *before, total = accumulate((end - start for start, end in kept), initial=0)
        return Year(
            starts=tuple(start for start, _ in kept),
            ends=tuple(end for _, end in kept),
            before=tuple(before),
            total=total,
            days=tuple(ordinal - first for ordinal in range(first, after) if by_day[ordinal]),
        )


def merged(stretches: Stretches) -> Stretches:
    """The same open time as stretches that are in order and do not touch."""
    result: Stretches = []
    for start, end in sorted(stretches):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result
