"""A calendar template in a region: the calendar that a promise there runs on."""

from backstay.calendars.holidays import Names, public_holidays
from backstay.plans.catalogue.terms import CalendarTemplate, Region
from backstay.plans.catalogue.texts import SOURCE_LANGUAGE
from businesstime import Calendar


def holidays_in(region: Region) -> Names:
    """The days on which the region's business calendars are closed, with their names by language."""
    chosen = region.holidays
    public = public_holidays(chosen.country, chosen.subdivision, chosen.years) if chosen else {}
    return dict(sorted((public | region.closed).items()))


def calendar_in(template: CalendarTemplate, region: Region) -> Calendar:
    """The template's hours with the region's zone, and its holidays where the template keeps them."""
    names = holidays_in(region) if template.holidays else {}
    return Calendar(
        name=template.key,
        zone=region.zone,
        week=template.week,
        holidays=frozenset(names),
        holiday_names={day: texts[SOURCE_LANGUAGE] for day, texts in names.items()},
        overrides=template.day_windows,
    )
