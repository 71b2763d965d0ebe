"""The rule of one step a cycle finds a case's steps as well."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0006_fewer_indexes'),
        ('escalation', '0002_row_security'),
    ]

    operations = [
        migrations.AlterField(
            model_name='escalationstep',
            name='case',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='escalation_steps', to='cases.case'),
        ),
    ]
