from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from businesstime import (
    Calendar,
    CalendarError,
    NaiveDatetime,
    NeverOpen,
    Span,
    SpanError,
    Unit,
    Window,
    due,
    length,
)

BUCHAREST = "Europe/Bucharest"
OFFICE = Window.parse("09:00", "17:00")
WEEK = ((OFFICE,),) * 5 + ((), ())
WORKDAYS = Calendar(BUCHAREST, WEEK)
ONE_DAY = Span(Unit.BUSINESS_DAYS, 1)
HOUR = 3600


def local(text: str, zone: str = BUCHAREST) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def on_friday(*windows: Window) -> Calendar:
    """Office hours, but these on Friday 20 November 2026."""
    return Calendar(BUCHAREST, WEEK, overrides={date(2026, 11, 20): windows})


def test_elapsed_counts_every_second_and_needs_no_calendar() -> None:
    span, start = Span(Unit.ELAPSED, 4 * HOUR), local("2026-10-25T00:30")
    end = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # 03:30 for the second time
    assert (due(span, None, start), length(span, None, start)) == (end, 4 * HOUR)


def test_business_hours_count_open_seconds() -> None:
    span = Span(Unit.BUSINESS_HOURS, 4 * HOUR)
    start = local("2026-11-20T15:30")
    assert (due(span, WORKDAYS, start), length(span, WORKDAYS, start)) == (
        local("2026-11-23T11:30"),
        4 * HOUR,
    )


@pytest.mark.parametrize("unit", [Unit.BUSINESS_HOURS, Unit.BUSINESS_DAYS])
def test_spans_of_open_time_need_a_calendar(unit: Unit) -> None:
    with pytest.raises(CalendarError, match=f"^a span in {unit} needs a calendar$"):
        due(Span(unit, 1), None, local("2026-11-20T15:30"))


def test_span_refuses_other_units_and_amounts() -> None:
    assert Span("elapsed", 1) == Span(Unit.ELAPSED, 1)  # type: ignore[arg-type]  # a plain text is welcome
    with pytest.raises(
        SpanError, match=r"^a span's unit is one of elapsed, business_hours, business_days, not 'days'$"
    ):
        Span("days", 1)  # type: ignore[arg-type]  # what the test is about
    for amount in (-1, 1.5, True):
        with pytest.raises(SpanError, match=r"^a span's amount is a whole number, not negative: not "):
            Span(Unit.ELAPSED, amount)  # type: ignore[arg-type]  # what the test is about


@pytest.mark.parametrize(
    ("days", "start", "expected", "hours"),
    [
        (1, "2026-11-19T10:20", "2026-11-20T10:20", 8),
        (2, "2026-11-19T10:20", "2026-11-23T10:20", 16),
        (250, "2026-11-19T10:20", "2027-11-04T10:20", 2000),
        (1, "2026-11-20T18:00", "2026-11-24T09:00", 8),  # counts from Monday's opening
        (1, "2026-11-21T10:00", "2026-11-24T09:00", 8),
        (0, "2026-11-21T10:00", "2026-11-23T09:00", 0),
    ],
)
def test_business_days_are_the_same_clock_time_later(
    days: int, start: str, expected: str, hours: int
) -> None:
    span = Span(Unit.BUSINESS_DAYS, days)
    found = (due(span, WORKDAYS, local(start)), length(span, WORKDAYS, local(start)))
    assert found == (local(expected), hours * HOUR)


@pytest.mark.parametrize(
    ("windows", "expected", "hours"),
    [
        ((Window.parse("09:00", "12:00"),), "2026-11-20T12:00", 5),  # closed by then: its closing
        (
            (Window.parse("09:00", "14:00"), Window.parse("16:00", "18:00")),
            "2026-11-20T14:00",
            7,
        ),  # a break: before it
        ((Window.parse("16:00", "18:00"),), "2026-11-20T16:00", 2),  # not open yet: its opening
        ((), "2026-11-23T15:00", 8),  # no business day at all
    ],
)
def test_business_day_with_other_hours(windows: tuple[Window, ...], expected: str, hours: int) -> None:
    calendar, start = on_friday(*windows), local("2026-11-19T15:00")
    assert (due(ONE_DAY, calendar, start), length(ONE_DAY, calendar, start)) == (
        local(expected),
        hours * HOUR,
    )


def test_business_day_of_a_time_in_the_spring_gap_moves_by_the_gap() -> None:
    always = Calendar(BUCHAREST, ((Window(0, 86400),),) * 7)
    assert due(ONE_DAY, always, local("2026-03-28T03:20")) == local("2026-03-29T04:20")
    assert length(ONE_DAY, always, local("2026-03-28T03:20")) == 24 * HOUR


def test_business_day_of_an_ambiguous_time_is_the_first_one() -> None:
    always = Calendar(BUCHAREST, ((Window(0, 86400),),) * 7)
    assert due(ONE_DAY, always, local("2026-10-24T03:20")) == datetime(2026, 10, 25, 0, 20, tzinfo=UTC)
    second = local("2026-10-25T03:20").replace(fold=1)
    assert due(ONE_DAY, always, second) == local("2026-10-26T03:20")


def test_business_day_skips_the_date_that_does_not_exist() -> None:
    apia = Calendar("Pacific/Apia", ((OFFICE,),) * 7)
    start = local("2011-12-29T10:00", "Pacific/Apia")
    assert due(ONE_DAY, apia, start) == local("2011-12-31T10:00", "Pacific/Apia")
    assert length(ONE_DAY, apia, start) == 8 * HOUR


def test_spans_that_are_never_over_say_so() -> None:
    never = Calendar(BUCHAREST, ((),) * 7, overrides={date(2026, 11, 20): (OFFICE,)})
    with pytest.raises(NeverOpen, match="has no opening hours that lie ahead"):
        due(ONE_DAY, never, local("2026-11-20T12:00"))
    with pytest.raises(NeverOpen, match="beyond the year 9999"):
        due(Span(Unit.ELAPSED, 10**12), None, local("2026-11-20T12:00"))


def test_spans_refuse_naive_starts() -> None:
    for span in (ONE_DAY, Span(Unit.ELAPSED, 1)):
        with pytest.raises(NaiveDatetime):
            due(span, WORKDAYS, datetime(2026, 11, 20))  # noqa: DTZ001 - what the test is about
