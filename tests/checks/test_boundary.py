from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from checks.boundary import KNOWN, POLICY, Key, Table, bound, of_keys, of_roles, of_tables, wrong_keys
from checks.findings import Finding
from tests.fixtures.databases import Databases

GUARDED = Table("cases_case", "r", True, "text not null", [POLICY], [KNOWN])
CARRIED = Key("cases_draft", "cases_case", "c", ["case_id", "boundary"])
Connection = psycopg.Connection[Any]


@pytest.fixture
def owner(worker_database: str, databases: Databases) -> Iterator[Connection]:
    """The owner of a migrated database; what a test changes there is undone."""
    with psycopg.connect(databases.named(worker_database).owner) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def role(databases: Databases) -> str:
    return urlsplit(databases.urls.app).username or ""


def found(connection: Connection, role: str) -> list[Finding]:
    return [*of_tables(connection), *of_keys(connection), *of_roles(connection, role)]


def test_register_agrees_with_the_database(owner: Connection, role: str) -> None:
    assert found(owner, role) == []


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("create table strays (id int)", "strays"),
        ("create view strays as select * from cases_case", "strays"),
        ("drop table core_readerposition", "core_readerposition"),
        ("alter table cases_draft disable row level security", "cases_draft"),
        ("alter table cases_draft alter boundary drop not null", "cases_draft"),
        ("alter table cases_draft drop constraint cases_draft_boundary_known", "cases_draft"),
        ("create policy easy on cases_draft using (true)", "cases_draft"),
        ("alter table accounts_team add boundary text", "accounts_team"),
        ("alter table cases_savedview add case_id bigint references cases_case", "cases_savedview.case_id"),
        ("alter table cases_draft drop constraint cases_draft_case_id_bound", "cases_draft.case_id"),
        ("alter table cases_draft add clock_id bigint references sla_clock", "cases_draft.clock_id"),
        ("grant update on core_auditentry to {role}", "core_auditentry"),
        ("create function peek() returns bigint language sql security definer as 'select 1::bigint'", "peek"),
    ],
)
def test_hole_in_the_wall_is_found(owner: Connection, role: str, statement: str, where: str) -> None:
    owner.execute(statement.format(role=role).encode())
    assert {finding.where for finding in found(owner, role)} == {where}


def test_guarded_table_is_fine() -> None:
    assert list(bound(GUARDED)) == []


def test_view_instead_of_a_bound_table_is_found() -> None:
    assert [finding.where for finding in bound(replace(GUARDED, kind="v"))] == ["cases_case"]


@pytest.mark.parametrize(
    "key",
    [
        replace(CARRIED, on_update="a"),
        replace(CARRIED, columns=["case_id"]),
        replace(CARRIED, table="accounts_team"),
    ],
)
def test_key_that_drops_the_boundary_is_found(key: Key) -> None:
    assert [finding.where for finding in wrong_keys([CARRIED, key])] == [key.name]
