"""What people say to each other, through whichever door; it exists before and without a case."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from backstay.accounts.models import Contact, Organisation, Staff
from backstay.conversations.choices import AuthorKind, Channel, ScanState, Visibility
from backstay.core.models import BoundRow


class Conversation(BoundRow):
    channel = models.CharField(max_length=20, choices=[(channel.value, channel.value) for channel in Channel])
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="conversations", db_constraint=False
    )
    started_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"conversation {self.pk}"


class Message(BoundRow):
    """One message in Markdown. `sent_at` is when it was said, `recorded_at` when we wrote it down."""

    conversation = models.ForeignKey(
        Conversation,
        on_delete=models.CASCADE,
        related_name="messages",
        db_constraint=False,
        db_index=False,  # `message_in_order` begins with it
    )
    visibility = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Visibility])
    author_kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in AuthorKind])
    author_staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="messages")
    author_contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, related_name="messages", db_constraint=False
    )
    author_name = models.CharField(max_length=120)
    body = models.TextField()
    sent_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["conversation", "sent_at", "id"], name="message_in_order")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    author_kind=AuthorKind.STAFF, author_staff__isnull=False, author_contact__isnull=True
                )
                | Q(author_kind=AuthorKind.CONTACT, author_staff__isnull=True, author_contact__isnull=False)
                | Q(author_kind=AuthorKind.MACHINE, author_staff__isnull=True, author_contact__isnull=True),
                name="message_one_author",
            ),
            models.CheckConstraint(
                condition=~Q(author_kind=AuthorKind.CONTACT, visibility=Visibility.INTERNAL),
                name="message_contacts_write_publicly",
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Attachment(BoundRow):
    """A file of a message. `storage_key` is where its bytes lie, never shown to anybody."""

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="attachments", db_constraint=False
    )
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=100, unique=True)
    scan_state = models.CharField(max_length=20, choices=[(state.value, state.value) for state in ScanState])
    scan_note = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name
