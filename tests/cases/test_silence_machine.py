"""Any sequence of acts and runs of the worker: silence closes what waited long enough, and nothing else."""

from datetime import datetime, timedelta

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

from backstay.cases import actions
from backstay.cases.choices import State
from backstay.cases.jobs import take_quiet_steps
from backstay.cases.lifecycle import TOLD, WORKING
from backstay.cases.models import Case, QuietStep
from backstay.core.scoping import acting
from tests.cases.conftest import said
from tests.fixtures.cast import SETUP

DAY = timedelta(days=1)


class SilenceMachine(RuleBasedStateMachine):
    scene: object

    @initialize()
    def start(self) -> None:
        self.savepoint = transaction.savepoint()
        self.at = self.scene.at
        self.answered = self.opted_out = False
        self.asked_at: datetime | None = None  # since when the customer has been silent
        self.reminded_at: list[datetime] = []

    @property
    def case(self) -> Case:
        with acting(SETUP):
            return Case.objects.get(pk=self.scene.case.pk)

    def act(self, by, verb, **values) -> None:
        with acting(by):
            verb(case_id=self.scene.case.pk, by=by, at=self.at, **values)

    @rule(hours=st.integers(1, 24 * 12))
    def time_passes(self, hours: int) -> None:
        self.at += timedelta(hours=hours)

    @rule()
    def worker_runs(self) -> None:
        before = self.case
        taken = take_quiet_steps(at=self.at)
        assert take_quiet_steps(at=self.at) == 0
        if not taken:
            assert self.case.version == before.version
            return
        assert before.state in TOLD
        assert self.answered
        assert not self.opted_out
        assert self.asked_at is not None
        if self.case.state == State.CLOSED:
            assert len(self.reminded_at) == 2
            assert self.at - self.asked_at >= 12 * DAY  # ten business days hold two weekends or more
            assert self.at - self.reminded_at[-1] >= 4 * DAY
            self.asked_at = None
        else:
            assert self.at - self.asked_at >= 3 * DAY
            self.reminded_at.append(self.at)

    @precondition(lambda self: self.case.state != State.CLOSED)
    @rule(new=st.sampled_from([*TOLD, None]))
    def staff_reply(self, new: State | None) -> None:
        new = None if new == self.case.state else new
        self.act(self.scene.dana, actions.reply, message=said(), new_state=new, seen=None)
        self.answered = True
        self.broken()

    @precondition(lambda self: self.case.state != State.CLOSED)
    @rule()
    def customer_replies(self) -> None:
        self.act(self.scene.ana, actions.reply, message=said(), seen=None)
        self.broken()

    @precondition(lambda self: self.case.state != State.CLOSED)
    @rule(new=st.sampled_from(WORKING))
    def staff_set_the_state(self, new: State) -> None:
        if new != self.case.state:
            self.act(self.scene.dana, actions.set_state, new=new, seen=None)
            self.broken()

    @precondition(lambda self: self.case.state != State.CLOSED)
    @rule(opted_out=st.booleans())
    def staff_opt(self, opted_out: bool) -> None:  # noqa: FBT001  # hypothesis gives it by name
        self.act(self.scene.dana, actions.let_close, closes_itself=not opted_out, seen=None)
        self.opted_out = opted_out
        self.broken()

    @precondition(lambda self: self.case.state == State.CLOSED)
    @rule()
    def customer_reopens(self) -> None:
        if self.at - self.case.closed_at <= 14 * DAY:
            self.act(self.scene.ana, actions.reopen, reason="Again.", seen=None)
            self.broken()

    def broken(self) -> None:
        self.asked_at = self.at if self.case.state in TOLD else None
        self.reminded_at = []

    @invariant()
    def steps_stand_where_silence_counts(self) -> None:
        case = self.case
        counts = case.state in TOLD and self.answered and not self.opted_out
        with acting(SETUP):
            ahead = QuietStep.objects.filter(case=case, is_current=True, done_at__isnull=True)
            assert ahead.count() == (3 - len(self.reminded_at) if counts else 0)

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.savepoint_rollback(self.savepoint)


@pytest.mark.usefixtures("db")
def test_silence_ends_what_it_may_and_nothing_else(scene):
    class OfScene(SilenceMachine):
        pass

    OfScene.scene = scene
    chosen = settings(
        max_examples=15,
        stateful_step_count=20,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(OfScene, settings=chosen)
