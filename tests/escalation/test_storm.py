"""A storm of escalations with workers that die at any moment: each step, event and delivery exactly once."""

import os
import random
import time
from collections import Counter
from datetime import timedelta

import pytest

from backstay.cases import actions as cases
from backstay.cases.actions import NewCase
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel
from backstay.core.models import OutboxEvent
from backstay.core.scoping import acting
from backstay.escalation import actions, jobs, queries
from backstay.escalation.models import EscalationStep
from backstay.oncall import jobs as oncall_jobs
from backstay.oncall.models import Page, PageDelivery
from tests.core.forked import Forked
from tests.escalation.conftest import BY, HOUR, MINUTE, House
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
# The short form; BACKSTAY_STORM=1000 is the long one.
STEPS = int(os.environ.get("BACKSTAY_STORM", "60"))
WORKERS, DEADLINE_S = 3, 600


@pytest.fixture
def storm(at):
    """Gold S1 cases of an hour, each with three marks of its target ahead."""
    cast = Cast(at)
    house = House(cast)
    house.furnish()
    ana = cast.viewer(cast.contact(cast.organisation(plan="gold")))
    opened = []
    for number in range(STEPS // 3):
        with acting(ana):
            new = NewCase(
                subject=f"Down {number}",
                message=NewMessage(body="All dead."),
                severity="S1",
                channel=Channel.PORTAL,
                organisation_id=ana.own_organisation,
            )
            opened.append(cases.open_case(new=new, by=ana, at=at + number * timedelta(seconds=1)).pk)
        with acting(BY):
            actions.plan(case_id=opened[-1], by=BY, at=at)
    return opened


def climber(until):
    def work(_say):
        while queries_due(until):
            jobs.sweep(at=until, limit=7)
            oncall_jobs.sweep(at=until, limit=7)

    return work


def queries_due(until):
    with acting(BY):
        return queries.due_cases(at=until, limit=1)


def test_workers_killed_at_random_take_each_step_exactly_once(storm, at):
    until = at + 2 * HOUR + 30 * MINUTE
    chance, deadline, killed = random.Random(7), time.monotonic() + DEADLINE_S, 0  # noqa: S311  # no secret
    workers = [Forked(climber(until)) for _ in range(WORKERS)]
    while queries_due(until):
        assert time.monotonic() < deadline
        time.sleep(chance.uniform(0.05, 0.3))
        victim = chance.randrange(WORKERS)
        workers[victim].close()
        killed += 1
        workers[victim] = Forked(climber(until))
    for worker in workers:
        worker.ended()
    assert killed > 0
    with acting(BY):
        done = EscalationStep.objects.filter(state="done")
        marks = Counter(done.values_list("case", "mark"))
        told = Counter(
            (row["case_id"], row["mark"])
            for row in OutboxEvent.objects.filter(name="StepTaken").values_list("payload", flat=True)
        )
        expected = {
            (case, mark) for case in storm for mark in ("target 75 %", "breach", "breach + 15 minutes")
        }
        assert (set(marks), set(marks.values())) == (expected, {1})
        assert told == marks
        notices = Page.objects.filter(state="notice")
        pages = Counter(Page.objects.exclude(state="notice").values_list("subject", "purpose"))
        paging = {f"escalation_step:{row.pk}" for row in done if row.mark != "target 75 %"}
        assert ({subject for subject, _ in pages}, set(pages.values())) == (paging, {1})
        assert notices.count() == 2 * len(storm)
        deliveries = Counter(PageDelivery.objects.values_list("page", "turn", "level", "door", "address"))
        assert set(deliveries.values()) == {1}
        assert {page.pk for page in Page.objects.all()} == {row[0] for row in deliveries}
        assert PageDelivery.objects.values("stable_id").distinct().count() == len(deliveries)
