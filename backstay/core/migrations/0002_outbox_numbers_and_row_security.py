"""Numbers in commit order, the boundary's predicate, and an audit trail that only grows."""

from django.conf import settings
from django.db import migrations

from backstay.core.row_security import protect

SEES = """
create function backstay_sees(boundary text) returns boolean language sql stable parallel safe as $$
    select case when boundary = 'open'
        then nullif(current_setting('backstay.viewer', true), '') is not null
        else coalesce(starts_with(current_setting('backstay.viewer', true), 'us:'), false) end
$$;
"""

# A plain sequence would let a lower number commit after a reader has passed it. The counter row is
# locked from here to the commit only, since the trigger is deferred.
NUMBERS = """
create table core_outboxcounter (one boolean primary key default true check (one), n bigint not null);
insert into core_outboxcounter (n) values (0);
revoke all on core_outboxcounter from public;

create function backstay_number_event() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare given bigint;
begin
    update core_outboxcounter set n = n + 1 returning n into given;
    update core_outboxevent set seq = given where id = new.id;
    perform pg_notify('backstay_events', '');
    return null;
end $$;

create constraint trigger number_in_commit_order after insert on core_outboxevent
deferrable initially deferred for each row execute function backstay_number_event();
"""

# Traces have no foreign key to what they tell of, so a trigger moves them along.
REBIND = """
create function backstay_rebind() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    update core_auditentry set boundary = new.boundary
        where subject_kind = tg_argv[0] and subject_id = new.id;
    update core_outboxevent set boundary = new.boundary where key = tg_argv[0] || ':' || new.id;
    update core_parkedevent set boundary = new.boundary where key = tg_argv[0] || ':' || new.id;
    update core_storedanswer set boundary = new.boundary where subject = tg_argv[0] || ':' || new.id;
    return null;
end $$;
"""


def let_audit_only_grow(apps, schema_editor):
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute(f"revoke update, delete, truncate on core_auditentry from {role}")
    schema_editor.execute(f"revoke all on core_outboxcounter from {role}")


class Migration(migrations.Migration):
    dependencies = [("core", "0001_start")]

    operations = [
        migrations.RunSQL(SEES, "drop function backstay_sees(text)"),
        migrations.RunSQL(
            NUMBERS,
            """
            drop trigger number_in_commit_order on core_outboxevent;
            drop function backstay_number_event();
            drop table core_outboxcounter;
            """,
        ),
        migrations.RunSQL(REBIND, "drop function backstay_rebind()"),
        protect("core_outboxevent"),
        protect("core_parkedevent"),
        protect("core_auditentry"),
        protect("core_storedanswer"),
        migrations.RunPython(let_audit_only_grow, migrations.RunPython.noop),
    ]
