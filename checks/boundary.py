"""The register of bound and unbound tables against the database as the migrations make it."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from backstay.project.boundary_register import APPEND_ONLY, BOUND, PLAIN_KEYS, UNBOUND
from checks.database import migrated
from checks.django_models import models, relations
from checks.findings import ROOT, Finding

TABLES = """
select c.relname, c.relkind, c.relrowsecurity,
    (select format_type(a.atttypid, null) || case when a.attnotnull then ' not null' else '' end
        from pg_attribute a where a.attrelid = c.oid and a.attname = 'boundary' and not a.attisdropped),
    array(select format('%s %s %s %s', p.polcmd, p.polpermissive,
        pg_get_expr(p.polqual, c.oid), pg_get_expr(p.polwithcheck, c.oid))
        from pg_policy p where p.polrelid = c.oid),
    array(select pg_get_constraintdef(k.oid) from pg_constraint k
        where k.conrelid = c.oid and k.contype = 'c')
from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
"""
KEYS = """
select k.conrelid::regclass::text, k.confrelid::regclass::text, k.confupdtype,
    array(select a.attname::text from unnest(k.conkey) with ordinality as c(n, place)
        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = c.n order by place)
from pg_constraint k where k.contype = 'f' and k.connamespace = 'public'::regnamespace
"""
ROLE = "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = %s"
OWNED = """
select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace
    and pg_has_role(%(role)s, c.relowner, 'usage')
"""
RIGHTS = """
select t.name, r.verb
from unnest(%(tables)s::text[]) t(name), unnest(array['update', 'delete', 'truncate']) r(verb)
where has_table_privilege(%(role)s, t.name, r.verb)
"""
FUNCTIONS = """
select proname, proconfig, pg_get_function_result(oid) from pg_proc
where pronamespace = 'public'::regnamespace and prosecdef
"""
POLICY = "* t backstay_sees(boundary) backstay_sees(boundary)"
KNOWN = "CHECK ((boundary = ANY (ARRAY['open'::text, 'us'::text])))"


@dataclass(frozen=True, slots=True)
class Table:
    """As the database describes it: `boundary` is the column's type with its `not null`, or None."""

    name: str
    kind: str
    row_security: bool
    boundary: str | None
    policies: list[str]
    constraints: list[str]


@dataclass(frozen=True, slots=True)
class Key:
    table: str
    target: str
    on_update: bytes | str
    columns: list[str]

    @property
    def column(self) -> str:
        """The column that points; the other one, if any, is the boundary."""
        return next(name for name in self.columns if name != "boundary")

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"

    @property
    def carries(self) -> bool:
        cascades = self.on_update in {"c", b"c"}
        return sorted(self.columns) == sorted([self.column, "boundary"]) and cascades


def check(_: Path = ROOT) -> list[Finding]:
    with migrated() as (connection, role), closing(connection):
        return [*of_tables(connection), *of_keys(connection), *of_roles(connection, role)]


def tables(connection: psycopg.Connection[Any]) -> list[Table]:
    return [Table(*row) for row in connection.execute(TABLES)]


def keys(connection: psycopg.Connection[Any]) -> list[Key]:
    return [Key(*row) for row in connection.execute(KEYS)]


def of_tables(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    found = tables(connection)
    yield from _register(table.name for table in found)
    for table in found:
        if table.name in BOUND:
            yield from bound(table)
        elif table.boundary or table.row_security or table.policies:
            yield Finding(table.name, "is listed as unbound, yet has a boundary, row security or a policy")


def _register(found: Iterable[str]) -> Iterator[Finding]:
    names = set(found)
    listed = BOUND.keys() | UNBOUND.keys()
    for name in sorted(names - listed):
        yield Finding(name, "stands in neither list of backstay/project/boundary_register.py")
    for name in sorted(listed - names):
        yield Finding(name, "is in the register and not in the database")
    for name in sorted(BOUND.keys() & UNBOUND.keys()):
        yield Finding(name, "is listed as bound and as unbound")


def bound(table: Table) -> Iterator[Finding]:
    """What a bound table must have."""
    if table.kind not in {"r", b"r"}:
        yield Finding(table.name, "is no plain table: row security would not hold")
    if table.boundary != "text not null":
        yield Finding(table.name, f"its column boundary is {table.boundary}, not text not null")
    if not table.row_security:
        yield Finding(table.name, "row security is off")
    if table.policies != [POLICY]:
        yield Finding(table.name, f"its policies are {table.policies}, not {POLICY}")
    if KNOWN not in table.constraints:
        yield Finding(table.name, "no constraint keeps boundary to the values that are known")


def of_keys(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    found = keys(connection)
    yield from wrong_keys(found)
    yield from _missing_keys(found)
    plain = {key.name for key in found if not key.carries}
    for name in sorted(PLAIN_KEYS.keys() - plain):
        yield Finding(name, "carries the boundary, or is gone: take it out of PLAIN_KEYS")


def wrong_keys(found: Iterable[Key]) -> Iterator[Finding]:
    for key in found:
        if key.target not in BOUND:
            continue
        if key.table not in BOUND:
            yield Finding(key.name, f"an unbound table points to {key.target}")
        elif not key.carries and key.name not in PLAIN_KEYS:
            yield Finding(
                key.name, f"points to {key.target} without the boundary, or without on update cascade"
            )


def _missing_keys(found: Iterable[Key]) -> Iterator[Finding]:
    """Relations of the models that no key of the database guards."""
    guarded = {key.name for key in found}
    for model in models():
        for name in relations(model):
            if name not in guarded:
                yield Finding(name, "is a relation in the models and no key in the database")


def of_roles(connection: psycopg.Connection[Any], role: str) -> Iterator[Finding]:
    """What the application role must not be able to do."""
    row = connection.execute(ROLE, [role]).fetchone()
    if row is None or any(row):
        yield Finding(role, "may more than serve: superuser, bypassrls, createrole or createdb")
    for (name,) in connection.execute(OWNED, {"role": role}):
        yield Finding(str(name), f"belongs to {role}, whom row security would not bind")
    for name, right in connection.execute(RIGHTS, {"role": role, "tables": sorted(APPEND_ONLY)}):
        yield Finding(str(name), f"{role} may {right} it; it only grows")
    for name, settings, answers in connection.execute(FUNCTIONS):
        if not settings or answers != "trigger":
            yield Finding(str(name), "runs as the owner: fix its search_path, and let only triggers call it")
