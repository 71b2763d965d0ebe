"""What surrounds every request: its database context, its viewer, its language and time zone."""

from collections.abc import Callable
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from backstay.accounts.queries import viewer_for
from backstay.api.authentication import token_of
from backstay.api.problems import as_problem
from backstay.core.scoping import PUBLIC, Viewer, ViewerKind, acting

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
    """Sessions and sign-in run as the serving machine; `ViewerContext` narrows it before a page is made."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(settings.STATIC_URL):
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
        viewer = _viewer(request)
        request.viewer = viewer  # type: ignore[attr-defined]  # every view of ours reads it
        language = _language(request, viewer)
        request.LANGUAGE_CODE = language
        with translation.override(language), timezone.override(_timezone(request, viewer)), acting(viewer):
            response = self.get_response(request)
        if request.GET.get("lang") == language:
            _remember(response, language)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:  # noqa: ARG002  # Django's signature
        """What allauth raises to lead elsewhere (sign in again first) is no failure."""
        if not isinstance(exception, ImmediateHttpResponse | ReauthenticationRequired):
            transaction.set_rollback(True)


def _viewer(request: HttpRequest) -> Viewer:
    """Behind a session, or, for the API, behind a token; else nobody in particular."""
    if request.path_info.startswith(API):
        request.api_token = token_of(request, at=timezone.now())  # type: ignore[attr-defined]  # the API reads it
        user: Any = request.api_token.user if request.api_token else None  # type: ignore[attr-defined]  # as above
    else:
        user = request.user if request.user.is_authenticated else None
    return (viewer_for(user) if user else None) or PUBLIC


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
