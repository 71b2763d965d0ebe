"""The hub of a process: reads the outbox once for all the streams that are open here."""

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine
from contextlib import aclosing, suppress
from typing import Any

import psycopg

from backstay.core.live import messages
from backstay.core.live.access import ACCESS_TOPICS, Access, Caller, Denied, Desk, LiveAccess
from backstay.core.live.audience import Audience, Holder
from backstay.core.live.client import KEEP_ALIVE_SLOTS, QUEUE_LIMIT, Client
from backstay.core.live.source import Notice, Source

log = logging.getLogger(__name__)

POLL = 2.0  # seconds; a wake-up that was lost costs no more
GATHERING = 0.05  # seconds between two readings: what comes in between is one piece of work
RECONNECT = 0.3
READ_AT_ONCE = 500
PUSHED_AT_ONCE = 250  # then the event loop has its turn
CHECKED_AT_ONCE = 200


class Hub:
    """`position` is the number up to which the streams were told everything, None before the start."""

    def __init__(self, access: Access) -> None:
        self.position: int | None = None
        self.closing = False
        self._delivered = 0
        self._access_changes = 0
        self.desk = Desk(access)
        self._audience = Audience()
        self._source = Source()
        self._ready = asyncio.Event()
        self._wake = asyncio.Event()
        self._reading = asyncio.Lock()
        self._tasks = [
            asyncio.create_task(_for_ever(work))
            for work in (self._listen, self._follow, self._keep_alive, self._check_access)
        ]

    async def ready(self, seconds: float) -> bool:
        """Whether the hub knows its position, waited for at most so long, and takes streams."""
        try:
            async with asyncio.timeout(seconds):
                await self._ready.wait()
        except TimeoutError:
            return False
        return not self.closing

    async def admit(self, caller: Caller, client: Client) -> tuple[Holder, int]:
        """Let the client in: from now on what comes after the number returned is queued for it.

        Raises Denied, and what the port raises.
        """
        while True:
            changes = self._access_changes
            found = await self.desk.ask([caller])
            if changes == self._access_changes:  # else the answer may be older than a change that has passed
                break
        access = found.get(caller)
        if access is None:
            raise Denied(signed_in=caller in found)
        return self._audience.join(caller, access, client), self.position or 0

    def leave(self, holder: Holder, client: Client) -> None:
        self._audience.leave(holder, client)

    async def reach(self, n: int | None) -> None:
        """Read on when another process, from which the browser comes, was ahead; or, without `n`, to the end.

        Raises psycopg.Error.
        """
        if n is None:
            await self._advance()
            return
        while self.position is not None and self.position < n and await self._advance() > 0:
            pass

    async def missed(self, access: LiveAccess, after: int, until: int) -> list[Notice] | None:
        """What this reader has missed, None when they must read everything again. Raises psycopg.Error."""
        if after > until:  # never a number of this database
            return None
        return await self._source.missed(after, until, access.topics, by=access.viewer, limit=QUEUE_LIMIT)

    def close_streams(self) -> None:
        """Say good-bye to everybody, so that the server can stop; they come back to another process."""
        self.closing = True
        for holder in self._audience:
            self._audience.dismiss(holder)

    async def stop(self) -> None:
        self.close_streams()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._source.close()
        self.desk.close()

    async def _listen(self) -> None:
        async with aclosing(self._source.wakes()) as wakes:
            async for _ in wakes:
                self._wake.set()
                await asyncio.sleep(GATHERING)  # the wake-ups of a busy time are taken together, too

    async def _follow(self) -> None:
        self._wake.clear()
        while await self._advance() >= READ_AT_ONCE:
            pass
        await asyncio.sleep(GATHERING)
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL):
                await self._wake.wait()

    async def _advance(self) -> int:
        """Hand on what is new; how many notices those were."""
        async with self._reading:
            if self.position is None:
                self.position = self._delivered = await self._source.end()
                self._ready.set()
            notices = await self._source.after(self.position, READ_AT_ONCE)
            for notice in notices:
                await self._deliver(notice)
            return len(notices)

    async def _deliver(self, notice: Notice) -> None:
        await self._heed_access_change(notice)
        # Between these two nobody can join: who joins later catches up to this number.
        self.position = notice.n
        deliveries = self._audience.deliveries(notice)
        for count, (client, message) in enumerate(deliveries, start=1):
            client.push(message)
            if count % PUSHED_AT_ONCE == 0:
                await asyncio.sleep(0)
        self._delivered = notice.n

    async def _heed_access_change(self, notice: Notice) -> None:
        """Check those whom it names before anything that comes after it is handed on."""
        users = {topic for topic in notice.topics if topic.startswith(ACCESS_TOPICS)}
        if users:
            self._access_changes += 1
            await self._check(self._audience.watching(frozenset(users)))

    async def _keep_alive(self) -> None:
        for slot in range(KEEP_ALIVE_SLOTS):
            await asyncio.sleep(1)
            message = messages.part(messages.keep_alive(self._delivered))
            for client in self._audience.clients():
                if client.slot == slot and client.keeps_up:
                    client.push(message)

    async def _check_access(self) -> None:
        await asyncio.sleep(1)
        due = self._audience.due()
        for start in range(0, len(due), CHECKED_AT_ONCE):
            await self._check(due[start : start + CHECKED_AT_ONCE])

    async def _check(self, holders: Collection[Holder]) -> None:
        """Close the streams of those whose access is gone or has changed; not known is closed as well."""
        found: Any = {}
        try:
            found = await self.desk.ask([holder.caller for holder in holders])
        except Exception:
            log.exception("access of %s callers could not be checked, their streams are closed", len(holders))
        for holder in holders:
            holder.checked()
            if found.get(holder.caller) != holder.access:
                self._audience.dismiss(holder)


async def _for_ever(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Repeat it; after an error, a lost connection above all, with a short pause."""
    while True:
        try:
            await work()
        except psycopg.Error as error:
            log.warning("live: %s in %s, trying again", type(error).__name__, work.__name__)
            await asyncio.sleep(RECONNECT)
        except Exception:
            log.exception("live: %s failed", work.__name__)
            await asyncio.sleep(RECONNECT)
