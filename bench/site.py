"""Where the benchmarks run: a database of their own on a durable server, and what they start on it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from psycopg import sql

from backstay.core import postgres
from bench.clients import Measured, Plan, measure

ROOT = Path(__file__).resolve().parents[1]
VAR = settings.VAR / "bench"
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
START_SECONDS = 60
STOP_SECONDS = 30


@contextmanager
def server() -> Iterator[postgres.DatabaseUrls]:
    """The server of the benchmarks, which forgets nothing that it has acknowledged."""
    with postgres.running(VAR) as urls:
        with psycopg.connect(urls.owner) as connection:
            for name in DURABLE:
                row = connection.execute(sql.SQL("show {}").format(sql.Identifier(name))).fetchone()
                assert row == ("on",), f"{name} is {row}; figures are taken with it on"
        yield urls


def fresh_database(urls: postgres.DatabaseUrls, name: str) -> postgres.DatabaseUrls:
    """An empty database of that name beside the given one."""
    database = sql.Identifier(name)
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(database))
        connection.execute(sql.SQL("create database {} template template1").format(database))
    return postgres.DatabaseUrls(*(urlsplit(url)._replace(path=f"/{name}").geturl() for url in urls))


def settle(urls: postgres.DatabaseUrls) -> None:
    """Statistics, visibility and a checkpoint after loading, so that none of it falls into the measuring."""
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute("vacuum analyze")
        with suppress(psycopg.errors.InsufficientPrivilege):
            connection.execute("checkpoint")


@dataclass(frozen=True)
class Site:
    """A served product: its port, and the process that its web processes hang on."""

    port: int
    pid: int

    def measure(self, plan: Plan) -> tuple[Measured, float]:
        """What the clients saw, and the servers' milliseconds of processor time for each answer."""
        before = self._busy()
        found = measure(plan)
        return found, (self._busy() - before) / found.asked * 1000

    def _busy(self) -> float:
        return processor_seconds(self.pid) + processor_seconds(_postmaster())


@contextmanager
def started(command: list[str], environment: dict[str, str], port: int, log: Path) -> Iterator[Site]:
    """A server program, from when it listens until the end of the block."""
    with log.open("wb") as words:
        process = subprocess.Popen(
            command,
            env=os.environ | environment,
            cwd=ROOT,
            stdout=words,
            stderr=words,
            preexec_fn=postgres.tied_to_parent(signal.SIGTERM),  # noqa: PLW1509  # two system calls, loaded before the fork
        )
    try:
        _wait(process, port, log)
        yield Site(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return
    sys.exit(f"the server did not start:\n{log.read_text()[-2000:]}")


def processor_seconds(root: int) -> float:
    """Of a process and all below it, those that have ended there included."""
    below: dict[int, list[int]] = defaultdict(list)
    used: dict[int, float] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):  # it ended just now
            fields = path.read_text().rpartition(")")[2].split()
            pid = int(path.parent.name)
            below[int(fields[1])].append(pid)
            used[pid] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    total, waiting = 0.0, [root]
    while waiting:
        pid = waiting.pop()
        total += used.get(pid, 0.0)
        waiting += below[pid]
    return total


def _postmaster() -> int:
    """The benchmarks' own server; one that the environment names may run anywhere, and counts nothing."""
    path = postgres.Home.find(VAR).data / "postmaster.pid"
    if postgres.from_environment() is not None or not path.exists():
        return 0
    return int(path.read_text().split()[0])
