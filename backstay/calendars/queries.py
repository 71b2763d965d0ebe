"""Reading calendar versions. They hold nobody's data, so every viewer may."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from backstay.calendars.models import CalendarVersion
from businesstime import Calendar

NAMES = "names"


@lru_cache(maxsize=1024)
def compiled(version: CalendarVersion) -> Calendar:
    """The calendar of a version. Kept in the process by primary key, since versions never change."""
    return Calendar.from_dict({key: value for key, value in version.definition.items() if key != NAMES})


@lru_cache(maxsize=1024)
def version(pk: int) -> CalendarVersion:
    """A version by its primary key, kept in the process as what is compiled of it."""
    return CalendarVersion.objects.get(pk=pk)


def latest(key: str, region: str) -> CalendarVersion | None:
    """The newest version of a region's calendar."""
    return CalendarVersion.objects.filter(key=key, region=region).order_by("-version").first()


def holiday_names(version: CalendarVersion, day: date) -> Mapping[str, str]:
    """What a holiday is called, by language code; nothing for a day that is none."""
    names: Mapping[str, str] = version.definition.get(NAMES, {}).get(day.isoformat(), {})
    return names
