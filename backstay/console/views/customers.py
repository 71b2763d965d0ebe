"""Customers: who they are, what they hold, what they have open."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from backstay.accounts import queries as accounts
from backstay.accounts.actions import sort_key
from backstay.accounts.choices import ACCESS_LABELS, CASE_VIEW_LABELS, Access, CaseView
from backstay.accounts.models import Contact, Organisation
from backstay.assets import queries as assets
from backstay.cases import queries
from backstay.cases.listing import read
from backstay.console import filters, panels, wording
from backstay.console.access import staff_only
from backstay.console.answering import newest_event, page
from backstay.console.filters import PAGE, Asked
from backstay.console.rows import rows_of
from backstay.core.scoping import current
from backstay.entitlements import queries as entitlements
from backstay.entitlements.models import Contract
from backstay.plans import queries as plans
from backstay.plans.catalogue import say
from backstay.plans.wording import tier

CASES, DEVICES = 20, 100


@staff_only
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Organisations by name, found by a part of it."""
    return page(
        request, "console/customers.html", found(request) | {"rail": panels.rail(current(), counted=False)}
    )


def found(request: HttpRequest) -> dict[str, Any]:
    """One page of the organisations that an address asks for."""
    text = request.GET.get("q", "").strip()[: filters.MAX_TEXT].replace("\0", "")
    rows = accounts.organisations()
    if text:
        rows = rows.filter(sort_key__contains=sort_key(text))
    rows = rows.filter(_beyond(request.GET.get("after", "")))
    each = list(rows[: PAGE + 1])
    last = each[PAGE - 1] if len(each) > PAGE else None
    following = urlencode({"q": text, "after": f"{last.sort_key}~{last.pk}"}) if last else ""
    return {"organisations": each[:PAGE], "text": text, "older": f"?{following}" if last else ""}


def _beyond(cursor: str) -> Q:
    name, _joint, last = cursor.replace("\0", "").rpartition("~")
    pk = filters.key(last)
    if pk is None:
        return Q()
    return Q(sort_key__gt=name) | Q(sort_key=name, pk__gt=pk)


def organisation_or_404(organisation_id: int) -> Organisation:
    organisation: Organisation | None = accounts.organisations().filter(pk=organisation_id).first()
    if organisation is None:
        raise Http404
    return organisation


@staff_only
@require_safe
def organisation(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """One organisation with its people, contracts, devices and newest open cases."""
    live_after = newest_event()
    shown, now = organisation_or_404(organisation_id), timezone.now()
    decision = entitlements.check(organisation_id=shown.pk, at=now)
    effective = decision.effective
    context = {
        "live_after": live_after,
        "organisation": shown,
        "now": now,
        "plan": say(effective.plan.name) if effective else "",
        "tier": tier(effective.plan.triage_tier) if effective else "",
        "ends_at": panels.contract_end(decision),
        "lack": wording.lack(decision.lack) if decision.lack else "",
        "doors": panels.doors(decision),
        "region": _region(shown.region, now),
        "contacts": [(each, contact_rights(each)) for each in accounts.contacts_of(shown.pk)],
        "contracts": _contracts(shown, now),
        "devices": list(assets.devices_of(shown.pk)[:DEVICES]),
        **_cases(shown, now),
        "rail": panels.rail(current(), counted=False),
    }
    return page(request, "console/organisation.html", context)


def _region(key: str, now: datetime) -> str:
    """What the catalogue in force calls a region; one that it no longer has goes by its key."""
    found = plans.catalogue(plans.current(now)).regions.get(key)
    return say(found.name) if found else key


def contact_rights(contact: Contact) -> str:
    view, access = CASE_VIEW_LABELS[CaseView(contact.case_view)], ACCESS_LABELS[Access(contact.access)]
    return f"{view}, {access}"


def _contracts(organisation: Organisation, now: datetime) -> list[dict[str, Any]]:
    """What it holds and held, the newest first; `is_running` now."""
    rows = Contract.objects.filter(organisation=organisation).select_related("product_line")
    names = {version.key: say(plans.terms(version).name) for version in plans.plans(now)}
    return [
        {
            "contract": row,
            "plan": names.get(row.plan_key, row.plan_key),
            "line": row.product_line.name if row.product_line else "",
            "starts_at": row.period.lower,
            "ends_at": row.period.upper,
            "is_running": now in row.period,
        }
        for row in rows.order_by("-period")
    ]


def _cases(organisation: Organisation, now: datetime) -> dict[str, Any]:
    asked = Asked(filter=queries.QueueFilter(organisation=organisation.pk))
    rows = asked.filter.apply(queries.visible(), current())
    found = read(queries.in_queue_order(rows)[: CASES + 1])
    return {
        "rows": rows_of(found[:CASES], current(), now),
        "all_cases": asked.query(),
        "has_more": len(found) > CASES,
        "closed_cases": asked.query(states=("closed",), sort=filters.Sort.UPDATED),
    }
