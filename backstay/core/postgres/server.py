"""The embedded server: one long-lived child, never two, never an orphan."""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Self

import psycopg

from backstay.core.postgres import cluster
from backstay.core.postgres.addresses import DatabaseUrls, from_environment
from backstay.core.postgres.children import process_in, tied_to_parent
from backstay.core.postgres.home import Home
from backstay.core.postgres.record import Record

START_SECONDS = 60  # crash recovery after a kill can take a while; a normal start takes 0.1
STOP_SECONDS = 20
PAUSE = 0.02
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # no socket, so no limit on the length of a folder's name
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "effective_io_concurrency": "16",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Statements and details quote rows, and the log lies outside the boundary.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "jit": "off",
}


class ServerFailed(RuntimeError):
    """PostgreSQL did not start; the message ends with what it logged."""


class HeldElsewhere(RuntimeError):
    """Another process of Backstay runs the server of this folder, and `purpose` is what it said it is."""

    def __init__(self, message: str, purpose: str) -> None:
        super().__init__(message)
        self.purpose = purpose


class NobodyHolds(RuntimeError):
    """No process of Backstay runs the server of this folder."""


@dataclass
class Server:
    """The server under `var`/postgres, as held by this process. `durable=False` is for tests only."""

    var: Path
    purpose: str = "command"
    durable: bool = True
    home: Home = field(init=False)
    record: Record = field(init=False)
    is_new: bool = field(default=False, init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _lock: IO[str] | None = field(default=None, init=False)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def urls(self) -> DatabaseUrls:
        return DatabaseUrls(app=self.record.url("app"), owner=self.record.url("owner"))

    def start(self) -> None:
        """Create what is missing, start, and wait until it answers. Raises HeldElsewhere, ServerFailed."""
        self.home = Home.find(self.var)
        self._lock = _locked(self.home.lock, self.purpose)
        try:
            _end_leftover(self.home.data)
            self.is_new = not self.home.data.exists()
            self.record = cluster.prepare(self.home)
            self._launch()
        except BaseException:
            self.stop()
            raise

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def restart(self) -> None:
        """After it died: start it again on the same port, with everything that was committed."""
        self._launch()

    def stop(self) -> None:
        """End it with a checkpoint (fast shutdown), and let others start one."""
        if self._process is not None:
            _end(self._process.pid, ended=lambda: not self.alive())
            self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _launch(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            self._process = self._popen()
            while self.alive():
                if _answers(self.record):
                    return
                if time.monotonic() > deadline:
                    raise ServerFailed(
                        f"PostgreSQL did not answer in {START_SECONDS} s:\n{self._last_words()}"
                    )
                time.sleep(PAUSE)
            # After kill -9 its own children need a moment to notice; until then it refuses to start.
            words = self._last_words()
            if "still in use" not in words or time.monotonic() > deadline:
                raise ServerFailed(f"PostgreSQL did not start:\n{words}")
            time.sleep(0.2)

    def _popen(self) -> subprocess.Popen[bytes]:
        switch = "on" if self.durable else "off"
        durability = dict.fromkeys(("fsync", "full_page_writes", "synchronous_commit"), switch)
        settings = SETTINGS | durability | {"port": str(self.record.port)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [self.home.program("postgres"), "-D", str(self.home.data), *options]
        with self.home.log.open("wb") as log:
            return subprocess.Popen(  # noqa: S603  # our own program, arguments from constants and the record
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,  # Ctrl-C is for its parent, which stops it last
                preexec_fn=tied_to_parent(signal.SIGINT),  # noqa: PLW1509  # two system calls, loaded before the fork
                **cluster.identity(self.home),
            )

    def _last_words(self) -> str:
        return "\n".join(self.home.log.read_text(errors="replace").splitlines()[-15:])


@contextmanager
def running(var: Path, *, tell: Callable[[str], None] = lambda _: None) -> Iterator[DatabaseUrls]:
    """A database for the length of the block: the one given by the environment, one that another process
    of Backstay already runs, or one started here and stopped at the end (after all who share it).
    """
    given = from_environment()
    if given is not None:
        yield given
        return
    with ExitStack() as stack:
        found = None
        while found is None:
            with suppress(HeldElsewhere):
                found = stack.enter_context(_shared(Server(var), tell))
            with suppress(NobodyHolds):
                found = found or stack.enter_context(attached(var))
        yield found


@contextmanager
def attached(var: Path) -> Iterator[DatabaseUrls]:
    """The server that another process runs, kept from stopping until the block ends. Raises NobodyHolds."""
    home = Home.find(var)
    with (home.folder / "users").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        deadline = time.monotonic() + START_SECONDS
        record = Record.read(home.folder)
        while record is None or not _answers(record):
            if not _is_held(home.lock):
                raise NobodyHolds(f"nobody runs the database in {home.folder}")
            if time.monotonic() > deadline:
                raise ServerFailed(f"another process holds {home.folder}, but its PostgreSQL does not answer")
            time.sleep(PAUSE)
            record = Record.read(home.folder)
        yield DatabaseUrls(app=record.url("app"), owner=record.url("owner"))


def delete(var: Path) -> None:
    """Remove the data folder and its record. Raises HeldElsewhere while a process runs the server."""
    home = Home.find(var)
    with _locked(home.lock, "reset"):
        _end_leftover(home.data)
        shutil.rmtree(home.data, ignore_errors=True)
        (home.folder / "server.json").unlink(missing_ok=True)
    if home.elsewhere:
        shutil.rmtree(home.data.parent)


@contextmanager
def _shared(server: Server, tell: Callable[[str], None]) -> Iterator[DatabaseUrls]:
    """Started here, and ended after the last of those who attached."""
    with server:
        if server.is_new and server.home.elsewhere:
            tell(
                f"{server.home.folder} is closed to other users; the database is in {server.home.data.parent}"
            )
        yield server.urls
        _wait_for_others(server.home, tell)


def _wait_for_others(home: Home, tell: Callable[[str], None]) -> None:
    with (home.folder / "users").open("a") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("Another Backstay command still uses the database; waiting for it to end.")
            fcntl.flock(users, fcntl.LOCK_EX)


def _locked(path: Path, purpose: str) -> IO[str]:
    """The lock of the one process that may run the server; the kernel lets go of it when that dies."""
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder, _, its_purpose = file.read().strip().partition(" ")
        file.close()
        message = f"process {holder or '?'} (backstay {its_purpose}) runs the database in {path.parent}"
        raise HeldElsewhere(message, its_purpose) from None
    file.truncate(0)
    file.write(f"{os.getpid()} {purpose}")
    file.flush()
    return file


def _is_held(path: Path) -> bool:
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _answers(record: Record) -> bool:
    try:
        psycopg.connect(record.url("owner"), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _end_leftover(data: Path) -> None:
    """A server whose parent was killed is on its way out; see it out before starting the next."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    if process_in(pid, data):
        _end(pid, ended=lambda: not process_in(pid, data))
    elif Path(f"/proc/{pid}").exists():
        # Another program has that number by now, and PostgreSQL would take it for a running server.
        (data / "postmaster.pid").unlink(missing_ok=True)


def _end(pid: int, *, ended: Callable[[], bool]) -> None:
    """Fast shutdown, and an immediate one when that takes too long."""
    for last_signal in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if ended():
            return
        os.kill(pid, last_signal)
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            if ended():
                return
            time.sleep(PAUSE)
