"""Who is looking: the frozen viewer, and the database context made from it.

Every query runs inside `acting(viewer)`. It opens a transaction whose first statement tells PostgreSQL
who is looking; row security compares that with each row's `boundary`. Outside of it the application
role sees nothing, and a wrapper refuses the query before it is sent.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection, transaction

SETTING = "backstay.viewer"
# Statements that read and change no row.
TRANSACTION_CONTROL = ("SAVEPOINT ", "RELEASE SAVEPOINT ", "ROLLBACK TO SAVEPOINT ", "SET CONSTRAINTS ")


# What `watching` collects, None outside of it.
_read: ContextVar[dict[str, set[int]] | None] = ContextVar("bound rows read", default=None)


class Boundary(StrEnum):
    """Who may read a row: anybody whom the code admits, or eligible people only."""

    OPEN = "open"
    US = "us"


class ViewerKind(StrEnum):
    STAFF = "staff"
    CONTACT = "contact"
    MACHINE = "machine"
    PUBLIC = "public"


class NoViewer(RuntimeError):
    """A query was about to run without anybody looking: wrap it in `acting(viewer)`."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking, and what code and database may show them.

    `id` is the staff member's or contact's key (0 for the others), `name` what people read beside an act.
    A contact reads the cases of `reads_organisations` and changes those of `writes_organisations`, beside
    the ones that they take part in themselves, which they change if `may_write`. `roles` and `teams` are
    a staff member's. `timezone` and `language` are how instants and words are shown.
    """

    kind: ViewerKind
    id: int = 0
    name: str = ""
    sees_us: bool = False
    roles: frozenset[str] = frozenset()
    own_organisation: int | None = None
    reads_organisations: frozenset[int] = frozenset()
    writes_organisations: frozenset[int] = frozenset()
    may_write: bool = False
    teams: frozenset[int] = frozenset()
    timezone: str = "UTC"
    language: str = "en"

    @property
    def context(self) -> str:
        """The value of the database setting: first what may be seen, then who."""
        widest = Boundary.US if self.sees_us else Boundary.OPEN
        return f"{widest}:{self.kind}:{self.name if self.is_machine else self.id}"

    @property
    def is_staff(self) -> bool:
        return self.kind is ViewerKind.STAFF

    @property
    def is_contact(self) -> bool:
        return self.kind is ViewerKind.CONTACT

    @property
    def is_machine(self) -> bool:
        return self.kind is ViewerKind.MACHINE

    def sees(self, boundary: str) -> bool:
        return self.sees_us or boundary == Boundary.OPEN


PUBLIC = Viewer(kind=ViewerKind.PUBLIC)


def machine(name: str) -> Viewer:
    """Background work under its own name; it sees both sides, and shows nothing to anybody by itself."""
    return Viewer(kind=ViewerKind.MACHINE, name=name, sees_us=True)


def current() -> Viewer:
    """The viewer of the innermost `acting` block. Raises NoViewer outside of one."""
    viewer: Viewer | None = getattr(connection, "backstay_viewer", None)
    if viewer is None:
        raise NoViewer("nobody is looking: open scoping.acting(viewer) first")
    return viewer


@contextmanager
def acting(viewer: Viewer) -> Iterator[Viewer]:
    """Run a block as `viewer`, in one transaction (a savepoint when nested).

    The outer value is put back by hand after a block that went well, because SET LOCAL survives the
    release of a savepoint; after an exception the rollback to the savepoint has put it back.
    """
    outer: Viewer | None = getattr(connection, "backstay_viewer", None)
    with transaction.atomic():
        _tell_database(viewer.context)
        connection.backstay_viewer = viewer  # type: ignore[attr-defined]  # carried by the connection it describes
        try:
            yield viewer
        finally:
            connection.backstay_viewer = outer  # type: ignore[attr-defined]  # as above
    if connection.in_atomic_block:
        _tell_database(outer.context if outer else "")


@contextmanager
def narrowed(viewer: Viewer) -> Iterator[Viewer]:
    """Inside `acting`: run the rest of its transaction as `viewer`, and all of it as one piece of work.

    What comes after the block must need no query, and whoever answers an error inside must roll the whole
    transaction back: so neither a savepoint is needed nor a way back.
    """
    outer = current()
    _tell_database(viewer.context)
    connection.backstay_viewer = viewer  # type: ignore[attr-defined]  # carried by the connection it describes
    connection.backstay_one_piece = True  # type: ignore[attr-defined]  # as above
    try:
        yield viewer
    finally:
        connection.backstay_viewer = outer  # type: ignore[attr-defined]  # as above
        connection.backstay_one_piece = False  # type: ignore[attr-defined]  # as above


@contextmanager
def piece() -> Iterator[None]:
    """All of a block or nothing: in a savepoint, unless the whole transaction is one piece (`narrowed`)."""
    with transaction.atomic(savepoint=not getattr(connection, "backstay_one_piece", False)):
        yield


def _tell_database(context: str) -> None:
    with allowed(), connection.cursor() as cursor:
        cursor.execute("select set_config(%s, %s, true)", [SETTING, context])


@contextmanager
def allowed() -> Iterator[None]:
    """Let queries through that need no viewer: migrations, and the context's own first statement."""
    before: bool = getattr(connection, "backstay_allowed", False)
    connection.backstay_allowed = True  # type: ignore[attr-defined]  # carried by the connection it describes
    try:
        yield
    finally:
        connection.backstay_allowed = before  # type: ignore[attr-defined]  # as above


def refuse_without_viewer(
    execute: Callable[..., Any],
    sql: str,
    params: Any,
    many: bool,  # noqa: FBT001  # Django's signature
    context: dict[str, Any],
) -> Any:
    """Connection wrapper: no query outside of `acting`, so that a forgotten context fails loudly."""
    database = context["connection"]
    if sql.startswith(TRANSACTION_CONTROL):
        return execute(sql, params, many, context)
    if getattr(database, "backstay_viewer", None) is None and not getattr(
        database, "backstay_allowed", False
    ):
        raise NoViewer(f"query outside of scoping.acting(viewer): {sql[:120]}")
    return execute(sql, params, many, context)


@contextmanager
def watching() -> Iterator[dict[str, set[int]]]:
    """Collect which bound rows people read in this block, by whichever query: kind -> ids.

    What machines read on the way is not theirs. Counts and single columns are not rows.
    """
    rows: dict[str, set[int]] = {}
    token = _read.set(rows)
    try:
        yield rows
    finally:
        _read.reset(token)


def note_read(kind: str, key: int, boundary: str | None) -> None:
    """Called for every row that can be bound; one whose boundary was not asked for may be."""
    rows = _read.get()
    if rows is None or boundary == Boundary.OPEN:
        return
    viewer = current()
    if viewer.sees_us and not viewer.is_machine:
        rows.setdefault(kind, set()).add(key)
