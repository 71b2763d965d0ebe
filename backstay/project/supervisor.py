"""Keeps processes alive: starts them, starts again what dies, stops everything in order."""

import gc
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from backstay.core import postgres

POLL = 0.1
START_SECONDS = 60
STOP_SECONDS = 10
FIRST_DELAY, LONGEST_DELAY = 0.2, 10.0
STEADY_SECONDS = 30  # who lived that long begins with a short delay again

Tell = Callable[[str], None]
Ready = Callable[[], None]


class StartFailed(RuntimeError):
    """A process ended before it was ready for the first time."""


@dataclass
class Child:
    """A forked process. `run` gets a function that it calls once it is ready, and returns at its end."""

    name: str
    run: Callable[[Ready], None]
    pid: int = 0
    started: float = 0.0
    deaths: int = 0
    due: float = 0.0
    ready_pipe: int = field(default=-1, repr=False)

    def start(self) -> None:
        reading, writing = os.pipe()
        tie = postgres.tied_to_parent(signal.SIGKILL)
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(reading)
            self._live(tie, writing)
        os.close(writing)
        self._close_pipe()
        self.ready_pipe, self.started = reading, time.monotonic()

    def _live(self, tie: Callable[[], None], writing: int) -> NoReturn:
        """In the new process, which never returns to the supervisor's code."""
        status = 1
        try:
            tie()
            os.setsid()  # Ctrl-C is for the supervisor alone
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            self.run(lambda: _say_ready(writing))
            status = 0
        except BaseException:  # noqa: BLE001  # whatever it was, it is shown, and ends this process alone
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def wait_until_ready(self) -> None:
        """Raises StartFailed when it ended first, or took too long."""
        readable, _, _ = select.select([self.ready_pipe], [], [], START_SECONDS)
        word = os.read(self.ready_pipe, 1) if readable else b""
        if not word:
            raise StartFailed(f"the {self.name} process did not start; what it said stands above")

    def ended(self) -> str | None:
        """How it ended, in words; None while it lives."""
        pid, status = os.waitpid(self.pid, os.WNOHANG) if self.pid else (0, 0)
        if not pid:
            return None
        self.pid = 0
        code = os.waitstatus_to_exitcode(status)
        return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"

    def delay(self) -> float:
        """Seconds to wait before the next start: longer each time it dies soon."""
        self.deaths = 1 if time.monotonic() - self.started > STEADY_SECONDS else self.deaths + 1
        delay: float = min(FIRST_DELAY * 2 ** (self.deaths - 1), LONGEST_DELAY)
        return delay

    def signal(self, number: signal.Signals) -> None:
        if self.pid:
            os.kill(self.pid, number)

    def _close_pipe(self) -> None:
        if self.ready_pipe >= 0:
            os.close(self.ready_pipe)
            self.ready_pipe = -1


def _say_ready(writing: int) -> None:
    os.write(writing, b".")


@dataclass
class Supervisor:
    """The children, in the order in which they start, and the database under them when it is our own."""

    children: list[Child]
    database: postgres.Server | None
    tell: Tell

    def start(self) -> None:
        gc.collect()
        gc.freeze()  # what is loaded by now stays shared between the processes
        for child in self.children:
            child.start()
        for child in self.children:
            child.wait_until_ready()

    def watch(self) -> NoReturn:
        """Until a signal's exception ends it."""
        while True:
            self._keep_database()
            for child in self.children:
                self._keep(child)
            time.sleep(POLL)

    def stop(self) -> None:
        """Ask all to end, insist after a while. Their database is stopped by whoever started it."""
        for number, patience in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
            for child in self.children:
                child.signal(number)
            deadline = time.monotonic() + patience
            while any(child.pid for child in self.children) and time.monotonic() < deadline:
                for child in self.children:
                    child.ended()
                time.sleep(POLL / 5)

    def _keep_database(self) -> None:
        if self.database is not None and not self.database.alive():
            self.tell("PostgreSQL ended unexpectedly; starting it again")
            self.database.restart()
            self.tell("PostgreSQL is back, with everything that was committed")

    def _keep(self, child: Child) -> None:
        how = child.ended()
        if how is not None:
            delay = child.delay()
            child.due = time.monotonic() + delay
            self.tell(f"the {child.name} process {how}; starting it again in {delay:.1f} s")
        if not child.pid and time.monotonic() >= child.due:
            child.start()
