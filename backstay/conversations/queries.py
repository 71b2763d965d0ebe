"""Reading conversations. Which of them one may ask for is decided by whoever owns their subject."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import BigIntegerField, QuerySet, Subquery

from backstay.conversations.choices import AuthorKind, Visibility
from backstay.conversations.models import Attachment, Message
from backstay.core.composed import Composed, Parameter
from backstay.core.scoping import current

_OF = Parameter("conversation", BigIntegerField())
_messages = Composed(lambda: Message.objects.filter(conversation=_OF).order_by("sent_at", "id"))
_files = Composed(lambda: Attachment.objects.filter(message__conversation=_OF).order_by("id"))


def messages(conversation_id: int) -> QuerySet[Message]:
    """Messages in order with their files; internal notes for staff and machines only."""
    viewer = current()
    rows = Message.objects.filter(conversation_id=conversation_id).prefetch_related("attachments")
    if not (viewer.is_staff or viewer.is_machine):
        rows = rows.filter(visibility=Visibility.PUBLIC)
    return rows.order_by("sent_at", "id")


def written(conversation_id: int) -> list[tuple[Message, list[Attachment]]]:
    """As `messages`, each with its files, internal notes included: for staff and machines only."""
    viewer = current()
    if not (viewer.is_staff or viewer.is_machine):
        raise PermissionError("only staff read what is internal")
    files: dict[int, list[Attachment]] = defaultdict(list)
    for file in _files.all(conversation=conversation_id):
        files[file.message_id].append(file)
    return [(message, files[message.pk]) for message in _messages.all(conversation=conversation_id)]


def attachment(conversation_id: int, attachment_id: int) -> Attachment | None:
    """A file of this conversation, if the viewer may read the message that it hangs on."""
    return Attachment.objects.filter(
        pk=attachment_id, message__in=messages(conversation_id).order_by()
    ).first()


def used_keys(keys: Collection[str]) -> set[str]:
    """Those of these storage keys that are a message's file."""
    return set(Attachment.objects.filter(storage_key__in=keys).values_list("storage_key", flat=True))


def is_answered(conversation_id: int) -> bool:
    """Whether a member of staff has said anything publicly since it began.

    What it began with is the question, even where staff wrote it down for somebody without a name.
    """
    rows = Message.objects.filter(conversation_id=conversation_id)
    later = rows.filter(pk__gt=Subquery(rows.order_by("pk").values("pk")[:1]))
    return later.filter(author_kind=AuthorKind.STAFF, visibility=Visibility.PUBLIC).exists()
