"""What is said in a case, and the files that hang on it."""

from functools import partial
from typing import Any

from django.core.files.uploadedfile import UploadedFile as Upload
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import File, Form, Query, Router
from ninja.files import UploadedFile

from backstay.api.answering import PROBLEMS, found, only_staff
from backstay.api.cases.changing import say, the_case
from backstay.api.cases.schemas import FilesIn, MessageOut, MessagePage, NoteIn, ReplyIn
from backstay.api.paging import Order
from backstay.api.schemas import Paging
from backstay.cases import actions
from backstay.conversations import queries
from backstay.conversations.actions import NewFile, NewMessage
from backstay.conversations.choices import Visibility
from backstay.core import files

router = Router(tags=["messages"])
AS_SAID = Order("messages", "sent_at")
FILE = {"responses": {200: {"content": {"application/octet-stream": {"schema": {"type": "string"}}}}}}


@router.get("/{int:number}/messages", response={200: MessagePage, **PROBLEMS})
def list_messages(request: HttpRequest, number: int, paging: Query[Paging]) -> MessagePage:
    """What was said, oldest first; internal notes for staff only."""
    rows, following = AS_SAID.page(queries.messages(the_case(number).conversation_id), paging)
    return MessagePage(items=[MessageOut.of(message) for message in rows], next=following)


@router.post("/{int:number}/messages", response={201: MessageOut, **PROBLEMS})
def reply(request: HttpRequest, number: int, body: ReplyIn) -> HttpResponse:
    """Reply publicly. A member of staff's reply meets the first-response promise."""
    only_staff(state=body.state)
    message = NewMessage(body=body.body)
    return say(request, number, partial(actions.reply, message=message, new_state=body.state, seen=body.seen))


@router.post("/{int:number}/notes", response={201: MessageOut, **PROBLEMS})
def note(request: HttpRequest, number: int, body: NoteIn) -> HttpResponse:
    """Write an internal note (staff only)."""
    message = NewMessage(body=body.body, visibility=Visibility.INTERNAL)
    return say(request, number, partial(actions.note, message=message))


@router.post("/{int:number}/attachments", response={201: MessageOut, **PROBLEMS})
def attach(
    request: HttpRequest, number: int, fields: Form[FilesIn], files: File[list[UploadedFile]]
) -> HttpResponse:
    """Send files, with a reply or an internal note, or as a message of their own."""
    only_staff(state=fields.state)

    def said(**bound: Any) -> Any:
        # Here, so that a repeated request stores nothing a second time.
        message = NewMessage(body=fields.body, visibility=fields.visibility, files=_kept(files))
        if fields.visibility is Visibility.INTERNAL:
            return actions.note(message=message, **bound)
        return actions.reply(message=message, new_state=fields.state, seen=fields.seen, **bound)

    return say(request, number, said)


def _kept(uploads: list[UploadedFile]) -> tuple[NewFile, ...]:
    return tuple(_new_file(upload) for upload in uploads)


def _new_file(upload: "Upload[Any]") -> NewFile:
    return NewFile(
        stored=files.from_upload(upload),
        name=files.safe_name(upload.name or ""),
        content_type=(upload.content_type or "")[:100],
    )


def download(request: HttpRequest, number: int, attachment_id: int) -> HttpResponseBase:
    """A file's bytes; Range, If-Range and If-None-Match are honoured."""
    row = found(queries.attachment(the_case(number).conversation_id, attachment_id))
    return files.serve(
        request,
        key=row.storage_key,
        name=row.name,
        content_type=row.content_type,
        size=row.size,
        sha256=row.sha256,
    )


PATH = "/{int:number}/attachments/{int:attachment_id}"
router.get(PATH, response={200: bytes, **PROBLEMS}, openapi_extra=FILE)(download)
router.api_operation(["HEAD"], PATH, response={200: bytes, **PROBLEMS}, include_in_schema=False)(download)
