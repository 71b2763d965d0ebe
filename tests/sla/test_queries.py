from datetime import UTC

import pytest
from django.utils.translation import override

from backstay.sla import actions, queries
from backstay.sla.choices import Outcome
from tests.sla.promises import ANA, HOUR, NINE, business, elapsed, later, local, started

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_duty")]
FRIDAY = local("2026-11-27 16:00")  # the Monday after it is a holiday


def told(explained: queries.Explanation) -> list[tuple]:
    return [
        (
            f"{stretch.local_start:%a %H:%M}",
            f"{stretch.local_end:%a %H:%M}",
            stretch.kind,
            stretch.reason,
            stretch.detail,
        )
        for stretch in explained.stretches
    ]


def test_explanation_tells_every_stretch_until_it_is_due(desk):
    clock = started(business(desk, 2, source={"plan": "gold"}), FRIDAY)
    explained = queries.explanation(clock, at=local("2026-11-27 16:30"))
    assert told(explained) == [
        ("Fri 16:00", "Fri 17:00", "counted", "open", ""),
        ("Fri 17:00", "Sat 00:00", "skipped", "outside_windows", ""),
        ("Sat 00:00", "Mon 00:00", "skipped", "closed_day", ""),
        ("Mon 00:00", "Tue 00:00", "skipped", "holiday", "Saint Andrew's Day"),
        ("Tue 00:00", "Tue 09:00", "skipped", "outside_windows", ""),
        ("Tue 09:00", "Tue 10:00", "counted", "open", ""),
    ]
    assert (
        sum(stretch.seconds for stretch in explained.stretches if stretch.kind == "counted") == clock.length_s
    )
    assert {stretch.start.tzinfo for stretch in explained.stretches} == {UTC}
    assert explained.calendar == queries.CalendarFacts(
        key="test-desk", region="ro", version=1, zone="Europe/Bucharest"
    )
    assert explained.target == queries.TargetFacts(
        unit="business_hours",
        amount=2 * HOUR,
        kind="commitment",
        pauses=True,
        warn_percent=75,
        source={"plan": "gold"},
    )


def test_explanation_names_holidays_in_the_readers_language(desk):
    clock = started(business(desk, 2), FRIDAY)
    with override("ro"):
        assert told(queries.explanation(clock, at=FRIDAY))[3][4] == "Sfântul Andrei"


def test_explanation_tells_pauses_with_their_reason_and_who_made_them(desk):
    clock = started(business(desk, 4), local("2026-11-18 09:00"))
    actions.pause(clock_id=clock.pk, reason="asked for logs", by=ANA, at=local("2026-11-18 10:00"))
    actions.resume(clock_id=clock.pk, reason="logs came", by=ANA, at=local("2026-11-18 12:00"))
    clock = actions.stop(clock_id=clock.pk, reason="answered", by=ANA, at=local("2026-11-18 13:00"))
    explained = queries.explanation(clock, at=local("2026-12-24 09:00"))
    assert told(explained) == [
        ("Wed 09:00", "Wed 10:00", "counted", "open", ""),
        ("Wed 10:00", "Wed 12:00", "paused", "paused", "asked for logs"),
        ("Wed 12:00", "Wed 13:00", "counted", "open", ""),
    ]
    assert [(event.kind, event.reason, event.actor) for event in explained.events] == [
        ("start", "", "Ana Pop"),
        ("pause", "asked for logs", "Ana Pop"),
        ("resume", "logs came", "Ana Pop"),
        ("stop", "answered", "Ana Pop"),
    ]
    assert (explained.outcome, explained.standing.used) == (Outcome.MET, 0.5)


def test_explanation_of_a_late_clock_goes_on_until_now():
    clock = started(elapsed(1))
    explained = queries.explanation(clock, at=later(hours=3))
    assert [(stretch.start, stretch.end, stretch.reason) for stretch in explained.stretches] == [
        (NINE, later(hours=3), "elapsed")
    ]
    assert (explained.standing.overrun_s, explained.standing.remaining_s) == (2 * HOUR, 0)
    assert (explained.calendar, explained.zone) == (None, "UTC")


def test_explanation_of_a_paused_clock_ends_now():
    clock = started(elapsed(4))
    clock = actions.pause(clock_id=clock.pk, reason="asked", by=ANA, at=later(hours=1))
    explained = queries.explanation(clock, at=later(hours=3))
    assert [(stretch.kind, stretch.end) for stretch in explained.stretches] == [
        ("counted", later(hours=1)),
        ("paused", later(hours=3)),
    ]


def test_explanation_of_a_superseded_clock_ends_with_it():
    clock = started(elapsed(8))
    actions.retarget(
        clock_id=clock.pk, terms=elapsed(1), raised=True, reason="worse", by=ANA, at=later(hours=2)
    )
    clock.refresh_from_db()
    explained = queries.explanation(clock, at=later(days=9))
    assert [(stretch.start, stretch.end) for stretch in explained.stretches] == [(NINE, later(hours=2))]
    assert (explained.outcome, explained.events[-1].reason) == (Outcome.SUPERSEDED, "worse")


def test_explanation_of_a_raised_clock_counts_from_the_change_and_tells_what_was_before():
    clock = started(elapsed(8))
    clock = actions.retarget(clock_id=clock.pk, terms=elapsed(1), raised=True, by=ANA, at=later(hours=2))
    explained = queries.explanation(clock, at=later(hours=2))
    assert (explained.started_at, explained.events[0].at) == (later(hours=2), NINE)
    assert [(stretch.start, stretch.end) for stretch in explained.stretches] == [
        (later(hours=2), later(hours=3))
    ]


def test_explanation_lists_marks_with_both_their_instants():
    clock = started(elapsed(4))
    clock = actions.stop(clock_id=clock.pk, by=ANA, at=later(hours=5))
    explained = queries.explanation(clock, at=later(hours=6))
    assert [(mark.mark, mark.due_at, mark.recorded_at) for mark in explained.marks] == [
        ("warning", later(hours=3), later(hours=5)),
        ("breach", later(hours=4), later(hours=5)),
    ]
    assert explained.outcome is Outcome.MET_LATE


@pytest.mark.parametrize(
    ("hours", "outcome", "counted", "used"),
    [(0, Outcome.RUNNING, 0, 0.0), (1, Outcome.RUNNING, HOUR, 0.25), (4, Outcome.RUNNING, 4 * HOUR, 1.0)],
)
def test_reading_counts_until_now(hours, outcome, counted, used):
    standing = queries.reading(started(elapsed(4)), at=later(hours=hours))
    assert (standing.outcome, standing.counted_s, standing.used) == (outcome, counted, used)
    assert (standing.remaining_s, standing.due_at) == (4 * HOUR - counted, later(hours=4))


def test_reading_of_a_breached_clock_tells_how_late_it_is():
    clock = started(elapsed(4))
    actions.sweep_batch(at=later(hours=4), limit=9)
    clock.refresh_from_db()
    standing = queries.reading(clock, at=later(hours=6))
    assert (standing.outcome, standing.overrun_s, standing.used) == (Outcome.BREACHED, 2 * HOUR, 1.5)


def test_explanation_costs_two_queries(django_assert_num_queries, desk):
    clock = started(business(desk, 4))
    with django_assert_num_queries(2):  # events, marks
        queries.explanation(clock, at=NINE)


@pytest.mark.parametrize("raised", [True, False])
@pytest.mark.parametrize("hours", [1, 4, 12])
@pytest.mark.parametrize("paused", [True, False])
def test_due_if_retargeted_is_what_retarget_makes_of_it(raised, hours, paused):
    clock = started(elapsed(8))
    if paused:
        actions.pause(clock_id=clock.pk, reason="asked", by=ANA, at=later(hours=1))
    foreseen = queries.due_if_retargeted(clock, terms=elapsed(hours), raised=raised, at=later(hours=6))
    clock = actions.retarget(
        clock_id=clock.pk, terms=elapsed(hours), raised=raised, by=ANA, at=later(hours=6)
    )
    assert foreseen == actions.resume(clock_id=clock.pk, by=ANA, at=later(hours=6)).due_at
