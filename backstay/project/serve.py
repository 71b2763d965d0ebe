"""`backstay serve`: database, web processes and worker as one thing that starts, stays and stops together."""

import gc
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import uvicorn
from django.conf import settings
from django.core.management import call_command

from backstay.core import postgres
from backstay.project import world
from backstay.project.bootstrap import bootstrap
from backstay.project.databases import let_go, use_database
from backstay.project.supervisor import Child, Ready, Supervisor, Tell

APPLICATION = "backstay.project.asgi:application"
PURPOSE = "serve"
WAIT_SECONDS = 60
GARBAGE = (5_000, 20, 50)  # new objects before a collection, and how many of one age before one of the next
GRACE_SECONDS = 5  # for answers under way when a web process stops; streams are cut then
# Each process has its own cores' worth of work already; libraries must not start threads of their own.
SINGLE_THREADED = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


LOOPBACK = {"127.0.0.1", "localhost", "::1"}
EMPTY = (
    "The database is empty. The first administrator: backstay staff add --role administrator. "
    "An example world, whose password is no secret: backstay world fill"
)


class CannotServe(RuntimeError):
    """Serving cannot begin; the message says why and what to do."""


@dataclass(frozen=True)
class Options:
    host: str = "127.0.0.1"
    port: int = 8000
    processes: int = 1
    example: bool = True


def serve(options: Options, tell: Tell) -> None:
    """Run until SIGINT, SIGTERM or SIGHUP. Raises CannotServe, StartFailed and what postgres raises."""
    for name in SINGLE_THREADED:
        os.environ.setdefault(name, "1")
    with ExitStack() as stack:
        stack.enter_context(_stopped_by_signals(tell))
        listener = stack.enter_context(_listener(options))
        database, urls = stack.enter_context(_database(tell))
        use_database(urls)
        _prepare(urls, options, tell)
        supervisor = Supervisor(_children(options, listener), database, tell)
        stack.callback(supervisor.stop)
        supervisor.start()
        tell(
            f"Backstay is ready on {_address(options)} after {_seconds_since_start():.1f} s. Ctrl-C stops it."
        )
        supervisor.watch()


def _prepare(urls: postgres.DatabaseUrls, options: Options, tell: Tell) -> None:
    bootstrap(at=datetime.now(UTC))
    reason = postgres.refusal(urls.app)
    if reason:
        raise CannotServe(
            f"refusing to serve: {reason}, so row security would not bind it. "
            "Let DATABASE_URL name a plain role, and DATABASE_OWNER_URL the owner of the tables."
        )
    _fill(options, tell)
    let_go()


def _fill(options: Options, tell: Tell) -> None:
    """The example world into an empty database, and who may sign in to it."""
    if world.is_empty():
        if options.example and _is_private(options):
            world.fill(at=datetime.now(UTC), tell=tell)
        else:
            tell(EMPTY)
    for line in world.listed(world.sign_ins()):
        tell(line)


def _is_private(options: Options) -> bool:
    """Reached from this machine alone: the example's password is no secret."""
    return options.host in LOOPBACK and not settings.HOSTS


def _children(options: Options, listener: socket.socket) -> list[Child]:
    config = _web_config()
    config.load()  # before the fork, so that it happens once
    _leave_alone_what_is_loaded()
    names = [f"web {number}" for number in range(1, options.processes + 1)]
    web = [Child(name, lambda ready: _Web(config, ready).run(sockets=[listener])) for name in names]
    return [*web, Child("worker", _work)]


def _leave_alone_what_is_loaded() -> None:
    """Spare the garbage collector the code and models, which stay, and wake it for many new objects only."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


def _web_config() -> uvicorn.Config:
    return uvicorn.Config(
        APPLICATION,
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


class _Web(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Ready) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


def _work(ready: Ready) -> None:
    ready()
    call_command("worker")


@contextmanager
def _listener(options: Options) -> Iterator[socket.socket]:
    """The one socket of all web processes. It stays open while one of them restarts: clients wait."""
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((options.host, options.port))
        except OSError as error:
            raise CannotServe(
                f"{_address(options)} cannot be opened: {error.strerror}. "
                "Stop what uses that port, or choose another with --port."
            ) from None
        yield listener


@contextmanager
def _database(tell: Tell) -> Iterator[tuple[postgres.Server | None, postgres.DatabaseUrls]]:
    """The given database, or our own; a short command that holds it now is waited for."""
    given = postgres.from_environment()
    if given is not None:
        yield None, given
        return
    server = postgres.Server(settings.VAR, purpose=PURPOSE)
    _start(server, tell)
    try:
        if server.home.elsewhere:
            tell(
                f"{server.home.folder} is closed to other users; the database is in {server.home.data.parent}"
            )
        yield server, server.urls
    finally:
        server.stop()


def _start(server: postgres.Server, tell: Tell) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    told = False
    while True:
        try:
            server.start()
        except postgres.HeldElsewhere as held:
            if held.purpose == PURPOSE or time.monotonic() > deadline:
                raise
            if not told:
                tell(f"{held}; waiting for it to end")
            told = True
            time.sleep(0.1)
        else:
            return


@contextmanager
def _stopped_by_signals(tell: Tell) -> Iterator[None]:
    """SIGINT, SIGTERM and SIGHUP end the block in order; further ones do not disturb that."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        tell("stopping")
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    except KeyboardInterrupt:
        tell("stopped")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _address(options: Options) -> str:
    host = f"[{options.host}]" if ":" in options.host else options.host
    return f"http://{host}:{options.port}"


def _seconds_since_start() -> float:
    """Since this process began, the loading of Python and Django included."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    began = int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return time.clock_gettime(time.CLOCK_BOOTTIME) - began
