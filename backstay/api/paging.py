"""Lists by cursor: nothing is passed over or told twice while rows come and go."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.core import signing
from django.db.models import Field, Model, Q, QuerySet

from backstay.api.problems import BadCursor
from backstay.api.schemas import Paging

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Order:
    """The order of a list: by one field, then by primary key. A cursor is good for the list of its name."""

    name: str
    field: str = "id"
    descending: bool = False

    def page(self, rows: QuerySet[Row], paging: Paging) -> tuple[list[Row], str | None]:
        """The rows of a page, and the cursor of the next one. Raises BadCursor."""
        sign = "-" if self.descending else ""
        rows = rows.order_by(f"{sign}{self.field}", f"{sign}pk")
        if paging.after is not None:
            rows = rows.filter(self._beyond(self._kept(rows), paging.after))
        found = list(rows[: paging.limit + 1])
        page = found[: paging.limit]
        return page, self._cursor(page[-1]) if len(found) > paging.limit else None

    def _beyond(self, kept: "Field[Any, Any]", cursor: str) -> Q:
        """In a form that an index over both can serve."""
        try:
            text, key = self._signer.unsign_object(cursor)
        except signing.BadSignature as error:
            raise BadCursor("this is no cursor of this list: begin without one") from error
        value, than = kept.to_python(text), "lt" if self.descending else "gt"
        later = Q(**{f"{self.field}__{than}": value}) | Q(**{f"pk__{than}": key})
        return Q(**{f"{self.field}__{than}e": value}) & later

    def _cursor(self, row: Model) -> str:
        return self._signer.sign_object([self._kept(row).value_to_string(row), row.pk])

    def _kept(self, rows: "QuerySet[Any] | Model") -> "Field[Any, Any]":
        model = rows.model if isinstance(rows, QuerySet) else rows
        field: Field[Any, Any] = model._meta.get_field(self.field)  # type: ignore[assignment]  # noqa: SLF001  # a column's; Django's documented way
        return field

    @property
    def _signer(self) -> signing.Signer:
        return signing.Signer(salt=f"api.cursor.{self.name}")
