"""An SMTP server on the loopback that takes every mail, counts it and forgets it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread


@dataclass
class Sink:
    port: int
    mails: int = 0


class _Conversation(StreamRequestHandler):
    """What a client hears of the simplest server that RFC 5321 allows."""

    def handle(self) -> None:
        self._say(b"220 sink")
        while line := self.rfile.readline():
            match line.split(b" ")[0].strip().upper():
                case b"DATA":
                    self._take()
                case b"QUIT":
                    self._say(b"221 bye")
                    return
                case _:
                    self._say(b"250 ok")

    def _take(self) -> None:
        self._say(b"354 go on")
        while self.rfile.readline() not in {b".\r\n", b""}:
            pass
        self.server.sink.mails += 1  # type: ignore[attr-defined]  # set in `sink`
        self._say(b"250 taken")

    def _say(self, words: bytes) -> None:
        self.wfile.write(words + b"\r\n")


@contextmanager
def sink() -> Iterator[Sink]:
    with ThreadingTCPServer(("127.0.0.1", 0), _Conversation) as server:
        server.daemon_threads = True
        server.sink = Sink(server.server_address[1])  # type: ignore[attr-defined]  # read by the conversations
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.sink  # type: ignore[attr-defined]  # as above
        server.shutdown()
