"""The loops behind paging: steps in the database, messages in threads beside it."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from backstay.core.scoping import acting, machine
from backstay.core.worker import every
from backstay.oncall import actions, doors, queries
from backstay.oncall.doors import DoorFailed, Outgoing

PAGER = machine("pager")
BATCH = 100
THREADS = 8
SOON = timedelta(milliseconds=50)  # while messages are on their way


@dataclass
class PostOffice:
    """Sends what is due in threads, which know no database: a slow server keeps nothing else waiting."""

    send: Callable[[Outgoing], None] = doors.send
    _running: dict[Future[None], Outgoing] = field(default_factory=dict)
    _threads: ThreadPoolExecutor | None = None

    def step(self, *, at: datetime) -> int:
        """Record what has ended and begin what is due; how many messages are on their way."""
        for done in [each for each in self._running if each.done()]:
            self._record(self._running.pop(done), done, at=at)
        free = 2 * THREADS - len(self._running)
        if free > 0:
            with acting(PAGER):
                claimed = actions.claim(at=at, limit=free)
            for outgoing in claimed:
                self._running[self._pool().submit(self.send, outgoing)] = outgoing
        return len(self._running)

    def finish(self, *, at: datetime) -> None:
        """Send everything that is due, and wait for how it ended."""
        while self.step(at=at):
            wait(self._running)

    def _pool(self) -> ThreadPoolExecutor:
        """Made when it is needed, since a process that forks takes no threads along."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="paging")
        return self._threads

    def _record(self, outgoing: Outgoing, done: Future[None], *, at: datetime) -> None:
        error = done.exception()
        with acting(PAGER):
            if error is None:
                actions.record_sent(delivery_id=outgoing.delivery_id, at=at)
                return
            failure = error if isinstance(error, DoorFailed) else DoorFailed(type(error).__name__)
            actions.record_failure(outgoing=outgoing, failure=failure, at=at)


post_office = PostOffice()


def sweep(*, at: datetime, limit: int = BATCH) -> int:
    """Take every page on whose next step is due by `at`; how many there were. Several may run at once."""
    handled, claimed = 0, limit
    while claimed == limit:
        with acting(PAGER):
            claimed = actions.step_due(at=at, limit=limit)
        handled += claimed
    return handled


@every(1)
def sweep_pages(*, at: datetime) -> datetime | None:
    """Each second, at the very instant of the next step, and soon again while messages are on their way."""
    sweep(at=at)
    if post_office.step(at=at):
        return at + SOON
    with acting(PAGER):
        return queries.next_due(after=at)
