"""The boundary on every table that can carry bound data (the second wall), and the index that loads are counted by."""

from django.db import migrations

from backstay.core.row_security import bound_key, protect

# How many open cases of each channel everybody has, from the index alone: with the boundary in it, because
# row security asks for that of every row.
LOADS = """
create index routing_open_loads on cases_case (assignee_id, channel, boundary)
where closed_at is null and assignee_id is not null
"""


class Migration(migrations.Migration):
    dependencies = [("routing", "0001_start"), ("cases", "0002_row_security")]

    operations = [
        protect("routing_assignment"),
        bound_key("routing_assignment", "case_id", "cases_case"),
        protect("routing_impasse"),
        bound_key("routing_impasse", "case_id", "cases_case"),
        migrations.RunSQL(LOADS, "drop index routing_open_loads"),
    ]
