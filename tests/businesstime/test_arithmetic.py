from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from businesstime import (
    Calendar,
    NaiveDatetime,
    NeverOpen,
    SpanError,
    Window,
    add,
    between,
    is_open,
    next_close,
    next_open,
    open_stretches,
)

ALL_DAY = Window.parse("00:00", "24:00")
OFFICE = Window.parse("09:00", "17:00")
BUCHAREST = ZoneInfo("Europe/Bucharest")


def local(text: str, zone: str = "Europe/Bucharest") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def every_day(zone: str, *windows: Window) -> Calendar:
    return Calendar(zone, (windows,) * 7)


WORKDAYS = Calendar("Europe/Bucharest", ((OFFICE,),) * 5 + ((), ()))
ALWAYS = every_day("Europe/Bucharest", ALL_DAY)


def test_add_answers_in_utc() -> None:
    answer = add(WORKDAYS, local("2026-11-20T16:30"), 3600)
    assert (answer, answer.tzinfo) == (local("2026-11-23T09:30"), UTC)


def test_add_takes_any_zone() -> None:
    start = local("2026-11-20T16:30").astimezone(ZoneInfo("Asia/Kathmandu"))
    assert add(WORKDAYS, start, 60) == local("2026-11-20T16:31")


def test_add_ends_at_the_closing_time_at_which_it_runs_out() -> None:
    assert add(WORKDAYS, local("2026-11-20T16:30"), 1800) == local("2026-11-20T17:00")
    assert add(WORKDAYS, local("2026-11-21T10:00"), 8 * 3600) == local("2026-11-23T17:00")
    assert add(WORKDAYS, local("2026-11-20T17:00"), 1) == local("2026-11-23T09:00:01")


def test_add_nothing_is_the_next_opening() -> None:
    assert add(WORKDAYS, local("2026-11-20T17:00"), 0) == local("2026-11-23T09:00")
    assert add(WORKDAYS, local("2026-11-20T16:59:59"), 0) == local("2026-11-20T16:59:59")


def test_add_keeps_parts_of_a_second() -> None:
    half = local("2026-11-20T16:59:58.500000")
    assert add(WORKDAYS, half, 1) == half + timedelta(seconds=1)
    assert add(WORKDAYS, half, 2) == local("2026-11-23T09:00:00.500000")


def test_between_counts_whole_seconds_either_way() -> None:
    start, end = local("2026-11-20T16:59:58.500000"), local("2026-11-23T09:00")
    assert (between(WORKDAYS, start, end), between(WORKDAYS, end, start)) == (1, -1)


@pytest.mark.parametrize("ask", [is_open, next_open, next_close])
def test_naive_datetimes_are_refused(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(NaiveDatetime, match=r"has no time zone: pass an aware datetime$"):
        ask(WORKDAYS, datetime(2026, 11, 20))  # noqa: DTZ001 - what the test is about


def test_negative_amounts_and_backward_periods_are_refused() -> None:
    with pytest.raises(SpanError, match=r"^cannot add -1 seconds"):
        add(WORKDAYS, local("2026-11-20T12:00"), -1)
    with pytest.raises(SpanError, match="is earlier than"):
        open_stretches(WORKDAYS, local("2026-11-20T12:00"), local("2026-11-20T11:59"))


def test_opening_time_is_open_and_closing_time_is_not() -> None:
    times = ("08:59:59", "09:00", "16:59:59", "17:00")
    assert [is_open(WORKDAYS, local(f"2026-11-20T{time}")) for time in times] == [False, True, True, False]


def test_next_open_and_close_of_an_open_and_a_closed_instant() -> None:
    within, closed = local("2026-11-20T12:00"), local("2026-11-20T17:00")
    assert (next_open(WORKDAYS, within), next_close(WORKDAYS, within)) == (within, closed)
    expected = (local("2026-11-23T09:00"), local("2026-11-23T17:00"))
    assert (next_open(WORKDAYS, closed), next_close(WORKDAYS, closed)) == expected


def test_windows_that_touch_are_one_stretch_over_midnight_and_new_year() -> None:
    half_days = every_day("Europe/Bucharest", Window(0, 43200), Window(43200, 86400))
    closed = Calendar("Europe/Bucharest", half_days.week, holidays=frozenset({date(2027, 1, 2)}))
    assert next_close(closed, local("2026-12-30T05:00")) == local("2027-01-02T00:00")
    stretches = open_stretches(closed, local("2026-12-30T05:00"), local("2027-01-03T01:00"))
    assert stretches == (
        (local("2026-12-30T05:00"), local("2027-01-02T00:00")),
        (local("2027-01-03T00:00"), local("2027-01-03T01:00")),
    )


def test_calendar_that_never_closes_has_no_next_close() -> None:
    assert next_close(ALWAYS, local("2026-11-20T12:00")) is None
    once = Calendar("Europe/Bucharest", ALWAYS.week, holidays=frozenset({date(2030, 5, 1)}))
    assert next_close(once, local("2026-11-20T12:00")) == local("2030-05-01T00:00")
    assert next_close(once, local("2030-05-01T12:00")) is None


@pytest.mark.parametrize(
    "calendar",
    [
        every_day("Europe/Bucharest"),
        Calendar("Europe/Bucharest", ((),) * 7, overrides={date(2026, 11, 19): (OFFICE,)}),
        Calendar(
            "Europe/Bucharest",
            ALWAYS.week,
            yearly_holidays=frozenset((day.month, day.day) for day in map(date.fromordinal, range(1, 1500))),
        ),
    ],
    ids=["no windows", "past overrides", "every day a holiday"],
)
def test_calendar_that_never_opens_again_says_so(calendar: Calendar) -> None:
    at = local("2026-11-20T12:00")
    for amount in (0, 1):
        with pytest.raises(NeverOpen, match=r"^the calendar \(unnamed\) in Europe/Bucharest "):
            add(calendar, at, amount)
    with pytest.raises(NeverOpen):
        next_close(calendar, at)
    assert (is_open(calendar, at), open_stretches(calendar, at, at + timedelta(days=900))) == (False, ())


def test_override_ahead_is_reached_and_used_up() -> None:
    once = Calendar("Europe/Bucharest", ((),) * 7, overrides={date(2031, 11, 19): (OFFICE,)})
    assert add(once, local("2026-11-20T12:00"), 8 * 3600) == local("2031-11-19T17:00")
    with pytest.raises(NeverOpen, match="has no opening hours that lie ahead"):
        add(once, local("2026-11-20T12:00"), 8 * 3600 + 1)


def test_answers_beyond_the_years_are_refused() -> None:
    with pytest.raises(NeverOpen, match="does not reach this before the year 9999"):
        add(WORKDAYS, local("2026-11-20T12:00"), 10**12)
    with pytest.raises(NeverOpen, match="does not reach this before the year 9999"):
        next_open(WORKDAYS, datetime.max.replace(tzinfo=UTC))
    with pytest.raises(NeverOpen, match="is not computed before the year 2"):
        is_open(WORKDAYS, datetime.min.replace(tzinfo=UTC))


def test_far_years_are_computed_as_near_ones() -> None:
    weeks = 20871  # in 400 years, exactly
    assert add(WORKDAYS, local("2126-11-20T12:00"), weeks * 5 * 8 * 3600) == local("2526-11-20T12:00")
    assert between(WORKDAYS, local("1726-11-18T12:00"), local("1726-12-09T12:00")) == 3 * 5 * 8 * 3600


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)])
def test_whole_day_lasts_as_long_as_it_does(day: str, hours: int) -> None:
    start = local(f"{day}T00:00")
    assert between(ALWAYS, start, start + timedelta(days=1)) == hours * 3600


@pytest.mark.parametrize(
    ("opens", "closes", "stretch"),
    [
        ("03:30", "06:00", ("01:30", "03:00")),  # an opening in the gap moves to 04:30
        ("01:00", "03:30", ("23:00", "01:30")),  # so does a closing
        ("03:15", "03:45", ("01:15", "01:45")),  # and a window within it
    ],
)
def test_window_in_the_spring_gap_moves_by_the_gap(opens: str, closes: str, stretch: tuple[str, str]) -> None:
    calendar = every_day("Europe/Bucharest", Window.parse(opens, closes))
    at = local("2026-03-29T00:00")
    found = [
        f"{time:%H:%M}" for one in open_stretches(calendar, at, at + timedelta(hours=20)) for time in one
    ]
    assert tuple(found) == stretch


@pytest.mark.parametrize(("opens", "closes"), [("03:30", "04:15"), ("03:00", "04:00")])
def test_window_that_opens_no_earlier_than_it_closes_in_the_spring_gap_is_shut(
    opens: str, closes: str
) -> None:
    calendar = every_day("Europe/Bucharest", Window.parse(opens, closes))
    assert next_open(calendar, local("2026-03-29T00:00")) == local(f"2026-03-30T{opens}")


@pytest.mark.parametrize(
    ("opens", "closes", "hours"), [("03:30", "06:00", 3.5), ("01:00", "03:30", 2.5), ("03:00", "04:00", 2)]
)
def test_ambiguous_autumn_times_are_the_first_ones(opens: str, closes: str, hours: float) -> None:
    calendar = every_day("Europe/Bucharest", Window.parse(opens, closes))
    at = local("2026-10-25T00:00")
    assert between(calendar, at, at + timedelta(hours=20)) == hours * 3600


def test_date_that_does_not_exist_is_skipped() -> None:
    calendar = every_day("Pacific/Apia", OFFICE)
    start = local("2011-12-29T16:00", "Pacific/Apia")
    assert add(calendar, start, 2 * 3600) == local("2011-12-31T10:00", "Pacific/Apia")
    whole = every_day("Pacific/Apia", ALL_DAY)
    assert between(whole, start, local("2011-12-31T01:00", "Pacific/Apia")) == 9 * 3600


def test_offsets_of_seconds_are_exact() -> None:
    monrovia = every_day("Africa/Monrovia", OFFICE)
    assert next_open(monrovia, datetime(1971, 6, 1, tzinfo=UTC)) == datetime(
        1971, 6, 1, 9, 44, 30, tzinfo=UTC
    )
    whole = every_day("Africa/Monrovia", ALL_DAY)
    start = local("1972-01-07T00:00", "Africa/Monrovia")
    assert between(whole, start, local("1972-01-08T00:00", "Africa/Monrovia")) == 86400 - 44 * 60 - 30
