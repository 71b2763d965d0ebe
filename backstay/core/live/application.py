"""The stream as an ASGI application, in front of the one that answers everything else."""

import asyncio
import logging
import resource
import signal
import threading
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from types import FrameType
from typing import Any
from urllib.parse import parse_qsl

import psycopg
from django.conf import settings
from django.http.cookie import parse_cookie

from backstay.core.live import messages
from backstay.core.live.access import Access, Caller, Denied, LiveAccess
from backstay.core.live.audience import Holder
from backstay.core.live.client import Client, Send
from backstay.core.live.hub import Hub

log = logging.getLogger(__name__)

PATH = "/live"
READY_WITHIN = 5.0  # seconds

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Application = Callable[[Any, Any, Any], Awaitable[None]]


class Refused(RuntimeError):
    """The request gets no stream."""

    def __init__(self, status: HTTPStatus, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(status.phrase)
        self.status = status
        self.headers = headers


class LiveApplication:
    """Answers GET /live with the stream of the session in the cookie, hands all else to `other`.

    `Last-Event-ID`, else `?after=N`, asks for what came after event N as well.
    """

    def __init__(self, access: Access, other: Application) -> None:
        self._access = access
        self._other = other
        self._hub: Hub | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == PATH:
            await self._answer(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live_and_die(receive, send)
        else:
            await self._other(scope, receive, send)

    @property
    def hub(self) -> Hub:
        """Made on first use, inside the event loop that it belongs to."""
        if self._hub is None:
            self._hub = Hub(self._access)
        return self._hub

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = Client(send)
        holder = None
        try:
            caller, after = _asked(scope)
            holder, position = await self._admitted(caller, client, after)
            await send(messages.START)
            await client.flush(await self._first(holder.access, after, position))
            _let_go_of_headers(scope)
            while (await receive())["type"] != "http.disconnect":
                pass
        except Refused as refused:
            await _refuse(send, refused)
        except asyncio.CancelledError:
            if not client.dropped:
                raise
        finally:
            client.closed = True
            if holder is not None:
                self.hub.leave(holder, client)

    async def _admitted(self, caller: Caller, client: Client, after: int | None) -> tuple[Holder, int]:
        """Raises Refused."""
        if not await self.hub.ready(READY_WITHIN):
            raise _unavailable()
        try:
            await self.hub.reach(after)
            return await self.hub.admit(caller, client)
        except Denied as denied:
            raise Refused(HTTPStatus.FORBIDDEN if denied.signed_in else HTTPStatus.UNAUTHORIZED) from denied
        except Exception as error:
            log.exception("live: a stream could not begin")
            raise _unavailable() from error

    async def _first(self, access: LiveAccess, after: int | None, position: int) -> bytes:
        """What the stream opens with: the notices since `after`, or the word that they are not known."""
        opening = messages.opening(position)
        if after is None:
            return opening
        try:
            missed = await self.hub.missed(access, after, position)
        except psycopg.Error as error:
            log.warning("live: %s in catching up, a browser reads everything again", type(error).__name__)
            missed = None
        if missed is None:
            return opening + messages.reset(position)
        # The opening's number comes last: a stream cut off in between must not claim to have it all.
        return b"".join(messages.notice(notice, access.topics) for notice in missed) + opening

    async def _live_and_die(self, receive: Receive, send: Send) -> None:
        """The server's own life: the hub starts with it, and lets the streams go when it is to stop."""
        await receive()
        _allow_many_sockets()
        restore = _on_stop_signals(self.hub.close_streams)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        restore()
        await self.hub.stop()
        await send({"type": "lifespan.shutdown.complete"})


def _asked(scope: Scope) -> tuple[Caller, int | None]:
    """Who asks, and the number to catch up from. Raises Refused."""
    if scope["method"] != "GET":
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, (b"allow", b"GET"))
    headers = dict(scope["headers"])
    asked = headers.get(b"last-event-id") or dict(parse_qsl(scope["query_string"])).get(b"after")
    if asked and not (asked.isdigit() and len(asked) < 19):
        raise Refused(HTTPStatus.BAD_REQUEST)
    session = parse_cookie(headers.get(b"cookie", b"").decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
    if not session:
        raise Refused(HTTPStatus.UNAUTHORIZED)
    address = (scope.get("client") or ("",))[0] or ""
    return Caller(session, address), int(asked) if asked else None


def _let_go_of_headers(scope: Scope) -> None:
    """A fifth of an idle stream's memory, which the server would keep as long as the stream is open."""
    if isinstance(scope["headers"], list):
        scope["headers"].clear()


def _allow_many_sockets() -> None:
    """As many as the system lets us have: a stream is a socket, and the usual limit is 1024."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _unavailable() -> Refused:
    return Refused(HTTPStatus.SERVICE_UNAVAILABLE, (b"retry-after", b"2"))


async def _refuse(send: Send, refused: Refused) -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store"), *refused.headers]
    await send({"type": "http.response.start", "status": int(refused.status), "headers": headers})
    await send(
        {"type": "http.response.body", "body": f"{refused.status.phrase}\n".encode(), "more_body": False}
    )


def _on_stop_signals(close_streams: Callable[[], None]) -> Callable[[], None]:
    """Call it on SIGTERM and SIGINT, before the server's own handlers; returns what undoes this.

    A server waits for open answers before it tells the application of its end, and a stream has none.
    """
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def stop(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(close_streams)
        servers_own = before[signal.Signals(number)]
        if callable(servers_own):
            servers_own(number, frame)

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    for number in before:
        signal.signal(number, stop)
    return restore
