"""Loaded cases obey what real ones obey."""

from datetime import datetime

import pytest
from django.db.models import Count, F

from backstay.accounts.models import Contact, Organisation, Staff
from backstay.accounts.queries import eligible_staff_ids
from backstay.cases import queries
from backstay.cases.choices import Queue, State
from backstay.cases.models import Case
from backstay.conversations.models import Message
from backstay.core import scoping
from backstay.core.models import AuditEntry, OutboxEvent
from backstay.core.scoping import acting
from backstay.project import load
from backstay.project.load import loading
from backstay.sla.choices import ClockState
from backstay.sla.models import Clock
from tests.fixtures.cast import Cast
from tests.project.clocks_again import differing_clocks

MACHINE = scoping.machine("test")
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def test_load_goes_on_where_it_ended_and_drop_leaves_nothing(at: datetime) -> None:
    assert (load.load(cases=30, at=at).added, load.load(cases=70, at=at).added) == (30, 40)
    assert load.load(cases=70, at=at).added == 0
    with acting(MACHINE):
        assert Case.objects.count() == 70
    assert load.drop() == 20
    with acting(MACHINE):
        kinds = (Case, Clock, Message, Organisation, Contact, Staff, OutboxEvent)
        left = {kind: kind.objects.count() for kind in kinds}
        assert left == dict.fromkeys(kinds, 0)
        assert not AuditEntry.objects.filter(subject_kind="case").exists()


def test_load_leaves_everybody_elses_rows_alone(at: datetime) -> None:
    cast = Cast(at)
    own = cast.organisation("Load 00001")
    load.load(cases=20, at=at)
    load.drop()
    with acting(MACHINE):
        assert list(Organisation.objects.all()) == [own]


def test_load_makes_what_the_product_would_have_made(at: datetime) -> None:
    load.load(cases=1000, at=at)
    with acting(MACHINE):
        assert differing_clocks() == []
        assert Case.objects.filter(boundary="us").count() == 50
        assert 9 < Message.objects.count() / 1000 < 11
        assert 10 < Case.objects.exclude(state=State.CLOSED).count() < 60
        assert Case.objects.filter(queue=Queue.LEAD).exclude(no_promise="").count() == 50
        running = Case.objects.filter(clocks__clock__state=ClockState.RUNNING)
        assert running.exclude(next_due_at=F("clocks__clock__due_at")).count() == 0
        assert running.filter(clocks__clock__breached_at__isnull=False).exists()
        assert not Case.objects.exclude(clocks__clock__state=ClockState.RUNNING).exclude(next_due_at=None)
        begun = Message.objects.filter(sent_at=F("conversation__started_at"))
        assert begun.values("conversation").distinct().count() == 1000


def test_load_shows_bound_cases_to_eligible_staff_alone(at: datetime) -> None:
    load.load(cases=100, at=at)
    with acting(MACHINE):
        by_side = Case.objects.values_list("boundary").annotate(Count("id")).order_by("boundary")
        assert list(by_side) == [("open", 95), ("us", 5)]
        assigned = Case.objects.filter(boundary="us", assignee__isnull=False)
        assert set(assigned.values_list("assignee", flat=True)) <= eligible_staff_ids(at=at)
    agent = Cast(at).viewer(Cast(at).staff())
    with acting(agent):
        assert queries.visible().count() == 95


def test_load_queue_is_read_by_its_index(at: datetime) -> None:
    load.load(cases=2000, at=at)
    agent = Cast(at).viewer(Cast(at).staff())
    with acting(agent):
        rows = queries.in_queue_order(queries.QueueFilter().apply(queries.listed(queries.visible()), agent))
        plan = rows[:50].explain()
    assert "case_queue" in plan, plan


def test_load_is_interrupted_between_blocks_without_loss(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "BLOCK", 100)
    with pytest.raises(KeyboardInterrupt):
        load.load(cases=450, at=at, tell=interrupt)
    done = load.load(cases=450, at=at)
    assert done.cases == 450
    assert 0 < done.added < 450
    with acting(MACHINE):
        assert Case.objects.count() == 450
        assert Case.objects.values("organisation").distinct().count() == 100
