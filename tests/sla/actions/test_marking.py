import logging

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backstay.sla import actions
from backstay.sla.jobs import sweep, sweep_clocks
from backstay.sla.models import Clock, ClockMark
from tests.sla.promises import ANA, elapsed, fresh, later, marks, published, started

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_duty")]


def test_sweep_warns_and_breaches_at_the_very_instant():
    clock = started(elapsed(4), boundary="us")
    assert sweep(at=later(hours=3, microseconds=-1)) == (0, later(hours=3))
    assert sweep(at=later(hours=3)) == (1, later(hours=4))
    assert sweep(at=later(hours=4, seconds=-1)) == (0, later(hours=4))
    assert sweep(at=later(hours=4)) == (1, None)
    clock = fresh(clock)
    assert (clock.warned_at, clock.breached_at) == (later(hours=3), later(hours=4))
    assert marks(clock) == [
        ("warning", later(hours=3), later(hours=3)),
        ("breach", later(hours=4), later(hours=4)),
    ]
    assert published() == [(clock.pk, "warning", "us"), (clock.pk, "breach", "us")]


def test_sweep_again_records_nothing_more():
    started(elapsed(4))
    assert [sweep(at=later(hours=9))[0] for _ in range(3)] == [1, 0, 0]
    assert len(published()) == ClockMark.objects.count() == 2


def test_sweep_passes_over_clocks_that_do_not_run():
    paused, stopped, replaced = (started(elapsed(4)) for _ in range(3))
    actions.pause(clock_id=paused.pk, reason="asked", by=ANA, at=later(hours=1))
    actions.stop(clock_id=stopped.pk, by=ANA, at=later(hours=1))
    actions.supersede(clock_id=replaced.pk, reason="withdrawn", by=ANA, at=later(hours=1))
    assert sweep(at=later(hours=99)) == (0, None)
    assert published() == []


@pytest.mark.parametrize("limit", [1, 2, 3, 500])
def test_sweep_after_an_outage_catches_up_in_due_order(limit):
    hours = [8, 2, 4, 1]
    clocks = {started(elapsed(length)).pk: length for length in hours}
    at = later(days=2)
    sweep(at=at, limit=limit)
    told = [(clocks[pk] * (0.75 if mark == "warning" else 1), mark) for pk, mark, _ in published()]
    assert told == sorted(told)
    assert len(told) == 8
    assert {row.recorded_at for row in ClockMark.objects.all()} == {at}
    assert {
        (row.due_at - later()).total_seconds() / 3600 for row in ClockMark.objects.filter(mark="breach")
    } == set(hours)


def test_sweep_puts_off_a_clock_that_fails_and_handles_the_others(caplog):
    clocks = [started(elapsed(4)) for _ in range(3)]
    sweep(at=later(hours=3))
    ClockMark.objects.create(
        clock=clocks[1], boundary="open", mark="breach", due_at=later(hours=4), recorded_at=later(hours=4)
    )  # as no action leaves it: recording this breach cannot but fail
    with caplog.at_level(logging.ERROR):
        assert sweep(at=later(hours=5)) == (3, later(hours=5, minutes=5))
    assert [fresh(clock).breached_at for clock in clocks] == [later(hours=4), None, later(hours=4)]
    assert [record.args[0] for record in caplog.records] == [clocks[1].pk]
    ClockMark.objects.filter(clock=clocks[1], mark="breach").delete()
    assert sweep(at=later(hours=5, minutes=5)) == (1, None)
    assert marks(clocks[1])[-1] == ("breach", later(hours=4), later(hours=5, minutes=5))
    assert [pk for pk, mark, _ in published() if mark == "breach"] == [
        clocks[0].pk,
        clocks[2].pk,
        clocks[1].pk,
    ]


def test_sweep_costs_the_same_for_one_clock_and_for_many(django_assert_num_queries):
    started(elapsed(4))
    with CaptureQueriesContext(connection) as one:
        sweep(at=later(hours=9))
    for _ in range(30):
        started(elapsed(4))
    with django_assert_num_queries(len(one)):
        sweep(at=later(hours=9))
    assert Clock.objects.filter(breached_at=later(hours=4)).count() == 31


def test_sweep_clocks_asks_the_worker_to_come_back_at_the_next_mark():
    started(elapsed(4))
    assert sweep_clocks(at=later(hours=3)) == later(hours=4)
    assert sweep_clocks(at=later(hours=4)) is None
