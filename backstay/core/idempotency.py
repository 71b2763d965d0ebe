"""The same request twice has one effect and one answer (ground for `Idempotency-Key`, RFC draft of the IETF).

The row that reserves a key is written in the transaction of what the request does. A second request with
the same key waits for the first at the unique index, and then finds its answer.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from backstay.core.models import StoredAnswer
from backstay.core.scoping import Boundary, piece

MAX_KEY = 200
KEPT = timedelta(days=7)
RESERVE = """
    insert into core_storedanswer (caller, key, request_hash, at, boundary, subject, status, body)
    values (%s, %s, %s, %s, 'open', '', 0, '{}') on conflict (caller, key) do nothing returning id
"""
KEEP = "update core_storedanswer set status = %s, body = %s, subject = %s, boundary = %s where id = %s"


class KeyReused(ValueError):
    """The key was used before with another request."""


class BadKey(ValueError):
    """Empty, too long, or not printable."""


class AnswerWithheld(PermissionError):
    """The key was answered before, with what the viewer may no longer see."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a request was answered. `subject` is what it speaks of ("case:12"), with its boundary."""

    status: int
    body: dict[str, Any] = field(default_factory=dict)
    subject: str = ""
    boundary: str = Boundary.OPEN
    is_repeated: bool = False


@piece()
def once(*, caller: str, key: str, request: bytes, at: datetime, make: Callable[[], Answer]) -> Answer:
    """The stored answer to `key`, or that of `make()`, stored with it. An exception stores nothing."""
    if not 0 < len(key) <= MAX_KEY or not key.isprintable():
        raise BadKey(f"an idempotency key has 1 to {MAX_KEY} printable characters")
    request_hash = hashlib.sha256(request).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(RESERVE, [caller, key, request_hash, at])
        reserved = cursor.fetchone()
    if reserved is None:
        return _repeated(caller, key, request_hash)
    answer = make()
    told: list[Any] = [answer.status, Jsonb(answer.body), answer.subject, answer.boundary]
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [*told, reserved[0]])
    return answer


def _repeated(caller: str, key: str, request_hash: str) -> Answer:
    row = StoredAnswer.objects.filter(caller=caller, key=key).first()
    if row is None:  # it is there, or it would have been reserved: row security hides it
        raise AnswerWithheld("this idempotency key was used for what you may not see: take a new one")
    if row.request_hash != request_hash:
        raise KeyReused("this idempotency key was used for another request: take a new one")
    return Answer(
        status=row.status, body=row.body, subject=row.subject, boundary=row.boundary, is_repeated=True
    )


def forget_old(*, at: datetime) -> int:
    """Drop answers older than a week; how many there were."""
    return StoredAnswer.objects.filter(at__lt=at - KEPT).delete()[0]
