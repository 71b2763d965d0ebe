"""The live application on a real server in a thread, and readers of its streams."""

import asyncio
import json
import socket
import threading
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any, Self

import httpx
import uvicorn

from backstay.core.live import Caller, LiveAccess, LiveApplication
from backstay.core.scoping import Viewer, ViewerKind


def staff(user_id: int, *topics: str, sees_us: bool = False) -> LiveAccess:
    viewer = Viewer(kind=ViewerKind.STAFF, id=user_id, name=f"Staff {user_id}", sees_us=sees_us)
    return LiveAccess(viewer, user_id, frozenset(topics or {"queue"}))


class Sessions:
    """Stands where the project's port does: sessions by key, which a test adds and takes away."""

    def __init__(self) -> None:
        self.known: dict[str, LiveAccess | None] = {}
        self.broken = False
        self.asked = 0

    def __call__(self, callers: Collection[Caller], *, at: datetime) -> dict[Caller, LiveAccess | None]:
        self.asked += 1
        if self.broken:
            raise RuntimeError("no database")
        return {each: self.known[each.session] for each in callers if each.session in self.known}


class Stream:
    """One open stream, read event by event."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.last_id = ""
        self._lines = response.iter_lines()

    def next(self) -> dict[str, Any] | None:
        """The next event with data, `None` at the end of the stream; a ReadTimeout when there is none."""
        fields: dict[str, str] = {}
        for line in self._lines:
            if line:
                name, _, value = line.partition(":")
                fields[name] = value.strip()
                continue
            self.last_id = fields.get("id", self.last_id)
            if "data" in fields:
                return {"event": fields.get("event", "message"), "id": self.last_id} | json.loads(
                    fields["data"]
                )
            fields = {}
        return None

    def counts(self, how_many: int) -> list[int]:
        """The numbers of the next events."""
        return [event["n"] for event in (self.next() for _ in range(how_many)) if event is not None]


class Server:
    """Serves `application` until it is stopped."""

    def __init__(self, application: LiveApplication) -> None:
        self._application = application
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._uvicorn = uvicorn.Server(uvicorn.Config(application, log_config=None, ws="none"))
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self._open = ExitStack()

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        await self._uvicorn.serve([self._socket])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()
        # Outside of the main thread there are no signals to tell the application.
        self.loop.call_soon_threadsafe(self._application.hub.close_streams)
        self._uvicorn.should_exit = True
        self._thread.join()

    def get(self, session: str = "", path: str = "/live", method: str = "GET", **headers: str) -> Stream:
        """A stream that stays open until the server stops."""
        return self._open.enter_context(self.opened(session, path, method, **headers))

    @contextmanager
    def opened(
        self, session: str, path: str = "/live", method: str = "GET", **headers: str
    ) -> Iterator[Stream]:
        cookies = {"cookie": f"other=1; sessionid={session}"} if session else {}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with (
            httpx.Client(timeout=5) as client,
            client.stream(method, self.url + path, headers=cookies | named) as response,
        ):
            yield Stream(response)
