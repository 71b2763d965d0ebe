"""Rows of the ground floor: the outbox and its readers, the audit trail, stored answers."""

from collections.abc import Collection
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from backstay.core.scoping import Boundary, note_read


class BoundRow(models.Model):
    """A row that may carry data of a customer under the boundary; row security compares the column.

    Who reads columns instead of rows, and shows them, calls `scoping.note_read` for each.
    """

    boundary = models.TextField(choices=[(side.value, side.value) for side in Boundary])

    class Meta:
        abstract = True

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **more: Any
    ) -> Self:
        """Every row that any query reads passes here: that a person came to it is kept."""
        row = super().from_db(db, field_names, values, **more)
        note_read(cls._meta.model_name or "", row.pk, row.__dict__.get("boundary"))
        return row


class OutboxEvent(BoundRow):
    """An event in the transaction of what it tells. `seq` is given in commit order by a deferred trigger."""

    seq = models.BigIntegerField(null=True, unique=True, editable=False)
    name = models.TextField()
    key = models.TextField()  # what is kept in order: "case:12"
    topics = ArrayField(models.TextField(), default=list)
    payload = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(boundary__in=list(Boundary)), name="outbox_boundary_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.seq or '-'} {self.name} {self.key}"


class ReaderPosition(models.Model):
    """How far a named reader has followed the outbox."""

    reader = models.TextField(primary_key=True)
    seq = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.reader} at {self.seq}"


class ParkedEvent(BoundRow):
    """An event whose handler failed, and those behind it with the same key; the stream goes on."""

    reader = models.TextField()
    key = models.TextField()
    seq = models.BigIntegerField()
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField()
    error = models.TextField(default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["reader", "seq"], name="parked_once")]
        indexes: ClassVar = [models.Index(fields=["reader", "key", "seq"], name="parked_in_order")]

    def __str__(self) -> str:
        return f"{self.reader} {self.key} {self.seq}"


class AuditEntry(BoundRow):
    """What was done, by whom, when. Appended only: the application role may neither change nor delete."""

    subject_kind = models.TextField()
    subject_id = models.BigIntegerField()
    kind = models.TextField()  # the name of a typed entry, see core.audit
    facts = models.JSONField(default=dict)
    actor_kind = models.TextField()
    actor_id = models.BigIntegerField(default=0)
    actor_name = models.TextField(default="")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="audit_by_subject")
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} {self.kind}"


class StoredAnswer(BoundRow):
    """What a request with an Idempotency-Key was answered, so that its repetition is answered alike."""

    caller = models.TextField()  # "token:7" or "user:12"
    key = models.TextField()
    request_hash = models.TextField()
    subject = models.TextField(blank=True)  # what the answer speaks of: "case:12"
    status = models.PositiveSmallIntegerField()
    body = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["caller", "key"], name="answered_once")]
        indexes: ClassVar = [models.Index(fields=["at"], name="answers_by_age")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
