"""The devices of an organisation."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backstay.accounts import queries as accounts
from backstay.assets.queries import devices_of
from backstay.core.scoping import current
from backstay.portal.access import contacts_only
from backstay.ui.inputs import Tab

PAGE = 50


@require_safe
@contacts_only
def devices(request: HttpRequest) -> HttpResponse:
    viewer = current()
    organisations = list(accounts.organisations())
    by_id = {str(found.pk): found for found in organisations}
    shown = by_id.get(request.GET.get("organisation", ""), by_id[str(viewer.own_organisation)])
    rows = devices_of(shown.pk)
    after = request.GET.get("after", "").replace("\0", "")
    found = list(rows.filter(serial__gt=after)[: PAGE + 1])
    older = {"organisation": shown.pk, "after": found[PAGE - 1].serial} if len(found) > PAGE else {}
    context = {
        "organisation": shown,
        "tabs": [
            Tab(
                label=each.name,
                href=f"?{urlencode({'organisation': each.pk})}",
                current=each.pk == shown.pk,
            )
            for each in organisations
        ],
        "devices": found[:PAGE],
        "older": f"?{urlencode(older)}" if older else "",
        "newer": f"?{urlencode({'organisation': shown.pk})}" if after else "",
        "may_open": viewer.may_write,
    }
    return render(request, "portal/devices.html", context)
