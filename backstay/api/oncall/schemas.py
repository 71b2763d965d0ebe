from datetime import datetime
from typing import Self

from ninja import Schema

from backstay.oncall.models import Page


class PageOut(Schema):
    """A page: what it is about, who is asked, and whether somebody looks after it."""

    id: int
    subject: str
    purpose: str
    state: str
    boundary: str
    made_at: datetime
    acknowledge_by: datetime | None
    level: int
    asked: str | None
    acknowledged_by: str | None
    closed_at: datetime | None

    @classmethod
    def of(cls, page: Page) -> Self:
        return cls(
            id=page.pk,
            subject=page.subject,
            purpose=page.purpose,
            state=page.state,
            boundary=page.boundary,
            made_at=page.made_at,
            acknowledge_by=page.acknowledge_by,
            level=page.level,
            asked=page.staff.name if page.staff else None,
            acknowledged_by=page.acknowledged_by.name if page.acknowledged_by else None,
            closed_at=page.closed_at,
        )
