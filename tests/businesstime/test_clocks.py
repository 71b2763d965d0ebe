from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from businesstime import (
    Calendar,
    CalendarError,
    ClockError,
    ClockEvent,
    EventKind,
    Kind,
    NaiveDatetime,
    NeverOpen,
    Phase,
    Reason,
    Span,
    SpanError,
    State,
    Stretch,
    Terms,
    Unit,
    Window,
    counted_at,
    explain_clock,
    read,
)

OFFICE = Calendar("Europe/Bucharest", ((Window.parse("09:00", "17:00"),),) * 5 + ((), ()))
HOUR = 3600
FOUR_HOURS = Terms(Span(Unit.BUSINESS_HOURS, 4 * HOUR), OFFICE)
FOUR_ELAPSED = Terms(Span(Unit.ELAPSED, 4 * HOUR))
NEXT_DAY = Terms(Span(Unit.BUSINESS_DAYS, 1), OFFICE)


def local(text: str) -> datetime:
    """A time of November 2026 in Bucharest, "20 15:30"; the 20th is a Friday."""
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo("Europe/Bucharest"))


def events(*happened: str) -> list[ClockEvent]:
    """ "start 20 15:30" and so on."""
    split = (one.split(" ", 1) for one in happened)
    return [ClockEvent(EventKind(kind), local(at), reason=f"why {kind}") for kind, at in split]


def test_clock_that_has_not_started_is_idle() -> None:
    reading = read(FOUR_HOURS, [])
    assert (reading.state, reading.started_at, reading.due_at, reading.counted) == (State.IDLE, None, None, 0)
    assert (reading.mark_at(0.5), reading.met) == (None, None)


def test_running_clock_knows_its_due_instant() -> None:
    reading = read(FOUR_HOURS, events("start 20 15:30"))
    assert (reading.state, reading.due_at, reading.length) == (State.RUNNING, local("23 11:30"), 4 * HOUR)
    assert (reading.counted, reading.remaining, reading.overrun) == (0, 4 * HOUR, 0)
    assert (reading.started_at, reading.stopped_at, reading.ran_out_at) == (local("20 15:30"), None, None)
    assert reading.due_at is not None
    assert (reading.due_at.tzinfo, reading.started_at.tzinfo if reading.started_at else None) == (UTC, UTC)


def test_paused_clock_has_a_remainder_and_no_due_instant() -> None:
    reading = read(FOUR_HOURS, events("start 20 15:30", "pause 20 16:00"))
    assert (reading.state, reading.due_at) == (State.PAUSED, None)
    assert (reading.counted, reading.remaining) == (HOUR // 2, 7 * HOUR // 2)
    assert reading.phases == (
        Phase(State.RUNNING, local("20 15:30"), local("20 16:00"), "why start"),
        Phase(State.PAUSED, local("20 16:00"), None, "why pause"),
    )


def test_resumed_clock_is_due_when_the_remainder_has_run() -> None:
    reading = read(FOUR_HOURS, events("start 20 15:30", "pause 20 16:00", "resume 23 10:00"))
    assert (reading.state, reading.due_at) == (State.RUNNING, local("23 13:30"))
    assert reading.counted == HOUR // 2


def test_elapsed_clock_counts_real_seconds_around_its_pauses() -> None:
    reading = read(FOUR_ELAPSED, events("start 20 22:30", "pause 20 23:30", "resume 21 01:00"))
    assert (reading.counted, reading.due_at) == (HOUR, local("21 04:00"))


@pytest.mark.parametrize(
    ("stopped", "met", "counted", "ran_out"),
    [
        ("23 11:00", True, 12600, None),
        ("23 11:30", True, 14400, "23 11:30"),
        ("23 11:31", False, 14460, "23 11:30"),
    ],
)
def test_stopped_clock_keeps_what_was_due(stopped: str, met: bool, counted: int, ran_out: str | None) -> None:  # noqa: FBT001 - a table's column
    reading = read(FOUR_HOURS, events("start 20 15:30", f"stop {stopped}"))
    assert (reading.state, reading.stopped_at, reading.due_at) == (
        State.STOPPED,
        local(stopped),
        local("23 11:30"),
    )
    assert (reading.met, reading.counted, reading.ran_out_at) == (
        met,
        counted,
        local(ran_out) if ran_out else None,
    )
    assert reading.remaining - reading.overrun == 14400 - counted


def test_clock_stopped_while_paused_keeps_its_hold_time() -> None:
    reading = read(FOUR_HOURS, events("start 20 15:30", "pause 20 16:00", "stop 25 10:00"))
    assert (reading.counted, reading.due_at, reading.met) == (HOUR // 2, local("25 13:30"), True)


def test_clock_that_ran_out_before_a_pause_stays_late() -> None:
    happened = events("start 23 09:00", "pause 23 14:00", "resume 24 10:00", "stop 24 11:00")
    assert read(FOUR_HOURS, happened[:2]).ran_out_at == local("23 13:00")
    assert read(FOUR_HOURS, happened[:3]).due_at == local("23 13:00")
    reading = read(FOUR_HOURS, happened)
    assert (reading.due_at, reading.met, reading.overrun) == (local("23 13:00"), False, 2 * HOUR)


def test_clock_paused_at_the_second_it_runs_out_has_run_out() -> None:
    reading = read(FOUR_HOURS, events("start 20 13:00", "pause 20 17:00", "resume 24 09:00"))
    assert (reading.ran_out_at, reading.due_at) == (local("20 17:00"), local("20 17:00"))


def test_pauses_of_parts_of_a_second_lose_nothing() -> None:
    start, step = local("23 09:00"), timedelta(milliseconds=300)
    kinds = [EventKind.START, *[EventKind.PAUSE, EventKind.RESUME] * 10]
    happened = [ClockEvent(kind, start + step * number) for number, kind in enumerate(kinds)]
    reading = read(FOUR_HOURS, happened)
    assert (reading.counted, reading.due_at) == (3, local("23 13:00") + 10 * step)


def test_business_day_clock_counts_open_seconds_until_the_same_time() -> None:
    reading = read(NEXT_DAY, events("start 20 15:30"))
    assert (reading.due_at, reading.length) == (local("23 15:30"), 8 * HOUR)
    assert reading.mark_at(0.75) == local("23 13:30")


def test_business_day_clock_from_an_opening_is_due_at_an_opening() -> None:
    happened = events(
        "start 21 10:00", "pause 23 18:00", "resume 23 19:00", "pause 24 08:00", "resume 24 12:00"
    )
    assert read(NEXT_DAY, happened[:1]).due_at == local("24 09:00")
    assert read(NEXT_DAY, happened[:1]).mark_at(1) == local("24 09:00")
    assert (read(NEXT_DAY, happened[:2]).remaining, read(NEXT_DAY, happened[:2]).ran_out_at) == (0, None)
    assert read(NEXT_DAY, happened[:3]).due_at == local("24 09:00")
    assert read(NEXT_DAY, happened).due_at == local("24 12:00")
    assert read(NEXT_DAY, [*happened[:3], *events("stop 24 09:00")]).met is True


def test_mark_is_reached_at_its_share_of_the_length() -> None:
    reading = read(FOUR_HOURS, events("start 20 15:30"))
    shares = (0, 0.25, Fraction(1, 2), Decimal("0.75"), 1, 1.5)
    expected = ("20 15:30", "20 16:30", "23 09:30", "23 10:30", "23 11:30", "23 13:30")
    assert [reading.mark_at(share) for share in shares] == [local(at) for at in expected]


def test_mark_is_rounded_up_to_a_second() -> None:
    terms = Terms(Span(Unit.ELAPSED, 100))
    reading = read(terms, events("start 20 15:30"))
    found = [reading.mark_at(share) for share in (0.07, 0.071)]
    assert found == [local("20 15:30") + timedelta(seconds=seconds) for seconds in (7, 8)]


def test_mark_survives_pauses_and_is_unknown_during_them() -> None:
    happened = events("start 20 15:30", "pause 20 16:00", "resume 23 10:00")
    assert read(FOUR_HOURS, happened[:2]).mark_at(0.75) is None
    assert read(FOUR_HOURS, happened[:2]).mark_at(0.125) == local("20 16:00")
    assert read(FOUR_HOURS, happened).mark_at(0.75) == local("23 12:30")
    assert read(FOUR_HOURS, [*happened, *events("stop 23 12:00")]).mark_at(0.75) is None


def test_negative_marks_are_refused() -> None:
    with pytest.raises(SpanError, match=r"not negative: not -0\.5$"):
        read(FOUR_HOURS, events("start 20 15:30")).mark_at(-0.5)


@pytest.mark.parametrize(
    ("at", "seconds"),
    [("20 12:00", 0), ("20 15:45", 900), ("22 12:00", 1800), ("23 10:30", 3600), ("23 23:00", 7200)],
)
def test_counted_at_knows_every_instant(at: str, seconds: int) -> None:
    happened = events("start 20 15:30", "pause 20 16:00", "resume 23 10:00", "pause 23 10:45")
    happened += events("resume 23 11:15", "stop 23 12:00")
    assert counted_at(FOUR_HOURS, happened, local(at)) == seconds


def test_explain_clock_tells_every_stretch() -> None:
    happened = events("start 20 16:00", "pause 20 18:00", "resume 23 10:00", "stop 23 12:00")
    expected = (
        Stretch(local("20 16:00"), local("20 17:00"), Kind.COUNTED, Reason.OPEN),
        Stretch(local("20 17:00"), local("20 18:00"), Kind.SKIPPED, Reason.OUTSIDE_WINDOWS),
        Stretch(local("20 18:00"), local("23 10:00"), Kind.PAUSED, Reason.PAUSED, "why pause"),
        Stretch(local("23 10:00"), local("23 12:00"), Kind.COUNTED, Reason.OPEN),
    )
    assert explain_clock(FOUR_HOURS, happened, local("25 10:00")) == expected
    cut = (
        *expected[:2],
        Stretch(local("20 18:00"), local("22 10:00"), Kind.PAUSED, Reason.PAUSED, "why pause"),
    )
    assert explain_clock(FOUR_HOURS, happened, local("22 10:00")) == cut
    assert explain_clock(FOUR_HOURS, happened, local("20 16:00")) == ()


def test_explain_clock_of_elapsed_time_skips_nothing() -> None:
    found = explain_clock(FOUR_ELAPSED, events("start 20 16:00"), local("22 10:00"))
    assert found == (Stretch(local("20 16:00"), local("22 10:00"), Kind.COUNTED, Reason.ELAPSED),)


@pytest.mark.parametrize(
    ("happened", "message"),
    [
        (["pause 20 10:00"], "a clock that is idle cannot pause"),
        (["start 20 10:00", "start 20 11:00"], "a clock that is running cannot start"),
        (["start 20 10:00", "resume 20 11:00"], "a clock that is running cannot resume"),
        (["start 20 10:00", "pause 20 11:00", "pause 20 12:00"], "a clock that is paused cannot pause"),
        (["start 20 10:00", "stop 20 11:00", "stop 20 12:00"], "a clock that is stopped cannot stop"),
        (["start 20 10:00", "pause 20 09:00"], "pause at 2026-11-20 09:00:00+02:00 comes after an event at"),
        (["start 20 10:00", "stop 20 11:00", "resume 20 10:30"], "a clock that is stopped cannot resume"),
    ],
)
def test_unlawful_events_are_refused(happened: list[str], message: str) -> None:
    with pytest.raises(ClockError) as caught:
        read(FOUR_HOURS, events(*happened))
    assert str(caught.value)[: len(message)] == message
    with pytest.raises(ClockError):
        counted_at(FOUR_HOURS, events(*happened), local("20 10:00"))


def test_clock_needs_a_calendar_and_aware_instants() -> None:
    with pytest.raises(CalendarError, match=r"^a span in business_days needs a calendar$"):
        Terms(Span(Unit.BUSINESS_DAYS, 1))
    with pytest.raises(NaiveDatetime):
        read(FOUR_HOURS, [ClockEvent(EventKind.START, datetime(2026, 11, 20))])  # noqa: DTZ001 - the test's point


def test_clock_that_can_never_run_out_says_so() -> None:
    never = Calendar("Europe/Bucharest", ((),) * 7)
    with pytest.raises(NeverOpen):
        read(Terms(Span(Unit.BUSINESS_HOURS, 1), never), events("start 20 10:00"))
