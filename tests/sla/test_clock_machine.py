"""Any sequence of acts and sweeps, against a clock that is counted by hand."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from backstay.calendars.actions import put_version
from backstay.calendars.models import CalendarVersion
from backstay.core.models import OutboxEvent
from backstay.sla import actions
from backstay.sla.jobs import sweep
from backstay.sla.models import Clock, ClockMark
from backstay.sla.terms import FrozenTerms
from businesstime import Calendar, Span, Unit, Window
from tests.sla.promises import ANA
from tests.sla.stepped import DAY, NEVER, STEP_S, Rule, Stepped

EPOCH = datetime(2026, 11, 16, tzinfo=UTC)  # a Monday
RULES = st.builds(
    Rule,
    amount=st.integers(1, 30).map(lambda hours: 4 * hours),  # so that every quarter is a whole step
    only_open=st.booleans(),
    warn_percent=st.sampled_from([25, 50, 75]),
)
DESK = Calendar("UTC", week=((Window.parse("09:00", "17:00"),),) * 5 + ((), ()))


def instant(step: int) -> datetime:
    return EPOCH + timedelta(seconds=step * STEP_S)


class ClockMachine(RuleBasedStateMachine):
    desk: CalendarVersion

    def terms(self, rule: Rule) -> FrozenTerms:
        unit = Unit.BUSINESS_HOURS if rule.only_open else Unit.ELAPSED
        return FrozenTerms(
            span=Span(unit, rule.amount * STEP_S),
            calendar=self.desk if rule.only_open else None,
            pauses=True,
            warn_percent=rule.warn_percent,
        )

    @property
    def clock(self) -> Clock:
        return Clock.objects.get(pk=self.pk)

    @property
    def at(self) -> datetime:
        return instant(self.now)

    @property
    def going(self) -> bool:
        return self.model.stopped is None

    @initialize(first=st.integers(0, 7 * DAY), terms=RULES)
    def start(self, first: int, terms: Rule) -> None:
        self.savepoint = transaction.savepoint()
        self.now, self.model = first, Stepped(terms, first, first)
        self.pk = actions.start(terms=self.terms(terms), boundary="open", by=ANA, at=self.at).pk
        self.clocks = [self.pk]

    @rule(steps=st.integers(1, 2 * DAY))
    def time_passes(self, steps: int) -> None:
        self.now += steps

    @precondition(lambda self: self.going)
    @rule()
    def pause(self) -> None:
        actions.pause(clock_id=self.pk, reason="asked", by=ANA, at=self.at)
        if not self.model.paused:
            self.model.pauses.append([self.now, NEVER])

    @precondition(lambda self: self.going)
    @rule()
    def resume(self) -> None:
        actions.resume(clock_id=self.pk, by=ANA, at=self.at)
        if self.model.paused:
            self.model.pauses[-1][1] = self.now

    @rule()
    def stop(self) -> None:
        actions.stop(clock_id=self.pk, by=ANA, at=self.at)
        self.model.stopped = self.now if self.going else self.model.stopped

    @rule(terms=RULES, raised=st.booleans())
    def retarget(self, terms: Rule, *, raised: bool) -> None:
        before = self.model.reached(resumed=self.now)
        pk = actions.retarget(clock_id=self.pk, terms=self.terms(terms), raised=raised, by=ANA, at=self.at).pk
        if not self.going:
            assert pk == self.pk
            return
        self.model.retarget(terms, raised=raised, now=self.now)
        self.pk, self.clocks = pk, [*self.clocks, pk]
        if raised:
            assert self.model.reached(resumed=self.now) <= before

    @rule(limit=st.sampled_from([1, 500]))
    def sweep(self, limit: int) -> None:
        sweep(at=self.at, limit=limit)
        self.compare_marks()

    @invariant()
    def due_as_counted_by_hand(self) -> None:
        clock, model = self.clock, self.model
        assert clock.state == ("stopped" if not self.going else "paused" if model.paused else "running")
        if clock.state == "running":
            assert clock.due_at == instant(model.reached())
        if clock.state == "paused":
            assert clock.due_at is None

    @invariant()
    def no_pause_is_lost(self) -> None:
        events = self.clock.events.filter(kind="pause").order_by("id")
        assert [event.at for event in events] == [instant(start) for start, _ in self.model.pauses]

    @invariant()
    def every_mark_is_told_at_most_once(self) -> None:
        told = [
            (event.payload["clock_id"], event.name)
            for event in OutboxEvent.objects.filter(key__startswith="clock:")
        ]
        assert len(told) == len(set(told))
        marked = set(ClockMark.objects.filter(clock__in=self.clocks).values_list("clock_id", flat=True))
        assert {pk for pk, _ in told} <= marked

    def compare_marks(self) -> None:
        """After a sweep, each mark that was reached is recorded with its instant, and no other."""
        until = self.now if self.model.stopped is None else self.model.stopped
        found = dict(ClockMark.objects.filter(clock=self.pk).values_list("mark", "due_at"))
        for mark, share in (
            ("warning", Fraction(self.model.rule.warn_percent, 100)),
            ("breach", Fraction(1)),
        ):
            reached = self.model.reached(share)
            if reached != self.model.stopped:  # at that very instant, who came first decides
                assert found.get(mark) == (instant(reached) if reached <= until else None)

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            try:
                self.sweep(limit=500)
            finally:
                transaction.savepoint_rollback(self.savepoint)


@pytest.mark.django_db
@pytest.mark.usefixtures("on_duty")
def test_clock_agrees_with_one_counted_by_hand():
    ClockMachine.desk = put_version(key="machine-desk", region="ro", calendar=DESK, at=EPOCH)
    run_state_machine_as_test(
        ClockMachine,
        settings=settings(
            max_examples=30, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
