"""Named, versioned, zoned calendars as rows."""

from typing import ClassVar

from django.db import models


class CalendarVersion(models.Model):
    """One frozen version of a named calendar of a region; never changed once written.

    `definition` is what `businesstime.Calendar.to_dict` gives, with the holidays' `names` by language;
    `digest` is its SHA-256. Read it through `queries.compiled`.
    """

    key = models.SlugField()
    region = models.SlugField()
    version = models.PositiveIntegerField()
    zone = models.CharField(max_length=50)
    definition = models.JSONField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "region", "version"], name="calendar_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.key}/{self.region} v{self.version}"
