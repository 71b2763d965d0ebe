"""Sweepers and actions in processes of their own, with real commits: each mark once, whoever dies."""

import os
import signal
from collections import Counter
from collections.abc import Callable

import pytest

from backstay.core import scoping
from backstay.sla import actions
from backstay.sla.jobs import sweep
from backstay.sla.models import Clock, ClockMark
from tests.core.forked import Forked
from tests.sla.promises import ANA, MACHINE, elapsed, later, published, started

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 60
Say = Callable[[str], None]


def make_clocks() -> list[int]:
    with scoping.acting(MACHINE):
        return [started(elapsed(4), later(seconds=number)).pk for number in range(MANY)]


def marked() -> Counter[tuple[int, str]]:
    return Counter(ClockMark.objects.values_list("clock_id", "mark"))


def test_two_sweepers_and_stops_at_once_agree_on_each_clock():
    clocks = make_clocks()

    def sweeper(say: Say) -> None:
        for _ in range(MANY):
            sweep(at=later(hours=5), limit=3)

    def stopper(say: Say) -> None:
        for clock in reversed(clocks):
            with scoping.acting(MACHINE):
                actions.stop(clock_id=clock, by=ANA, at=later(hours=4) if clock % 2 else later(hours=5))

    processes = [Forked(work) for work in (sweeper, sweeper, stopper)]
    assert [process.ended() for process in processes] == [0, 0, 0]
    with scoping.acting(MACHINE):
        breached = {pk for pk, mark in marked() if mark == "breach"}
        assert set(marked().values()) == set(Counter(published()).values()) == {1}
        assert {(pk, mark) for pk, mark, _ in published()} == set(marked())
        assert set(Clock.objects.filter(breached_at__isnull=False).values_list("pk", flat=True)) == breached
        assert Clock.objects.filter(state="stopped", stopped_at__isnull=False).count() == MANY
        in_time = Clock.objects.exclude(pk__in=breached)
        assert all(
            clock.due_at and clock.stopped_at and clock.stopped_at <= clock.due_at for clock in in_time
        )
        late = Clock.objects.filter(pk__in=breached)
        assert all(clock.due_at and clock.stopped_at and clock.stopped_at >= clock.due_at for clock in late)


def test_sweeper_killed_within_a_batch_leaves_each_mark_to_the_next_once(monkeypatch):
    make_clocks()
    add_marks = actions.marking.add_marks

    def killed_after_writing(*given, **named) -> None:
        add_marks(*given, **named)
        if ClockMark.objects.count() > MANY // 2:
            os.kill(os.getpid(), signal.SIGKILL)

    def doomed(say: Say) -> None:
        monkeypatch.setattr(actions.marking, "add_marks", killed_after_writing)
        sweep(at=later(hours=5), limit=10)

    assert Forked(doomed).ended() == -signal.SIGKILL
    with scoping.acting(MACHINE):
        before = ClockMark.objects.count()
    assert 0 < before <= MANY // 2
    sweep(at=later(hours=5), limit=10)
    with scoping.acting(MACHINE):
        assert len(marked()) == len(published()) == 2 * MANY
        assert set(marked().values()) == set(Counter(published()).values()) == {1}


def test_sweep_leaves_what_another_holds_to_it():
    first, *others = make_clocks()

    def holder(say: Say) -> None:
        with scoping.acting(MACHINE):
            Clock.objects.select_for_update().get(pk=first)
            say("held")
            signal.pause()

    process = Forked(holder)
    assert process.heard() == "held"
    assert sweep(at=later(hours=5)) == (MANY - 1, None)
    process.kill()
    process.ended()
    assert sweep(at=later(hours=5)) == (1, None)
    with scoping.acting(MACHINE):
        assert {(clock, mark) for clock in (first, *others) for mark in ("warning", "breach")} == set(
            marked()
        )
