"""What surrounds every request: its database context, its viewer, its language and time zone."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from backstay.accounts import actions as accounts
from backstay.accounts.queries import SIGN_IN, Arrival, arrival_by, arrival_of
from backstay.api.authentication import token_of
from backstay.api.problems import as_problem
from backstay.core.scoping import PUBLIC, Viewer, ViewerKind, acting, narrowed, watching
from backstay.project import access_log

API = "/api/"
Handler = Callable[[HttpRequest], HttpResponse]
SERVING = Viewer(kind=ViewerKind.MACHINE, name="serving")  # sessions and sign-in lie outside the boundary
TIMEZONE_COOKIE = "backstay_timezone"


class Problems:
    """Whatever goes wrong under /api/, wherever: the answer is a problem that a program can read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        return as_problem(response) if request.path_info.startswith(API) else response


class ServingContext:
    """Sessions and sign-in run as the serving machine; `ViewerContext` narrows it before a page is made.

    Static files need no database, and `ViewerContext` sees to programs itself.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith((settings.STATIC_URL, API)):
            return self.get_response(request)
        with acting(SERVING):
            return self.get_response(request)


class Language:
    """The language of a stranger: their cookie, else what the browser asks for."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(translation.get_language_from_request(request)):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            return response


class ViewerContext:
    """Everything that a view does, it does as the viewer; a page that failed leaves nothing behind."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        at = timezone.now()
        if request.path_info.startswith(API):
            return self._answer_program(request, at)
        arrival = _visitor(request, at)
        request.heard = arrival.heard if arrival else None  # type: ignore[attr-defined]  # the base page reads it
        response = self._answer_logged(request, arrival, at)
        if request.GET.get("lang") == request.LANGUAGE_CODE:
            _remember(response, request.LANGUAGE_CODE)
        return response

    def _answer_program(self, request: HttpRequest, at: datetime) -> HttpResponse:
        """One transaction from the token to the answer, which becomes the viewer's when we know who it is.

        Unless something was noted, which stays when the request fails, or bound rows may be read: that is
        logged with them.
        """
        with acting(SIGN_IN):
            arrival, noted = _program(request, at)
            viewer = arrival.viewer if arrival else PUBLIC
            if noted or viewer.sees_us:
                return self._answer_logged(request, arrival, at)
            with narrowed(viewer):
                response = self._answer(request, viewer)
        access_log.note(request, response, read={}, by=viewer, country="", at=at)
        return response

    def _answer_logged(self, request: HttpRequest, arrival: Arrival | None, at: datetime) -> HttpResponse:
        viewer, country = (arrival.viewer, arrival.country) if arrival else (PUBLIC, "")
        with watching() as read, acting(viewer):
            response = self._answer(request, viewer)
        access_log.note(request, response, read=read, by=viewer, country=country, at=at)
        return response

    def _answer(self, request: HttpRequest, viewer: Viewer) -> HttpResponse:
        request.viewer = viewer  # type: ignore[attr-defined]  # every view of ours reads it
        request.LANGUAGE_CODE = _language(request, viewer)
        with translation.override(request.LANGUAGE_CODE), timezone.override(_timezone(request, viewer)):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:  # noqa: ARG002  # Django's signature
        """What allauth raises to lead elsewhere (sign in again first) is no failure."""
        if not isinstance(exception, ImmediateHttpResponse | ReauthenticationRequired):
            transaction.set_rollback(True)


def _visitor(request: HttpRequest, at: datetime) -> Arrival | None:
    """Who comes, and from where: behind a session, else nobody."""
    user = request.user if request.user.is_authenticated else None
    arrival = arrival_of(user, at=at, address=request.META.get("REMOTE_ADDR")) if user else None
    if arrival and arrival.sight:
        accounts.note_sighting(sight=arrival.sight, at=at)
    return arrival


def _program(request: HttpRequest, at: datetime) -> tuple[Arrival | None, bool]:
    """Who comes, and from where: behind a token, else nobody; and whether anything was noted of it."""
    token = request.api_token = token_of(request, at=at)  # type: ignore[attr-defined]  # the API reads it
    if token is None:
        return None, False
    noted = accounts.note_token_use(token=token, at=at)
    arrival = arrival_by(token, at=at, address=request.META.get("REMOTE_ADDR"))
    if arrival and arrival.sight:
        accounts.note_sighting(sight=arrival.sight, at=at)
        noted = True
    return arrival, noted


def _language(request: HttpRequest, viewer: Viewer) -> str:
    """Asked for in the address, else chosen here, else on the person's record, else the browser's."""
    chosen = request.GET.get("lang", request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME))
    if chosen in dict(settings.LANGUAGES):
        return chosen
    return viewer.language if viewer.id else request.LANGUAGE_CODE or settings.LANGUAGE_CODE


def _remember(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=settings.HTTPS,
    )


def _timezone(request: HttpRequest, viewer: Viewer) -> str:
    """The viewer's zone; a stranger's is what their browser reported in a cookie, if it exists."""
    if viewer.id:
        return viewer.timezone
    asked = request.COOKIES.get(TIMEZONE_COOKIE, "UTC")
    return asked if asked in available_zones() else "UTC"


@cache
def available_zones() -> frozenset[str]:
    return frozenset(available_timezones())
