"""The few pages that belong to no face."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from backstay.core.scoping import current


@require_GET
def front_door(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # Django's signature
    """Where somebody belongs: staff in the console, contacts at their cases, strangers at the plans."""
    viewer = current()
    if viewer.is_staff:
        return redirect("console:queue")
    return redirect("portal:cases" if viewer.is_contact else "portal:plans")


@require_GET
def health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # Django's signature
    """Answers 200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return JsonResponse({"status": "ok"})
