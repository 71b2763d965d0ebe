"""Readers of the outbox: each follows the numbers with its own position.

A batch is one transaction and the position moves in it, so what a handler writes to the database happens
exactly once whenever the process dies; what it does elsewhere happens at least once. A handler that
fails parks its event and what follows under the same key, and the stream goes on.
"""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from django.db import IntegrityError, connection, transaction
from django.db.models import Min

from backstay.core.events import Event, load
from backstay.core.models import OutboxEvent, ParkedEvent, ReaderPosition
from backstay.core.scoping import acting, machine

log = logging.getLogger(__name__)

BATCH = 100
RETENTION = timedelta(days=7)
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(hours=1)
FORGOTTEN_AT_ONCE = 10_000
PACKAGE = Path(__file__).resolve().parents[1]

Handler = Callable[..., None]  # (event, *, at): the event as its own class, `at` the instant of handling


class Start(StrEnum):
    """Where a reader begins that the database has not met before."""

    BEGINNING = "beginning"  # with everything that is still kept
    END = "end"  # with what comes from now on


@dataclass(frozen=True, slots=True)
class Reader:
    name: str
    handle: Handler
    events: tuple[type[Event], ...]
    start: Start

    def wants(self, row: OutboxEvent) -> bool:
        """An event of a newer version, unknown here, is wanted as well: it is parked, never passed over."""
        kind = Event.known.get(row.name)
        return kind is None or issubclass(kind, self.events)


registered: dict[str, Reader] = {}


def register(name: str, handle: Handler, *events: type[Event], start: Start = Start.END) -> None:
    """Let `handle` follow `events` and those derived from them; all events when none is named."""
    if name in registered:
        raise ValueError(f"two readers are called {name!r}")
    registered[name] = Reader(name, handle, events or (Event,), start)


def reader(name: str, *events: type[Event], start: Start = Start.END) -> Callable[[Handler], Handler]:
    """`register` as a decorator."""

    def decorate(handle: Handler) -> Handler:
        register(name, handle, *events, start=start)
        return handle

    return decorate


def behind() -> list[str]:
    """The readers that something waits for, and those that have not begun: for all of them two statements."""
    with acting(machine("readers")):
        newest, passed = end(), dict(ReaderPosition.objects.values_list("reader", "seq"))
    return [name for name in registered if passed.get(name, -1) < newest]


def with_retries(at: datetime) -> list[str]:
    """The readers for which anything parked may be due."""
    with acting(machine("readers")):
        due = set(ParkedEvent.objects.filter(retry_at__lte=at).values_list("reader", flat=True).distinct())
    return [name for name in registered if name in due]


def drain(name: str, at: datetime, limit: int = BATCH) -> int:
    """Pass the next events, at most `limit`, in one transaction, and say how many those were.

    0 means that there is nothing to read, or that another process is reading. The handler runs as
    machine(name), each event in a savepoint of its own.
    """
    try:
        return _drain(registered[name], at, limit, immediate=False)
    except IntegrityError:
        # A deferred constraint, found at the commit, does not say whose fault it is: one at a time does.
        return _drain(registered[name], at, 1, immediate=True)


def _drain(reader: Reader, at: datetime, limit: int, *, immediate: bool) -> int:
    with acting(machine(reader.name)):
        position = _claimed(reader)
        if position is None:
            return 0
        rows = list(OutboxEvent.objects.filter(seq__gt=position.seq).order_by("seq")[:limit])
        if not rows:
            return 0
        _handle_all(reader, [row for row in rows if reader.wants(row)], at, immediate=immediate)
        position.seq = rows[-1].seq or 0
        position.save(update_fields=["seq"])
        return len(rows)


def _handle_all(reader: Reader, rows: list[OutboxEvent], at: datetime, *, immediate: bool) -> None:
    parked = set(
        ParkedEvent.objects.filter(reader=reader.name, key__in={row.key for row in rows}).values_list(
            "key", flat=True
        )
    )
    for row in rows:
        error = None if row.key in parked else _attempt(reader, row, at, immediate=immediate)
        if row.key in parked or error is not None:
            parked.add(row.key)
            _park(reader, row, at, error)


def retry_parked(name: str, at: datetime) -> int:
    """Try again what is parked and due, each key in its order; say how many events were handled."""
    with acting(machine(name)):
        heads = ParkedEvent.objects.filter(reader=name).order_by("key", "seq").distinct("key").values("pk")
        due = ParkedEvent.objects.filter(pk__in=heads, retry_at__lte=at).order_by("retry_at", "seq")
        keys = list(due.values_list("key", flat=True)[:BATCH])
    return sum(_retry_key(registered[name], key, at) for key in keys)


def _retry_key(reader: Reader, key: str, at: datetime) -> int:
    """One transaction, under the reader's position: never beside a batch or another retry."""
    with acting(machine(reader.name)):
        if _claimed(reader) is None:
            return 0
        waiting = list(ParkedEvent.objects.filter(reader=reader.name, key=key).order_by("seq")[:BATCH])
        if not waiting or waiting[0].retry_at > at:
            return 0
        rows = OutboxEvent.objects.in_bulk([parked.seq for parked in waiting], field_name="seq")
        for handled, parked in enumerate(waiting):
            error = _attempt(reader, rows[parked.seq], at, immediate=True)
            if error is not None:
                _park_again(parked, at, error)
                return handled
            parked.delete()
        return len(waiting)


def _attempt(reader: Reader, row: OutboxEvent, at: datetime, *, immediate: bool) -> Exception | None:
    """Handle one event in a savepoint; the error when it failed. A lost connection fails the batch."""
    try:
        with transaction.atomic():
            reader.handle(load(row), at=at)
            if immediate:
                with connection.cursor() as cursor:
                    cursor.execute("set constraints all immediate")
    except Exception as error:
        if connection.needs_rollback or not connection.is_usable():
            raise
        log.exception("reader %s parks event %s (%s, %s)", reader.name, row.seq, row.name, row.key)
        return error
    return None


def _park(reader: Reader, row: OutboxEvent, at: datetime, error: Exception | None) -> None:
    """`error` is None for an event that only waits behind another one of its key."""
    ParkedEvent.objects.create(
        reader=reader.name,
        key=row.key,
        seq=row.seq or 0,
        boundary=row.boundary,
        attempts=0 if error is None else 1,
        retry_at=at if error is None else at + _pause(1),
        error="" if error is None else _description(error),
    )


def _park_again(parked: ParkedEvent, at: datetime, error: Exception) -> None:
    parked.attempts += 1
    parked.retry_at = at + _pause(parked.attempts)
    parked.error = _description(error)
    parked.save(update_fields=["attempts", "retry_at", "error"])


def _pause(attempts: int) -> timedelta:
    return min(FIRST_RETRY * (1 << min(attempts - 1, 20)), LONGEST_RETRY)


def _description(error: Exception) -> str:
    """What kind of error, and where. Its message stays out: it may quote a customer's data or a secret."""
    frames = traceback.extract_tb(error.__traceback__)[1:]
    ours = [frame for frame in frames if PACKAGE in Path(frame.filename).parents]
    name = type(error).__name__
    if not frames:
        return name
    last = (ours or frames)[-1]
    return f"{name} in {last.name}, {Path(last.filename).name} line {last.lineno}"


def _claimed(reader: Reader) -> ReaderPosition | None:
    """The reader's position, locked until the transaction ends; None when another process holds it."""
    rows = ReaderPosition.objects.filter(reader=reader.name)
    free = rows.select_for_update(skip_locked=True)
    claimed = free.first()
    if claimed is None and not rows.exists():
        seq = end() if reader.start is Start.END else 0
        ReaderPosition.objects.bulk_create(
            [ReaderPosition(reader=reader.name, seq=seq)], ignore_conflicts=True
        )
        claimed = free.first()
    return claimed


def catch_up(*, at: datetime) -> None:
    """Let those readers that begin with the beginning follow to the end, here and now."""
    for each in registered.values():
        if each.start is Start.BEGINNING:
            while drain(each.name, at) == BATCH:
                pass


def pass_over() -> None:
    """Let those readers that only heed what comes from now on begin behind everything that is there."""
    names = [each.name for each in registered.values() if each.start is Start.END]
    ReaderPosition.objects.filter(reader__in=names).update(seq=end())


def end() -> int:
    """The number of the newest event that the viewer may see, 0 when there is none."""
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(max(seq), 0) from core_outboxevent")
        found: int = cursor.fetchone()[0]
    return found


def forget_passed(*, at: datetime) -> int:
    """Delete events older than the retention that every reader has passed, and say how many.

    What is parked is kept, and so is the newest event, which tells where the numbers are.
    """
    with acting(machine("retention")):
        positions = ReaderPosition.objects.filter(reader__in=registered)
        if len(positions) < len(registered):
            return 0  # a reader has not begun yet
        passed = min([position.seq for position in positions], default=end())
        old = (
            OutboxEvent.objects.filter(at__lt=at - RETENTION, seq__lte=passed, seq__lt=end())
            .exclude(seq__in=ParkedEvent.objects.values("seq"))
            .order_by("seq")
        )
        deleted, _ = OutboxEvent.objects.filter(pk__in=old.values("pk")[:FORGOTTEN_AT_ONCE]).delete()
        return deleted


def oldest() -> int:
    """The number of the oldest event that is kept and that the viewer may see, 0 when there is none."""
    return OutboxEvent.objects.aggregate(oldest=Min("seq"))["oldest"] or 0
