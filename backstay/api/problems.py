"""Errors as problem details (RFC 9457): what is wrong, and what to do about it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

from backstay.cases.actions import CaseChanged, MoveNotAllowed, NotAllowed, NotAllowedToOpen
from backstay.cases.actions.changing import FirstResponseOwed, NotAssignable, ReasonMissing
from backstay.cases.actions.opening import BadReceipt, BadSubject, UnknownSubjectMatter
from backstay.conversations.actions import EmptyMessage, MessageTooLong
from backstay.core.files import FileTooLarge, ScannerUnavailable
from backstay.core.idempotency import BadKey, KeyReused
from backstay.plans.queries import UnknownTerm

TYPE = "application/problem+json"


class Problem(Schema):
    """What every error answers."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: list[dict[str, Any]] = Field(default_factory=list)


# What an exception of the domain means over HTTP. Its message says what to do.
STATUSES: dict[type[Exception], tuple[int, str]] = {
    NotAllowed: (403, "Not allowed"),
    NotAllowedToOpen: (403, "Not allowed"),
    CaseChanged: (409, "The case has changed"),
    MoveNotAllowed: (409, "Not possible in this state"),
    FirstResponseOwed: (409, "Nobody has answered yet"),
    KeyReused: (422, "Idempotency key reused"),
    BadKey: (422, "Bad idempotency key"),
    NotAssignable: (422, "Cannot be assigned"),
    ReasonMissing: (422, "A reason is needed"),
    BadReceipt: (422, "Bad receipt"),
    BadSubject: (422, "Bad subject"),
    UnknownSubjectMatter: (422, "Unknown product, device, version or contact"),
    UnknownTerm: (422, "Unknown term"),
    EmptyMessage: (422, "Empty message"),
    MessageTooLong: (422, "Message too long"),
    FileTooLarge: (413, "File too large"),
    ScannerUnavailable: (503, "The virus scanner does not answer"),
}


def answer(status: int, title: str, detail: str = "", errors: list[dict[str, Any]] | None = None) -> HttpResponse:
    problem = Problem(title=title, status=status, detail=detail, errors=errors or [])
    response = JsonResponse(problem.model_dump(), status=status)
    response["Content-Type"] = TYPE
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def register(api: NinjaAPI) -> None:
    """Have every exception that an endpoint may raise answered as a problem."""
    for kind, (status, title) in STATUSES.items():
        api.add_exception_handler(kind, _domain(status, title))
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(AuthenticationError, _unauthenticated)
    api.add_exception_handler(Http404, _missing)
    api.add_exception_handler(HttpError, _http)


def _domain(status: int, title: str) -> Any:
    def handle(request: HttpRequest, error: Exception) -> HttpResponse:  # noqa: ARG001  # ninja's signature
        return answer(status, title, str(error))

    return handle


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:  # noqa: ARG001  # ninja's signature
    errors = [{"where": list(map(str, one["loc"])), "what": one["msg"]} for one in error.errors]
    return answer(422, "The request is not as described", "see errors", errors)


def _unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:  # noqa: ARG001  # ninja's signature
    return answer(401, "No valid token", "send Authorization: Bearer with a token that is valid")


def _missing(request: HttpRequest, error: Http404) -> HttpResponse:  # noqa: ARG001  # ninja's signature
    return answer(404, "Not found", "it does not exist, or you may not see it")


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:  # noqa: ARG001  # ninja's signature
    return answer(error.status_code, str(error))
