"""The boundary on every table that can carry bound data (the second wall)."""

from django.db import migrations

from backstay.core.row_security import bound_key, key_target, protect


class Migration(migrations.Migration):
    dependencies = [("conversations", "0001_start"), ("accounts", "0002_row_security")]

    operations = [
        protect("conversations_conversation"),
        key_target("conversations_conversation"),
        bound_key("conversations_conversation", "organisation_id", "accounts_organisation"),
        protect("conversations_message"),
        key_target("conversations_message"),
        bound_key("conversations_message", "conversation_id", "conversations_conversation"),
        bound_key("conversations_message", "author_contact_id", "accounts_contact"),
        protect("conversations_attachment"),
        bound_key("conversations_attachment", "message_id", "conversations_message"),
    ]
