from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from backstay.plans.catalogue import calendar_in
from backstay.plans.week import week

BUCHAREST, NEW_YORK = ZoneInfo("Europe/Bucharest"), ZoneInfo("America/New_York")
MONDAY = date(2026, 11, 16)


@pytest.fixture
def calendar(shipped_catalogue):
    return lambda key: calendar_in(shipped_catalogue.calendars[key], shipped_catalogue.regions["ro"])


def shares(day):
    return [(round(stretch.from_share * 24, 6), round(stretch.to_share * 24, 6)) for stretch in day.stretches]


def test_week_at_home_shows_the_windows(calendar):
    (found,) = week({"case": calendar("12x5")}, BUCHAREST, MONDAY)
    assert [day.on for day in found.days] == [date(2026, 11, day) for day in range(16, 23)]
    assert [shares(day) for day in found.days] == [[(8, 20)]] * 5 + [[]] * 2
    assert found.days[0].stretches[0].start == datetime(2026, 11, 16, 8, tzinfo=BUCHAREST)


def test_week_elsewhere_is_shifted_to_the_reader(calendar):
    (found,) = week({"case": calendar("24x5")}, NEW_YORK, MONDAY)
    assert [shares(day) for day in found.days] == [[(0, 24)]] * 4 + [[(0, 17)], [], [(17, 24)]]
    assert [day.is_whole for day in found.days] == [True] * 4 + [False] * 3
    assert found.days[6].stretches[0].start.tzinfo is NEW_YORK


def test_week_tells_closed_from_not_included(calendar):
    found = week({"phone": None, "case": calendar("12x5")}, BUCHAREST, date(2026, 11, 30))
    assert [(channel.channel, channel.included) for channel in found] == [("phone", False), ("case", True)]
    assert [len(day.stretches) for day in found[0].days] == [0] * 7
    assert [len(day.stretches) for day in found[1].days] == [0, 0, 1, 1, 1, 0, 0]  # two holidays, a weekend


def test_week_fills_days_of_23_and_25_hours(calendar):
    around = {"case": calendar("24x7")}
    (autumn,) = week(around, BUCHAREST, date(2026, 10, 19))
    (spring,) = week(around, BUCHAREST, date(2026, 3, 23))
    assert all(day.is_whole for day in (*autumn.days, *spring.days))


def test_week_skips_a_date_that_a_zone_never_had(calendar):
    (found,) = week({"case": calendar("24x7")}, ZoneInfo("Pacific/Apia"), date(2011, 12, 26))
    assert [len(day.stretches) for day in found.days] == [1, 1, 1, 1, 0, 1, 1]
