"""Pagers in processes of their own, killed at any moment: each step once, each page sent at least once."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import pytest

from backstay.core.models import OutboxEvent
from backstay.core.scoping import acting
from backstay.oncall import actions, jobs
from backstay.oncall.choices import DoorKind
from backstay.oncall.models import Page, PageDelivery, PersonDoor
from tests.core.forked import Forked
from tests.fixtures.cast import Cast
from tests.fixtures.duty import BY, MINUTE, OnDuty

pytestmark = pytest.mark.django_db(transaction=True)
MANY, ROUNDS = 24, 8
Say = Callable[[str], None]
LEASED = timedelta(seconds=61)


@pytest.fixture
def storm(at: datetime, web, settings) -> OnDuty:
    """Many pages at once, in a rota of three whom a webhook reaches and no mail."""
    settings.OUTBOUND_ALLOW = "127.0.0.1"
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    duty = OnDuty(Cast(at))
    duty.rota("Ana", "Bogdan", "Carla")
    with acting(BY):
        for staff in duty.made.values():
            viewer = duty.cast.viewer(staff)
            address = f"{web.url}/{staff.name}"
            actions.add_door(kind=DoorKind.WEBHOOK, address=address, label="", by=viewer, at=at)
        for number in range(MANY):
            duty.page(subject=f"case:{number}")
    return duty


def steps() -> Counter[tuple[int, int, int, str]]:
    with acting(BY):
        return Counter(PageDelivery.objects.values_list("page_id", "turn", "staff_id", "door"))


def published() -> Counter[tuple[int, int, int]]:
    with acting(BY):
        rows = OutboxEvent.objects.filter(name="PageSteppedOn").values_list("payload", flat=True)
        return Counter((row["page_id"], row["turn"], row["staff_id"]) for row in rows)


def is_settled() -> bool:
    with acting(BY):
        waiting = PageDelivery.objects.filter(state="waiting").exists()
        return not (waiting or Page.objects.filter(state="paging").exists())


def test_killed_pagers_lose_no_page_and_write_none_twice(storm, web):
    rng = Random(7)  # noqa: S311  # moments to kill at

    def pager(at: datetime) -> Callable[[Say], None]:
        def work(say: Say) -> None:
            office = jobs.PostOffice()
            jobs.sweep(at=at, limit=7)
            while office.step(at=at):
                time.sleep(0.005)
            signal.pause()

        return work

    arrived_now = threading.Event()
    web.before_answer = arrived_now.set
    at = storm.at
    for number in range(ROUNDS):
        arrived_now.clear()
        running = [Forked(pager(at)) for _ in range(2)]
        if number % 2:  # a message has arrived, and nobody has written that down
            assert arrived_now.wait(20)
        for process in running:
            if not number % 2:
                time.sleep(rng.uniform(0, 0.4))
            process.kill()
        assert [process.ended() for process in running] == [-signal.SIGKILL] * 2
        at += LEASED
    office = jobs.PostOffice()
    while not is_settled():
        jobs.sweep(at=at)
        office.finish(at=at)
        at += MINUTE
    with acting(BY):
        assert set(Page.objects.values_list("state", flat=True)) == {"unanswered"}
        rows = {
            str(row.stable_id): row
            for row in PageDelivery.objects.filter(door="webhook").select_related("staff", "page")
        }
    # In the database: every page asked three people twice, through two doors, each once.
    assert len(steps()) == MANY * 3 * 2 * 2
    assert set(steps().values()) == set(published().values()) == {1}
    assert set(published()) == {(page, turn, staff) for page, turn, staff, _door in steps()}
    # Outside: each at least once with its id, and what came twice is marked.
    assert {row.state for row in rows.values()} == {"sent"}
    arrived = Counter(request.json["id"] for request in web.received)
    assert set(arrived) == set(rows)
    doubled = {stable_id for stable_id, times in arrived.items() if times > 1}
    assert doubled <= {stable_id for stable_id, row in rows.items() if row.may_be_double}
    assert doubled, "nobody was killed between sending and writing it down: the test shows nothing"


def test_acknowledgement_and_sweep_at_once_agree(storm):
    with acting(BY):
        pages = list(Page.objects.order_by("id").values_list("id", flat=True))
        ana = PersonDoor.objects.get(staff__name="Ana").staff
    viewer = storm.cast.viewer(ana)

    def sweeper(say: Say) -> None:
        for number in range(1, 4):
            jobs.sweep(at=storm.at + number * 5 * MINUTE, limit=5)

    def acknowledger(say: Say) -> None:
        for page in reversed(pages):
            with acting(viewer):
                actions.acknowledge(page_id=page, by=viewer, at=storm.at + 5 * MINUTE)

    processes = [Forked(work) for work in (sweeper, sweeper, acknowledger)]
    assert [process.ended() for process in processes] == [0, 0, 0]
    with acting(BY):
        assert set(Page.objects.values_list("state", "next_at")) == {("acknowledged", None)}
        assert not PageDelivery.objects.filter(state="waiting").exists()
    assert set(steps().values()) == set(published().values()) == {1}


def test_sweep_leaves_pages_that_another_holds_to_it(storm):
    with acting(BY):
        first = Page.objects.order_by("id").first()

    def holder(say: Say) -> None:
        with acting(BY):
            Page.objects.select_for_update().get(pk=first.pk)
            say("held")
            signal.pause()

    process = Forked(holder)
    assert process.heard() == "held"
    assert jobs.sweep(at=storm.at + 5 * MINUTE) == MANY - 1
    process.kill()
    process.ended()
    swept = 0
    for _ in range(100):  # the server takes a moment to notice that the holder is gone
        swept = swept or jobs.sweep(at=storm.at + 5 * MINUTE)
        time.sleep(0 if swept else 0.05)
    assert swept == 1
