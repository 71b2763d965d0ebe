"""The boundary on every table that can carry bound data (the second wall)."""

from django.db import migrations

from backstay.core.row_security import bound_key, key_target, protect, rebinds

# A clock knows no subject, so no key of its own carries the boundary to it.
CLOCKS_FOLLOW = """
create function cases_clocks_follow() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    update sla_clock set boundary = new.boundary where id = new.clock_id;
    return null;
end $$;
create trigger clocks_follow after update of boundary on cases_caseclock for each row
when (old.boundary is distinct from new.boundary) execute function cases_clocks_follow();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_start"), ("conversations", "0002_row_security"), ("entitlements", "0002_row_security"), ("assets", "0002_row_security"), ("sla", "0002_row_security")]

    operations = [
        protect("cases_case"),
        key_target("cases_case"),
        bound_key("cases_case", "organisation_id", "accounts_organisation"),
        bound_key("cases_case", "contact_id", "accounts_contact"),
        bound_key("cases_case", "conversation_id", "conversations_conversation"),
        bound_key("cases_case", "device_id", "assets_device"),
        bound_key("cases_case", "contract_id", "entitlements_contract"),
        protect("cases_caseclock"),
        bound_key("cases_caseclock", "case_id", "cases_case"),
        bound_key("cases_caseclock", "clock_id", "sla_clock"),
        protect("cases_participant"),
        bound_key("cases_participant", "case_id", "cases_case"),
        bound_key("cases_participant", "contact_id", "accounts_contact"),
        protect("cases_draft"),
        bound_key("cases_draft", "case_id", "cases_case"),
        protect("cases_presence"),
        bound_key("cases_presence", "case_id", "cases_case"),
        migrations.RunSQL("create sequence cases_number start 10001 owned by cases_case.number", "drop sequence cases_number"),
        rebinds("cases_case", "case"),
        migrations.RunSQL(
            CLOCKS_FOLLOW, "drop trigger clocks_follow on cases_caseclock; drop function cases_clocks_follow()"
        ),
    ]
