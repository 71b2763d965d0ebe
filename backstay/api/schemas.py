"""What requests and answers of every slice are made of. Instants are ISO 8601; answers give them in UTC."""

from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, StringConstraints

from backstay.cases.actions.opening import MAX_SUBJECT
from backstay.conversations.actions import MAX_BODY

NO_NUL = r"^[^\x00]*$"  # PostgreSQL keeps no NUL; the pattern also has halves of surrogate pairs refused
FIRST, LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1, description="the case's version that you read")]
Instant = Annotated[AwareDatetime, Field(ge=FIRST, le=LAST)]
Moment = Annotated[datetime, AfterValidator(lambda instant: instant.astimezone(UTC))]
Text = Annotated[str, StringConstraints(max_length=MAX_BODY, pattern=NO_NUL)]
Reason = Annotated[str, StringConstraints(max_length=MAX_SUBJECT, pattern=NO_NUL)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=MAX_SUBJECT, pattern=NO_NUL)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=r"^[A-Za-z0-9_-]+$")]
Item = TypeVar("Item")


class Request(Schema):
    """A request's body: an unknown field is refused, so that a misspelt one is not lost silently."""

    model_config = ConfigDict(extra="forbid")


class Paging(Schema):
    """Where a page begins and how long it is."""

    after: str | None = Field(None, max_length=1000, description="the `next` of the page before")
    limit: int = Field(50, ge=1, le=100)


class Page(Schema, Generic[Item]):
    """One page; `next` is the cursor of the following one, null on the last."""

    items: list[Item]
    next: str | None


class Named(Schema):
    id: int
    name: str

    @classmethod
    def of(cls, row: Any) -> "Named | None":
        return cls(id=row.pk, name=row.name) if row is not None else None
