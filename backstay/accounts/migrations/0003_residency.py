"""Who is a US citizen on US soil, as facts; and who came to bound data.

`eligible_us` goes without a successor: nobody is attested by a migration, so who was eligible is outside
until an administrator attests them and they declare where they work.
"""

import backstay.accounts.choices
import backstay.accounts.models
from backstay.core.row_security import protect
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def let_log_only_grow(apps, schema_editor):
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute(f"revoke update, delete, truncate on accounts_boundaccess from {role}")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_row_security'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='staff',
            name='eligible_us',
        ),
        migrations.CreateModel(
            name='AccessInstant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True)),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='access_instants', to='accounts.staff')),
            ],
        ),
        migrations.CreateModel(
            name='BoundAccess',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('boundary', models.TextField(choices=[('open', 'open'), ('us', 'us')])),
                ('at', models.DateTimeField(db_index=True)),
                ('person_kind', models.CharField(max_length=10)),
                ('person_id', models.BigIntegerField()),
                ('person_name', models.CharField(max_length=120)),
                ('how', models.CharField(max_length=20)),
                ('place', models.CharField(max_length=100)),
                ('subjects', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('rows', models.PositiveIntegerField()),
                ('address', models.GenericIPAddressField(null=True)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('allowed', models.BooleanField()),
            ],
            options={
                'indexes': [models.Index(fields=['person_kind', 'person_id', 'at'], name='bound_accesses_of_a_person')],
            },
        ),
        migrations.CreateModel(
            name='OfficeNetwork',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cidr', backstay.accounts.models.NetworkField(unique=True)),
                ('country', models.CharField(max_length=2)),
                ('name', models.CharField(max_length=100)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('country__regex', '^[A-Z]{2}$')), name='network_country_iso')],
            },
        ),
        migrations.CreateModel(
            name='Attestation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fact', models.CharField(choices=[('us_citizenship', 'us_citizenship'), ('us_person', 'us_person')], max_length=20)),
                ('verified_by', models.CharField(max_length=120)),
                ('method', models.CharField(choices=[('passport', 'passport'), ('birth_certificate_and_photo_id', 'birth_certificate_and_photo_id'), ('naturalisation_certificate', 'naturalisation_certificate'), ('permanent_resident_card', 'permanent_resident_card'), ('hr_record', 'hr_record')], max_length=40)),
                ('attested_on', models.DateField()),
                ('recorded_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attestations', to='accounts.staff')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('recorded_at'))), name='attestation_expires_later'), models.CheckConstraint(condition=models.Q(('fact__in', [backstay.accounts.choices.Fact['US_CITIZENSHIP'], backstay.accounts.choices.Fact['US_PERSON']]), ('method__in', [backstay.accounts.choices.Proof['PASSPORT'], backstay.accounts.choices.Proof['BIRTH_CERTIFICATE'], backstay.accounts.choices.Proof['NATURALISATION'], backstay.accounts.choices.Proof['PERMANENT_RESIDENT_CARD'], backstay.accounts.choices.Proof['HR_RECORD']])), name='attestation_known')],
            },
        ),
        migrations.CreateModel(
            name='Sighting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('country', models.CharField(blank=True, max_length=2)),
                ('address', models.GenericIPAddressField(null=True)),
                ('since', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sightings', to='accounts.staff')),
            ],
            options={
                'indexes': [models.Index(fields=['staff', '-since'], name='sightings_newest_first')],
            },
        ),
        migrations.CreateModel(
            name='WorkLocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('country', models.CharField(max_length=2)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(null=True)),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='locations', to='accounts.staff')),
            ],
            options={
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func('starts_at', 'ends_at', function='tstzrange', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), '&&'), ('staff', '=')], name='one_location_at_a_time'), models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='location_ends_later'), models.CheckConstraint(condition=models.Q(('country__regex', '^[A-Z]{2}$')), name='location_country_iso')],
            },
        ),
        protect("accounts_boundaccess"),
        migrations.RunPython(let_log_only_grow, migrations.RunPython.noop),
    ]
