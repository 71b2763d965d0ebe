"""Errors as problem details (RFC 9457): what is wrong, and what to do about it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core import exceptions
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from backstay.accounts.actions import BadTimezone, EmailTaken, MayNotManage, OutsideBoundary
from backstay.assets.actions import SerialTaken
from backstay.cases import actions as cases
from backstay.conversations.actions import EmptyMessage, MessageTooLong
from backstay.core.files import FileInfected, FileMissing, FileTooLarge, ScannerUnavailable, TooManyFiles
from backstay.core.idempotency import AnswerWithheld, BadKey, KeyReused
from backstay.entitlements import actions as entitlements
from backstay.escalation import actions as escalation
from backstay.oncall import actions as oncall
from backstay.plans.queries import UnknownTerm
from businesstime import NeverOpen

TYPE = "application/problem+json"
Handler = Callable[[HttpRequest, Any], HttpResponse]  # the error is an instance of what it is registered for


class Complaint(Schema):
    """One thing that is wrong with a request: `where` leads to it from the outside in."""

    where: list[str]
    what: str


class Problem(Schema):
    """What every error answers. What does not apply is left out."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str | None = None
    errors: list[Complaint] | None = None
    version: int | None = None  # of the case, where it has changed since you read it


class Unknown(ValueError):
    """The request names something that is not there, or not for this viewer."""


class BadCursor(ValueError):
    """Not a cursor that this list gave."""


class StaffOnly(PermissionError):
    """A field or filter that only staff may use."""


# What an exception of the domain means over HTTP. Its message says what to do.
STATUSES: dict[type[Exception], tuple[int, str]] = {
    cases.NotAllowed: (403, "Not allowed"),
    cases.NotAllowedToOpen: (403, "Not allowed"),
    cases.MoveNotAllowed: (409, "Not possible in this state"),
    cases.TooLateToReopen: (409, "Closed too long ago"),
    cases.FirstResponseOwed: (409, "Nobody has answered yet"),
    cases.NotAssignable: (422, "Cannot be assigned"),
    cases.ReasonMissing: (422, "A reason is needed"),
    cases.BadReceipt: (422, "Bad receipt"),
    cases.BadSubject: (422, "Bad subject"),
    cases.UnknownSubjectMatter: (422, "Unknown product, device, version or contact"),
    EmptyMessage: (422, "Empty message"),
    MessageTooLong: (422, "Message too long"),
    FileTooLarge: (413, "File too large"),
    TooManyFiles: (422, "Too many files"),
    FileInfected: (403, "The scanner found something in this file"),
    ScannerUnavailable: (503, "The virus scanner does not answer"),
    KeyReused: (422, "Idempotency key reused"),
    BadKey: (422, "Bad idempotency key"),
    AnswerWithheld: (404, "Not Found"),
    StaffOnly: (403, "Not allowed"),
    MayNotManage: (403, "Not allowed"),
    OutsideBoundary: (403, "Outside the boundary"),
    BadTimezone: (422, "Unknown time zone"),
    EmailTaken: (409, "Already taken"),
    SerialTaken: (409, "Already taken"),
    entitlements.MayNotManageContracts: (403, "Not allowed"),
    entitlements.PlanMissing: (422, "Plan missing"),
    entitlements.NotSoldThere: (422, "Not sold there"),
    entitlements.NoPeriod: (422, "Bad period"),
    entitlements.NumberTaken: (409, "Already taken"),
    entitlements.Overlaps: (409, "Overlaps"),
    escalation.NotAllowedToAsk: (403, "Not allowed"),
    escalation.WordsMissing: (422, "A reason is needed"),
    escalation.BadUrgency: (422, "Unknown urgency"),
    escalation.NoRequests: (409, "Nothing is promised"),
    escalation.NothingToEscalate: (409, "Not possible in this state"),
    escalation.RequestOpen: (409, "Asked already"),
    oncall.MayNotAcknowledge: (403, "Not allowed"),
    oncall.Settled: (409, "Settled meanwhile"),
    UnknownTerm: (422, "Unknown term"),
    Unknown: (422, "Unknown reference"),
    BadCursor: (422, "Bad cursor"),
    NeverOpen: (422, "Never open"),
    RawPostDataException: (415, "Send application/json"),
    exceptions.RequestDataTooBig: (413, "Too large"),
    exceptions.TooManyFieldsSent: (413, "Too many fields"),
    exceptions.TooManyFilesSent: (413, "Too many files"),
    MultiPartParserError: (400, "The form cannot be read"),
    exceptions.BadRequest: (400, "The request cannot be read"),
}
# What is said where an answer came from outside of the API's own code.
DETAILS = {
    400: "the request cannot be read",
    404: "it does not exist, or you may not see it",
    500: "something went wrong here, and it has been written down; the same request may be sent again",
    503: "try again in a moment",
}


def answer(
    status: int,
    title: str,
    detail: str = "",
    *,
    errors: list[Complaint] | None = None,
    version: int | None = None,
) -> HttpResponse:
    problem = Problem(title=title, status=status, detail=detail or None, errors=errors, version=version)
    response = JsonResponse(problem.model_dump(exclude_none=True), status=status)
    response["Content-Type"] = TYPE
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


def as_problem(response: HttpResponseBase) -> HttpResponseBase:
    """The same answer, as a problem if it is an error that is none yet; its other headers stay."""
    if response.status_code < 400 or response.get("Content-Type") == TYPE or response.streaming:
        return response
    status = HTTPStatus(response.status_code)
    allowed = f"allowed: {response['Allow']}" if response.has_header("Allow") else ""
    problem = answer(status, status.phrase, DETAILS.get(status, allowed))
    for header in ("Content-Length", "Content-Disposition", "Content-Type"):
        del response[header]
    for header, value in response.items():
        problem[header] = value
    return problem


def too_large(limit: int) -> HttpResponse:
    """For a body that was not received, so that the connection cannot be used any more."""
    response = answer(413, "Too large", f"at most {filesizeformat(limit)} are taken at a time")
    response["Connection"] = "close"
    response["Content-Length"] = str(len(response.content))
    return response


def register(api: NinjaAPI) -> None:
    """Have every exception that an endpoint may raise answered as a problem."""
    for kind, (status, title) in STATUSES.items():
        api.add_exception_handler(kind, _told(status, title))
    api.add_exception_handler(cases.CaseChanged, _changed)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(exceptions.ValidationError, _refused)
    api.add_exception_handler(AuthenticationError, _unauthenticated)
    api.add_exception_handler(exceptions.ObjectDoesNotExist, _missing)
    api.add_exception_handler(Http404, _missing)
    api.add_exception_handler(FileMissing, _missing)
    api.add_exception_handler(HttpError, _http)


def _told(status: int, title: str) -> Handler:
    def handle(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(status, title, str(error))

    return handle


def _changed(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(409, "The case has changed", str(error), version=error.case.version)


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    errors = [Complaint(where=list(map(str, one["loc"])), what=one["msg"]) for one in error.errors]
    return answer(422, "The request is not as described", "see errors", errors=errors)


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(422, "The request is not as described", " ".join(error.messages))


def _unauthenticated(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(401, "No valid token", "send Authorization: Bearer with a token that is valid")


def _missing(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(404, "Not Found", DETAILS[404])


def _http(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(error.status_code, HTTPStatus(error.status_code).phrase, str(error))
