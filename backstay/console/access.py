"""Who gets into the console."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from backstay.core.scoping import current

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def staff_only(view: View[P]) -> View[P]:
    """Strangers are asked to sign in; customers are refused. htmx is sent to the sign-in as a whole page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        viewer = current()
        if viewer.is_staff:
            return view(request, *args, **kwargs)
        if viewer.is_contact:
            raise PermissionDenied
        return to_sign_in(request)

    return guarded


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """A redirect for a browser; for htmx the header that makes it leave the page, never a page in a cell."""
    if request.headers.get("HX-Request"):
        back = request.headers.get("HX-Current-URL", "/")
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = redirect_to_login(back).url
        return answer
    return redirect_to_login(request.get_full_path())
