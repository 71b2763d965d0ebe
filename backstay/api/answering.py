"""One effect and one answer for one idempotency key, and what an endpoint does with what is not there."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import Schema

from backstay.api.problems import Problem, StaffOnly, Unknown
from backstay.core.idempotency import Answer, once
from backstay.core.scoping import current, piece

PROBLEMS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 413, 415, 422, 503), Problem)
Row = TypeVar("Row")


class Made(NamedTuple):
    """What a request made: the answer's body, and what it speaks of with its boundary."""

    body: Schema
    subject: str
    boundary: str


def answer_once(request: HttpRequest, status: int, make: Callable[[], Made]) -> HttpResponse:
    """Run `make` once for the request's Idempotency-Key; without a key, just run it."""

    def stored() -> Answer:
        made = make()
        body = made.body.model_dump(mode="json")
        return Answer(status=status, body=body, subject=made.subject, boundary=made.boundary)

    key = request.headers.get("Idempotency-Key")
    with piece():  # a problem leaves nothing of its request behind
        answer = stored() if key is None else _once(request, key, stored)
    # Sorted, because the stored answer comes back in an order of its own.
    response = JsonResponse(answer.body, status=answer.status, json_dumps_params={"sort_keys": True})
    if answer.is_repeated:
        response["Idempotent-Replayed"] = "true"
    return response


def _once(request: HttpRequest, key: str, make: Callable[[], Answer]) -> Answer:
    token = request.api_token.pk  # type: ignore[attr-defined]  # the middleware found it
    fingerprint = f"{request.method} {request.get_full_path()}\n".encode() + _content(request)
    return once(caller=f"token:{token}", key=key, request=fingerprint, at=timezone.now(), make=make)


def _content(request: HttpRequest) -> bytes:
    """What was sent. A form's body is gone once its files are stored: its fields and digests stand for it."""
    if request.content_type != "multipart/form-data":
        return request.body
    files = [(upload.name, upload.sha256) for upload in request.FILES.getlist("files")]  # type: ignore[attr-defined]  # core.files received them
    return json.dumps([sorted(request.POST.lists()), files]).encode()


def found(row: Row | None) -> Row:
    """The row that the address names, or 404."""
    if row is None:
        raise Http404
    return row


def known(row: Row | None, what: str) -> Row:
    """The row that the request's body or query names. Raises Unknown."""
    if row is None:
        raise Unknown(f"there is no such {what}, or you may not see it")
    return row


def only_staff(**values: Any) -> None:
    """Refuse what a contact may not send, instead of passing over it. Raises StaffOnly."""
    given = [name for name, value in values.items() if value is not None]
    if given and not current().is_staff:
        raise StaffOnly(f"only staff may send {', '.join(given)}")
