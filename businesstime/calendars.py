from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from businesstime import notation
from businesstime.errors import CalendarError

DAY = 86400

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@dataclass(frozen=True, order=True)
class Window:
    """Open from `opens` until `closes`, in seconds of the local wall-clock day; 86400 is 24:00."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not (type(self.opens) is int and type(self.closes) is int):
            raise CalendarError(
                f"a window is two whole numbers of seconds, not {self.opens!r}, {self.closes!r}"
            )
        if not 0 <= self.opens < self.closes <= DAY:
            raise CalendarError(f"a window opens before it closes, both within 00:00 and 24:00, not {self}")

    @classmethod
    def parse(cls, opens: str, closes: str) -> Self:
        """From wall-clock texts, "HH:MM" or "HH:MM:SS"; "24:00" is the end of the day."""
        return cls(notation.second_of_day(opens), notation.second_of_day(closes))

    def __str__(self) -> str:
        return f"{notation.wall_clock(self.opens)}-{notation.wall_clock(self.closes)}"


Windows = tuple[Window, ...]


@dataclass(frozen=True)
class Calendar:
    """Opening hours in one IANA zone. A value: equal calendars hash alike and are compiled once.

    `week` has seven days, Monday first. `holidays` close a local date, `yearly_holidays` (month, day) close
    it every year. `overrides` replace the windows of a date, a holiday's too; empty ones close it.
    `overrides` and `holiday_names` may be given as mappings; they are kept as pairs sorted by date.
    Raises CalendarError, with the reason, for what is not valid.
    """

    zone: str
    week: tuple[Windows, ...]
    holidays: frozenset[date] = frozenset()
    yearly_holidays: frozenset[tuple[int, int]] = frozenset()
    overrides: Mapping[date, Windows] | tuple[tuple[date, Windows], ...] = ()
    holiday_names: Mapping[date, str] | tuple[tuple[date, str], ...] = ()
    name: str = ""

    def __post_init__(self) -> None:
        _check_zone(self.zone)
        if len(self.week) != 7:
            raise CalendarError(f"a week has seven days, Monday first, not {len(self.week)}")
        overrides = {_date(day): _day_windows(windows, str(day)) for day, windows in _pairs(self.overrides)}
        for month, day_of_month in self.yearly_holidays:
            notation.check_yearly_day(month, day_of_month)
        names = {_date(day): _text(name) for day, name in _pairs(self.holiday_names)}
        self._keep("name", _text(self.name))
        self._keep("week", tuple(map(_day_windows, self.week, _WEEKDAYS)))
        self._keep("holidays", frozenset(map(_date, self.holidays)))
        self._keep("yearly_holidays", frozenset((month, day) for month, day in self.yearly_holidays))
        self._keep("overrides", tuple(sorted(overrides.items())))
        self._keep("holiday_names", tuple(sorted(names.items())))

    def _keep(self, field: str, value: object) -> None:
        object.__setattr__(self, field, value)  # the one way to normalise a field of a frozen dataclass

    def __getstate__(self) -> dict[str, object]:
        """A copy or pickle takes the fields along, not what is kept beside them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @cached_property
    def by_date(self) -> dict[date, Windows]:
        """The overrides, looked up by their date."""
        return dict(_pairs(self.overrides))

    @cached_property
    def names_by_date(self) -> dict[date, str]:
        return dict(_pairs(self.holiday_names))

    @cached_property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def always_open(self) -> bool:
        """Open at every second of every week, the dated exceptions apart."""
        full = all(sum(window.closes - window.opens for window in day) == DAY for day in self.week)
        return full and not self.yearly_holidays

    def is_holiday(self, day: date) -> bool:
        return day in self.holidays or (day.month, day.day) in self.yearly_holidays

    def windows_on(self, day: date) -> Windows:
        """The windows of a local date, in order: its override, else none on a holiday, else its weekday's."""
        if day in self.by_date:
            return self.by_date[day]
        return () if self.is_holiday(day) else self.week[day.weekday()]

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """A calendar out of what `to_dict` made of one; raises CalendarError for anything else."""
        missing, unknown = {"zone", "week"} - set(stored), set(stored) - _KEYS
        if missing or unknown:
            raise CalendarError(f"stored calendar: missing {sorted(missing)}, unknown {sorted(unknown)}")
        dated, yearly = notation.holidays(stored.get("holidays", []))
        overrides = notation.by_date(stored.get("overrides", {}))
        return cls(
            zone=stored["zone"],
            week=windows_of_week(stored["week"]),
            holidays=dated,
            yearly_holidays=yearly,
            overrides={day: windows_of(pairs) for day, pairs in overrides.items()},
            holiday_names=notation.by_date(stored.get("holiday_names", {})),
            name=stored.get("name", ""),
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON-able and the same for equal calendars: times as "HH:MM", dates ISO, yearly days "--MM-DD"."""
        dated = [day.isoformat() for day in sorted(self.holidays)]
        yearly = [f"--{month:02}-{day:02}" for month, day in sorted(self.yearly_holidays)]
        return {
            "name": self.name,
            "zone": self.zone,
            "week": list(map(_written, self.week)),
            "holidays": dated + yearly,
            "overrides": {day.isoformat(): _written(windows) for day, windows in self.by_date.items()},
            "holiday_names": {day.isoformat(): name for day, name in self.names_by_date.items()},
        }


def _written(windows: Windows) -> list[list[str]]:
    return [[notation.wall_clock(window.opens), notation.wall_clock(window.closes)] for window in windows]


_KEYS = {"name", "zone", "week", "holidays", "overrides", "holiday_names"}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def windows_of(pairs: Iterable[Iterable[str]]) -> Windows:
    """Windows out of written pairs, [["08:00", "12:00"], ["13:00", "24:00"]]."""
    try:
        return tuple(Window.parse(opens, closes) for opens, closes in pairs)
    except (TypeError, ValueError):
        raise CalendarError(f"windows are written [[from, to], ...], not {pairs!r}") from None


def windows_of_week(days: Iterable[Iterable[Iterable[str]]]) -> tuple[Windows, ...]:
    if not isinstance(days, list):
        raise CalendarError(f"a week is written as a list of seven days, not {days!r}")
    return tuple(map(windows_of, days))


def _pairs(given: Mapping[_Key, _Value] | Iterable[tuple[_Key, _Value]]) -> Iterable[tuple[_Key, _Value]]:
    return given.items() if isinstance(given, Mapping) else given


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (OSError, TypeError, ValueError, ZoneInfoNotFoundError):
        raise CalendarError(f"{zone!r} is no IANA time zone, such as Europe/Bucharest") from None


def _text(text: str) -> str:
    if not isinstance(text, str):
        raise CalendarError(f"a name is a text, not {text!r}")
    return text


def _date(day: date) -> date:
    if not isinstance(day, date) or isinstance(day, datetime):
        raise CalendarError(f"a date without a time is needed, not {day!r}")
    return day


def _day_windows(windows: Iterable[Window], of: str) -> Windows:
    """The windows of one day in order; they may touch, not overlap."""
    given = tuple(windows)
    if not all(isinstance(window, Window) for window in given):
        raise CalendarError(f"{of}: windows are needed, not {given!r}")
    ordered = tuple(sorted(given))
    for earlier, later in pairwise(ordered):
        if later.opens < earlier.closes:
            raise CalendarError(f"{of}: the windows {earlier} and {later} overlap")
    return ordered
