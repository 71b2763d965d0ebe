"""How calendars are written, in stored ones and in case files: wall-clock times, dates, yearly days."""

import re
from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from businesstime.errors import CalendarError

T = TypeVar("T")

_WALL_CLOCK = re.compile(r"(\d\d):(\d\d)(?::(\d\d))?", re.ASCII)
_LEAP_YEAR = 2000


def second_of_day(text: str) -> int:
    """Seconds since local midnight of "HH:MM" or "HH:MM:SS"; "24:00" is 86400."""
    found = _WALL_CLOCK.fullmatch(text) if isinstance(text, str) else None
    if found:
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        second = hours * 3600 + minutes * 60 + seconds
        if minutes < 60 and seconds < 60 and second <= 86400:
            return second
    raise CalendarError(f"a time is written HH:MM or HH:MM:SS, from 00:00 to 24:00, not {text!r}")


def wall_clock(second: int) -> str:
    minutes, seconds = divmod(second, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}" if seconds else f"{hours:02}:{minutes:02}"


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise CalendarError(f"a date is written YYYY-MM-DD, not {text!r}") from None


def yearly_day(text: str) -> tuple[int, int]:
    """Month and day of "--MM-DD"."""
    try:
        found = date.fromisoformat(f"{_LEAP_YEAR}-{text.removeprefix('--')}")
    except (AttributeError, ValueError):
        raise CalendarError(f"a yearly date is written --MM-DD, not {text!r}") from None
    return found.month, found.day


def check_yearly_day(month: int, day_of_month: int) -> None:
    """Raise CalendarError unless such a day exists in some year."""
    try:
        date(_LEAP_YEAR, month, day_of_month)
    except (TypeError, ValueError):
        raise CalendarError(f"({month!r}, {day_of_month!r}) is no month and day of a year") from None


def by_date(written: Mapping[str, T]) -> dict[date, T]:
    """The same with its keys read as dates."""
    if not isinstance(written, Mapping):
        raise CalendarError(f"date by date is written as an object, {{date: ...}}, not {written!r}")
    return {day(text): value for text, value in written.items()}


def holidays(texts: list[str]) -> tuple[frozenset[date], frozenset[tuple[int, int]]]:
    """Dated and yearly holidays out of one list of "YYYY-MM-DD" and "--MM-DD"."""
    if not isinstance(texts, list):
        raise CalendarError(f"holidays are a list of dates, not {texts!r}")
    yearly = [text for text in texts if isinstance(text, str) and text.startswith("--")]
    dated = [text for text in texts if text not in yearly]
    return frozenset(map(day, dated)), frozenset(map(yearly_day, yearly))
