import pytest

from backstay.sla import actions
from backstay.sla.models import Clock
from tests.sla.promises import ANA, HOUR, business, elapsed, fresh, later, local, marks, published, started

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_duty")]
FRIDAY, MONDAY = local("2026-11-20 15:00"), local("2026-11-23 10:00")


def raised(clock: Clock, terms, at) -> Clock:
    return fresh(actions.retarget(clock_id=clock.pk, terms=terms, raised=True, reason="worse", by=ANA, at=at))


def lowered(clock: Clock, terms, at) -> Clock:
    return fresh(actions.retarget(clock_id=clock.pk, terms=terms, raised=False, by=ANA, at=at))


def kinds(clock: Clock) -> list[str]:
    return [row.kind for row in clock.events.all()]


def test_raise_on_monday_of_what_was_opened_on_friday_is_no_breach_at_once(desk):
    clock = raised(started(business(desk, 8), FRIDAY), elapsed(1, source={"severity": "S1"}), MONDAY)
    assert (clock.due_at, clock.started_at, clock.breached_at) == (local("2026-11-23 11:00"), MONDAY, None)
    assert (clock.length_s, clock.counted_s, clock.source) == (HOUR, 0, {"severity": "S1"})


def test_raise_keeps_the_old_promise_where_that_is_due_earlier(desk):
    old = started(business(desk, 4, source={"severity": "S3"}), FRIDAY)
    clock = raised(old, elapsed(4, warn_percent=50, source={"severity": "S1"}), MONDAY)
    assert (clock.due_at, clock.started_at) == (local("2026-11-23 11:00"), FRIDAY)
    assert (clock.unit, clock.amount, clock.calendar) == ("business_hours", 4 * HOUR, desk)
    assert clock.source == {"severity": "S3", "raised_to": {"severity": "S1"}}


def test_raise_leaves_the_old_clock_in_the_history(desk):
    old = started(business(desk, 8), FRIDAY)
    new = raised(old, elapsed(1), MONDAY)
    old = fresh(old)
    assert (old.state, old.superseded_by, old.next_mark_at) == ("superseded", new, None)
    assert old.due_at == local("2026-11-23 15:00")
    last = old.events.last()
    assert (last.kind, last.at, last.reason, last.actor) == ("supersede", MONDAY, "worse", "Ana Pop")


def test_raise_of_a_breached_clock_stays_breached_and_is_told_once():
    old = started(elapsed(1))
    clock = raised(old, elapsed(0.5), later(hours=2))
    assert (clock.due_at, clock.breached_at, clock.next_mark_at) == (later(hours=1), later(hours=1), None)
    assert marks(clock) == [
        ("warning", later(minutes=45), later(hours=2)),
        ("breach", later(hours=1), later(hours=2)),
    ]
    assert published() == [(old.pk, "warning", "open"), (old.pk, "breach", "open")]


def test_raise_of_a_paused_clock_stays_paused_with_the_smaller_rest():
    old = started(elapsed(8))
    actions.pause(clock_id=old.pk, reason="asked", by=ANA, at=later(hours=1))
    clock = raised(old, elapsed(1), later(hours=5))
    assert (clock.state, clock.remaining_s, clock.counted_s, clock.due_at) == ("paused", HOUR, 0, None)
    clock = actions.resume(clock_id=clock.pk, by=ANA, at=later(hours=9))
    assert (clock.due_at, kinds(clock)) == (later(hours=10), ["start", "pause", "resume"])


def test_raise_of_a_paused_clock_keeps_the_old_promise_where_less_of_it_is_left():
    old = started(elapsed(8))
    actions.pause(clock_id=old.pk, reason="asked", by=ANA, at=later(hours=7.5))
    clock = raised(old, elapsed(1), later(hours=20))
    assert (clock.state, clock.remaining_s) == ("paused", HOUR // 2)
    assert actions.resume(clock_id=clock.pk, by=ANA, at=later(hours=21)).due_at == later(hours=21.5)


def test_lower_counts_the_new_terms_from_the_start(desk):
    clock = lowered(started(elapsed(1), FRIDAY), business(desk, 8), local("2026-11-20 15:30"))
    assert (clock.due_at, clock.started_at) == (local("2026-11-23 15:00"), FRIDAY)


def test_lower_keeps_every_pause():
    old = started(elapsed(2))
    actions.pause(clock_id=old.pk, reason="asked", by=ANA, at=later(hours=1))
    actions.resume(clock_id=old.pk, by=ANA, at=later(hours=4))
    clock = lowered(old, elapsed(8), later(hours=4.5))
    assert (clock.due_at, clock.counted_s) == (later(hours=11), HOUR)
    assert kinds(clock) == ["start", "pause", "resume"]


def test_lower_after_a_raise_counts_from_the_first_start_with_the_pauses_before_the_raise():
    old = started(elapsed(8))
    actions.pause(clock_id=old.pk, reason="asked", by=ANA, at=later(hours=1))
    actions.resume(clock_id=old.pk, by=ANA, at=later(hours=2))
    up = raised(old, elapsed(1), later(hours=3))
    actions.pause(clock_id=up.pk, reason="asked", by=ANA, at=later(hours=3.5))
    down = lowered(up, elapsed(8), later(hours=4))
    assert (down.started_at, down.state) == (later(), "paused")
    assert actions.resume(clock_id=down.pk, by=ANA, at=later(hours=4)).due_at == later(hours=9.5)


def test_lower_forgets_a_breach_that_the_new_terms_do_not_know():
    old = started(elapsed(1))
    clock = lowered(old, elapsed(8), later(hours=2))
    assert (clock.breached_at, clock.warned_at, marks(clock)) == (None, None, [])
    assert [mark for mark, *_ in marks(old)] == ["warning", "breach"]
    assert fresh(old).breached_at == later(hours=1)


def test_replay_by_stricter_terms_tells_the_breach_that_was_not_known():
    old = started(elapsed(8))
    at = later(hours=3)
    clock = fresh(actions.replay(clock_id=old.pk, terms=elapsed(2), reason="other product", by=ANA, at=at))
    assert (clock.due_at, clock.breached_at, clock.next_mark_at) == (later(hours=2), later(hours=2), None)
    assert marks(clock) == [("warning", later(hours=1.5), at), ("breach", later(hours=2), at)]
    assert published() == [(clock.pk, "warning", "open"), (clock.pk, "breach", "open")]


def test_replay_finds_a_breach_before_a_pause_that_goes_on():
    old = started(elapsed(8))
    actions.pause(clock_id=old.pk, reason="asked", by=ANA, at=later(hours=3))
    clock = actions.replay(clock_id=old.pk, terms=elapsed(2), by=ANA, at=later(hours=5))
    assert (clock.state, clock.breached_at, clock.due_at) == ("paused", later(hours=2), None)


def test_replay_does_not_tell_a_mark_twice_that_the_old_clock_had():
    old = started(elapsed(8))
    clock = actions.replay(clock_id=old.pk, terms=elapsed(6), by=ANA, at=later(hours=7))
    assert [(mark, due) for mark, due, _ in marks(clock)] == [
        ("warning", later(hours=4.5)),
        ("breach", later(hours=6)),
    ]
    assert published() == [(old.pk, "warning", "open"), (clock.pk, "breach", "open")]


def test_retarget_does_not_move_a_stopped_clock():
    clock = actions.stop(clock_id=started(elapsed(4)).pk, by=ANA, at=later(hours=1))
    assert raised(clock, elapsed(0.5), later(hours=2)) == clock
    assert lowered(clock, elapsed(8), later(hours=2)) == clock
    assert (fresh(clock).state, Clock.objects.count()) == ("stopped", 1)


def test_retarget_refuses_a_superseded_clock():
    old = started(elapsed(4))
    raised(old, elapsed(1), later(hours=1))
    with pytest.raises(actions.ClockEnded):
        raised(old, elapsed(1), later(hours=2))


def test_supersede_ends_a_promise_without_another():
    clock = started(elapsed(4))
    for hours in (1, 2):
        actions.supersede(clock_id=clock.pk, reason="withdrawn", by=ANA, at=later(hours=hours))
    clock = fresh(clock)
    assert (clock.state, clock.superseded_by, clock.next_mark_at) == ("superseded", None, None)
    assert kinds(clock) == ["start", "supersede"]


def test_replacing_keeps_the_boundary():
    clock = raised(started(elapsed(4), boundary="us"), elapsed(1), later(hours=1))
    assert {clock.boundary, *clock.events.values_list("boundary", flat=True)} == {"us"}
