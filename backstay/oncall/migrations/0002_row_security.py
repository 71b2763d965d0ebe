"""The boundary on every table that can carry bound data (the second wall)."""

from django.db import migrations

from backstay.core.row_security import bound_key, key_target, protect, rebinds

# A page knows its subject as text only, so no key carries the boundary to it: what moves a subject's other
# traces moves its pages.
PAGES_FOLLOW = """
create or replace function backstay_rebind() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    update core_auditentry set boundary = new.boundary
        where subject_kind = tg_argv[0] and subject_id = new.id;
    update core_outboxevent set boundary = new.boundary where key = tg_argv[0] || ':' || new.id;
    update core_parkedevent set boundary = new.boundary where key = tg_argv[0] || ':' || new.id;
    update core_storedanswer set boundary = new.boundary where subject = tg_argv[0] || ':' || new.id;
    update oncall_page set boundary = new.boundary where subject = tg_argv[0] || ':' || new.id;
    return null;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("oncall", "0001_start"), ("core", "0002_outbox_numbers_and_row_security")]

    operations = [
        protect("oncall_page"),
        key_target("oncall_page"),
        protect("oncall_pagedelivery"),
        bound_key("oncall_pagedelivery", "page_id", "oncall_page"),
        rebinds("oncall_page", "page"),
        migrations.RunSQL(PAGES_FOLLOW, migrations.RunSQL.noop),
    ]
