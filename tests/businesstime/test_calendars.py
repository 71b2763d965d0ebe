import copy
import json
import pickle
from datetime import UTC, date, datetime
from typing import Any

import pytest

from businesstime import Calendar, CalendarError, Window, add
from businesstime.tables import table_of

OFFICE = Window.parse("09:00", "17:00")
WEEK = ((OFFICE,),) * 5 + ((), ())
CHRISTMAS_EVE = date(2026, 12, 24)


def calendar(**changed: Any) -> Calendar:
    given = {
        "zone": "Europe/Bucharest",
        "week": WEEK,
        "holidays": frozenset({date(2026, 12, 1)}),
        "yearly_holidays": frozenset({(12, 25), (2, 29)}),
        "overrides": {CHRISTMAS_EVE: (Window.parse("09:00", "12:00"),)},
        "holiday_names": {date(2026, 12, 1): "Ziua Națională"},
        "name": "Office",
    }
    return Calendar(**{**given, **changed})


@pytest.mark.parametrize(
    ("opens", "closes", "seconds"),
    [
        ("08:00", "20:00", (28800, 72000)),
        ("00:00", "24:00", (0, 86400)),
        ("08:00:01", "08:00:02", (28801, 28802)),
    ],
)
def test_window_parse_reads_wall_clock_times(opens: str, closes: str, seconds: tuple[int, int]) -> None:
    assert Window.parse(opens, closes) == Window(*seconds)
    assert str(Window(*seconds)) == f"{opens}-{closes}"


@pytest.mark.parametrize(
    "times", [("8:00", "20:00"), ("08:00", "24:01"), ("08:60", "20:00"), ("", "20:00"), ("٠٨:00", "20:00")]
)
def test_window_parse_refuses_other_texts(times: tuple[str, str]) -> None:
    with pytest.raises(
        CalendarError, match=r"^a time is written HH:MM or HH:MM:SS, from 00:00 to 24:00, not "
    ):
        Window.parse(*times)


@pytest.mark.parametrize("bounds", [(10, 10), (20, 10), (-1, 10), (0, 86401)])
def test_window_refuses_bounds_that_are_none(bounds: tuple[int, int]) -> None:
    with pytest.raises(
        CalendarError, match=r"^a window opens before it closes, both within 00:00 and 24:00, not "
    ):
        Window(*bounds)


def test_window_refuses_parts_of_seconds() -> None:
    with pytest.raises(CalendarError, match=r"^a window is two whole numbers of seconds, not 0.5, 10$"):
        Window(0.5, 10)  # type: ignore[arg-type]  # what the test is about


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"zone": "Mars/Olympus"}, "'Mars/Olympus' is no IANA time zone, such as Europe/Bucharest"),
        ({"zone": "Europe"}, "'Europe' is no IANA time zone, such as Europe/Bucharest"),
        ({"zone": "../etc/passwd"}, "'../etc/passwd' is no IANA time zone, such as Europe/Bucharest"),
        ({"zone": None}, "None is no IANA time zone, such as Europe/Bucharest"),
        ({"week": WEEK[:6]}, "a week has seven days, Monday first, not 6"),
        (
            {"week": ((OFFICE, Window.parse("16:00", "18:00")), *WEEK[1:])},
            "Monday: the windows 09:00-17:00 and 16:00-18:00 overlap",
        ),
        (
            {"overrides": {CHRISTMAS_EVE: (OFFICE, OFFICE)}},
            "2026-12-24: the windows 09:00-17:00 and 09:00-17:00 overlap",
        ),
        ({"overrides": {CHRISTMAS_EVE: ((0, 10),)}}, "2026-12-24: windows are needed, not ((0, 10),)"),
        ({"yearly_holidays": frozenset({(2, 30)})}, "(2, 30) is no month and day of a year"),
        (
            {"holidays": frozenset({datetime(2026, 12, 1, tzinfo=UTC)})},
            f"a date without a time is needed, not {datetime(2026, 12, 1, tzinfo=UTC)!r}",
        ),
        ({"name": 7}, "a name is a text, not 7"),
    ],
)
def test_calendar_refuses_what_is_not_valid(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(CalendarError) as caught:
        calendar(**changed)
    assert str(caught.value) == message


def test_calendar_is_a_value() -> None:
    evening = Window.parse("18:00", "20:00")
    one = calendar(week=((OFFICE, evening), *WEEK[1:]))
    other = calendar(week=[[evening, OFFICE], *WEEK[1:]], overrides=tuple(one.by_date.items()))
    assert (one, hash(one)) == (other, hash(other))
    assert one != calendar()


def test_windows_on_a_date_come_from_override_then_holiday_then_weekday() -> None:
    days = calendar(overrides={date(2026, 12, 25): (OFFICE,), date(2026, 12, 28): ()})
    told = {day: days.windows_on(date(2026, 12, day)) for day in (1, 2, 25, 26, 28)}
    assert told == {1: (), 2: (OFFICE,), 25: (OFFICE,), 26: (), 28: ()}


def test_stored_calendar_is_plain_json() -> None:
    assert json.loads(json.dumps(calendar().to_dict())) == {
        "name": "Office",
        "zone": "Europe/Bucharest",
        "week": [[["09:00", "17:00"]]] * 5 + [[], []],
        "holidays": ["2026-12-01", "--02-29", "--12-25"],
        "overrides": {"2026-12-24": [["09:00", "12:00"]]},
        "holiday_names": {"2026-12-01": "Ziua Națională"},
    }


def test_stored_calendar_comes_back_equal_and_shares_its_table() -> None:
    one = calendar()
    other = Calendar.from_dict(json.loads(json.dumps(one.to_dict())))
    assert other == one
    assert table_of(other) is table_of(one)


def test_stored_calendar_needs_only_zone_and_week() -> None:
    assert Calendar.from_dict({"zone": "Etc/UTC", "week": [[]] * 7}) == Calendar("Etc/UTC", ((),) * 7)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"hours": []}, "stored calendar: missing [], unknown ['hours']"),
        ({"week": {"mon": []}}, "a week is written as a list of seven days, not {'mon': []}"),
        ({"week": [["09:00"]] * 7}, "windows are written [[from, to], ...], not ['09:00']"),
        ({"week": [[["09:00", 17]]] * 7}, "a time is written HH:MM or HH:MM:SS, from 00:00 to 24:00, not 17"),
        ({"holidays": "2026-12-01"}, "holidays are a list of dates, not '2026-12-01'"),
        ({"holidays": ["1.12.2026"]}, "a date is written YYYY-MM-DD, not '1.12.2026'"),
        ({"holidays": ["--02-30"]}, "a yearly date is written --MM-DD, not '--02-30'"),
        ({"overrides": []}, "date by date is written as an object, {date: ...}, not []"),
    ],
)
def test_stored_calendar_refuses_what_is_not_one(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(CalendarError) as caught:
        Calendar.from_dict({**calendar().to_dict(), **changed})
    assert str(caught.value) == message


def test_stored_calendar_names_what_is_missing() -> None:
    with pytest.raises(CalendarError, match=r"^stored calendar: missing \['week', 'zone'\], unknown \[\]$"):
        Calendar.from_dict({"name": "Office"})


def test_calendar_that_was_used_can_be_copied_and_pickled() -> None:
    used = calendar()
    add(used, datetime(2026, 11, 2, tzinfo=UTC), 60)
    assert (copy.deepcopy(used), pickle.loads(pickle.dumps(used))) == (used, used)  # noqa: S301 - our own bytes
