"""Who gets into the customers' pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from backstay.core.scoping import current

View = Callable[..., HttpResponseBase]
READING = {"GET", "HEAD"}
TO_CONSOLE = {"case": "console:case"}  # where staff find the same thing; else their queue


def contacts_only(view: View) -> View:
    """Strangers are asked to sign in; staff who read are led to the console, staff who write are refused."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        viewer = current()
        if viewer.is_contact:
            return view(request, *args, **kwargs)
        if viewer.is_staff:
            return _staff_elsewhere(request, kwargs)
        return _to_sign_in(request)

    return guarded


def writers_only(view: View) -> View:
    """As `contacts_only`, and refuses contacts who may only look."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not current().may_write:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return contacts_only(guarded)


def _staff_elsewhere(request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponse:
    if request.method not in READING:
        raise PermissionDenied
    name = request.resolver_match.url_name if request.resolver_match else ""
    address = reverse(TO_CONSOLE[name], kwargs=kwargs) if name in TO_CONSOLE else reverse("console:queue")
    return HttpResponseRedirect(address)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """A redirect for a browser; for htmx the header that makes it leave the page, never a page in a cell."""
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = redirect_to_login(request.headers.get("HX-Current-URL", "/")).url
        return answer
    return redirect_to_login(request.get_full_path())
