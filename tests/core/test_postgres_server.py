"""The embedded server, with the real programs."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from backstay.core import postgres
from backstay.core.postgres.home import found_programs
from backstay.core.postgres.record import Record

HOLD = """
import sys, time
from pathlib import Path
from backstay.core.postgres import Server
with Server(Path(sys.argv[1])) as server:
    print(server._process.pid, flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def server(own_var: Path) -> Iterator[postgres.Server]:
    with postgres.Server(own_var, purpose="tests") as running:
        yield running


@pytest.fixture
def free_var(own_var: Path, server: postgres.Server) -> Iterator[Path]:
    """The folder with its server stopped for the length of a test; afterwards it runs again."""
    server.stop()
    yield own_var
    server.start()


def _ask(url: str, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


def _eventually(true: object, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():  # type: ignore[operator]  # a function without arguments
            return True
        time.sleep(0.02)
    return False


def _alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists() and "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()


def test_server_keeps_what_is_committed_through_a_crash_of_the_machine(server: postgres.Server) -> None:
    shown = [
        _ask(server.urls.app, f"show {name}")[0][0]
        for name in ("fsync", "full_page_writes", "synchronous_commit")
    ]
    assert shown == ["on", "on", "on"]


def test_server_listens_on_this_machine_alone_and_asks_for_passwords(server: postgres.Server) -> None:
    assert _ask(server.urls.app, "show listen_addresses") == [("127.0.0.1",)]
    assert _ask(server.record.url("admin"), "show unix_socket_directories") == [("",)]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.urls.app.replace(server.record.app_password, "wrong"))


def test_server_roles_are_as_narrow_as_their_work(server: postgres.Server) -> None:
    rights = (
        "select rolsuper, rolcreatedb, rolcreaterole, rolbypassrls from pg_roles where rolname = current_user"
    )
    assert _ask(server.urls.app, rights) == [(False, False, False, False)]
    assert _ask(server.urls.owner, rights) == [(False, True, False, False)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        _ask(server.urls.app, "create table mine (id int)")


def test_server_tables_of_the_owner_are_the_application_s_to_use(server: postgres.Server) -> None:
    _ask(server.urls.owner, "create table if not exists usable (id bigserial, word text)")
    _ask(server.urls.app, "insert into usable (word) values ('a')")
    assert _ask(server.urls.app, "delete from usable returning word") == [("a",)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        _ask(server.urls.app, "truncate usable")


def test_server_new_databases_have_the_extensions(server: postgres.Server) -> None:
    _ask(server.urls.owner, "create database another")
    another = server.record.url("owner", "another")
    names = [name for (name,) in _ask(another, "select extname from pg_extension order by 1")]
    assert names == ["btree_gist", "citext", "pg_trgm", "plpgsql", "unaccent"]
    _ask(server.urls.owner, "drop database another")


def test_server_sorts_and_folds_text_the_same_everywhere(server: postgres.Server) -> None:
    sql = "select datlocprovider, datlocale from pg_database where datname = current_database()"
    assert _ask(server.urls.app, sql) == [("b", "C.UTF-8")]
    assert _ask(server.urls.app, "select upper('ștrasse' collate pg_unicode_fast)") == [("ȘTRASSE",)]


def test_refusal_names_what_row_security_would_not_bind(server: postgres.Server) -> None:
    admin = server.record.url("admin")
    _ask(server.urls.owner, "create table if not exists owned (id int)")
    _ask(admin, "create role passer login password 'p' bypassrls")
    _ask(admin, "create role heir login password 'p' in role backstay_owner")
    passer, heir = (
        server.urls.app.replace("backstay_app", name).replace(server.record.app_password, "p")
        for name in ("passer", "heir")
    )
    assert postgres.refusal(server.urls.app) is None
    assert postgres.refusal(admin) == "role backstay_admin is a superuser"
    assert postgres.refusal(passer) == "role passer has BYPASSRLS"
    assert (postgres.refusal(server.urls.owner) or "").startswith(
        "role backstay_owner owns the table public."
    )
    assert (postgres.refusal(heir) or "").startswith("role heir owns the table public.")
    _ask(admin, "drop role passer, heir")


def test_server_is_never_started_twice_but_shared(own_var: Path, server: postgres.Server) -> None:
    with pytest.raises(postgres.HeldElsewhere, match=rf"process {os.getpid()} \(backstay tests\)"):
        postgres.Server(own_var).start()
    with postgres.running(own_var) as shared:
        assert shared == server.urls
    assert server.alive()


def test_running_starts_a_server_and_stops_it_at_the_end(free_var: Path) -> None:
    with pytest.raises(postgres.NobodyHolds), postgres.attached(free_var):
        pass
    with postgres.running(free_var) as urls:
        assert _ask(urls.app, "select 1") == [(1,)]
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(urls.app)


def test_running_uses_the_given_database_and_starts_none(
    server: postgres.Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", server.urls.app)
    monkeypatch.setenv("DATABASE_OWNER_URL", server.urls.owner)
    with postgres.running(tmp_path) as urls:
        assert urls == server.urls
    assert list(tmp_path.iterdir()) == []


def test_server_killed_is_noticed_and_comes_back_whole(server: postgres.Server) -> None:
    _ask(server.urls.owner, "create table if not exists kept (id int)")
    _ask(server.urls.app, "insert into kept values (1)")
    assert server._process is not None
    os.kill(server._process.pid, signal.SIGKILL)
    assert _eventually(lambda: not server.alive())
    server.restart()
    assert _ask(server.urls.app, "delete from kept returning id") == [(1,)]


def test_server_ends_with_its_killed_parent_and_loses_nothing(free_var: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(free_var)], stdout=subprocess.PIPE, text=True, env=environment
    ) as holder:
        assert holder.stdout is not None
        postmaster = int(holder.stdout.readline())
        with postgres.attached(free_var) as urls:
            _ask(urls.owner, "create table if not exists survivors (id int)")
            _ask(urls.app, "insert into survivors values (7)")
        holder.kill()
    with postgres.running(free_var) as urls:  # at once: the old server may still be on its way out
        assert not _alive(postmaster)
        assert _ask(urls.app, "delete from survivors returning id") == [(7,)]


def test_server_starts_past_a_pid_file_whose_number_belongs_to_another_program(free_var: Path) -> None:
    home = postgres.Home.find(free_var)
    (home.data / "postmaster.pid").write_text(f"{os.getpid()}\n{home.data}\n0\n1\n")
    with postgres.running(free_var) as urls:
        assert _ask(urls.app, "select 1") == [(1,)]


def test_server_moves_to_another_port_when_its_own_is_taken(free_var: Path) -> None:
    folder = free_var / "postgres"
    before = Record.read(folder)
    assert before is not None
    with socket.create_server(("127.0.0.1", before.port)), postgres.running(free_var):
        after = Record.read(folder)
        assert after is not None
        assert after.port != before.port
        assert after.app_password == before.app_password


def test_server_whose_record_was_lost_keeps_its_data_under_new_passwords(free_var: Path) -> None:
    folder = free_var / "postgres"
    before = Record.read(folder)
    with postgres.running(free_var) as urls:
        _ask(urls.owner, "create table if not exists remembered (id int)")
        _ask(urls.app, "insert into remembered values (3)")
    (folder / "server.json").unlink()
    with postgres.running(free_var) as urls:
        assert _ask(urls.app, "delete from remembered returning id") == [(3,)]
    after = Record.read(folder)
    assert before is not None
    assert after is not None
    assert after.app_password != before.app_password


def test_server_runs_as_nobody_for_root_even_from_a_closed_folder(tmp_path: Path) -> None:
    """tmp_path is closed to others, as /root is; so are the programs in it."""
    programs = found_programs()
    package = programs.parent.parent
    shutil.copytree(programs.parent, tmp_path / package.name / programs.parent.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, tmp_path / libraries.name)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        patch.delenv("DATABASE_OWNER_URL", raising=False)
        patch.setenv(
            "BACKSTAY_POSTGRES_BIN", str(tmp_path / package.name / programs.parent.name / programs.name)
        )
        told: list[str] = []
        try:
            with postgres.running(tmp_path / "var", tell=told.append) as urls:
                assert _ask(urls.app, "select 1") == [(1,)]
            home = postgres.Home.find(tmp_path / "var")
            assert (home.user is None) == (os.geteuid() != 0)
            assert [home.data.parent.name in words for words in told] == [True] * home.elsewhere
        finally:
            postgres.delete(tmp_path / "var")
    assert home.elsewhere == (home.user is not None)
    assert not home.data.exists()
