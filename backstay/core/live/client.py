"""One open stream: a few words of memory, no task of its own while it keeps up."""

import asyncio
import random
import types
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from contextlib import suppress
from typing import Any

from backstay.core.live.messages import END, Message, part

QUEUE_LIMIT = 1000
KEEP_ALIVE_SLOTS = 17  # seconds between two keep-alives of a stream; which one is random
Send = Callable[[Message], Coroutine[Any, Any, None]]
_unfinished: set[asyncio.Task[None]] = set()  # the event loop itself keeps weak references only


class Client:
    """Made by the request's task, which then only waits for the disconnect. Written to by the hub.

    `queue` is None while the client keeps up; until it has caught up, or while its socket is full,
    what comes next waits there.
    """

    __slots__ = ("_request", "_send", "closed", "dropped", "queue", "slot")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._request = asyncio.current_task()
        self.queue: deque[bytes] | None = deque()
        self.slot = random.randrange(KEEP_ALIVE_SLOTS)  # noqa: S311  # spreads load, guards nothing
        self.closed = False
        self.dropped = False

    @property
    def keeps_up(self) -> bool:
        return self.queue is None and not self.closed

    def push(self, message: Message) -> None:
        """Send it now when the socket takes it, else queue it; drop the client when the queue is full."""
        if self.closed:
            return
        if self.queue is None:
            self._write(message)
        elif len(self.queue) < QUEUE_LIMIT:
            self.queue.append(message["body"])
        else:
            self.drop()

    def close(self) -> None:
        """End the stream; the browser comes back by itself. The server then ends the request."""
        if not self.keeps_up:
            self.drop()
            return
        self._write(END)
        if self.keeps_up:
            self.closed = True
        else:
            self.drop()

    def drop(self) -> None:
        """End the request at once, whatever it waits for."""
        if not self.closed and self._request is not None:
            self.closed = self.dropped = True
            self._request.cancel()

    async def flush(self, first: bytes = b"") -> None:
        """Send `first` and what was queued; from then on the client keeps up."""
        waiting = first
        while waiting or self.queue:
            waiting += b"".join(self.queue or ())
            self.queue = deque()
            await self._send(part(waiting))
            waiting = b""
        self.queue = None

    def _write(self, message: Message) -> None:
        """Take the first step of sending without a task; nearly always it is the only one."""
        sending = self._send(message)
        try:
            waits_for = sending.send(None)
        except StopIteration:
            return
        except OSError:  # gone; the request's task is about to hear of it
            self.closed = True
            return
        self.queue = deque()
        task = asyncio.create_task(self._finish(sending, waits_for))
        _unfinished.add(task)
        task.add_done_callback(_unfinished.discard)

    async def _finish(self, sending: Coroutine[Any, Any, None], waits_for: Any) -> None:
        with suppress(OSError):  # gone; the request's task hears of it
            await _resumed(sending, waits_for)
            await self.flush()


@types.coroutine
def _resumed(sending: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    """The rest of a coroutine whose first step has been taken."""
    while True:
        yield waits_for
        try:
            waits_for = sending.send(None)
        except StopIteration:
            return
