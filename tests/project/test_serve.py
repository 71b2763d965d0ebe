"""`backstay serve` as a process among processes: what starts, what is restarted, what is left behind."""

import os
import re
import signal
import socket
import time
from pathlib import Path

import psycopg
import pytest

from backstay.core import postgres
from tests.fixtures.databases import Databases
from tests.fixtures.served import Served, eventually, gone, serving


@pytest.fixture(scope="module")
def var(own_var: Path) -> Path:
    """A folder whose database has been served from once, and stopped."""
    with serving(own_var) as served:
        served.said(f"http://127.0.0.1:{served.port}")
    return own_var


def _committed(urls: postgres.DatabaseUrls) -> list[tuple[int]]:
    with psycopg.connect(urls.app) as connection:
        return connection.execute("select id from survivors order by id").fetchall()


def test_serve_says_how_long_its_start_took(var: Path) -> None:
    began = time.monotonic()
    with serving(var) as served:
        took = time.monotonic() - began
        said = float(re.findall(r"after ([\d.]+) s", served.said("after"))[0])
        assert served.answers()
    assert 0 < said <= took + 0.05  # it is said to a tenth


def test_serve_stops_everything_in_order_when_told(var: Path) -> None:
    with serving(var) as served:
        family = served.family()
        assert len(served.web_and_worker()) == 2
    assert served.process.returncode == 0
    assert served.log.read_text().endswith("stopping\nstopped\n")
    assert gone(list(family))
    assert "database system is shut down" in (var / "postgres" / "postgres.log").read_text()


def test_serve_killed_leaves_no_orphan_and_loses_no_row(var: Path) -> None:
    with serving(var, "--processes", "2") as served:
        family = served.family()
        assert len(served.web_and_worker()) == 3
        with postgres.attached(var) as urls, psycopg.connect(urls.owner) as connection:
            connection.execute("create table if not exists survivors (id int)")
            connection.execute("insert into survivors values (1)")
        served.process.kill()
        eventually(lambda: gone(list(family)))
    with serving(var), postgres.attached(var) as urls:
        assert _committed(urls) == [(1,)]


def test_serve_starts_a_killed_postgres_again(var: Path) -> None:
    with serving(var) as served:
        with postgres.attached(var) as urls:
            os.kill(served.postgres(), signal.SIGKILL)
            served.said("PostgreSQL is back")
            with psycopg.connect(urls.app) as connection:
                assert connection.execute("select 1").fetchone() == (1,)
        assert served.answers()


def test_serve_starts_a_killed_child_again(var: Path) -> None:
    with serving(var) as served:
        for name, pid in zip(("web 1", "worker"), served.web_and_worker(), strict=True):
            os.kill(pid, signal.SIGKILL)
            served.said(f"the {name} process was ended by SIGKILL; starting it again in 0.2 s")
        eventually(lambda: len(served.web_and_worker()) == 2)
        eventually(served.answers)


def test_serve_processes_share_one_port(var: Path) -> None:
    with serving(var, "--processes", "2") as served:
        first, second, _worker = served.web_and_worker()
        os.kill(first, signal.SIGSTOP)
        assert served.answers()
        os.kill(first, signal.SIGCONT)
        assert second in served.web_and_worker()


def test_serve_says_plainly_that_the_port_is_taken(own_var: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        served = Served(own_var, "--port", str(port))
        assert served.process.wait(30) == 1
    assert served.log.read_text() == (
        f"CommandError: http://127.0.0.1:{port} cannot be opened: Address already in use. "
        "Stop what uses that port, or choose another with --port.\n"
    )


def test_serve_refuses_a_second_server_of_the_same_data(var: Path) -> None:
    with serving(var) as first:
        log = first.log.rename(var / "first.log")
        second = Served(var)
        assert second.process.wait(30) == 1
        assert f"process {first.process.pid} (backstay serve) runs the database" in second.log.read_text()
        first.log = log


def test_serve_refuses_a_role_that_row_security_does_not_bind(
    own_var: Path, databases: Databases, worker_database: str
) -> None:
    owner = databases.named(worker_database).owner
    served = Served(own_var, DATABASE_URL=owner, DATABASE_OWNER_URL=owner)
    assert served.process.wait(30) == 1
    assert re.search(
        r"refusing to serve: role \w+ owns the table public\.\w+, so row security would not bind it",
        served.log.read_text(),
    )
