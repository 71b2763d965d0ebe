from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from businesstime import Calendar, Kind, Reason, SpanError, Stretch, Window, explain

OFFICE = Window.parse("09:00", "17:00")
WEEK = ((OFFICE,),) * 5 + ((), ())
FRIDAY = date(2026, 11, 20)


def local(text: str, zone: str = "Europe/Bucharest") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def told(calendar: Calendar, start: str, end: str) -> list[tuple[str, str, Kind, Reason, str]]:
    tz = ZoneInfo(calendar.zone)
    return [
        (
            f"{one.start.astimezone(tz):%d %H:%M}",
            f"{one.end.astimezone(tz):%d %H:%M}",
            one.kind,
            one.reason,
            one.detail,
        )
        for one in explain(calendar, local(start, calendar.zone), local(end, calendar.zone))
    ]


def test_explain_tells_nights_weekends_and_holidays_apart() -> None:
    calendar = Calendar(
        "Europe/Bucharest", WEEK, holidays=frozenset({FRIDAY}), holiday_names={FRIDAY: "Founders' day"}
    )
    assert told(calendar, "2026-11-18T16:00", "2026-11-23T10:00") == [
        ("18 16:00", "18 17:00", Kind.COUNTED, Reason.OPEN, ""),
        ("18 17:00", "19 09:00", Kind.SKIPPED, Reason.OUTSIDE_WINDOWS, ""),
        ("19 09:00", "19 17:00", Kind.COUNTED, Reason.OPEN, ""),
        ("19 17:00", "20 00:00", Kind.SKIPPED, Reason.OUTSIDE_WINDOWS, ""),
        ("20 00:00", "21 00:00", Kind.SKIPPED, Reason.HOLIDAY, "Founders' day"),
        ("21 00:00", "23 00:00", Kind.SKIPPED, Reason.CLOSED_DAY, ""),
        ("23 00:00", "23 09:00", Kind.SKIPPED, Reason.OUTSIDE_WINDOWS, ""),
        ("23 09:00", "23 10:00", Kind.COUNTED, Reason.OPEN, ""),
    ]


def test_explain_tells_a_dated_closure_and_changed_hours() -> None:
    changed = {FRIDAY: (), date(2026, 11, 21): (Window.parse("10:00", "12:00"),)}
    calendar = Calendar("Europe/Bucharest", WEEK, overrides=changed, holiday_names={FRIDAY: "Stock-taking"})
    assert told(calendar, "2026-11-20T10:00", "2026-11-21T11:00") == [
        ("20 10:00", "21 00:00", Kind.SKIPPED, Reason.CLOSED_DATE, "Stock-taking"),
        ("21 00:00", "21 10:00", Kind.SKIPPED, Reason.OUTSIDE_WINDOWS, ""),
        ("21 10:00", "21 11:00", Kind.COUNTED, Reason.OPEN, ""),
    ]


def test_explain_leaves_out_the_date_that_does_not_exist() -> None:
    holiday = frozenset({date(2011, 12, 30)})
    calendar = Calendar("Pacific/Apia", ((OFFICE,),) * 7, holidays=holiday)
    assert told(calendar, "2011-12-29T17:00", "2011-12-31T10:00") == [
        ("29 17:00", "31 09:00", Kind.SKIPPED, Reason.OUTSIDE_WINDOWS, ""),
        ("31 09:00", "31 10:00", Kind.COUNTED, Reason.OPEN, ""),
    ]


def test_explain_counts_a_midnight_that_comes_twice_once() -> None:
    """In St John's clocks went from 00:01 on Sunday back to 23:01 on Saturday: Sunday had begun already."""
    week = (*(((OFFICE,),) * 6), ())
    calendar = Calendar("America/St_Johns", week)
    again = local("2006-10-28T23:30", "America/St_Johns").replace(fold=1)
    noon = local("2006-10-29T12:00", "America/St_Johns")
    begins = again.astimezone(UTC)
    assert explain(calendar, again, noon) == (Stretch(begins, noon, Kind.SKIPPED, Reason.CLOSED_DAY),)


def test_explain_of_no_time_is_nothing_and_backward_is_refused() -> None:
    calendar, at = Calendar("Europe/Bucharest", WEEK), local("2026-11-20T12:00")
    assert explain(calendar, at, at) == ()
    with pytest.raises(SpanError, match="is earlier than"):
        explain(calendar, at, local("2026-11-20T11:00"))
