"""Who is there, found by topic."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from backstay.core.live.access import Caller, LiveAccess
from backstay.core.live.client import Client
from backstay.core.live.messages import Message, notice, part
from backstay.core.live.source import Notice

CHECKED_WITHIN = 30.0  # seconds


@dataclass(slots=True, eq=False)
class Holder:
    """A signed-in caller with their open streams. They live and end with this access."""

    caller: Caller
    access: LiveAccess
    clients: set[Client] = field(default_factory=set)
    check_at: float = 0.0  # monotonic

    def checked(self) -> None:
        self.check_at = time.monotonic() + CHECKED_WITHIN * random.uniform(0.6, 0.9)  # noqa: S311  # spreads load


class Audience:
    def __init__(self) -> None:
        self._holders: dict[Caller, Holder] = {}
        self._by_topic: dict[str, set[Holder]] = {}

    def join(self, caller: Caller, access: LiveAccess, client: Client) -> Holder:
        holder = self._holders.get(caller)
        if holder is not None and holder.access != access:
            self.dismiss(holder)
            holder = None
        if holder is None:
            holder = self._holders[caller] = Holder(caller, access)
            holder.checked()
            for topic in access.watched:
                self._by_topic.setdefault(topic, set()).add(holder)
        holder.clients.add(client)
        return holder

    def leave(self, holder: Holder, client: Client) -> None:
        holder.clients.discard(client)
        if not holder.clients:
            self._forget(holder)

    def dismiss(self, holder: Holder) -> None:
        """Close all its streams."""
        self._forget(holder)
        for client in holder.clients:
            client.close()

    def __iter__(self) -> Iterator[Holder]:
        return iter(list(self._holders.values()))

    def clients(self) -> list[Client]:
        return [client for holder in self._holders.values() for client in holder.clients]

    def watching(self, topics: frozenset[str]) -> set[Holder]:
        return set().union(*(self._by_topic.get(topic, ()) for topic in topics))

    def due(self) -> list[Holder]:
        """Whose access is to be checked by now."""
        now = time.monotonic()
        return [holder for holder in self._holders.values() if holder.check_at <= now]

    def deliveries(self, what: Notice) -> list[tuple[Client, Message]]:
        """Who gets it, and as what: on their side of the boundary, with those topics that they hold."""
        made: dict[frozenset[str], Message] = {}
        found: list[tuple[Client, Message]] = []
        for holder in self.watching(what.topics):
            held = what.topics & holder.access.topics
            if held and holder.access.viewer.sees(what.boundary):
                if held not in made:
                    made[held] = part(notice(what, held))
                found += [(client, made[held]) for client in holder.clients]
        return found

    def _forget(self, holder: Holder) -> None:
        if self._holders.get(holder.caller) is holder:
            del self._holders[holder.caller]
        for topic in holder.access.watched:
            holders = self._by_topic.get(topic, set())
            holders.discard(holder)
            if not holders:
                self._by_topic.pop(topic, None)
