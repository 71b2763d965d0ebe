"""The catalogue as versions: what was promised under it stays readable for ever."""

from typing import ClassVar

from django.db import models

from backstay.calendars.models import CalendarVersion


class CatalogueVersion(models.Model):
    """One applied catalogue: its source text, and the calendar versions that belong to it."""

    number = models.PositiveIntegerField(unique=True)
    source = models.TextField()
    digest = models.CharField(max_length=64)
    applied_at = models.DateTimeField()
    applied_by = models.CharField(max_length=120)
    calendars = models.ManyToManyField(CalendarVersion, related_name="catalogues")

    def __str__(self) -> str:
        return f"catalogue {self.number}"


class PlanVersion(models.Model):
    """One plan as one catalogue states it. `terms` is the plan's canonical form, see plans.catalogue."""

    catalogue = models.ForeignKey(CatalogueVersion, on_delete=models.PROTECT, related_name="plans")
    key = models.SlugField()
    rank = models.PositiveIntegerField()
    terms = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["catalogue", "key"], name="plan_once_a_catalogue")
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.catalogue_id})"
