"""The audit trail: typed entries, appended in the transaction of what they tell."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from backstay.core.composed import write
from backstay.core.models import AuditEntry
from backstay.core.scoping import Viewer


def record(
    kind: str,
    *,
    subject: tuple[str, int],
    boundary: str,
    by: Viewer,
    at: datetime,
    facts: dict[str, Any] | None = None,
) -> AuditEntry:
    """Append one entry. `facts` are JSON values: old and new, reasons, ids of what was touched."""
    entry = AuditEntry(
        kind=kind,
        subject_kind=subject[0],
        subject_id=subject[1],
        boundary=boundary,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_name=by.name,
        at=at,
        facts=facts or {},
    )
    return write(entry)


def of(subject: tuple[str, int]) -> QuerySet[AuditEntry]:
    """Entries about one subject, oldest first; row security drops what the viewer may not see."""
    return AuditEntry.objects.filter(subject_kind=subject[0], subject_id=subject[1]).order_by("id")
