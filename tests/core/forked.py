"""Processes of a test's own, which can be killed."""

import os
import signal
import traceback
from collections.abc import Callable
from contextlib import suppress

from backstay.core import postgres
from backstay.project.databases import let_go

Say = Callable[[str], object]


class Forked:
    """Runs `work(say)` in a process; `say` sends one line, `heard()` reads the next, "" at its end."""

    def __init__(self, work: Callable[[Say], None]) -> None:
        let_go()
        reading, writing = os.pipe()
        tie = postgres.tied_to_parent(signal.SIGKILL)
        self._status: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            tie()
            os.close(reading)
            _live(work, writing)
        os.close(writing)
        self._lines = os.fdopen(reading)

    def heard(self) -> str:
        return self._lines.readline().strip()

    def kill(self, number: int = signal.SIGKILL) -> None:
        os.kill(self.pid, number)

    def ended(self) -> int:
        """Wait for its end; the exit status, negative for a signal."""
        if self._status is None:
            _, status = os.waitpid(self.pid, 0)
            self._status = os.waitstatus_to_exitcode(status)
            self._lines.close()
        return self._status

    def close(self) -> None:
        if self._status is None:
            with suppress(ProcessLookupError):
                self.kill()
            self.ended()


def _live(work: Callable[[Say], None], writing: int) -> None:
    status = 1
    try:
        work(lambda line: os.write(writing, f"{line}\n".encode()))
        status = 0
    except BaseException:  # noqa: BLE001  # shown, and told by the exit status
        traceback.print_exc()
    finally:
        os._exit(status)
