import signal
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from backstay.core import readers, scoping, worker
from backstay.core.doorbell import Doorbell
from tests.core.outbox import Knock, knock, publish


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """No tasks and no readers but the test's own."""
    monkeypatch.setattr(readers, "registered", {})
    monkeypatch.setattr(worker, "tasks", {})


@pytest.mark.django_db(transaction=True)
def test_worker_once_runs_each_task_and_reads_to_the_end(quiet):
    ran, opened = [], []
    worker.every(60)(lambda *, at: ran.append(at))
    readers.register(
        "door", lambda event, *, at: opened.append(event.count), Knock, start=readers.Start.BEGINNING
    )
    publish(*(knock("a", count) for count in range(250)))
    before = datetime.now(UTC)
    call_command("worker", once=True)
    assert opened == list(range(250))
    assert len(ran) == 1
    assert before < ran[0] < datetime.now(UTC)


@pytest.mark.django_db(transaction=True)
def test_failing_task_and_reader_stop_no_other(quiet, caplog):
    ran = []

    def fail(*, at) -> None:
        raise ValueError("first")

    worker.every(60)(fail)
    worker.every(60)(lambda *, at: ran.append("second"))
    readers.register("lost", lambda event, *, at: None, Knock, start=readers.Start.BEGINNING)
    readers.registered["broken"] = readers.Reader("broken", fail, (), start="nonsense")  # type: ignore[arg-type]  # a bug
    publish(knock("a"))
    call_command("worker", once=True)
    assert ran == ["second"]
    messages = [record.getMessage() for record in caplog.records]
    assert messages == [
        "tests.core.test_worker.test_failing_task_and_reader_stop_no_other.<locals>.fail failed"
    ]
    assert caplog.records[0].exc_info[0] is ValueError


def run_with(work, say) -> None:
    worker.tasks.clear()
    readers.registered.clear()
    work(say)
    worker.Worker().run()


def every_due(say) -> None:
    """A task that knows when its next work is due: at four instants."""
    start = datetime.now(UTC)
    due = [start + timedelta(milliseconds=offset) for offset in (300, 350, 900, 1400)]

    def fire(*, at: datetime) -> datetime | None:
        while due and due[0] <= at:
            say(str(int((at - due.pop(0)) / timedelta(milliseconds=1))))
        return due[0] if due else None

    worker.every(30)(fire)


@pytest.mark.django_db(transaction=True)
def test_task_runs_at_the_instant_that_it_named(forked):
    process = forked(lambda say: run_with(every_due, say))
    late = [int(process.heard()) for _ in range(4)]
    process.kill(signal.SIGTERM)
    assert process.ended() == 0
    assert [milliseconds < 150 for milliseconds in late] == [True] * 4


def follow(say) -> None:
    readers.register("door", lambda event, *, at: say(str(event.count)), Knock, start=readers.Start.BEGINNING)
    worker.every(60)(lambda *, at: say("ready"))


@pytest.mark.django_db(transaction=True)
def test_worker_is_woken_by_a_commit(forked):
    process = forked(lambda say: run_with(follow, say))
    assert process.heard() == "ready"
    time.sleep(0.3)  # until it waits
    began = time.monotonic()
    publish(knock("a", 1))
    assert process.heard() == "1"
    assert time.monotonic() - began < 1
    process.kill(signal.SIGTERM)
    assert process.ended() == 0


@pytest.mark.django_db(transaction=True)
def test_worker_survives_the_loss_of_all_its_connections(forked, disconnect):
    process = forked(lambda say: run_with(follow, say))
    assert process.heard() == "ready"
    for count in range(3):
        time.sleep(0.2)
        assert disconnect("backstay worker") == 1
        disconnect()
        connection.close()
        publish(knock("a", count))
        assert process.heard() == str(count)
    process.kill(signal.SIGTERM)
    assert process.ended() == 0


@pytest.mark.django_db(transaction=True)
def test_sigterm_lets_the_transaction_end(forked):
    def slow(say) -> None:
        def handle(event: Knock, *, at) -> None:
            say("begun")
            time.sleep(0.5)

        readers.register("slow", handle, Knock, start=readers.Start.BEGINNING)

    publish(knock("a"))
    process = forked(lambda say: run_with(slow, say))
    assert process.heard() == "begun"
    process.kill(signal.SIGTERM)
    assert process.ended() == 0
    with scoping.acting(scoping.machine("test")):
        assert readers.ReaderPosition.objects.get(reader="slow").seq == 1


def test_doorbell_rung_before_the_wait_ends_it_at_once():
    doorbell = Doorbell()
    doorbell._connect = lambda: False  # type: ignore[method-assign]  # no database needed here
    doorbell.ring()
    began = time.monotonic()
    doorbell.wait(5)
    threading.Timer(0.05, doorbell.ring).start()
    doorbell.wait(5)
    assert time.monotonic() - began < 1
    doorbell.close()
