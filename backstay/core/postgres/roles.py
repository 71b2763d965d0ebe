"""The roles of a Backstay database, what each may do, and which may serve."""

import psycopg

from backstay.core.postgres.record import DATABASE, ROLES, Record

EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent", "citext")
OWNED = """
    select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and pg_has_role(current_user, c.relowner, 'USAGE') order by 1 limit 1
"""


def passwords(record: Record) -> list[str]:
    """Statements that give the existing roles the passwords of `record`."""
    return [f"alter role {name} password '{record.password(role)}'" for role, name in ROLES.items()]  # type: ignore[arg-type]  # the keys are the roles


def template_statements() -> list[str]:
    """For template1, so that every later database (tests too) begins with extensions and privileges."""
    owner, app = ROLES["owner"], ROLES["app"]
    grants = f"alter default privileges for role {owner} in schema public grant"
    return [
        f"create role {owner} login createdb",
        f"create role {app} login",
        f"grant {app} to {owner}",  # so that the owner may end the application's sessions
        *(f"create extension {name}" for name in EXTENSIONS),
        "revoke create on schema public from public",
        f"alter schema public owner to {owner}",
        f"grant usage on schema public to {app}",
        f"{grants} select, insert, update, delete on tables to {app}",
        f"{grants} usage, select on sequences to {app}",
    ]


def database_statements() -> list[str]:
    return [f"create database {DATABASE} owner {ROLES['owner']} template template1"]


def refusal(url: str) -> str | None:
    """Why the role of `url` must not serve requests, None when it may.

    Row security does not bind a superuser, a role with BYPASSRLS, or the owner of a table (in person
    or through a role whose rights it has).
    """
    with psycopg.connect(url, connect_timeout=10) as connection:
        row = connection.execute(
            "select rolname, rolsuper, rolbypassrls from pg_roles where rolname = current_user"
        ).fetchone()
        owned = connection.execute(OWNED).fetchone()
    name, superuser, bypasses = row or ("?", True, True)
    if superuser:
        return f"role {name} is a superuser"
    if bypasses:
        return f"role {name} has BYPASSRLS"
    return f"role {name} owns the table {owned[0]}" if owned else None
