"""Migration operations that put tables behind the boundary (the second wall)."""

from django.db.migrations.operations.special import RunSQL


def protect(table: str) -> RunSQL:
    """Row security on `table` by its own `boundary` column; (id, boundary) becomes a target for keys."""
    return RunSQL(
        f"""
        alter table {table} enable row level security;
        create policy viewer on {table} using (backstay_sees(boundary)) with check (backstay_sees(boundary));
        alter table {table} add constraint {table}_boundary_known check (boundary in ('open', 'us'));
        """,
        f"""
        alter table {table} drop constraint {table}_boundary_known;
        drop policy viewer on {table};
        alter table {table} disable row level security;
        """,
    )


def key_target(table: str) -> RunSQL:
    """Let other tables point to `table` together with its boundary."""
    name = f"{table}_id_boundary"
    return RunSQL(
        f"alter table {table} add constraint {name} unique (id, boundary)",
        f"alter table {table} drop constraint {name}",
    )


def bound_key(table: str, column: str, target: str) -> RunSQL:
    """A foreign key that carries the boundary along, so that the copy cannot drift from its parent's."""
    name = f"{table}_{column}_bound"
    return RunSQL(
        f"""
        alter table {table} add constraint {name} foreign key ({column}, boundary)
        references {target} (id, boundary) on update cascade deferrable initially deferred
        """,
        f"alter table {table} drop constraint {name}",
    )


def rebinds(table: str, kind: str) -> RunSQL:
    """When a row of `table` changes sides, so do its traces: audit, outbox, parked events, stored answers."""
    return RunSQL(
        f"""
        create trigger rebind after update of boundary on {table} for each row
        when (old.boundary is distinct from new.boundary) execute function backstay_rebind('{kind}')
        """,
        f"drop trigger rebind on {table}",
    )
