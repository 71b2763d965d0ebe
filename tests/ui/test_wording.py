from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from backstay.ui import wording

SATURDAY = datetime(2026, 4, 18, 11, 5, tzinfo=UTC)
BUCHAREST = "Europe/Bucharest"


@pytest.mark.parametrize(
    ("now", "written"),
    [
        (None, "18 Apr 2026, 14:05 EEST"),
        (datetime(2026, 4, 18, 20, 59, tzinfo=UTC), "14:05 EEST"),
        (datetime(2026, 4, 18, 21, 0, tzinfo=UTC), "Sat 18 Apr, 14:05 EEST"),
        (datetime(2025, 12, 31, 21, 59, tzinfo=UTC), "18 Apr 2026, 14:05 EEST"),
    ],
)
def test_moment_leaves_out_what_is_today_in_the_readers_zone(now, written):
    assert wording.moment(SATURDAY, BUCHAREST, now=now) == written


def test_moment_in_romanian_writes_names_of_days_and_months_small():
    with translation.override("ro"):
        assert wording.moment(SATURDAY, BUCHAREST, now=datetime(2026, 4, 20, tzinfo=UTC)) == (
            "sâm 18 apr, 14:05 EEST"
        )
        assert wording.long_day(SATURDAY, BUCHAREST) == "sâmbătă 18 aprilie"


def test_days_are_those_of_the_zone_given():
    late = datetime(2026, 4, 18, 22, 0, tzinfo=UTC)
    assert wording.weekday(late, BUCHAREST) == "Sunday"
    assert wording.weekday(late, "America/New_York") == "Saturday"
    assert wording.day(late, BUCHAREST) == "19 April 2026"
    assert wording.short_weekday(date(2026, 4, 18)) == "Sat"
    assert wording.time_of_day(late, BUCHAREST) == "01:00"


@pytest.mark.parametrize(
    ("zone", "label"),
    [
        ("Europe/Bucharest", "EEST"),
        ("America/New_York", "EDT"),
        ("UTC", "UTC"),
        ("Asia/Dubai", "Dubai, UTC+04:00"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires, UTC-03:00"),
    ],
)
def test_zone_label_is_the_abbreviation_or_the_city_with_its_offset(zone, label):
    assert wording.zone_label(SATURDAY, zone) == label


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (9360, "2 h 36 min"),
        (86400, "1 d"),
        (86399, "23 h 59 min"),
        (273600, "3 d 4 h"),
        (-240, "4 min"),
    ],
)
def test_duration_writes_at_most_two_units(seconds, written):
    assert wording.duration(seconds) == written


def test_words_for_ticking_are_those_of_the_server():
    words = wording.clock_words()
    assert words["left"].replace("{}", wording.duration(720)) == wording.left(720)
    assert words["late"].replace("{}", wording.duration(240)) == wording.late(240)
