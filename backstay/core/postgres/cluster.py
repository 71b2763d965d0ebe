"""Creating the embedded server's data folder, whole or not at all."""

import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TypedDict

from backstay.core.postgres import roles
from backstay.core.postgres.home import Home
from backstay.core.postgres.record import ROLES, Record

HBA = "host all all 127.0.0.1/32 scram-sha-256\n"


class Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


class ClusterFailed(RuntimeError):
    """initdb or the first statements failed; the message is PostgreSQL's."""


def identity(home: Home) -> Identity:
    """How subprocess runs a program as the server's user; empty when that is ourselves."""
    if home.user is None:
        return {}
    return {"user": home.user, "group": pwd.getpwuid(home.user).pw_gid, "extra_groups": []}


def prepare(home: Home) -> Record:
    """The record of a data folder that is ready to start; creates both when there is none."""
    record = Record.read(home.folder)
    if record is None:
        inside = home.data if home.elsewhere else home.data.relative_to(home.folder)
        record = Record.new(str(inside))
        if home.data.exists():  # its record was lost: the passwords are ours to set again
            _single_user(home, home.data, "postgres", roles.passwords(record))
    if not home.data.exists():
        _create(home, record)
    fresh = record.on_free_port()
    if fresh != Record.read(home.folder):
        fresh.write(home.folder)
    return fresh


def _create(home: Home, record: Record) -> None:
    """Built beside its place and moved there when complete, so that a kill on the way leaves nothing half."""
    fresh = home.data.with_name("data.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    if home.user is not None:
        shutil.chown(fresh, home.user, pwd.getpwuid(home.user).pw_gid)
    locale = ["--locale-provider=builtin", "--locale=C.UTF-8", "--encoding=UTF8"]
    options = ["-D", str(fresh), "-U", ROLES["admin"], *locale, "--auth=scram-sha-256"]
    # Not in our own TMPDIR, which the server's user may not reach.
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        _run(
            home, [home.program("initdb"), *options, f"--pwfile={_password_file(home, Path(folder), record)}"]
        )
    (fresh / "pg_hba.conf").write_text(HBA)
    _single_user(home, fresh, "template1", roles.template_statements() + roles.passwords(record))
    _single_user(home, fresh, "postgres", roles.database_statements())
    record.write(home.folder)
    fresh.rename(home.data)


def _password_file(home: Home, folder: Path, record: Record) -> Path:
    path = folder / "password"
    path.touch(mode=0o600)
    path.write_text(record.admin_password)
    if home.user is not None:
        for each in (folder, path):
            shutil.chown(each, home.user)
    return path


def _single_user(home: Home, data: Path, database: str, statements: list[str]) -> None:
    """Statements one a line, in a server that nobody else can reach."""
    command = [home.program("postgres"), "--single", "-D", str(data), "-c", "exit_on_error=on", database]
    _run(home, command, "\n".join(statements) + "\n")


def _run(home: Home, command: list[str], text: str = "") -> None:
    done = subprocess.run(  # noqa: S603  # our own programs, arguments from constants and the record
        command, input=text, capture_output=True, text=True, cwd="/", check=False, **identity(home)
    )
    if done.returncode != 0:
        raise ClusterFailed(f"{Path(command[0]).name} failed:\n{(done.stderr or done.stdout).strip()}")
