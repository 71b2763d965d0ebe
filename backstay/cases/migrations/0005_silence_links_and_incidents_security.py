"""The boundary on silence, links and incidents (the second wall)."""

from django.db import migrations

from backstay.core.row_security import bound_key, key_target, protect

# A case changes sides with its organisation. What ties it to cases of others cannot come along: it is cut.
CUT_TIES = """
create function cases_leave_incident() returns trigger language plpgsql as $$
begin
    new.incident_id := null;
    return new;
end $$;
create trigger leave_incident before update of boundary on cases_case for each row
when (old.boundary is distinct from new.boundary) execute function cases_leave_incident();
create function cases_cut_ties() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    delete from cases_incidentnotice where case_id = new.id;
    delete from cases_caselink l using cases_case c, cases_case o
        where (l.case_id = new.id or l.other_id = new.id) and c.id = l.case_id and o.id = l.other_id
            and c.boundary <> o.boundary;
    return null;
end $$;
create trigger cut_ties after update of boundary on cases_case for each row
when (old.boundary is distinct from new.boundary) execute function cases_cut_ties();
"""
UNCUT_TIES = """
drop trigger cut_ties on cases_case; drop function cases_cut_ties();
drop trigger leave_incident on cases_case; drop function cases_leave_incident();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_silence_links_and_incidents")]

    operations = [
        protect("cases_incident"),
        key_target("cases_incident"),
        bound_key("cases_case", "incident_id", "cases_incident"),
        protect("cases_caselink"),
        bound_key("cases_caselink", "case_id", "cases_case"),
        bound_key("cases_caselink", "other_id", "cases_case"),
        protect("cases_quietstep"),
        bound_key("cases_quietstep", "case_id", "cases_case"),
        protect("cases_incidentupdate"),
        key_target("cases_incidentupdate"),
        bound_key("cases_incidentupdate", "incident_id", "cases_incident"),
        protect("cases_incidentnotice"),
        bound_key("cases_incidentnotice", "update_id", "cases_incidentupdate"),
        bound_key("cases_incidentnotice", "case_id", "cases_case"),
        bound_key("cases_incidentnotice", "message_id", "conversations_message"),
        migrations.RunSQL(
            "create sequence cases_incident_number start 101 owned by cases_incident.number",
            "drop sequence cases_incident_number",
        ),
        migrations.RunSQL(CUT_TIES, UNCUT_TIES),
    ]
