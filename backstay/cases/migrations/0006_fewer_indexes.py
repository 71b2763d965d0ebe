"""What begins another index has none of its own, and nobody looks for a region."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_residency'),
        ('cases', '0005_silence_links_and_incidents_security'),
    ]

    operations = [
        migrations.AlterField(
            model_name='case',
            name='contact',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='accounts.contact'),
        ),
        migrations.AlterField(
            model_name='case',
            name='organisation',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='accounts.organisation'),
        ),
        migrations.AlterField(
            model_name='case',
            name='region',
            field=models.SlugField(blank=True, db_index=False),
        ),
    ]
