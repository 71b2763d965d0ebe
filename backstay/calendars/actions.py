"""Writing calendar versions."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from backstay.calendars.models import CalendarVersion
from backstay.calendars.queries import NAMES, latest
from businesstime import Calendar

_LOCK = 0x63616C  # any number, the same in every process


def put_version(
    *,
    key: str,
    region: str,
    calendar: Calendar,
    at: datetime,
    names: Mapping[date, Mapping[str, str]] | None = None,
) -> CalendarVersion:
    """The version that says exactly this: the latest one where nothing differs, else a new one.

    `names` are the holidays' names by language code. Of two writers at once the second waits for the first.
    """
    written = {day.isoformat(): dict(texts) for day, texts in sorted((names or {}).items())}
    definition = calendar.to_dict() | {NAMES: written}
    with transaction.atomic():
        _wait_for_others()
        before = latest(key, region)
        if before and before.digest == digest(definition):
            return before
        return CalendarVersion.objects.create(
            key=key,
            region=region,
            version=before.version + 1 if before else 1,
            zone=calendar.zone,
            definition=definition,
            digest=digest(definition),
            created_at=at,
        )


def digest(definition: Mapping[str, Any]) -> str:
    """SHA-256 of a definition, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()


def _wait_for_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
