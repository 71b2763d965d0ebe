import pytest

from backstay.sla import actions
from backstay.sla.models import Clock
from businesstime import NeverOpen
from tests.sla.promises import (
    ANA,
    HOUR,
    NINE,
    business,
    days,
    elapsed,
    fresh,
    later,
    local,
    marks,
    published,
    started,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_duty")]


def told(clock: Clock) -> list[tuple]:
    return [(row.kind, row.at, row.recorded_at, row.reason, row.actor) for row in clock.events.all()]


def test_start_stores_the_reading_and_the_first_appointment(desk):
    clock = fresh(started(business(desk, 4), local("2026-11-20 15:30")))
    assert clock.due_at == local("2026-11-23 11:30")
    assert clock.warn_at == local("2026-11-23 10:30")
    assert (clock.length_s, clock.counted_s, clock.remaining_s) == (4 * HOUR, 0, 4 * HOUR)
    assert (clock.state, clock.next_mark, clock.next_mark_at) == ("running", "warning", clock.warn_at)


def test_start_counts_business_days_by_their_open_time(desk):
    clock = started(days(desk, 1), local("2026-11-20 11:00"))
    assert clock.due_at == local("2026-11-23 11:00")
    assert clock.length_s == 8 * HOUR
    assert clock.warn_at == local("2026-11-20 17:00")


def test_start_keeps_receipt_and_entry_apart():
    clock = actions.start(terms=elapsed(4), boundary="us", by=ANA, at=later(hours=3), started_at=NINE)
    assert clock.due_at == later(hours=4)
    assert told(clock) == [("start", NINE, later(hours=3), "", "Ana Pop")]
    assert clock.events.get().boundary == "us"


def test_start_refuses_terms_that_can_never_run_out(desk):
    with pytest.raises(NeverOpen):
        started(business(desk, 24 * 365 * 10_000))


def test_pause_leaves_no_due_instant_and_stores_the_rest():
    clock = started(elapsed(4))
    actions.pause(clock_id=clock.pk, reason="asked for logs", by=ANA, at=later(hours=1))
    clock = fresh(clock)
    assert (clock.state, clock.due_at, clock.warn_at, clock.next_mark_at) == ("paused", None, None, None)
    assert (clock.counted_s, clock.remaining_s) == (HOUR, 3 * HOUR)
    assert told(clock)[-1] == ("pause", later(hours=1), later(hours=1), "asked for logs", "Ana Pop")


def test_resume_moves_the_due_instant_by_the_pause(desk):
    clock = started(business(desk, 4), local("2026-11-20 16:00"))
    actions.pause(clock_id=clock.pk, reason="asked", by=ANA, at=local("2026-11-20 16:30"))
    clock = actions.resume(clock_id=clock.pk, by=ANA, at=local("2026-11-23 10:00"))
    assert clock.due_at == local("2026-11-23 13:30")
    assert clock.warn_at == local("2026-11-23 12:30")
    assert (clock.next_mark, clock.next_mark_at) == ("warning", clock.warn_at)


def test_pause_and_resume_again_change_nothing():
    clock = started(elapsed(4))
    for hours in (1, 2):
        paused = actions.pause(clock_id=clock.pk, reason="asked", by=ANA, at=later(hours=hours))
    for hours in (3, 4):
        resumed = actions.resume(clock_id=clock.pk, by=ANA, at=later(hours=hours))
    assert (paused.counted_s, resumed.due_at) == (HOUR, later(hours=6))
    assert [row.kind for row in clock.events.all()] == ["start", "pause", "resume"]


def test_pause_is_refused_where_the_terms_do_not_allow_it():
    clock = started(elapsed(4, pauses=False))
    with pytest.raises(actions.NotPausable):
        actions.pause(clock_id=clock.pk, reason="asked", by=ANA, at=later(hours=1))
    assert fresh(clock).due_at == later(hours=4)


def test_stop_in_time_meets_the_promise():
    clock = actions.stop(clock_id=started(elapsed(4)).pk, by=ANA, at=later(hours=2))
    assert (clock.state, clock.stopped_at, clock.breached_at) == ("stopped", later(hours=2), None)
    assert (clock.counted_s, clock.remaining_s, clock.next_mark_at) == (2 * HOUR, 2 * HOUR, None)
    assert published() == []


def test_stop_at_the_due_instant_meets_the_promise():
    clock = actions.stop(clock_id=started(elapsed(4)).pk, by=ANA, at=later(hours=4))
    assert (clock.breached_at, clock.stopped_at) == (None, later(hours=4))
    assert published() == [(clock.pk, "warning", "open")]


def test_stop_a_second_late_records_the_breach_that_nobody_swept():
    late = later(hours=4, seconds=1)
    clock = fresh(actions.stop(clock_id=started(elapsed(4)).pk, by=ANA, at=late))
    assert (clock.warned_at, clock.breached_at, clock.stopped_at) == (later(hours=3), later(hours=4), late)
    assert marks(clock) == [("warning", later(hours=3), late), ("breach", later(hours=4), late)]
    assert published() == [(clock.pk, "warning", "open"), (clock.pk, "breach", "open")]


def test_stop_again_changes_nothing():
    clock = started(elapsed(4))
    actions.stop(clock_id=clock.pk, by=ANA, at=later(hours=1))
    assert actions.stop(clock_id=clock.pk, by=ANA, at=later(hours=9)).stopped_at == later(hours=1)
    assert (marks(clock), clock.events.count()) == ([], 2)


def test_stop_of_a_paused_clock_ends_it():
    clock = started(elapsed(4))
    actions.pause(clock_id=clock.pk, reason="asked", by=ANA, at=later(hours=1))
    stopped = fresh(actions.stop(clock_id=clock.pk, by=ANA, at=later(days=3)))
    assert (stopped.stopped_at, stopped.breached_at, stopped.counted_s) == (later(days=3), None, HOUR)


@pytest.mark.parametrize("act", [actions.pause, actions.resume])
def test_nothing_happens_to_a_stopped_clock_any_more(act):
    clock = actions.stop(clock_id=started(elapsed(4)).pk, by=ANA, at=later(hours=1))
    with pytest.raises(actions.ClockEnded):
        act(clock_id=clock.pk, reason="asked", by=ANA, at=later(hours=2))


def test_pause_after_the_breach_keeps_it():
    clock = started(elapsed(4))
    actions.pause(clock_id=clock.pk, reason="asked", by=ANA, at=later(hours=5))
    clock = actions.resume(clock_id=clock.pk, by=ANA, at=later(hours=9))
    assert (clock.breached_at, clock.due_at, clock.next_mark_at) == (later(hours=4), later(hours=4), None)
    assert published() == [(clock.pk, "warning", "open"), (clock.pk, "breach", "open")]


def test_an_act_overtaken_at_the_lock_counts_from_what_was_recorded_first():
    clock = started(elapsed(4))
    actions.pause(clock_id=clock.pk, reason="asked", by=ANA, at=later(hours=1, seconds=2))
    clock = actions.resume(clock_id=clock.pk, by=ANA, at=later(hours=1))
    assert clock.due_at == later(hours=4)
    assert told(clock)[-1][1:3] == (later(hours=1, seconds=2), later(hours=1))


def test_an_act_of_long_ago_is_refused():
    clock = started(elapsed(4))
    actions.pause(clock_id=clock.pk, reason="asked", by=ANA, at=later(hours=2))
    with pytest.raises(actions.ActTooEarly):
        actions.resume(clock_id=clock.pk, by=ANA, at=later(hours=1))


def test_actions_do_not_find_a_clock_behind_the_boundary(acting_as):
    clock = started(elapsed(4), boundary="us")
    acting_as(type(ANA)(kind=ANA.kind, id=8, name="Ion"))
    with pytest.raises(Clock.DoesNotExist):
        actions.stop(clock_id=clock.pk, by=ANA, at=later(hours=1))


def test_acts_cost_few_queries(django_assert_num_queries, desk):
    with django_assert_num_queries(2):
        clock = started(business(desk, 4))
    with django_assert_num_queries(4):
        actions.stop(clock_id=clock.pk, by=ANA, at=later(hours=1))
