"""Where the benchmarks run: a database of their own on a durable server, and what they start on it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings

from backstay.core import postgres

ROOT = Path(__file__).resolve().parents[1]
VAR = settings.VAR / "bench"
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
START_SECONDS = 60


@contextmanager
def server() -> Iterator[postgres.DatabaseUrls]:
    """The server of the benchmarks, which forgets nothing that it has acknowledged."""
    with postgres.running(VAR) as urls:
        with psycopg.connect(urls.owner) as connection:
            for name in DURABLE:
                row = connection.execute(f"show {name}").fetchone()  # type: ignore[arg-type]  # a constant of ours
                assert row == ("on",), f"{name} is {row}; figures are taken with it on"
        yield urls


def fresh_database(urls: postgres.DatabaseUrls, name: str) -> postgres.DatabaseUrls:
    """An empty database of that name beside the given one."""
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute(f"drop database if exists {name} with (force)")  # type: ignore[arg-type]  # our constant
        connection.execute(f"create database {name} template template1")  # type: ignore[arg-type]  # our constant
    return named(urls, name)


def named(urls: postgres.DatabaseUrls, name: str) -> postgres.DatabaseUrls:
    return postgres.DatabaseUrls(*(urlsplit(url)._replace(path=f"/{name}").geturl() for url in urls))


@contextmanager
def started(command: list[str], environment: dict[str, str], port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
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
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(START_SECONDS)


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
