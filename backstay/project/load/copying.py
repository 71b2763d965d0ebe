"""Rows for COPY in its text format, gathered in memory and sent a block at a time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql

ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def escaped(text: str) -> str:
    """Text as COPY takes it. What comes from numbers and keys needs none of this."""
    return text.translate(ESCAPES)


@dataclass
class Rows:
    """Rows of one table; values are written as they stand, None as NULL, text must be `escaped`."""

    table: str
    columns: tuple[str, ...]
    lines: list[str] = field(default_factory=list)

    def add(self, *values: Any) -> None:
        self.lines.append("\t".join(map(_written, values)))

    def send(self, connection: "psycopg.Connection[Any]") -> None:
        statement = sql.SQL("copy {} ({}) from stdin").format(
            sql.Identifier(self.table), sql.SQL(", ").join(map(sql.Identifier, self.columns))
        )
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write("\n".join([*self.lines, ""]))


def send_all(connection: "psycopg.Connection[Any]", tables: Iterable[Rows]) -> None:
    for rows in tables:
        if rows.lines:
            rows.send(connection)


def keys(connection: "psycopg.Connection[Any]", sequence: str, count: int) -> list[int]:
    """That many new numbers of a sequence; nobody else gets them."""
    found = connection.execute("select nextval(%s::regclass) from generate_series(1, %s)", [sequence, count])
    return [row[0] for row in found.fetchall()]


def _written(value: Any) -> str:
    if type(value) is str:
        return value
    if value is None:
        return "\\N"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value)
