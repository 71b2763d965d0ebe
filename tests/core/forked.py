"""Processes of a test's own, which can be killed."""

import os
import signal
import sys
import traceback
from collections.abc import Callable

from backstay.project.databases import let_go


class Forked:
    """Runs `work(say)` in a process; `say` sends one line, `heard()` reads the next, "" at its end."""

    def __init__(self, work: Callable[[Callable[[str], None]], None]) -> None:
        let_go()
        reading, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
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
        _, status = os.waitpid(self.pid, 0)
        self._lines.close()
        return os.waitstatus_to_exitcode(status)


def _live(work: Callable[[Callable[[str], None]], None], writing: int) -> None:
    status = 1
    try:
        work(lambda line: os.write(writing, f"{line}\n".encode()) and None)
        status = 0
    except BaseException:  # noqa: BLE001  # shown, and told by the exit status
        traceback.print_exc(file=sys.__stderr__)
    finally:
        os._exit(status)
