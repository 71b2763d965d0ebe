"""Who may follow what: the port that the project fills, asked in batches in a thread of its own."""

import asyncio
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from django.db import close_old_connections

from backstay.core.scoping import Viewer

ACCESS_TOPICS = "access:user:"


class Caller(NamedTuple):
    """Who asks for a stream: the key from the session cookie, and the address that they ask from."""

    session: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class LiveAccess:
    """What one signed-in user may follow: events of their topics, on their side of the boundary."""

    viewer: Viewer
    user_id: int
    topics: frozenset[str]

    @property
    def watched(self) -> frozenset[str]:
        """Their topics, and that of changes to this access, which is not for the browser."""
        return self.topics | {access_topic(self.user_id)}


def access_topic(user_id: int) -> str:
    """The topic of an event after which this user's streams are checked at once."""
    return f"{ACCESS_TOPICS}{user_id}"


class Denied(RuntimeError):
    """Nobody's session, or that of somebody who may follow nothing."""

    def __init__(self, *, signed_in: bool) -> None:
        super().__init__("may follow nothing" if signed_in else "not signed in")
        self.signed_in = signed_in


class Access(Protocol):
    """What these callers may follow at that instant.

    One that is missing from the answer is nobody's; None means somebody who may follow nothing.
    """

    def __call__(
        self, callers: Collection[Caller], *, at: datetime
    ) -> Mapping[Caller, LiveAccess | None]: ...


class Desk:
    """Asks the port for many at once: whoever comes while a check runs is part of the next one."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._asked: set[Caller] = set()
        self._answer: asyncio.Task[Mapping[Caller, LiveAccess | None]] | None = None
        self._turn = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live-access")

    async def ask(self, callers: Collection[Caller]) -> Mapping[Caller, LiveAccess | None]:
        """The answer of a check that began after this call. Raises what the port raises."""
        self._asked.update(callers)
        if self._answer is None:
            self._answer = asyncio.create_task(self._next())
        return await asyncio.shield(self._answer)

    async def _next(self) -> Mapping[Caller, LiveAccess | None]:
        async with self._turn:
            asked, self._asked, self._answer = self._asked, set(), None
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._look_up, asked)

    def _look_up(self, asked: set[Caller]) -> Mapping[Caller, LiveAccess | None]:
        close_old_connections()
        try:
            return self._access(asked, at=datetime.now(UTC))
        finally:
            close_old_connections()

    def close(self) -> None:
        self._thread.shutdown(wait=False)
