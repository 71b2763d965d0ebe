import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from backstay.core import postgres
from checks.findings import ROOT
from tests.fixtures.databases import Databases

DEFAULTS = re.compile(r"--command='(alter default privileges [^']+)'")
RESTORE = re.compile(r"postgres (pg_restore --exit-on-error --single-transaction)")
GRANTS = """
    select table_name, string_agg(privilege_type, ' ' order by privilege_type)
    from information_schema.role_table_grants where grantee = %s group by 1 order by 1
"""


def _run(*command: str) -> None:
    subprocess.run([str(postgres.found_programs() / command[0]), *command[1:]], check=True)


def _grants(url: str, role: str) -> list[tuple[str, str]]:
    with psycopg.connect(url) as connection:
        return connection.execute(GRANTS, [role]).fetchall()


def test_restored_database_gives_the_application_no_right_that_it_did_not_have(
    databases: Databases, worker_database: str, tmp_path: Path
) -> None:
    text = (ROOT / "docs/operate/backup.md").read_text(encoding="utf-8").replace("\\\n  ", "")
    first, second = databases.named(worker_database), databases.named(f"{worker_database}_restored")
    role = urlsplit(first.app).username or ""
    restore = RESTORE.findall(text)[0].split()
    assert len(DEFAULTS.findall(text)) == 2
    _run("pg_dump", "--format=custom", f"--file={tmp_path / 'dump'}", first.owner)
    databases.drop(f"{worker_database}_restored")
    with psycopg.connect(first.owner, autocommit=True) as connection:
        connection.execute(f"create database {worker_database}_restored template template1")
    try:
        with psycopg.connect(second.owner) as connection:
            for statement in DEFAULTS.findall(text):
                connection.execute(statement.replace("backstay_app", role))
        _run(*restore, f"--dbname={second.owner}", str(tmp_path / "dump"))
        before = _grants(first.owner, role)
        assert ("core_auditentry", "INSERT SELECT") in before
        assert _grants(second.owner, role) == before
    finally:
        databases.drop(f"{worker_database}_restored")
