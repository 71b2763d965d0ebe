"""Who answers for a case, how often it came back, and who spoke last."""

import django.db.models.deletion
from django.db import migrations, models

QUEUES = [("tier_1", "tier_1"), ("tier_2", "tier_2"), ("tier_3", "tier_3"), ("engineering", "engineering"), ("lead", "lead")]
CLOCKS = [("first_response", "first_response"), ("handover", "handover")]
# What older rows can tell: who works on a case took it, and the messages say who spoke last.
KNOWN_SO_FAR = """
update cases_case c set
    owner_id = c.assignee_id,
    vendor_spoke_at = (select max(m.sent_at) from conversations_message m
        where m.conversation_id = c.conversation_id and m.visibility = 'public' and m.author_kind = 'staff'),
    customer_spoke_at = (select max(m.sent_at) from conversations_message m
        where m.conversation_id = c.conversation_id and m.visibility = 'public' and m.author_kind = 'contact');
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_row_security"), ("accounts", "0002_row_security")]

    operations = [
        migrations.AddField(
            "case",
            "owner",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="owned_cases", to="accounts.staff"),
        ),
        migrations.AddField("case", "vendor_spoke_at", models.DateTimeField(null=True)),
        migrations.AddField("case", "customer_spoke_at", models.DateTimeField(null=True)),
        migrations.AddField("case", "reopen_count", models.PositiveSmallIntegerField(default=0, db_default=0)),
        migrations.AddField("case", "reassignment_count", models.PositiveSmallIntegerField(default=0, db_default=0)),
        migrations.AlterField("case", "queue", models.CharField(max_length=20, choices=QUEUES)),
        migrations.AlterField("caseclock", "kind", models.CharField(max_length=20, choices=CLOCKS)),
        migrations.RunSQL("set constraints all immediate", migrations.RunSQL.noop),
        migrations.RunSQL(KNOWN_SO_FAR, migrations.RunSQL.noop),
    ]
