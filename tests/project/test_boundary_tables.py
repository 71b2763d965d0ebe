"""The second wall, table by table: what a person without the right sees of a bound row is nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import sql

from backstay.core.scoping import SETTING, Viewer, ViewerKind
from backstay.project.boundary_register import APPEND_ONLY, BOUND
from tests.fixtures.databases import Databases
from tests.fixtures.rows import Rows

OUTSIDE = Viewer(kind=ViewerKind.STAFF, id=1, name="Andrei", roles=frozenset({"agent", "administrator"}))
INSIDE = Viewer(kind=ViewerKind.STAFF, id=2, name="Grace", sees_us=True)
NOBODY = [None, ""]  # never said, and said by an earlier transaction of the same connection

Connection = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def rows(worker_database: str, databases: Databases) -> Iterator[Rows]:
    """One bound and one open row of every table, committed by the owner."""
    name = f"{worker_database}_rows"
    databases.copy(name)
    urls = databases.named(name)
    with psycopg.connect(urls.owner) as owner, psycopg.connect(urls.app) as application:
        made = Rows(owner, application)
        for table in BOUND:
            made.add_pair(table)
        owner.commit()
        yield made
    databases.drop(name)


@contextmanager
def acting(connection: Connection, context: str | None) -> Iterator[Connection]:
    """A transaction of the application role in this context, undone at its end."""
    with connection.transaction(force_rollback=True):
        if context is not None:
            connection.execute("select set_config(%s, %s, true)", [SETTING, context])
        yield connection


def sides(connection: Connection, table: str) -> dict[str, int]:
    """How many rows a plain SELECT finds on each side of the boundary."""
    query = sql.SQL("select boundary, count(*) from {} group by 1").format(sql.Identifier(table))
    return dict(connection.execute(query).fetchall())


def changed(connection: Connection, table: str, statement: str) -> int:
    """How many rows an UPDATE or DELETE of all that it can reach has touched."""
    query = sql.SQL(statement).format(sql.Identifier(table))  # type: ignore[arg-type]  # written below, not typed in
    if table in APPEND_ONLY:
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"),
            connection.transaction(),
        ):
            connection.execute(query)
        return 0
    with connection.transaction(force_rollback=True):
        return connection.execute(query).rowcount


UPDATE = "update {} set boundary = boundary where boundary = 'us'"
UPDATE_ALL = "update {} set boundary = boundary"
DELETE = "delete from {} where boundary = 'us'"
DELETE_ALL = "delete from {}"


@pytest.mark.parametrize("context", NOBODY)
@pytest.mark.parametrize("table", BOUND)
def test_table_is_empty_for_nobody(rows: Rows, table: str, context: str | None) -> None:
    with acting(rows.application, context) as connection:
        assert sides(connection, table) == {}
        assert [changed(connection, table, statement) for statement in (UPDATE_ALL, DELETE_ALL)] == [0, 0]


@pytest.mark.parametrize("side", ["open", "us"])
@pytest.mark.parametrize("table", BOUND)
def test_nobody_adds_a_row(rows: Rows, table: str, side: str) -> None:
    with (
        acting(rows.application, None),
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
    ):
        rows.insert_as_application(table, side)


@pytest.mark.parametrize("table", BOUND)
def test_outsider_reads_and_counts_the_open_rows_only(rows: Rows, table: str) -> None:
    with acting(rows.application, OUTSIDE.context) as connection:
        assert sides(connection, table) == {"open": rows.found(table, "open")}


@pytest.mark.parametrize("statement", [UPDATE, DELETE])
@pytest.mark.parametrize("table", BOUND)
def test_outsider_changes_no_bound_row(rows: Rows, table: str, statement: str) -> None:
    with acting(rows.application, OUTSIDE.context) as connection:
        assert changed(connection, table, statement) == 0


@pytest.mark.parametrize("table", BOUND)
def test_outsider_adds_no_bound_row(rows: Rows, table: str) -> None:
    with (
        acting(rows.application, OUTSIDE.context),
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
    ):
        rows.insert_as_application(table, "us")


@pytest.mark.parametrize("table", sorted(BOUND.keys() - APPEND_ONLY))
def test_outsider_moves_no_row_across(rows: Rows, table: str) -> None:
    query = sql.SQL("update {} set boundary = 'us'").format(sql.Identifier(table))
    with (
        acting(rows.application, OUTSIDE.context) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
    ):
        connection.execute(query)


@pytest.mark.parametrize("table", BOUND)
def test_insider_reads_counts_and_changes_both_sides(rows: Rows, table: str) -> None:
    everything = {side: rows.found(table, side) for side in ("open", "us")}
    with acting(rows.application, INSIDE.context) as connection:
        assert sides(connection, table) == everything
        expected = 0 if table in APPEND_ONLY else everything["us"]
        assert changed(connection, table, UPDATE) == expected


@pytest.mark.parametrize("side", ["open", "us"])
@pytest.mark.parametrize("table", BOUND)
def test_insider_adds_a_row(rows: Rows, table: str, side: str) -> None:
    with acting(rows.application, INSIDE.context):
        assert rows.insert_as_application(table, side) == 1
