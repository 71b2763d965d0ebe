"""The ASGI handler of ours: a form's files are stored while they arrive.

Django's own one first writes the whole body, of any length, to a temporary file, and copies it out of there
while the request's transaction waits. Here the body is limited while it is received, a form is taken apart on
the way, and the request begins when everything has come.

A request is then answered in one thread, from its first middleware to its last; Django's own handler starts a
thread for each request, and goes back and forth between that and the event loop.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from contextvars import copy_context
from dataclasses import dataclass
from io import BufferedReader, BytesIO, RawIOBase
from typing import Any, cast

import django
from django.conf import settings
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, ASGIRequest, get_script_prefix
from django.core.signals import request_started
from django.db import close_old_connections
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.urls import set_script_prefix
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext

from backstay.core.files.uploads import StoreUploads
from backstay.core.postgres.addresses import POOL_SIZE

PIECE = 256 * 1024
IDLE_TIMEOUT = 60.0  # seconds without a byte before an upload is given up
# Only requests that are larger than FILE_UPLOAD_MAX_MEMORY_SIZE take one of these while they arrive; they may
# keep each other waiting, and nobody else.
_waiting_threads = ThreadPoolExecutor(max_workers=64, thread_name_prefix="upload")
_working_threads = ThreadPoolExecutor(max_workers=16, thread_name_prefix="form")
# As many as the pool has connections: a request waits here for its turn, instead of there for a connection.
_answering_threads = ThreadPoolExecutor(max_workers=POOL_SIZE, thread_name_prefix="request")

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class BodyTooLarge(Exception):
    """The request's body has more than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class Body:
    """A request's body while it arrives: at most `limit` bytes, and one part of it in memory."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self._receive = receive
        self._headers: dict[bytes, str] = {
            name.lower(): value.decode("latin1") for name, value in scope["headers"]
        }
        kind = self._header("content-type")
        self.is_form = scope["method"] == "POST" and kind.startswith("multipart/form-data")
        self._limit = settings.UPLOAD_MAX_BYTES if self.is_form else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        self._received = 0
        self.complete = False

    async def __call__(self) -> Mapping[str, Any]:
        """What the server says after the body; this stands in its place from there on."""
        return await self._receive()

    def check_announced(self) -> None:
        """Raises BodyTooLarge before anything is sent, if the client says itself how much it would be."""
        announced = self._header("content-length")
        if announced.isascii() and announced.isdigit() and int(announced[:20]) > self._limit:
            raise BodyTooLarge(self._limit)

    async def part(self) -> bytes:
        """The next part, empty at the end. Raises BodyTooLarge, and RequestAborted when nobody sends."""
        while not self.complete:
            try:
                async with asyncio.timeout(IDLE_TIMEOUT):
                    message = await self._receive()
            except TimeoutError as error:
                raise RequestAborted from error
            if message["type"] == "http.disconnect":
                raise RequestAborted
            self.complete = not message.get("more_body", False)
            data: bytes = message.get("body", b"")
            self._received += len(data)
            if self._received > self._limit:
                raise BodyTooLarge(self._limit)
            if data:
                return data
        return b""

    async def beginning(self, length: int) -> bytes:
        """Everything, or so many of its first parts that they are longer than `length`."""
        parts: list[bytes] = []
        while not self.complete and sum(map(len, parts)) <= length:
            parts.append(await self.part())
        return b"".join(parts)

    def _header(self, name: str) -> str:
        return self._headers.get(name.encode(), "").strip().lower()


class Incoming(RawIOBase):
    """A file to read from in a thread, whose bytes come from the event loop."""

    def __init__(self, beginning: bytes, body: Body, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._held = beginning
        self._body = body
        self._loop = loop

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill as much of the buffer as there is without waiting; nothing at the end only."""
        if not self._held and not self._body.complete:
            self._held = asyncio.run_coroutine_threadsafe(self._body.part(), self._loop).result()
        length = min(len(buffer), len(self._held))
        buffer[:length] = self._held[:length]
        self._held = self._held[length:]
        return length


@dataclass(frozen=True)
class Form:
    """A body that has been taken apart, or the error that taking it apart raised."""

    post: QueryDict | None = None
    files: "MultiValueDict[str, Any] | None" = None
    error: Exception | None = None

    def close(self) -> None:
        """The request closes its files itself when it is done; a form with an error has none."""


@dataclass(frozen=True)
class Refused:
    limit: int

    def close(self) -> None:
        """There is nothing to close."""


class ReceivedRequest(ASGIRequest):
    """A request whose form may have been taken apart before it began."""

    def __init__(self, scope: Scope, body_file: Any) -> None:
        super().__init__(scope, body_file)
        self._read_started = isinstance(body_file, Form)

    def _load_post_and_files(self) -> None:
        form: Any = self._stream
        if not isinstance(form, Form):
            super()._load_post_and_files()
        elif form.error:
            self._mark_post_parse_error()  # type: ignore[attr-defined]  # missing in the stubs
            raise form.error
        else:
            self._post, self._files = form.post, form.files


class ReceivingHandler(ASGIHandler):
    """Django's handler, with requests that are received and answered as this module's beginning says."""

    request_class = ReceivedRequest

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware(is_async=False)  # every middleware and every view of ours is synchronous
        self.too_large: Callable[[ASGIRequest, int], HttpResponse] = too_large

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().__call__(scope, Body(scope, receive) if scope["type"] == "http" else receive, send)

    async def handle(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with closing(body):
            response = await _in_thread(self._answer, scope, body)
            if not response.streaming:
                await self.send_response(response, send)
                return
            try:
                await self._stream(response, receive, send)
            finally:
                await _in_thread(response.close)

    def _answer(self, scope: Mapping[str, Any], body: Any) -> Any:
        """The answer, done with unless it is a stream; the thread's connection is free again in any case."""
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=type(self), scope=scope)
        request, refusal = self.create_request(scope, body)
        response: Any = refusal
        if request is not None:
            response = self.get_response(request)
            response._handler_class = type(self)  # noqa: SLF001  # Django's own handler tells it so, too
        if response.streaming:
            close_old_connections()
        else:
            response.close()
        return response

    async def _stream(self, response: HttpResponseBase, receive: Receive, send: Send) -> None:
        """Send until the end, or until the client has gone."""
        sending = asyncio.create_task(self.send_response(response, send))
        leaving = asyncio.create_task(self.listen_for_disconnect(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
            if not sending.done():
                sending.cancel()
            await asyncio.gather(leaving, return_exceptions=True)
        with suppress(asyncio.CancelledError):
            await sending

    async def read_body(self, receive: Receive) -> Any:
        body = cast("Body", receive)  # see __call__
        try:
            body.check_announced()
            beginning = await body.beginning(settings.FILE_UPLOAD_MAX_MEMORY_SIZE)
            if not body.is_form:
                return await _whole(beginning, body)
            return await _form(beginning, body)
        except BodyTooLarge as error:
            return Refused(error.limit)

    def create_request(self, scope: Mapping[str, Any], body: Any) -> Any:
        if isinstance(body, Refused):
            return None, self.too_large(ASGIRequest(dict(scope), BytesIO()), body.limit)
        return super().create_request(scope, body)


async def _in_thread(work: Callable[..., Any], *arguments: Any) -> Any:
    """Its context variables are a copy: what one request sets, the next one does not find."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_answering_threads, copy_context().run, work, *arguments)


async def _whole(beginning: bytes, body: Body) -> BytesIO:
    """DATA_UPLOAD_MAX_MEMORY_SIZE bytes at most, so that they fit into memory."""
    stream = BytesIO(beginning)
    stream.seek(0, 2)
    while data := await body.part():
        stream.write(data)
    stream.seek(0)
    return stream


async def _form(beginning: bytes, body: Body) -> Form:
    loop = asyncio.get_running_loop()
    stream = BufferedReader(Incoming(beginning, body, loop), PIECE)
    threads = _working_threads if body.complete else _waiting_threads
    form = await loop.run_in_executor(threads, _taken_apart, body.scope, stream)
    while await body.part():
        pass  # of a form that could not be read to its end
    return form


def _taken_apart(scope: Scope, stream: "BufferedReader[Incoming]") -> Form:
    request = ASGIRequest(scope, stream)
    # A body whose length is not announced is as long as it is; Django would take it for an empty one.
    request.META.setdefault("CONTENT_LENGTH", str(settings.UPLOAD_MAX_BYTES))
    try:
        return Form(request.POST, request.FILES)
    except Exception as error:
        _give_up(request)
        if isinstance(error, BodyTooLarge | RequestAborted):
            raise
        return Form(error=error)  # raised again where the request asks for its form


def _give_up(request: ASGIRequest) -> None:
    for handler in request.upload_handlers:
        if isinstance(handler, StoreUploads):
            handler.give_up()


def too_large(request: ASGIRequest, limit: int) -> HttpResponse:
    """The rest of the body is not read: the connection ends with this answer."""
    language = translation.get_language_from_request(request)
    with translation.override(language):
        words = gettext("This is too much at once: at most %(limit)s are taken.")
        text = words % {"limit": filesizeformat(limit)}
    answer = HttpResponse(f"{text}\n", status=413, content_type="text/plain; charset=utf-8")
    answer.headers["Connection"] = "close"
    answer.headers["Content-Language"] = language
    answer.headers["Content-Length"] = str(len(answer.content))
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def application() -> ReceivingHandler:
    """What `asgi.py` offers to the server."""
    django.setup(set_prefix=False)
    return ReceivingHandler()
