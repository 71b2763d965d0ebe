"""The boundary on every table that can carry bound data (the second wall)."""

from django.db import migrations

from backstay.core.row_security import bound_key, key_target, protect, rebinds


class Migration(migrations.Migration):
    dependencies = [("sla", "0001_start"), ("core", "0002_outbox_numbers_and_row_security")]

    operations = [
        protect("sla_clock"),
        key_target("sla_clock"),
        bound_key("sla_clock", "superseded_by_id", "sla_clock"),
        protect("sla_clockevent"),
        bound_key("sla_clockevent", "clock_id", "sla_clock"),
        protect("sla_clockmark"),
        bound_key("sla_clockmark", "clock_id", "sla_clock"),
        rebinds("sla_clock", "clock"),
    ]
