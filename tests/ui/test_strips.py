from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.ui import strips
from backstay.ui.inputs import Span, SpanKind, WeekRow

START = datetime(2026, 4, 17, 15, 30, tzinfo=UTC)
BUCHAREST = "Europe/Bucharest"


def line(*steps: tuple[float, SpanKind]) -> list[Span]:
    """Spans one after the other, of so many minutes each."""
    spans, at = [], START
    for length, kind in steps:
        spans.append(Span(start=at, end=at + timedelta(minutes=length), kind=kind))
        at = spans[-1].end
    return spans


def test_clock_boxes_keep_the_scale_of_what_is_short():
    drawn = strips.clock_boxes(line((30, SpanKind.COUNTED), (10, SpanKind.PAUSED), (60, SpanKind.COUNTED)))
    assert [(box.box.x, box.box.width, box.cut) for box in drawn] == [
        (0.0, 30.0, False),
        (30.0, 10.0, False),
        (40.0, 60.0, False),
    ]


def test_clock_boxes_cut_a_weekend_to_half_of_what_counts():
    drawn = strips.clock_boxes(line((60, SpanKind.COUNTED), (3600, SpanKind.SKIPPED), (60, SpanKind.COUNTED)))
    assert [(box.box.width, box.cut) for box in drawn] == [
        (pytest.approx(100 / 3, abs=0.001), False),
        (pytest.approx(100 / 3, abs=0.001), True),
        (pytest.approx(100 / 3, abs=0.001), False),
    ]


@given(st.lists(st.tuples(st.integers(1, 100_000), st.sampled_from(SpanKind)), min_size=1, max_size=12))
def test_clock_boxes_fill_the_strip_without_gap(steps):
    drawn = strips.clock_boxes(line(*steps))
    assert sum(box.box.width for box in drawn) == pytest.approx(100, abs=0.02)
    assert all(
        before.box.x + before.box.width == pytest.approx(after.box.x, abs=0.02)
        for before, after in pairwise(drawn)
    )


def test_place_finds_instants_in_a_cut_span_too():
    drawn = strips.clock_boxes(line((60, SpanKind.COUNTED), (3600, SpanKind.SKIPPED), (60, SpanKind.COUNTED)))
    assert strips.place(START, drawn) == 0.0
    assert strips.place(START + timedelta(minutes=60 + 1800), drawn) == pytest.approx(50, abs=0.01)
    assert strips.place(START + timedelta(minutes=3720), drawn) == pytest.approx(100, abs=0.01)
    assert strips.place(START - timedelta(seconds=1), drawn) is None


def test_clock_boxes_of_nothing_are_none():
    assert strips.clock_boxes([]) == []


def hours(row: WeekRow, zone: str = BUCHAREST, week: date = date(2026, 4, 13)) -> list[list[tuple[str, str]]]:
    return [day.hours for day in strips.week_days(row, week=week, zone=zone)]


def test_week_is_drawn_in_the_readers_zone():
    opening = datetime(2026, 4, 13, 5, tzinfo=UTC)
    row = WeekRow(label="Cases", stretches=[(opening, opening + timedelta(hours=12))])
    assert hours(row)[0] == [("08:00", "20:00")]
    assert hours(row, "Asia/Tokyo")[:2] == [[("14:00", "24:00")], [("00:00", "02:00")]]
    assert strips.week_days(row, week=date(2026, 4, 13), zone=BUCHAREST)[0].boxes == [
        strips.Box(33.333, 50.0)
    ]


def test_week_joins_stretches_that_touch_and_leaves_out_other_weeks():
    first = datetime(2026, 4, 12, 21, tzinfo=UTC)
    row = WeekRow(
        label="Phone",
        stretches=[
            (first + timedelta(hours=8), first + timedelta(hours=12)),
            (first, first + timedelta(hours=8)),
            (first - timedelta(days=3), first - timedelta(days=2)),
        ],
    )
    assert hours(row) == [[("00:00", "12:00")], [], [], [], [], [], []]


def test_week_across_the_spring_change_follows_the_wall_clock():
    whole = WeekRow(
        label="Chatbot",
        stretches=[(datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 3, 29, 21, tzinfo=UTC))],
    )
    assert hours(whole, week=date(2026, 3, 29))[:2] == [[("00:00", "24:00")], []]
