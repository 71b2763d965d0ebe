"""What a database needs before anything is served from it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from backstay.core.scoping import acting, machine
from backstay.oncall.actions import push_key
from backstay.plans.actions import ensure_catalogue
from backstay.project.databases import OWNER
from backstay.routing.actions import ensure_rules

LOCK = 0x6261636B  # any number, the same in every process


def bootstrap(*, at: datetime) -> None:
    """Migrate as the owner and load what ships, each only where it is missing; one process at a time."""
    with _one_at_a_time():
        if unapplied():
            call_command("migrate", database=OWNER, verbosity=0, interactive=False)
        by = machine("bootstrap")
        with acting(by):
            ensure_catalogue(by=by, at=at)
            ensure_rules()
            push_key()


def unapplied() -> list[str]:
    """Names of the migrations that this database does not have yet."""
    executor = MigrationExecutor(connections[OWNER])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with connections[OWNER].cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [LOCK])
