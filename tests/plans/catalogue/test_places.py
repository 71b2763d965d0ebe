from dataclasses import replace
from datetime import date

import pytest

from backstay.plans.catalogue import calendar_in, holidays_in
from businesstime import Window


@pytest.fixture
def place(shipped_catalogue):
    return lambda calendar, region: calendar_in(
        shipped_catalogue.calendars[calendar], shipped_catalogue.regions[region]
    )


def test_calendar_takes_zone_and_holidays_of_its_region(place):
    here, there = place("business-hours", "ro"), place("business-hours", "us")
    assert (here.zone, there.zone) == ("Europe/Bucharest", "America/New_York")
    assert here.windows_on(date(2026, 11, 30)) == here.windows_on(date(2026, 12, 1)) == ()
    assert there.windows_on(date(2026, 11, 30)) == (Window(9 * 3600, 17 * 3600),)
    assert there.windows_on(date(2026, 11, 26)) == ()
    assert there.names_by_date[date(2026, 11, 26)] == "Thanksgiving Day"


def test_calendar_without_holidays_is_open_on_them(place):
    assert place("24x7", "ro").windows_on(date(2026, 12, 1)) == (Window(0, 86400),)


def test_own_closed_days_and_dated_hours_are_kept(shipped_catalogue):
    region = replace(
        shipped_catalogue.regions["ro"], closed={date(2026, 12, 24): {"en": "Move", "ro": "Mutare"}}
    )
    template = replace(
        shipped_catalogue.calendars["business-hours"],
        days={date(2026, 12, 1): ("10:00-12:00",), date(2026, 12, 31): ()},
    )
    calendar = calendar_in(template, region)
    assert calendar.windows_on(date(2026, 12, 24)) == ()
    assert calendar.windows_on(date(2026, 12, 1)) == (Window(10 * 3600, 12 * 3600),)
    assert calendar.windows_on(date(2026, 12, 31)) == ()
    assert holidays_in(region)[date(2026, 12, 24)] == {"en": "Move", "ro": "Mutare"}


def test_region_without_a_country_has_no_holidays(shipped_catalogue):
    assert holidays_in(replace(shipped_catalogue.regions["ro"], holidays=None)) == {}
