"""The boundary on every table that can carry bound data (the second wall)."""

from django.db import migrations

from backstay.core.row_security import bound_key, key_target, protect, rebinds

# A clock knows no subject, so no key of its own carries the boundary to it.
CLOCKS_FOLLOW = """
create trigger clocks_follow after update of boundary on escalation_escalationrequest for each row
when (old.boundary is distinct from new.boundary) execute function cases_clocks_follow();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0001_start"),
        ("cases", "0002_row_security"),
        ("oncall", "0002_row_security"),
        ("sla", "0002_row_security"),
    ]

    operations = [
        protect("escalation_escalationstep"),
        bound_key("escalation_escalationstep", "case_id", "cases_case"),
        rebinds("escalation_escalationstep", "escalation_step"),
        protect("escalation_escalationrequest"),
        bound_key("escalation_escalationrequest", "case_id", "cases_case"),
        bound_key("escalation_escalationrequest", "contact_id", "accounts_contact"),
        bound_key("escalation_escalationrequest", "clock_id", "sla_clock"),
        rebinds("escalation_escalationrequest", "escalation_request"),
        migrations.RunSQL(CLOCKS_FOLLOW, "drop trigger clocks_follow on escalation_escalationrequest"),
        protect("escalation_alarm"),
        bound_key("escalation_alarm", "case_id", "cases_case"),
        rebinds("escalation_alarm", "alarm"),
    ]
