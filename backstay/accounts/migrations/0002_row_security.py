"""The boundary on every table that can carry bound data (the second wall)."""

from django.db import migrations

from backstay.core.row_security import bound_key, key_target, protect, rebinds, rebinds


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_start"), ("core", "0002_outbox_numbers_and_row_security")]

    operations = [
        protect("accounts_organisation"),
        key_target("accounts_organisation"),
        protect("accounts_contact"),
        key_target("accounts_contact"),
        bound_key("accounts_contact", "organisation_id", "accounts_organisation"),
        protect("accounts_grant"),
        bound_key("accounts_grant", "customer_id", "accounts_organisation"),
        rebinds("accounts_organisation", "organisation"),
        rebinds("accounts_contact", "contact"),
    ]
