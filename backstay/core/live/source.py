"""The outbox as a hub reads it: numbers, names and topics, never what an event says."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from backstay.core.doorbell import LISTEN, connection_parameters
from backstay.core.scoping import SETTING, Boundary, Viewer, machine

VIEWER = machine("live")
LOOKING = "select set_config(%s, %s, true)"
COLUMNS = "select seq, name, key, topics, boundary from core_outboxevent"


@dataclass(frozen=True, slots=True)
class Notice:
    """That something happened: the event's number, its name, its key, and whom it may concern."""

    n: int
    name: str
    key: str
    topics: frozenset[str]
    boundary: str


class Source:
    """One reading connection. It is made anew after a psycopg.Error, which the caller sees."""

    def __init__(self) -> None:
        self._connection: psycopg.AsyncConnection | None = None
        self._turn = asyncio.Lock()

    async def end(self) -> int:
        """The newest number, 0 when there is none."""
        async with self._reading() as connection:
            return await _number(connection, "select coalesce(max(seq), 0) from core_outboxevent")

    async def after(self, n: int, limit: int) -> list[Notice]:
        async with self._reading() as connection:
            return await _notices(connection, f"{COLUMNS} where seq > %s order by seq limit %s", [n, limit])

    async def missed(
        self, after: int, until: int, topics: Collection[str], *, by: Viewer, limit: int
    ) -> list[Notice] | None:
        """What a returning browser has missed; None when that is no longer known, or more than `limit`.

        Row security answers as to the person whose browser it is.
        """
        async with self._reading() as connection:
            if after + 1 < await _number(connection, "select coalesce(min(seq), 0) from core_outboxevent"):
                return None
            await connection.execute(LOOKING, [SETTING, by.context])
            found = await _notices(
                connection,
                f"{COLUMNS} where seq > %s and seq <= %s and topics && %s and (boundary = %s or %s) "
                "order by seq limit %s",
                [after, until, list(topics), Boundary.OPEN, by.sees(Boundary.US), limit + 1],
            )
            return found if len(found) <= limit else None

    async def wakes(self) -> AsyncGenerator[None]:
        """One item when listening has begun, then one for each wake-up, on a connection of its own."""
        connection = await psycopg.AsyncConnection.connect(**connection_parameters("live"), autocommit=True)
        async with connection:
            await connection.execute(LISTEN)
            yield
            async for _ in connection.notifies():
                yield

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[psycopg.AsyncConnection]:
        """The connection, to one reader at a time, in a transaction that says who is looking."""
        async with self._turn:
            if self._connection is None or self._connection.closed:
                parameters = connection_parameters("live")
                self._connection = await psycopg.AsyncConnection.connect(**parameters, autocommit=True)
            async with self._connection.transaction():
                await self._connection.execute(LOOKING, [SETTING, VIEWER.context])
                yield self._connection


async def _number(connection: psycopg.AsyncConnection, query: str) -> int:
    row = await (await connection.execute(query)).fetchone()
    return int((row or (0,))[0])


async def _notices(connection: psycopg.AsyncConnection, query: str, values: list[Any]) -> list[Notice]:
    cursor = await connection.execute(query, values)
    return [
        Notice(n, name, key, frozenset(topics), side)
        for n, name, key, topics, side in await cursor.fetchall()
    ]
