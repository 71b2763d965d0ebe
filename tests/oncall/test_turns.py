from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from backstay.oncall.turns import Rotation, TakeOver, Turn, Wheel
from businesstime import Calendar, Window

ZONES = ["UTC", "Europe/Bucharest", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
BUCHAREST = ZoneInfo("Europe/Bucharest")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# Around the changes to and from summer time of all these zones in 2026.
FIRST, LAST = date(2026, 3, 1), date(2026, 11, 10)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BUCHAREST)


def layer(source: int = 1, members=(1, 2), **values) -> Rotation:
    given = {
        "zone": "Europe/Bucharest",
        "first_day": date(2026, 10, 5),
        "hands_over_at": time(9),
        "turn_days": 7,
    }
    return Rotation(source=source, members=members, **given | values)


def office(zone: str, opens: int, closes: int, days: int) -> Calendar:
    window = (Window(opens * 1800, closes * 1800),)
    return Calendar(zone, week=tuple(window if day < days else () for day in range(7)))


@st.composite
def rotations(draw, source: int) -> Rotation:
    zone = draw(st.sampled_from(ZONES))
    opens = draw(st.integers(0, 46))
    windows = office(zone, opens, draw(st.integers(opens + 1, 48)), draw(st.integers(1, 7)))
    return Rotation(
        source=source,
        zone=zone,
        first_day=draw(st.dates(FIRST, LAST)),
        hands_over_at=time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 30]))),
        turn_days=draw(st.integers(1, 9)),
        members=tuple(draw(st.lists(st.integers(1, 5), max_size=4))),
        windows=draw(st.sampled_from([None, windows])),
        ends_at=draw(st.sampled_from([None, datetime(2026, 10, 26, 3, tzinfo=UTC)])),
    )


@st.composite
def wheels(draw) -> Wheel:
    layers = tuple(draw(rotations(source)) for source in range(1, 1 + draw(st.integers(0, 3))))
    edges = sorted(draw(st.lists(instants(), min_size=4, max_size=4, unique=True)))
    overrides = [TakeOver(source=9, start=edges[0], end=edges[1], person=7)]
    overrides += [TakeOver(source=8, start=edges[2], end=edges[3], person=8)]
    return Wheel(layers=layers, overrides=tuple(overrides[: draw(st.integers(0, 2))]))


def instants(start: datetime = datetime(2026, 10, 22, tzinfo=UTC), days: int = 9):
    return st.integers(0, days * 48).map(lambda halves: start + halves * 30 * MINUTE)


def in_turn_by_counting(rotation: Rotation, at: datetime) -> int | None:
    """Another way to the same: walk from the first hand-over, day by day, on the wall clock."""
    zone = ZoneInfo(rotation.zone)
    if not rotation.members or (rotation.ends_at and at >= rotation.ends_at):
        return None
    wall = at.astimezone(zone)
    if rotation.windows:
        second = wall.hour * 3600 + wall.minute * 60 + wall.second
        if not any(w.opens <= second < w.closes for w in rotation.windows.week[wall.weekday()]):
            return None
    turn, day = -1, rotation.first_day
    while datetime.combine(day, rotation.hands_over_at, zone).timestamp() <= at.timestamp():
        turn, day = turn + 1, day + rotation.turn_days * DAY
    return rotation.members[turn % len(rotation.members)] if turn >= 0 else None


def source_by_counting(wheel: Wheel, at: datetime) -> tuple[int | None, int | None, int | None]:
    for each in wheel.overrides:
        if each.start <= at < each.end:
            return each.person, None, each.source
    found = [(in_turn_by_counting(each, at), each.source, None) for each in wheel.layers]
    return next((each for each in reversed(found) if each[0] is not None), (None, None, None))


def who(turn: Turn) -> tuple[int | None, int | None, int | None]:
    return turn.person, turn.layer, turn.override


@given(wheels(), instants(), instants())
@settings(max_examples=150, deadline=None)
def test_turns_tile_the_range_and_equal_counting_minute_by_minute(wheel, one, other):
    start, end = min(one, other), max(one, other)
    turns = wheel.turns(start, end)
    assert [turn.start for turn in turns] == [start, *(turn.end for turn in turns)][: len(turns)]
    assert (turns[-1].end if turns else start) == end
    for turn in turns:
        at = turn.start
        while at < turn.end:
            assert who(turn) == source_by_counting(wheel, at), at
            at += 10 * MINUTE
    assert all(who(one) != who(next_one) for one, next_one in pairwise(turns))


@given(wheels(), st.lists(instants(), min_size=3, max_size=3))
@settings(max_examples=100, deadline=None)
def test_turns_of_two_ranges_are_those_of_both_together(wheel, edges):
    start, middle, end = sorted(edges)
    both = wheel.turns(start, middle) + wheel.turns(middle, end)
    joined: list[Turn] = []
    for turn in both:
        if joined and who(joined[-1]) == who(turn):
            joined[-1] = replace(joined[-1], end=turn.end)
        else:
            joined.append(turn)
    assert joined == wheel.turns(start, end)


@given(wheels(), instants())
@settings(max_examples=100, deadline=None)
def test_whoever_has_the_turn_is_asked_first_and_nobody_twice(wheel, at):
    order = wheel.order(at)
    turn = wheel.turns(at, at + MINUTE)[0]
    assert order[:1] == (() if turn.person is None else (turn.person,))
    assert len(order) == len(set(order))


def test_hand_over_stays_at_nine_by_the_wall_clock_when_summer_time_ends():
    turns = Wheel((layer(turn_days=1),)).turns(local("2026-10-24 09:00"), local("2026-10-27 09:00"))
    assert [(turn.start.astimezone(BUCHAREST).hour, turn.end - turn.start) for turn in turns] == [
        (9, 25 * HOUR),  # the night of the 25th has an hour more
        (9, 24 * HOUR),
        (9, 24 * HOUR),
    ]
    assert [turn.person for turn in turns] == [2, 1, 2]


def test_layer_names_nobody_before_its_first_turn_nor_from_its_end_on():
    wheel = Wheel((layer(ends_at=local("2026-10-20 00:00")),))
    turns = wheel.turns(local("2026-10-01 00:00"), local("2026-11-01 00:00"))
    assert [
        (turn.person, turn.start.astimezone(BUCHAREST).isoformat(" ", "minutes")[:16]) for turn in turns
    ] == [
        (None, "2026-10-01 00:00"),
        (1, "2026-10-05 09:00"),
        (2, "2026-10-12 09:00"),
        (1, "2026-10-19 09:00"),
        (None, "2026-10-20 00:00"),
    ]


def test_layers_in_several_zones_follow_the_sun():
    day = {"first_day": date(2026, 11, 2), "hands_over_at": time(0), "turn_days": 7}
    wheel = Wheel(
        (
            layer(1, (1,), **day, windows=office("Europe/Bucharest", 16, 36, 7)),
            layer(
                2, (2,), **day | {"zone": "America/New_York"}, windows=office("America/New_York", 16, 36, 7)
            ),
        )
    )
    turns = wheel.turns(local("2026-11-18 00:00"), local("2026-11-19 00:00"))
    assert [(turn.person, turn.start.astimezone(UTC).hour) for turn in turns] == [
        (2, 22),
        (None, 23),  # 18:00 in New York
        (1, 6),  # 08:00 in Bucharest
        (2, 13),  # 08:00 in New York, which goes before the earlier layer
    ]


def test_order_is_override_then_layers_from_the_top_then_the_next_in_turn():
    at = local("2026-10-06 12:00")
    layers = (layer(1, (4, 5)), layer(2, (1, 2, 3)))
    taking_over = TakeOver(source=1, start=at - HOUR, end=at + HOUR, person=6)
    assert Wheel(layers, (taking_over,)).order(at) == (6, 1, 4, 2, 3)
    assert Wheel(layers, (taking_over,)).order(at + HOUR) == (1, 4, 2, 3)
    assert Wheel(()).order(at) == ()
