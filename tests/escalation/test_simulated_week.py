"""Nobody answers: what happens by itself in a week, for each plan, second by second."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from backstay.cases.choices import Queue
from tests.escalation.conftest import DAY, HOUR, MINUTE, House

BUCHAREST = ZoneInfo("Europe/Bucharest")
NEW_YORK = ZoneInfo("America/New_York")
FRIDAY = datetime(2026, 11, 20, 18, 30, tzinfo=BUCHAREST)
WEEKEND = timedelta(days=2, hours=12)  # from Friday's closing at 20:00 to Monday's opening at 08:00
NIGHT = timedelta(days=2)  # Gold is closed from Saturday 00:00 to Monday 00:00

S1_WEEK = {
    # Silver counts 90 minutes on Friday; four hours run out on Monday at 10:30.
    "silver": {
        "target 75 %": 3 * HOUR + WEEKEND,
        "breach": 4 * HOUR + WEEKEND,
        "breach + 15 minutes": 4 * HOUR + 15 * MINUTE + WEEKEND,
        "age 4 business hours": 4 * HOUR + WEEKEND,
        "age 24 hours": DAY,
    },
    # Gold is there until midnight: all of it on Friday evening.
    "gold": {
        "target 75 %": 90 * MINUTE,
        "breach": 2 * HOUR,
        "breach + 15 minutes": 2 * HOUR + 15 * MINUTE,
        "age 4 business hours": 4 * HOUR,
        "age 24 hours": DAY,
    },
    "platinum": {
        "target 75 %": 45 * MINUTE,
        "breach": HOUR,
        "breach + 15 minutes": HOUR + 15 * MINUTE,
        "age 4 business hours": 4 * HOUR,
        "age 24 hours": DAY,
    },
    "emerald-us": {
        "target 75 %": 45 * MINUTE,
        "breach": HOUR,
        "breach + 15 minutes": HOUR + 15 * MINUTE,
        "age 4 business hours": 4 * HOUR,
        "age 24 hours": DAY,
    },
}
LANDS_AT = {
    "silver": (Queue.TIER_1, Queue.TIER_2),
    "gold": (Queue.TIER_1, Queue.TIER_2),
    "platinum": (Queue.TIER_2, Queue.TIER_3),
    "emerald-us": (Queue.TIER_2, Queue.TIER_3),
}


@pytest.fixture
def at():
    return FRIDAY


@pytest.fixture
def week(cast, opened):
    """`week(plan)`: a Friday evening's S1, and the week that follows."""

    def live(plan, **values):
        house = House(cast, us=plan == "emerald-us")
        house.furnish()
        scene = opened(house, plan, region="us" if house.us else "ro", **values)
        scene.lands_at = scene.case.queue
        scene.turn(FRIDAY + 7 * DAY)
        return scene

    return live


@pytest.mark.parametrize("plan", S1_WEEK)
def test_every_step_of_an_s1_that_nobody_answers_is_taken_at_its_second(week, plan):
    scene = week(plan)
    order = sorted(S1_WEEK[plan], key=lambda mark: (S1_WEEK[plan][mark], list(S1_WEEK[plan]).index(mark)))
    assert scene.taken() == [(S1_WEEK[plan][mark], mark) for mark in order]
    assert (scene.lands_at, scene.read().queue) == LANDS_AT[plan]
    assert [(row.state, row.is_late) for row in scene.steps()] == [("done", False)] * 5
    assert scene.read().severity == "S1"


@pytest.mark.parametrize("plan", S1_WEEK)
def test_pages_go_from_level_to_level_and_to_management(week, plan):
    scene, breach = week(plan), S1_WEEK[plan]["breach"]
    late = S1_WEEK[plan]["breach + 15 minutes"]
    support = [(breach + 5 * MINUTE * turn, ("Ada", "Bo")[turn % 2], "support") for turn in range(4)]
    management = [(late, "Mia", "management"), (late + 10 * MINUTE, "Mia", "management")]
    assert sorted(scene.asked()) == sorted(support + management)


def test_leads_of_the_tier_and_management_are_told(week):
    scene = week("gold")
    lead, manager = "Lea One", "Mia"
    assert scene.told() == [(90 * MINUTE, lead), (2 * HOUR, lead), (DAY, manager)]


def test_an_s4_is_told_of_and_pages_nobody(week):
    scene = week("gold", severity="S4")
    business = timedelta(days=3) - timedelta(hours=9, minutes=30)  # Monday at nine
    assert scene.taken() == [
        (business + 6 * HOUR, "target 75 %"),
        (business + 8 * HOUR, "breach"),
        (business + DAY + 8 * HOUR, "breach + 8 business hours"),
    ]
    assert (scene.asked(), scene.told()[-1][1]) == ([], "Mia")


def test_a_bound_case_reaches_nobody_outside(cast, opened):
    """Everybody of the open house is there as well, and is not told."""
    outside = House(cast)
    outside.furnish()
    inside = House(cast, us=True)
    inside.rota("support", inside.person("Ursa"))
    inside.rota("management", inside.person("Uma"))
    inside.person("Ulla", "lead", tier=2)
    scene = opened(inside, "emerald-us", region="us")
    scene.turn(FRIDAY + 7 * DAY)
    assert {name for _, name, _ in scene.asked()} == {"Ursa", "Uma"}
    assert {name for _, name in scene.told()} == {"Ulla", "Uma"}


def test_a_bound_case_with_nobody_inside_waits_and_names_nobody(cast, opened):
    outside = House(cast)
    outside.furnish()
    scene = opened(outside, "emerald-us", region="us")
    scene.turn(FRIDAY + HOUR + 30 * MINUTE)
    assert (scene.asked(), scene.told()) == ([], [])
    assert scene.step("target 75 %").outcome == {"notify assignee": "nobody", "notify leads": "nobody"}
    assert scene.step("breach").outcome == {"notify leads": "nobody", "page on-call": "done"}
