"""Random calendars around odd changes of the clocks: compiled answers equal those of the minute stepper."""

import itertools
from datetime import date, timedelta
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from businesstime import (
    Calendar,
    ClockEvent,
    EventKind,
    Kind,
    Reason,
    Span,
    Terms,
    Unit,
    Window,
    add,
    between,
    counted_at,
    due,
    explain,
    explain_clock,
    is_open,
    length,
    next_close,
    open_stretches,
    read,
)
from tests.businesstime.stepper import CHANGES, DAY, EPOCH_DATE, Around, around, count, instant, walk

STEADY = settings(max_examples=80, deadline=None, derandomize=True, database=None)


class World(NamedTuple):
    calendar: Calendar
    steps: Around
    open: bytearray
    start: int  # seconds since 1970, as are all instants here

    @property
    def end(self) -> int:
        """The end of what the stepper knows for certain: it has whole dates only."""
        return self.steps.minute_of(self.steps.dates[-1] * DAY) * 60


@st.composite
def days_of_windows(draw: st.DrawFn) -> tuple[Window, ...]:
    quarters = draw(st.lists(st.integers(0, 96), min_size=0, max_size=6, unique=True).map(sorted))
    bounds = [quarter * 900 for quarter in quarters]
    windows = [Window(opens, closes) for opens, closes in zip(bounds[::2], bounds[1::2], strict=False)]
    if len(bounds) > 3 and draw(st.booleans()):
        windows.append(Window(bounds[1], bounds[2]))  # touches both of its neighbours
    return tuple(windows)


QUARTERS = st.integers(0, 480).map(lambda quarters: quarters * 900)  # of an hour, in seconds
ANY_DAY = st.one_of(days_of_windows(), st.just((Window(0, 86400),)))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    zone, middle = draw(st.sampled_from(CHANGES))
    near = st.integers(-3, 4).map(lambda days: date.fromisoformat(middle) + timedelta(days=days))
    yearly = draw(st.frozensets(near, max_size=1))
    calendar = Calendar(
        zone,
        tuple(draw(st.lists(ANY_DAY, min_size=7, max_size=7))),
        holidays=draw(st.frozensets(near, max_size=2)),
        yearly_holidays=frozenset((day.month, day.day) for day in yearly),
        overrides=draw(st.dictionaries(near, ANY_DAY, max_size=2)),
    )
    steps = around(zone, middle)
    offset = draw(
        st.one_of(st.integers(-2 * 86400, 3 * 86400), QUARTERS.map(lambda seconds: seconds - 172800))
    )
    start = (date.fromisoformat(middle) - EPOCH_DATE).days * 86400 + offset
    return World(calendar, steps, steps.open_minutes(calendar), start)


SECONDS = st.one_of(st.integers(0, 400_000), QUARTERS)


@STEADY
@given(worlds(), SECONDS)
def test_add_equals_the_stepper(world: World, seconds: int) -> None:
    expected = walk(world.steps.first, world.open, world.start, seconds)
    if expected is None or expected > world.end:
        assert between(world.calendar, instant(world.start), instant(world.end)) <= seconds
    else:
        assert add(world.calendar, instant(world.start), seconds) == instant(expected)


@STEADY
@given(worlds(), st.integers(0, 4 * 86400))
def test_between_and_stretches_equal_the_stepper(world: World, duration: int) -> None:
    start, end = instant(world.start), instant(world.start + duration)
    expected = count(world.steps.first, world.open, world.start, world.start + duration)
    assert between(world.calendar, start, end) == expected
    assert between(world.calendar, end, start) == -expected
    stretches = open_stretches(world.calendar, start, end)
    assert sum((closes - opens for opens, closes in stretches), timedelta()) == timedelta(seconds=expected)
    assert all(before[1] < after[0] for before, after in itertools.pairwise(stretches))


@STEADY
@given(worlds())
def test_open_and_close_equal_the_stepper(world: World) -> None:
    at = instant(world.start)
    assert is_open(world.calendar, at) == bool(world.open[world.start // 60 - world.steps.first])
    opens = walk(world.steps.first, world.open, world.start, 0)
    if opens is None or opens >= world.end:
        return
    closed = bytearray(not one for one in world.open)
    closes = walk(world.steps.first, closed, opens, 0)
    if closes is not None and closes < world.end:
        assert next_close(world.calendar, at) == instant(closes)


@STEADY
@given(worlds(), st.integers(1, 200_000), st.integers(1, 200_000))
def test_adding_in_two_steps_is_adding_once(world: World, first: int, second: int) -> None:
    if any(world.calendar.week):
        start = instant(world.start) + timedelta(microseconds=first)
        once = add(world.calendar, start, first + second)
        assert add(world.calendar, add(world.calendar, start, first), second) == once
        assert between(world.calendar, start, once) == first + second


@STEADY
@given(worlds(), st.integers(1, 3))
def test_business_days_equal_the_stepper(world: World, days: int) -> None:
    steps, calendar = world.steps, world.calendar
    arrival = walk(steps.first, world.open, world.start, 0)
    if arrival is None:
        return
    wall = steps.walls[arrival // 60 - steps.first]
    later = [day for day in steps.dates if day > wall // DAY and steps.windows(calendar, day)]
    if len(later) < days:
        return
    windows = sorted(steps.windows(calendar, later[days - 1]))
    wanted = steps.minute_of(later[days - 1] * DAY + wall % DAY) * 60 + arrival % 60
    begun = (
        [max(closes for opens, closes in windows if opens * 60 <= wanted)]
        if windows[0][0] * 60 <= wanted
        else []
    )
    is_within = any(opens * 60 <= wanted < closes * 60 for opens, closes in windows)
    expected = wanted if is_within else begun[0] * 60 if begun else windows[0][0] * 60
    span = Span(Unit.BUSINESS_DAYS, days)
    assert due(span, calendar, instant(world.start)) == instant(expected)
    assert length(span, calendar, instant(world.start)) == count(
        steps.first, world.open, world.start, expected
    )


@STEADY
@given(worlds(), st.integers(1, 3 * 86400))
def test_explain_equals_the_stepper_minute_by_minute(world: World, duration: int) -> None:
    end = world.start + duration
    found = explain(world.calendar, instant(world.start), instant(end))
    assert (found[0].start, found[-1].end) == (instant(world.start), instant(end))
    assert all(before.end == after.start for before, after in itertools.pairwise(found))
    assert all(before.reason != after.reason for before, after in itertools.pairwise(found))
    for stretch in found:
        middle = int((stretch.start + (stretch.end - stretch.start) / 2).timestamp())
        for second in (int(stretch.start.timestamp()), middle, int(stretch.end.timestamp()) - 1):
            assert stretch.reason == reason_of(world, second)


def reason_of(world: World, second: int) -> Reason:
    steps, calendar = world.steps, world.calendar
    if world.open[second // 60 - steps.first]:
        return Reason.OPEN
    number = steps.day_of(second // 60)
    day = EPOCH_DATE + timedelta(days=number)
    if day in dict(calendar.overrides):
        return Reason.OUTSIDE_WINDOWS if dict(calendar.overrides)[day] else Reason.CLOSED_DATE
    if day in calendar.holidays or (day.month, day.day) in calendar.yearly_holidays:
        return Reason.HOLIDAY
    return Reason.OUTSIDE_WINDOWS if calendar.week[day.weekday()] else Reason.CLOSED_DAY


@STEADY
@given(worlds(), SECONDS, st.lists(st.integers(0, 2 * 1440), max_size=6, unique=True).map(sorted))
def test_clock_with_pauses_equals_the_stepper(world: World, seconds: int, minutes: list[int]) -> None:
    start = world.start - world.start % 60
    bounds = [start // 60 + minute for minute in minutes[: len(minutes) // 2 * 2]]
    events = [ClockEvent(EventKind.START, instant(start))]
    running = bytearray(world.open)
    for begins, ends in zip(bounds[::2], bounds[1::2], strict=True):
        events += [
            ClockEvent(EventKind.PAUSE, instant(begins * 60)),
            ClockEvent(EventKind.RESUME, instant(ends * 60)),
        ]
        running[begins - world.steps.first : ends - world.steps.first] = bytes(ends - begins)
    terms = Terms(Span(Unit.BUSINESS_HOURS, seconds + 1), world.calendar)
    until = start + 3 * 86400
    expected = count(world.steps.first, running, start, until)
    assert counted_at(terms, events, instant(until)) == expected
    told = explain_clock(terms, events, instant(until))
    counted = sum((one.end - one.start for one in told if one.kind is Kind.COUNTED), timedelta())
    assert counted == timedelta(seconds=expected)
    runs_out = walk(world.steps.first, running, start, seconds + 1)
    if runs_out is not None and runs_out < world.end:
        assert read(terms, events).due_at == instant(runs_out)
