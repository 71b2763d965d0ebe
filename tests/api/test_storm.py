"""Machines that send the same thing again: after a crash of everything, and eight times at once."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from threading import Barrier, Event

import httpx
import pytest
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from backstay.cases.models import Case, CaseClock
from backstay.core import postgres
from backstay.core.scoping import acting
from tests.fixtures.cast import SETUP, Cast
from tests.fixtures.databases import Databases, use
from tests.fixtures.served import Served, eventually, gone, serving

CREATIONS, CONCURRENCY = 500, 8
KILLED_AFTER = 200


class Storm:
    """Opens `CREATIONS` cases, each under a key of its own, and remembers what was acknowledged."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.answers: dict[int, dict] = {}
        self.half_way = Event()

    def blow(self, url: str) -> None:
        """Send what is not acknowledged yet, `CONCURRENCY` at a time, until the product is gone."""
        waiting = Queue()
        for number in range(CREATIONS):
            if number not in self.answers:
                waiting.put(number)
        with ThreadPoolExecutor(CONCURRENCY) as threads:
            for sender in [threads.submit(self._send_all, url, waiting) for _ in range(CONCURRENCY)]:
                sender.result()

    def _send_all(self, url: str, waiting: "Queue[int]") -> None:
        with httpx.Client(base_url=url, timeout=30) as sender, suppress(Empty, httpx.TransportError):
            while True:
                number = waiting.get_nowait()
                response = sender.post("/api/v1/cases", json=body(number), headers=self.headers(number))
                if response.status_code == 201:
                    self.answers[number] = response.json()
                if len(self.answers) >= KILLED_AFTER:
                    self.half_way.set()

    def headers(self, number: int) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Idempotency-Key": f"storm-{number}"}


def body(number: int) -> dict[str, str]:
    return {"subject": f"Storm {number}", "description": "The gateway drops mail.", "severity": "S1"}


@pytest.fixture
def embedded(
    databases: Databases, worker_database: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """What the test does to Django's database settings, and to the database there, stays there."""
    with django_db_blocker.unblock():
        yield
    use(databases.named(worker_database))


def customer(var: Path) -> str:
    """A token of a Platinum customer's contact, in the database that is served from `var`."""
    with postgres.attached(var) as urls:
        use(urls)
    cast = Cast(timezone.now())
    return cast.token(cast.contact(cast.organisation(plan="platinum")))


def kill_everything(served: Served) -> None:
    """Supervisor, web processes, worker, and PostgreSQL with its own children, in no order."""
    family = list(served.family())
    for pid in [served.process.pid, *family]:
        with suppress(ProcessLookupError):  # some die with their parent
            os.kill(pid, signal.SIGKILL)
    served.process.wait(10)
    eventually(lambda: gone(family))


def test_storm_of_creations_survives_a_kill_of_everything(own_var, embedded):
    with serving(own_var, "--processes", "2") as served:
        storm = Storm(customer(own_var))
        with ThreadPoolExecutor(1) as blowing:
            first = blowing.submit(storm.blow, served.url)
            assert storm.half_way.wait(120)
            kill_everything(served)
            first.result()
    before = dict(storm.answers)
    assert KILLED_AFTER <= len(before) < CREATIONS
    with serving(own_var, "--processes", "2") as served:
        storm.blow(served.url)
        same_key_at_once(served.url, storm)
        with postgres.attached(own_var) as urls:
            use(urls)
            check_every_case(storm, before)


def check_every_case(storm: Storm, before: dict[int, dict]) -> None:
    with acting(SETUP):
        cases = list(Case.objects.order_by("number").values_list("subject", "number", "state"))
        clocks = list(CaseClock.objects.values_list("case__subject", "kind", "is_current", "clock__state"))
    subjects = sorted(f"Storm {number}" for number in range(CREATIONS + 1))
    assert sorted(subject for subject, _, _ in cases) == subjects
    assert sorted(clocks) == [(subject, "first_response", True, "running") for subject in subjects]
    assert {f"Storm {number}": answer["number"] for number, answer in storm.answers.items()} == {
        subject: number for subject, number, _ in cases if subject != f"Storm {CREATIONS}"
    }
    assert {number: storm.answers[number] for number in before} == before


def same_key_at_once(url: str, storm: Storm) -> None:
    """One more case, asked for eight times in the same moment: made once, answered eight times alike."""
    everybody = Barrier(CONCURRENCY)

    def ask(_: int) -> httpx.Response:
        with httpx.Client(base_url=url, timeout=30) as sender:
            everybody.wait()
            return sender.post("/api/v1/cases", json=body(CREATIONS), headers=storm.headers(CREATIONS))

    with ThreadPoolExecutor(CONCURRENCY) as threads:
        answers = list(threads.map(ask, range(CONCURRENCY)))
    assert [answer.status_code for answer in answers] == [201] * CONCURRENCY
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
