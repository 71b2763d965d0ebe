"""The worked examples of the domain notes: three calendars in Bucharest and what is due when."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from businesstime import Calendar, Span, Unit, Window, due

BUCHAREST = ZoneInfo("Europe/Bucharest")
ALL_DAY = Window.parse("00:00", "24:00")


def workdays(window: Window, *holidays: date) -> Calendar:
    return Calendar("Europe/Bucharest", ((window,),) * 5 + ((), ()), holidays=frozenset(holidays))


A = workdays(Window.parse("08:00", "20:00"))
A_WITH_HOLIDAY = workdays(Window.parse("08:00", "20:00"), date(2026, 11, 20))
B = workdays(ALL_DAY)
C = workdays(Window.parse("09:00", "17:00"))
HOUR = 3600


@pytest.mark.parametrize(
    ("span", "calendar", "opened", "expected"),
    [
        (Span(Unit.BUSINESS_HOURS, 4 * HOUR), A, "2026-11-20T18:30", "2026-11-23T10:30"),
        (Span(Unit.ELAPSED, 4 * HOUR), None, "2026-11-20T18:30", "2026-11-20T22:30"),
        (Span(Unit.BUSINESS_DAYS, 1), A_WITH_HOLIDAY, "2026-11-19T16:00", "2026-11-23T16:00"),
        (Span(Unit.BUSINESS_HOURS, 2 * HOUR), B, "2026-11-20T23:00", "2026-11-23T01:00"),
        (Span(Unit.BUSINESS_HOURS, 8 * HOUR), C, "2026-11-23T15:00", "2026-11-24T15:00"),
        (Span(Unit.BUSINESS_HOURS, 4 * HOUR), C, "2026-11-21T10:00", "2026-11-23T13:00"),
        (Span(Unit.ELAPSED, HOUR), None, "2026-10-25T03:30+03:00", "2026-10-25T03:30+02:00"),
    ],
    ids=[
        "1 silver S1 within its coverage",
        "2 silver S1 elapsed",
        "3 silver S3 over a holiday",
        "4 gold S2 over the weekend",
        "5 gold S4 in business hours",
        "6 platinum S3 opened on a Saturday",
        "7 platinum S1 while the clocks go back",
    ],
)
def test_worked_example_is_due(span: Span, calendar: Calendar | None, opened: str, expected: str) -> None:
    start, end = (datetime.fromisoformat(text) for text in (opened, expected))
    assert due(span, calendar, start.replace(tzinfo=start.tzinfo or BUCHAREST)) == end.replace(
        tzinfo=end.tzinfo or BUCHAREST
    )
