"""What every endpoint shares: who asks, problems declared, one effect for one idempotency key, cursors."""

import base64
import json
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import Schema

from backstay.api.problems import Problem
from backstay.core.idempotency import Answer, once
from backstay.core.scoping import Viewer, current

PROBLEMS = {status: Problem for status in (400, 401, 403, 404, 409, 413, 415, 422, 429, 503)}
PAGE = 50
Row = TypeVar("Row")


def caller(request: HttpRequest) -> Viewer | None:
    """Whom ninja lets in: the person behind a valid token."""
    viewer = current()
    return viewer if viewer.is_staff or viewer.is_contact else None


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
    if key is None:
        answer = stored()
    else:
        fingerprint = f"{request.method} {request.get_full_path()}\n".encode() + request.body
        token = request.api_token.pk  # type: ignore[attr-defined]  # the middleware found it
        answer = once(
            caller=f"token:{token}", key=key, request=fingerprint, at=timezone.now(), make=stored
        )
    response = JsonResponse(answer.body, status=answer.status)
    if answer.is_repeated:
        response["Idempotent-Replayed"] = "true"
    return response


def found(row: Row | None) -> Row:
    """The row, or 404."""
    if row is None:
        raise Http404
    return row


def to_cursor(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


class BadCursor(ValueError):
    """Not a cursor that this list gave."""


def from_cursor(text: str, size: int) -> list[Any]:
    """The values of a cursor, which came from `to_cursor`. Raises BadCursor."""
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError as error:
        raise BadCursor("this is no cursor of this list: begin without one") from error
    if not isinstance(values, list) or len(values) != size:
        raise BadCursor("this is no cursor of this list: begin without one")
    return values
