from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.core.forked import Forked, Say
from tests.fixtures.databases import Databases, let_go


@pytest.fixture
def owner(databases: Databases, worker_database: str) -> Iterator[psycopg.Connection]:
    """The owner of this process's database, committing at once."""
    with psycopg.connect(databases.named(worker_database).owner, autocommit=True) as connection:
        yield connection


@pytest.fixture
def disconnect(owner: psycopg.Connection) -> Iterator[Callable[[], int]]:
    """Cut every other connection to this database whose name begins so; how many those were."""

    def cut(application_name: str = "") -> int:
        row = owner.execute(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid() "
            "and starts_with(application_name, %s) and backend_type = 'client backend'",
            [application_name],
        ).fetchone()
        assert row is not None
        return int(row[0])

    yield cut
    let_go()  # this process's own are among them: no later test shall meet a dead one


@pytest.fixture
def forked() -> Iterator[Callable[[Callable[[Say], None]], Forked]]:
    """Processes of the test's own; those that are left at its end are killed."""
    started: list[Forked] = []

    def start(work: Callable[[Say], None]) -> Forked:
        started.append(Forked(work))
        return started[-1]

    yield start
    for process in started:
        process.close()
