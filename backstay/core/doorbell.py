"""Being woken by PostgreSQL when the outbox has grown. A wake-up may be lost, so poll as well."""

import logging
import select
import socket
from contextlib import suppress
from typing import Any

import psycopg
from django.db import connection

from backstay.core.events import CHANNEL

log = logging.getLogger(__name__)
LISTEN = f"listen {CHANNEL}"
GATHERING = 0.05  # seconds for which notices are taken together
# A server that vanished without a word is noticed within about 10 s, not after hours.
KEEPALIVES = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "connect_timeout": 5}


def connection_parameters(purpose: str) -> dict[str, Any]:
    """How psycopg reaches Django's default database, for a connection outside of Django's pool."""
    parameters = connection.get_connection_params()
    for ours in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(ours, None)
    return KEEPALIVES | parameters | {"application_name": f"backstay {purpose}"}


class Doorbell:
    """Waits for a NOTIFY, for a signal's `ring`, or for the time to pass, whichever comes first."""

    def __init__(self) -> None:
        self._listener: psycopg.Connection | None = None
        self._inside, self._button = socket.socketpair()
        self._inside.setblocking(False)
        self._button.setblocking(False)

    def ring(self) -> None:
        """End the wait. May be called in a signal handler."""
        with suppress(BlockingIOError):  # full: it will ring anyway
            self._button.send(b"!")

    def wait(self, seconds: float) -> None:
        """Return at once when it was rung since the last wait, and after connecting anew."""
        if self._connect():
            return  # what was committed before rang no bell
        watched: list[Any] = [self._inside] if self._listener is None else [self._inside, self._listener]
        ready, _, _ = select.select(watched, [], [], max(seconds, 0))
        if self._inside in ready:
            self._inside.recv(4096)
        if self._listener is not None and self._listener in ready:
            self._read(self._listener)

    def close(self) -> None:
        if self._listener is not None:
            self._listener.close()
        self._inside.close()
        self._button.close()

    def _connect(self) -> bool:
        """Whether a new connection was needed and made."""
        if self._listener is not None and not self._listener.closed:
            return False
        try:
            self._listener = psycopg.connect(**connection_parameters("worker"), autocommit=True)
            self._listener.execute(LISTEN)
        except psycopg.Error as error:
            log.warning("not woken by the database until it answers again: %s", type(error).__name__)
            self._listener = None
        return self._listener is not None

    def _read(self, listener: psycopg.Connection) -> None:
        """Take what comes: every notice means the same, and those soon after it are one piece of work."""
        try:
            for _ in listener.notifies(timeout=GATHERING):
                pass
        except psycopg.OperationalError:
            listener.close()
