"""The boundary on every table that can carry bound data (the second wall)."""

from django.db import migrations

from backstay.core.row_security import bound_key, key_target, protect, rebinds


class Migration(migrations.Migration):
    dependencies = [("entitlements", "0001_start"), ("accounts", "0002_row_security")]

    operations = [
        protect("entitlements_contract"),
        key_target("entitlements_contract"),
        bound_key("entitlements_contract", "organisation_id", "accounts_organisation"),
        rebinds("entitlements_contract", "contract"),
    ]
