"""Silence that ends a case, links between cases, major incidents."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
SIDE = ("boundary", models.TextField(choices=[("open", "open"), ("us", "us")]))


def bound_to(model, name, *, null=False, on_delete=django.db.models.deletion.CASCADE):
    return models.ForeignKey(db_constraint=False, null=null, on_delete=on_delete, related_name=name, to=model)


def staff(name, *, null=False):
    return models.ForeignKey(null=null, on_delete=django.db.models.deletion.PROTECT, related_name=name, to="accounts.staff")


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_owner_tiers_and_counts"), ("conversations", "0002_row_security")]

    operations = [
        migrations.CreateModel(
            name="Incident",
            fields=[
                ID,
                SIDE,
                ("number", models.BigIntegerField(editable=False, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("criteria", django.contrib.postgres.fields.ArrayField(models.TextField())),
                ("owner", staff("incidents")),
                ("declared_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(null=True)),
                ("review", models.TextField(blank=True)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("reviewed_by", staff("+", null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("reviewed_at__isnull", True)) | Q(("resolved_at__isnull", False)),
                        name="incident_resolved_before_review",
                    )
                ]
            },
        ),
        migrations.AddField("case", "incident", bound_to("cases.incident", "cases", null=True, on_delete=django.db.models.deletion.PROTECT)),
        migrations.AddField("case", "closes_itself", models.BooleanField(default=True, db_default=True)),
        migrations.AddField("case", "quiet_until", models.DateField(null=True)),
        migrations.CreateModel(
            name="CaseLink",
            fields=[
                ID,
                SIDE,
                ("kind", models.CharField(choices=[("follow_up", "follow_up"), ("related", "related"), ("duplicate", "duplicate")], max_length=20)),
                ("case", bound_to("cases.case", "links")),
                ("other", bound_to("cases.case", "back_links")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("case", "other", "kind"), name="linked_once"),
                    models.CheckConstraint(condition=~Q(case=F("other")), name="linked_to_another"),
                ]
            },
        ),
        migrations.CreateModel(
            name="QuietStep",
            fields=[
                ID,
                SIDE,
                ("kind", models.CharField(choices=[("reminder", "reminder"), ("close", "close")], max_length=10)),
                ("number", models.PositiveSmallIntegerField()),
                ("since", models.DateTimeField()),
                ("days", models.PositiveSmallIntegerField()),
                ("due_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("is_current", models.BooleanField(default=True)),
                ("case", bound_to("cases.case", "quiet_steps")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=Q(("done_at__isnull", True), ("is_current", True)),
                        fields=["due_at", "id"],
                        name="quiet_step_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(("is_current", True)), fields=("case", "number"), name="quiet_step_one_current"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IncidentUpdate",
            fields=[
                ID,
                SIDE,
                ("body", models.TextField()),
                ("posted_at", models.DateTimeField()),
                ("author", staff("+")),
                ("incident", bound_to("cases.incident", "updates")),
            ],
        ),
        migrations.CreateModel(
            name="IncidentNotice",
            fields=[
                ID,
                SIDE,
                ("done_at", models.DateTimeField(null=True)),
                ("case", bound_to("cases.case", "incident_notices")),
                ("message", bound_to("conversations.message", "+", null=True, on_delete=django.db.models.deletion.PROTECT)),
                ("update", bound_to("cases.incidentupdate", "notices")),
            ],
            options={
                "indexes": [
                    models.Index(condition=Q(("done_at__isnull", True)), fields=["id"], name="incident_notice_open")
                ],
                "constraints": [models.UniqueConstraint(fields=("update", "case"), name="noticed_once")],
            },
        ),
    ]
