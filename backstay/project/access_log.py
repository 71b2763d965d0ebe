"""Which requests came to bound data, or were refused it: what the middleware hands to the log."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch

from backstay.accounts.actions import Reading, log_access
from backstay.accounts.choices import AccessHow
from backstay.accounts.models import Organisation
from backstay.accounts.residency import known_address
from backstay.cases.models import Case, Incident
from backstay.core.scoping import Boundary, Viewer, acting, machine

BY = machine("access log")
REFUSALS = {403, 404}
SEARCHES = {"q", "text"}
# What the log names; messages, clocks and the like hang on these, and are counted.
NAMED = ("case", "incident", "organisation", "contact", "contract", "device", "attachment")
# Addresses that name one thing: the piece of the route, and how its row is found.
ADDRESSED: Mapping[str, Callable[..., QuerySet[Any]]] = {
    "cases/<int:number>": lambda number, **_: Case.objects.filter(number=number),
    "incidents/<int:number>": lambda number, **_: Incident.objects.filter(number=number),
    "customers/<int:organisation_id>": lambda organisation_id, **_: Organisation.objects.filter(
        pk=organisation_id
    ),
    "organisations/<int:organisation_id>": lambda organisation_id, **_: Organisation.objects.filter(
        pk=organisation_id
    ),
}


def note(
    request: HttpRequest,
    response: HttpResponseBase,
    *,
    read: Mapping[str, set[int]],
    by: Viewer,
    country: str,
    at: datetime,
) -> None:
    """Log what the request read; or, where it was refused, what it asked for. One row at most."""
    match = request.resolver_match
    if match is None or not (by.is_staff or by.is_contact):
        return
    if read:
        subjects = [f"{kind}:{key}" for kind in NAMED for key in sorted(read.get(kind, ()))]
        response["Cache-Control"] = "private, no-store"  # gone from the browser with the right to see it
    else:
        subjects = _refused(match) if response.status_code in REFUSALS else []
    if read or subjects:
        reading = Reading(
            how=_how(request, match, read),
            place=match.route,
            subjects=tuple(subjects),
            rows=sum(len(keys) for keys in read.values()),
            allowed=bool(read),
            address=known_address(request.META.get("REMOTE_ADDR")),
            country=country,
        )
        log_access(reading, by=by, at=at)


def _how(request: HttpRequest, match: ResolverMatch, read: Mapping[str, set[int]]) -> AccessHow:
    if "attachment_id" in match.kwargs:
        return AccessHow.ATTACHMENT
    if match.url_name and match.url_name.endswith("_csv"):
        return AccessHow.EXPORT
    if match.route.startswith("api/"):
        return AccessHow.API
    if any(request.GET.get(name) for name in SEARCHES):
        return AccessHow.SEARCH
    return AccessHow.LIST if len(read.get("case", ())) > 1 else AccessHow.PAGE


def _refused(match: ResolverMatch) -> list[str]:
    """The bound thing that the address names, if there is one."""
    for piece, rows_of in ADDRESSED.items():
        if piece in match.route:
            with acting(BY):
                rows = rows_of(**match.kwargs).filter(boundary=Boundary.US)
                return [f"{rows.model.__name__.lower()}:{row.pk}" for row in rows]
    return []
