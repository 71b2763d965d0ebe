"""Instants, zones and lengths of time in the reader's language.

Every instant is shown with its zone. Nothing here reads the clock: where wording depends on the
present, `now` is passed in. A zone is an IANA name, a ZoneInfo, or None for Django's active one.
"""

from datetime import date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import dateformat, timezone
from django.utils.translation import get_language, gettext, pgettext, pgettext_lazy

Zone = str | tzinfo | None

LOWER_CASE_NAMES = {"ro"}  # Django's catalogue capitalises the Romanian names of days and months
CITIES = {
    "Europe/Athens": pgettext_lazy("city", "Athens"),
    "Europe/Brussels": pgettext_lazy("city", "Brussels"),
    "Europe/Bucharest": pgettext_lazy("city", "Bucharest"),
    "Europe/Chisinau": pgettext_lazy("city", "Chisinau"),
    "Europe/Copenhagen": pgettext_lazy("city", "Copenhagen"),
    "Europe/Lisbon": pgettext_lazy("city", "Lisbon"),
    "Europe/London": pgettext_lazy("city", "London"),
    "Europe/Moscow": pgettext_lazy("city", "Moscow"),
    "Europe/Prague": pgettext_lazy("city", "Prague"),
    "Europe/Rome": pgettext_lazy("city", "Rome"),
    "Europe/Vienna": pgettext_lazy("city", "Vienna"),
    "Europe/Warsaw": pgettext_lazy("city", "Warsaw"),
}  # those whose name differs between our languages; the others are read off the zone's name
MINUTE, HOUR, DAY = 60, 3600, 86400


def zone_of(zone: Zone) -> tzinfo:
    """The zone itself. Raises ZoneInfoNotFoundError for a name that is none."""
    if zone is None or zone == "":
        return timezone.get_current_timezone()
    return _named(zone) if isinstance(zone, str) else zone


@lru_cache(maxsize=600)
def _named(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def city(zone: Zone) -> str:
    """Such as "Bucharest" for Europe/Bucharest, "New York" for America/New_York, "UTC" for UTC."""
    name = str(zone_of(zone))
    return str(CITIES[name]) if name in CITIES else name.rpartition("/")[2].replace("_", " ")


def zone_label(at: datetime, zone: Zone = None) -> str:
    """What stands behind a time: "EEST" where the zone has letters, else "Dubai, UTC+04:00"."""
    found = zone_of(zone)
    local = at.astimezone(found)
    label = local.tzname() or ""
    return label if label.isalpha() else f"{city(found)}, UTC{local.isoformat()[-6:]}"


def _written(day: date | datetime, pattern: str) -> str:
    return _of_day(date(day.year, day.month, day.day), pattern, get_language() or "")


@lru_cache(maxsize=4096)
def _of_day(day: date, pattern: str, language: str) -> str:
    """A day by a pattern of days alone. A page names the same few days in every row."""
    text = dateformat.format(day, pattern)
    return text.lower() if language[:2] in LOWER_CASE_NAMES else text


def weekday(at: datetime | date, zone: Zone = None) -> str:
    """Such as "Saturday"; of an instant in the zone given, of a date as it is."""
    return _written(_local(at, zone), "l")


def short_weekday(at: datetime | date, zone: Zone = None) -> str:
    return _written(_local(at, zone), "D")


def day(at: datetime | date, zone: Zone = None) -> str:
    """Such as "18 April 2026"."""
    return _written(_local(at, zone), "j F Y")


def long_day(at: datetime | date, zone: Zone = None) -> str:
    """Such as "Saturday 18 April"."""
    return _written(_local(at, zone), "l j F")


def time_of_day(at: datetime, zone: Zone = None) -> str:
    """Such as "14:05", without its zone: for use where the zone stands once for many."""
    return f"{at.astimezone(zone_of(zone)):%H:%M}"


def _local(at: datetime | date, zone: Zone) -> datetime | date:
    return at.astimezone(zone_of(zone)) if isinstance(at, datetime) else at


def moment(at: datetime, zone: Zone = None, *, now: datetime | None = None) -> str:
    """Date, time and zone; shorter the nearer `at` lies to `now`.

    "14:05 EEST" on the same local day, "Sat 18 Apr, 14:05 EEST" in the same year, else
    "18 Apr 2027, 14:05 EEST".
    """
    found = zone_of(zone)
    local = at.astimezone(found)
    text = f"{local:%H:%M} {zone_label(at, found)}"
    if now is None:
        return f"{_written(local, 'j M Y')}, {text}"
    here = now.astimezone(found)
    if local.date() == here.date():
        return text
    return f"{_written(local, 'D j M' if local.year == here.year else 'j M Y')}, {text}"


def duration(seconds: float) -> str:
    """Such as "3 d 4 h", "2 h 36 min", "12 min", "40 s": two units at most, rounded down, without sign."""
    whole = abs(int(seconds))
    days, hours, minutes = whole // DAY, whole % DAY // HOUR, whole % HOUR // MINUTE
    if days:
        unit = pgettext("days, short", "d")
        return f"{days} {unit} {hours} h" if hours else f"{days} {unit}"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min" if minutes else f"{whole} s"


def left(seconds: float) -> str:
    return gettext("%(duration)s left") % {"duration": duration(seconds)}


def late(seconds: float) -> str:
    return gettext("%(duration)s late") % {"duration": duration(seconds)}


def clock_words() -> dict[str, str]:
    """The words that clock.js needs to tick in the page's language."""
    return {
        "day": pgettext("days, short", "d"),
        "left": gettext("%(duration)s left") % {"duration": "{}"},
        "late": gettext("%(duration)s late") % {"duration": "{}"},
    }
