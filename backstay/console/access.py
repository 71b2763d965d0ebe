"""Who gets into the console."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme

from backstay.core.scoping import current

View = Callable[..., HttpResponseBase]


def staff_only(view: View) -> View:
    """Strangers are asked to sign in; customers are refused. htmx is sent to the sign-in as a whole page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        viewer = current()
        if viewer.is_staff:
            return view(request, *args, **kwargs)
        if viewer.is_contact:
            raise PermissionDenied
        return to_sign_in(request)

    return guarded


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """A redirect for a browser; for htmx the header that makes it leave the page, never a page in a cell.

    A GET comes back to itself; what posted comes back to the page that it stood on.
    """
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = redirect_to_login(
            _page_of(request, request.headers.get("HX-Current-URL"))
        ).url
        return answer
    if request.method in {"GET", "HEAD"}:
        return redirect_to_login(request.get_full_path())
    return redirect_to_login(_page_of(request, request.headers.get("Referer")))


def _page_of(request: HttpRequest, address: str | None) -> str:
    """An address of ours, or the front door."""
    is_ours = url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
    return address if address and is_ours else "/"
