"""The calendar of a rota as a picture: where each turn lies in its week, in units of the SVG."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from backstay.oncall.turns import Turn
from backstay.ui.wording import short_weekday

WEEKS = 4
WIDTH = 700.0  # of a week
ROW, BAR, TOP = 46.0, 24.0, 16.0
LETTER, MARGIN = 6.4, 12.0  # a bar that is narrower than its name carries none
COLOURS = 6
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A turn's part of a week. `colour` is a number, 0 for nobody."""

    x: float
    y: float
    width: float
    colour: int
    name: str
    start: datetime
    end: datetime

    @property
    def has_room(self) -> bool:
        return self.width >= LETTER * len(self.name) + MARGIN

    @property
    def text_y(self) -> float:
        return self.y + 16

    @property
    def text_x(self) -> float:
        return self.x + 6


@dataclass(frozen=True, kw_only=True)
class DayMark:
    x: float
    y: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """All that the SVG draws; `view_box` is its coordinates."""

    view_box: str
    bars: Sequence[Bar]
    days: Sequence[DayMark]
    legend: Sequence[tuple[int, str]]  # colours with the names of those who have them
    bar_height: float = BAR


def first_day(at: datetime, zone: tzinfo) -> datetime:
    """The last midnight of the reader's wall clock."""
    return at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def until(first: datetime) -> datetime:
    """The midnight four weeks later, by the wall clock."""
    return first + WEEKS * 7 * DAY


def picture(turns: Sequence[Turn], names: Mapping[int, str], first: datetime, nobody: str) -> Picture:
    """Four weeks from `first` on, a week a row."""
    people = sorted({turn.person for turn in turns if turn.person is not None})
    colours = {person: 1 + number % COLOURS for number, person in enumerate(people)}
    bars: list[Bar] = []
    days: list[DayMark] = []
    for week in range(WEEKS):
        start, y = first + 7 * week * DAY, week * ROW + TOP
        bars += [
            _bar(turn, start, y, colours, names, nobody)
            for turn in turns
            if turn.start < start + 7 * DAY and turn.end > start
        ]
        days += [_mark(start + number * DAY, number, y) for number in range(7)]
    legend = sorted({(bar.colour, bar.name) for bar in bars}, key=lambda each: each[1])
    return Picture(view_box=f"0 0 {WIDTH:g} {WEEKS * ROW:g}", bars=bars, days=days, legend=legend)


def _bar(
    turn: Turn, week: datetime, y: float, colours: Mapping[int, int], names: Mapping[int, str], nobody: str
) -> Bar:
    start, end = max(turn.start, week), min(turn.end, week + 7 * DAY)
    whole = _seconds(week, week + 7 * DAY)
    return Bar(
        x=round(WIDTH * _seconds(week, start) / whole, 2),
        y=y,
        width=round(WIDTH * _seconds(start, end) / whole, 2),
        colour=colours[turn.person] if turn.person is not None else 0,
        name=names.get(turn.person, "") if turn.person is not None else nobody,
        start=turn.start,
        end=turn.end,
    )


def _mark(day: datetime, number: int, y: float) -> DayMark:
    return DayMark(x=number * WIDTH / 7 + 2, y=y - 4, label=f"{short_weekday(day)} {day.day}")


def _seconds(start: datetime, end: datetime) -> float:
    """Elapsed, across changes of the clock as well."""
    return end.timestamp() - start.timestamp()
