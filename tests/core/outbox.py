"""Events of the tests' own, and ways to publish them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import connection

from backstay.core import events, scoping

AT = datetime(2026, 11, 18, 8, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Knock(events.Event):
    """Somebody knocks at a door; `told` names the topics."""

    door: str
    count: int = 0
    told: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"door:{self.door}"

    @property
    def topics(self) -> list[str]:
        return self.told


@dataclass(frozen=True, kw_only=True)
class Ring(events.Event):
    @property
    def key(self) -> str:
        return "bell:1"


def publish(*what: events.Event) -> None:
    """In one transaction of their own."""
    with scoping.acting(scoping.machine("test")):
        for event in what:
            events.publish(event, at=AT)


def number() -> None:
    """Give numbers now, as the commit would, in a test that never commits."""
    with scoping.allowed(), connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")


def knock(door: str, count: int = 0, *told: str, boundary: str = "open") -> Knock:
    return Knock(door=door, count=count, told=list(told), boundary=boundary)
