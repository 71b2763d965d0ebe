"""The boundary on every table that can carry bound data (the second wall)."""

from django.db import migrations

from backstay.core.row_security import bound_key, key_target, protect, rebinds


class Migration(migrations.Migration):
    dependencies = [("assets", "0001_start"), ("accounts", "0002_row_security")]

    operations = [
        protect("assets_device"),
        key_target("assets_device"),
        bound_key("assets_device", "organisation_id", "accounts_organisation"),
        rebinds("assets_device", "device"),
    ]
