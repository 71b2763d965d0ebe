"""Typed events in a transactional outbox, numbered in commit order (ground for webhooks, live pages, jobs).

An app defines its events as frozen dataclasses derived from `Event` in its `events.py`, and publishes them
in the transaction of what they tell. Readers follow the numbers; see `core.readers`.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Self

from backstay.core.composed import write
from backstay.core.models import OutboxEvent

CHANNEL = "backstay_events"  # NOTIFY wakes readers here, without payload


@dataclass(frozen=True, kw_only=True)
class Event:
    """Ids and facts, never model objects. `boundary` is that of the row it speaks of."""

    boundary: str
    known: ClassVar[dict[str, type["Event"]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        Event.known[cls.__name__] = cls

    @property
    def key(self) -> str:
        """What these events keep their order within, such as "case:12"."""
        raise NotImplementedError

    @property
    def topics(self) -> list[str]:
        """Which live pages this may concern; none by default."""
        return []

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Self:
        return cls(**{field.name: payload[field.name] for field in fields(cls)})


def publish(event: Event, *, at: datetime) -> None:
    """Write the event to the outbox. Must run inside the transaction that makes it true."""
    write(_row(event, at))


def publish_all(published: Iterable[Event], *, at: datetime) -> None:
    """As `publish`, for many events, in their order."""
    OutboxEvent.objects.bulk_create([_row(event, at) for event in published])


def _row(event: Event, at: datetime) -> OutboxEvent:
    return OutboxEvent(
        name=type(event).__name__,
        key=event.key,
        topics=event.topics,
        payload=asdict(event),
        boundary=event.boundary,
        at=at,
    )


def load(row: OutboxEvent) -> Event:
    return Event.known[row.name].from_payload(row.payload)
