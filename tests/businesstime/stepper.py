"""An independent answer to every question, by walking minute after minute through the time around a change.

It asks the zone only for the wall clock of an instant, never for the instant of a wall clock, and keeps no
sums. Minutes are counted from 1970 in UTC, wall-clock minutes from 1970 too. For offsets of whole minutes.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from businesstime import Calendar

DAY = 1440
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DATE = date(1970, 1, 1)
DAYS_BEFORE, DAYS_AFTER = 5, 8

# Zones and dates around which their clocks do something odd.
CHANGES = (
    ("Europe/Bucharest", "2026-03-29"),
    ("Europe/Bucharest", "2026-10-25"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-04-05"),  # half an hour
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Asia/Kathmandu", "1986-01-01"),  # a quarter
    ("Pacific/Apia", "2011-12-30"),  # the date that never was
    ("Pacific/Kwajalein", "1993-08-21"),  # another one
    ("America/St_Johns", "2006-10-29"),  # at 00:01, back into the day before
    ("America/St_Johns", "2007-03-11"),
    ("Africa/Casablanca", "2026-02-15"),
    ("Africa/Casablanca", "2026-03-22"),
    ("Antarctica/Troll", "2026-03-29"),  # two hours
    ("Antarctica/Troll", "2026-10-25"),
    ("Pacific/Chatham", "2026-04-05"),
    ("America/Sao_Paulo", "2018-11-04"),  # no midnight
    ("America/Sao_Paulo", "2018-02-18"),  # midnight to 23:00
    ("Europe/Dublin", "2026-10-25"),
    ("Asia/Tehran", "2022-03-22"),
    ("Antarctica/Casey", "2010-03-05"),  # three hours
    ("Asia/Pyongyang", "2018-05-04"),  # 23:30 to midnight
    ("America/Nuuk", "2024-03-30"),
    ("Etc/UTC", "2024-02-29"),
)


class Around:
    """The minutes of some days around a date in a zone, with their wall clocks."""

    def __init__(self, zone: str, middle: date) -> None:
        tz = ZoneInfo(zone)
        self.first = (middle - EPOCH_DATE).days * DAY - DAYS_BEFORE * DAY
        self.minutes = range(self.first, self.first + (DAYS_BEFORE + DAYS_AFTER) * DAY)
        self.walls = [
            ((EPOCH + timedelta(minutes=minute)).astimezone(tz).replace(tzinfo=UTC) - EPOCH)
            // timedelta(minutes=1)
            for minute in self.minutes
        ]
        self.first_shown: dict[int, int] = {}
        for minute, wall in zip(self.minutes, self.walls, strict=True):
            self.first_shown.setdefault(wall, minute)
        self.leaps = [
            (before, after)
            for before, after in zip(self.walls, self.walls[1:], strict=False)
            if after > before + 1
        ]
        self.dates = sorted({wall // DAY for wall in self.walls})[1:-1]  # whole ones

    def minute_of(self, wall: int) -> int:
        """The first minute at which clocks show this; in a gap, what they show once moved by the gap."""
        for before, after in self.leaps:
            if before < wall < after:
                wall += after - before - 1
        return self.first_shown[wall]

    def windows(self, calendar: Calendar, day: int) -> list[tuple[int, int]]:
        """From and until which minutes it is open on a date, given as its number since 1970."""
        windows = windows_on(calendar, EPOCH_DATE + timedelta(days=day)) if day in self.dates else ()
        found = [
            (self.minute_of(day * DAY + opens // 60), self.minute_of(day * DAY + closes // 60))
            for opens, closes in windows
        ]
        return [(opens, closes) for opens, closes in found if opens < closes]

    def open_minutes(self, calendar: Calendar) -> bytearray:
        """One byte a minute: open or not."""
        found = bytearray(len(self.minutes))
        for day in self.dates:
            for opens, closes in self.windows(calendar, day):
                for minute in range(opens - self.first, closes - self.first):
                    found[minute] = 1
        return found

    def day_of(self, minute: int) -> int:
        """The date whose midnight came last."""
        return max(day for day in self.dates if self.minute_of(day * DAY) <= minute)


@lru_cache
def around(zone: str, middle: str) -> Around:
    return Around(zone, date.fromisoformat(middle))


def windows_on(calendar: Calendar, day: date) -> list[tuple[int, int]]:
    windows = calendar.week[day.weekday()]
    if day in calendar.holidays or (day.month, day.day) in calendar.yearly_holidays:
        windows = ()
    windows = dict(calendar.overrides).get(day, windows)
    return [(window.opens, window.closes) for window in windows]


def walk(first: int, open_minutes: bytearray, start: int, seconds: int) -> int | None:
    """The second at which so many open ones have passed since `start`, or with none wanted it is open."""
    for minute, is_open in enumerate(open_minutes[start // 60 - first :], start=start // 60):
        begins = max(start, minute * 60)
        if not is_open or begins >= minute * 60 + 60:
            continue
        if seconds <= minute * 60 + 60 - begins:
            return begins + seconds
        seconds -= minute * 60 + 60 - begins
    return None


def count(first: int, open_minutes: bytearray, start: int, end: int) -> int:
    """The open seconds between two."""
    return sum(
        max(0, min(end, minute * 60 + 60) - max(start, minute * 60))
        for minute, is_open in enumerate(
            open_minutes[start // 60 - first : end // 60 + 1 - first], start=start // 60
        )
        if is_open
    )


def instant(second: int) -> datetime:
    return EPOCH + timedelta(seconds=second)
