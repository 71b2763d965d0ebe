"""Opening hours as a catalogue writes them: "mon-fri 08:00-20:00"."""

import re
from itertools import pairwise

from django.utils.translation import gettext as _

from businesstime import Window

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_S = 24 * 3600

_OPENING = re.compile(r"^(?P<first>\w+)(?:-(?P<last>\w+))? +(?P<times>\S+)$")
_WINDOW = re.compile(r"^(\d\d):(\d\d)-(\d\d):(\d\d)$")


def read_window(text: str) -> Window:
    """The window "08:00-20:00". Raises ValueError with what is allowed."""
    found = _WINDOW.match(text)
    if found is None:
        raise ValueError(
            _('"%(text)s" is not a window of a day; write such as "08:00-20:00"') % {"text": text}
        )
    numbers = [int(number) for number in found.groups()]
    start, end = _second(*numbers[:2], text=text), _second(*numbers[2:], text=text)
    if start >= end:
        words = _(
            '"%(text)s" does not end after it starts; hours over midnight are two windows, up to 24:00 and on'
        )
        raise ValueError(words % {"text": text})
    return Window(start, end)


def read_opening(text: str) -> tuple[tuple[int, ...], Window]:
    """The weekdays (Monday is 0) and the window of "mon-fri 08:00-20:00". Raises ValueError."""
    found = _OPENING.match(text.strip())
    if found is None:
        raise ValueError(
            _('"%(text)s" is not an opening; write such as "mon-fri 08:00-20:00"') % {"text": text}
        )
    first = _weekday(found["first"])
    last = _weekday(found["last"]) if found["last"] else first
    if last < first:
        words = _('"%(text)s" runs over the end of the week; weeks start on mon, so write two openings')
        raise ValueError(words % {"text": text})
    return tuple(range(first, last + 1)), read_window(found["times"])


def week_of(openings: tuple[str, ...]) -> tuple[tuple[Window, ...], ...]:
    """The windows of each weekday, Monday first, sorted. Overlapping ones are kept as they are."""
    days: list[list[Window]] = [[] for _ in DAYS]
    for text in openings:
        weekdays, window = read_opening(text)
        for weekday in weekdays:
            days[weekday].append(window)
    return tuple(tuple(sorted(day)) for day in days)


def overlaps(windows: tuple[Window, ...]) -> tuple[Window, Window] | None:
    """The first two of sorted windows that overlap. Windows that touch do not."""
    for before, after in pairwise(windows):
        if after.opens < before.closes:
            return before, after
    return None


def _weekday(name: str) -> int:
    if name not in DAYS:
        raise ValueError(
            _('"%(name)s" is not a day; days are %(days)s') % {"name": name, "days": ", ".join(DAYS)}
        )
    return DAYS.index(name)


def _second(hour: int, minute: int, *, text: str) -> int:
    if minute > 59 or hour * 60 + minute > 24 * 60:
        raise ValueError(
            _('"%(text)s" has a time that no day has; days run from 00:00 to 24:00') % {"text": text}
        )
    return hour * 3600 + minute * 60
