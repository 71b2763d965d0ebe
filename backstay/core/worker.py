"""The loop of the worker process: periodic tasks, and the readers of the outbox.

This is an edge: the clock is read here and handed on as `at`. Any number of workers may run at once.
"""

import logging
import signal
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import TypeVar

from django.db import close_old_connections

from backstay.core import readers
from backstay.core.doorbell import Doorbell

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
POLL = 2.0  # seconds; a wake-up that was lost costs no more
Work = Callable[..., datetime | None]  # (*, at): the instant of its next work, None when it has no opinion


@dataclass(slots=True)
class Task:
    """A periodic task. `next_run` is on the monotonic clock, so that a corrected wall clock skips nothing."""

    name: str
    work: Work
    seconds: float
    next_run: float = 0.0


tasks: dict[str, Task] = {}


def every(seconds: float) -> Callable[[Work], Work]:
    """Have a function run every `seconds`, or earlier, at the instant that its last run returned."""

    def decorate(work: Work) -> Work:
        name = f"{work.__module__}.{work.__qualname__}"
        tasks[name] = Task(name, work, seconds)
        return work

    return decorate


@every(3600)
def forget_passed_events(*, at: datetime) -> datetime | None:
    """Delete old events from the outbox; at once again when there may be more."""
    return at if readers.forget_passed(at=at) == readers.FORGOTTEN_AT_ONCE else None


class Worker:
    """Runs what is due, then waits. One failing task or reader stops no other, nor does a lost database."""

    def __init__(self) -> None:
        self.stopping = False
        self._doorbell = Doorbell()
        self._retries_at = 0.0

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; what has been begun is finished first."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        with closing(self._doorbell):
            while not self.stopping:
                if self.step() < readers.BATCH:  # what comes after a short batch rings the doorbell
                    self._doorbell.wait(self._until_next())

    def run_once(self) -> None:
        """Every task once, and the readers until they are at the end."""
        with closing(self._doorbell):
            while self.step():
                pass

    def step(self) -> int:
        """Run the tasks that are due and one batch of each reader; the most that one of them read.

        Batches are small, so that a long stream never makes a task late.
        """
        for task in tasks.values():
            if not self.stopping and task.next_run <= time.monotonic():
                self._run(task)
        self._retry_parked()
        behind = _guarded("readers", readers.behind) or []
        read = (_guarded(f"reader {name}", self._drain, name) for name in behind)
        return max(filter(None, read), default=0)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True
        self._doorbell.ring()

    def _run(self, task: Task) -> None:
        task.next_run = time.monotonic() + task.seconds
        due = _guarded(task.name, task.work, at=datetime.now(UTC))
        if isinstance(due, datetime):
            seconds = (due - datetime.now(UTC)) / timedelta(seconds=1)
            task.next_run = min(task.next_run, time.monotonic() + max(seconds, 0))

    def _drain(self, name: str) -> int:
        return 0 if self.stopping else readers.drain(name, datetime.now(UTC))

    def _retry_parked(self) -> None:
        if self._retries_at <= time.monotonic():
            self._retries_at = time.monotonic() + POLL
            for name in _guarded("retries", readers.with_retries, datetime.now(UTC)) or []:
                _guarded(f"retries of {name}", readers.retry_parked, name, datetime.now(UTC))

    def _until_next(self) -> float:
        soonest = min((task.next_run for task in tasks.values()), default=float("inf"))
        return min(soonest - time.monotonic(), POLL)


def _guarded(what: str, work: Callable[..., Answer], *arguments: object, **named: object) -> Answer | None:
    """Call it with a connection that lives; an error is logged and ends here."""
    close_old_connections()
    try:
        return work(*arguments, **named)
    except Exception:
        log.exception("%s failed", what)
        return None
    finally:
        close_old_connections()
