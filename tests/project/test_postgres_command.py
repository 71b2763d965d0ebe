import subprocess

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from backstay.project.cli import Need, _need
from backstay.project.databases import OWNER

pytestmark = pytest.mark.usefixtures("db")


def test_postgres_runs_a_program_as_the_owner(capfd: pytest.CaptureFixture[str]) -> None:
    call_command("postgres", "psql", "--no-align", "--tuples-only", "--command=select current_user")
    assert capfd.readouterr().out == f"{connections[OWNER].settings_dict['USER']}\n"


def test_postgres_keeps_the_password_out_of_the_list_of_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    run = subprocess.run

    def spy(command: list[str], **options: object) -> object:
        seen.append(command)
        return run(command, **options)

    monkeypatch.setattr(subprocess, "run", spy)
    call_command("postgres", "psql", "--command=select 1", "--output=/dev/null")
    password = connections[OWNER].settings_dict["PASSWORD"]
    assert password
    assert [part for command in seen for part in command if password in part] == []


def test_postgres_ends_with_the_status_of_the_program() -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("postgres", "psql", "--set=ON_ERROR_STOP=1", "--command=do 'begin raise; end'")
    assert ended.value.code == 1


@pytest.mark.parametrize("name", ["no-such-program", "../../../bin/true"])
def test_postgres_refuses_what_is_no_program_of_postgresql(name: str) -> None:
    with pytest.raises(CommandError, match="there is no program"):
        call_command("postgres", name)


def test_postgres_finds_the_database_as_it_is() -> None:
    assert _need(["postgres", "pg_dump"]) is Need.RUNNING
