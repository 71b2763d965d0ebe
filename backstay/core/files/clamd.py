r"""A client of ClamAV's daemon: one INSTREAM conversation a file.

The protocol is that of clamd(8): the command `zINSTREAM\0`, then chunks behind their length in four bytes,
then a length of zero. The answer is `stream: OK\0`, `stream: NAME FOUND\0`, or a text that ends in `ERROR\0`.
"""

import contextlib
import logging
import re
import socket
import struct
from collections.abc import Callable
from typing import BinaryIO

from backstay.core.files.refusals import ScannerUnavailable
from backstay.core.files.scanning import CLEAN, INFECTED, Verdict, register_scanner

log = logging.getLogger(__name__)

CONNECT_TIMEOUT = 5.0  # seconds
ANSWER_TIMEOUT = 120.0  # seconds for each send and for the verdict; a large archive takes its time
CHUNK = 256 * 1024
LONGEST_ANSWER = 4096
LONGEST_NOTE = 200


class Clamd:
    """Scans with the daemon that `connect` reaches; `place` is its address in words."""

    def __init__(self, connect: Callable[[], socket.socket], place: str) -> None:
        self._connect = connect
        self._place = place

    def scan(self, file: BinaryIO) -> Verdict:
        try:
            with self._connect() as connection:
                connection.settimeout(ANSWER_TIMEOUT)
                self._send(connection, file)
                answer = _read_answer(connection)
        except OSError as error:
            raise self._unavailable(f"{type(error).__name__}: {error}") from error
        return self._verdict(answer)

    def _send(self, connection: socket.socket, file: BinaryIO) -> None:
        """Send everything. A daemon that has had enough says why and hangs up: then that is the answer."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(b"zINSTREAM\0")
            while chunk := file.read(CHUNK):
                connection.sendall(struct.pack("!L", len(chunk)) + chunk)
            connection.sendall(struct.pack("!L", 0))

    def _verdict(self, answer: str) -> Verdict:
        if answer == "stream: OK":
            return Verdict(CLEAN)
        if found := re.fullmatch(r"stream: (.+) FOUND", answer):
            return Verdict(INFECTED, found[1][:LONGEST_NOTE])
        raise self._unavailable(f"it said {answer!r}" if answer else "it hung up without an answer")

    def _unavailable(self, what: str) -> ScannerUnavailable:
        log.error("clamd at %s gave no verdict: %s", self._place, what)
        return ScannerUnavailable(f"clamd at {self._place}: {what}")


def _read_answer(connection: socket.socket) -> str:
    """Up to the closing NUL or the end; a reset after the answer takes nothing away from it."""
    answer = b""
    with contextlib.suppress(ConnectionResetError):
        while b"\0" not in answer and len(answer) < LONGEST_ANSWER:
            part = connection.recv(LONGEST_ANSWER)
            if not part:
                break
            answer += part
    whole, end, _ = answer.partition(b"\0")
    return whole.decode("utf-8", "replace").strip() if end else ""


def from_address(address: str) -> Clamd:
    """`HOST:PORT`, `[IPV6]:PORT` or `unix:PATH`."""
    if address.startswith("unix:") and (path := address.removeprefix("unix:")):
        return Clamd(lambda: _connect_unix(path), path)
    matched = re.fullmatch(r"(?:\[(.+)\]|([^:\[\]]+)):(\d{1,5})", address)
    if not matched:
        raise ValueError("clamd is reached at clamd:HOST:PORT or clamd:unix:PATH")
    where = (matched[1] or matched[2], int(matched[3]))
    return Clamd(lambda: socket.create_connection(where, CONNECT_TIMEOUT), address)


def _connect_unix(path: str) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(CONNECT_TIMEOUT)
        connection.connect(path)
    except OSError:
        connection.close()
        raise
    return connection


register_scanner("clamd", from_address)
