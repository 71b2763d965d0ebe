"""Beginning a conversation and saying something in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from backstay.accounts.models import Organisation
from backstay.conversations.choices import AuthorKind, Channel, Visibility
from backstay.conversations.models import Attachment, Conversation, Message
from backstay.core.composed import write
from backstay.core.files import StoredFile
from backstay.core.scoping import Viewer

MAX_BODY = 100_000  # characters; longer texts belong into an attachment


class EmptyMessage(ValueError):
    """Neither a text nor a file."""


class MessageTooLong(ValueError):
    """More than MAX_BODY characters."""


@dataclass(frozen=True, kw_only=True)
class NewFile:
    """A stored file under the name that its sender gave it."""

    stored: StoredFile
    name: str
    content_type: str


@dataclass(frozen=True, kw_only=True)
class NewMessage:
    """What is to be said: Markdown, and files already stored and scanned."""

    body: str
    visibility: Visibility = Visibility.PUBLIC
    files: tuple[NewFile, ...] = ()

    def __post_init__(self) -> None:
        if not self.body.strip() and not self.files:
            raise EmptyMessage("write something, or attach a file")
        if len(self.body) > MAX_BODY:
            raise MessageTooLong(
                f"{len(self.body)} characters; at most {MAX_BODY} fit, attach the rest as a file"
            )


def start(
    *, channel: Channel, organisation: Organisation | None, boundary: str, at: datetime
) -> Conversation:
    return write(Conversation(channel=channel, organisation=organisation, boundary=boundary, started_at=at))


def say(
    *, conversation: Conversation, new: NewMessage, by: Viewer, sent_at: datetime, at: datetime
) -> Message:
    """Add a message by `by`, within the caller's transaction.

    `sent_at` is when it was said, `at` when it is written down.
    """
    message = Message(
        conversation=conversation,
        boundary=conversation.boundary,
        visibility=new.visibility,
        author_kind=AuthorKind(by.kind),
        author_staff_id=by.id if by.is_staff else None,
        author_contact_id=by.id if by.is_contact else None,
        author_name=by.name,
        body=new.body.strip(),
        sent_at=sent_at,
        recorded_at=at,
    )
    write(message)
    if new.files:
        _attach(message, new.files)
    return message


def _attach(message: Message, files: Iterable[NewFile]) -> None:
    Attachment.objects.bulk_create(
        Attachment(
            message=message,
            boundary=message.boundary,
            name=file.name,
            content_type=file.content_type,
            size=file.stored.size,
            sha256=file.stored.sha256,
            storage_key=file.stored.key,
            scan_state=file.stored.scan_state,
            scan_note=file.stored.scan_note,
        )
        for file in files
    )
