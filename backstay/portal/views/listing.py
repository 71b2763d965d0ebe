"""Lists of cases: mine, my organisation's, those of the customers whom we look after."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from backstay.cases import queries
from backstay.cases.choices import State
from backstay.cases.lifecycle import CUSTOMER_STATES
from backstay.cases.models import Case
from backstay.cases.queries import QueueFilter
from backstay.core import readers
from backstay.core.scoping import Viewer, current
from backstay.entitlements.queries import check
from backstay.plans import queries as plans
from backstay.plans.catalogue import say
from backstay.portal.access import contacts_only
from backstay.portal.forms.filters import ANY, CaseFilter
from backstay.portal.views.case_facts import case_row
from backstay.portal.views.plan_panel import plan_panel
from backstay.ui.inputs import Tab

PAGE = 25
MINE, ORGANISATION, CUSTOMERS = "mine", "organisation", "customers"
Page = tuple[list[Case], str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """A case's place in a list that is ordered by the last change, as it stands in an address."""

    at: datetime
    pk: int

    @classmethod
    def read(cls, text: str) -> "Place | None":
        stamp, _, pk = text.rpartition("_")
        try:
            at = parse_datetime(stamp)
        except ValueError:
            return None
        known = at is not None and at.tzinfo is not None and pk.isascii() and pk.isdecimal() and len(pk) < 19
        return cls(at, int(pk)) if known and at else None

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.pk}"

    @property
    def older(self) -> Q:
        return Q(updated_at__lt=self.at) | Q(updated_at=self.at, pk__lt=self.pk)

    @property
    def newer(self) -> Q:
        return Q(updated_at__gt=self.at) | Q(updated_at=self.at, pk__gt=self.pk)


@require_safe
@contacts_only
def listing(request: HttpRequest) -> HttpResponse:
    now, viewer = timezone.now(), current()
    live_after = readers.end()
    whose = request.GET.get("whose", MINE)
    whose = whose if whose in _lists(viewer) else MINE
    form = CaseFilter(request.GET)
    found, newer, older = _page(_filtered(_rows(whose, viewer), form, viewer), request)
    catalogue = plans.catalogue(plans.current(now))
    labels = {key: say(each.label) for key, each in catalogue.severities.items()}
    context = {
        "form": form,
        "whose": whose,
        "tabs": _tabs(whose, viewer),
        "rows": [case_row(case, labels, at=now) for case in found],
        "newer": newer,
        "older": older,
        "now": now,
        "is_narrowed": any(request.GET.get(name) for name in form.fields),
        "may_open": viewer.may_write,
        "topics": _topics(viewer),
        "plan": plan_panel(check(organisation_id=viewer.own_organisation, at=now), catalogue),
        "live_after": live_after,
    }
    return render(request, "portal/cases.html", context)


def _lists(viewer: Viewer) -> list[str]:
    """The lists that this contact may choose from."""
    organisation = [ORGANISATION] if viewer.own_organisation in viewer.reads_organisations else []
    customers = [CUSTOMERS] if viewer.reads_organisations - {viewer.own_organisation} else []
    return [MINE, *organisation, *customers]


def _tabs(whose: str, viewer: Viewer) -> list[Tab]:
    labels = {
        MINE: gettext("My cases"),
        ORGANISATION: gettext("My organisation's cases"),
        CUSTOMERS: gettext("Our customers' cases"),
    }
    return [
        Tab(label=labels[key], href=f"?{urlencode({'whose': key})}", current=key == whose)
        for key in _lists(viewer)
    ]


def _rows(whose: str, viewer: Viewer) -> QuerySet[Case]:
    if whose == MINE:
        return queries.own()
    rows = queries.visible()
    if whose == ORGANISATION:
        return rows.filter(organisation=viewer.own_organisation)
    return rows.filter(organisation__in=viewer.reads_organisations - {viewer.own_organisation})


def _filtered(rows: QuerySet[Case], form: CaseFilter, viewer: Viewer) -> QuerySet[Case]:
    form.full_clean()
    asked = form.cleaned_data
    wanted = QueueFilter(states=_states(asked.get("state", "")), text=asked.get("text", ""))
    rows = wanted.apply(queries.listed(rows).select_related("product"), viewer)
    return rows.filter(product=asked["product"]) if asked.get("product") else rows


def _states(asked: str) -> tuple[str, ...]:
    """The states behind a customer's word for them; none means: all but closed."""
    if asked == ANY:
        return tuple(State)
    return tuple(state for state, told in CUSTOMER_STATES.items() if told == asked)


def _page(rows: QuerySet[Case], request: HttpRequest) -> Page:
    """One page, and the addresses of the newer and the older one."""
    before, after = (Place.read(request.GET.get(name, "")) for name in ("before", "after"))
    if after is not None:
        found = list(rows.filter(after.newer).order_by("updated_at", "pk")[: PAGE + 1])
        shown, has_newer, has_older = found[:PAGE][::-1], len(found) > PAGE, True
    else:
        rows = rows.filter(before.older) if before is not None else rows
        found = list(rows.order_by("-updated_at", "-pk")[: PAGE + 1])
        shown, has_newer, has_older = found[:PAGE], before is not None, len(found) > PAGE
    newer = _address(request, after=shown[0]) if shown and has_newer else ""
    older = _address(request, before=shown[-1]) if shown and has_older else ""
    return shown, newer, older


def _address(request: HttpRequest, **place: Case) -> str:
    query = request.GET.copy()
    query.pop("before", None)
    query.pop("after", None)
    for name, case in place.items():
        query[name] = str(Place(case.updated_at, case.pk))
    return f"?{query.urlencode()}"


def _topics(viewer: Viewer) -> str:
    organisations = (f"organisation:{pk}" for pk in sorted(viewer.reads_organisations))
    return " ".join([f"contact:{viewer.id}", *organisations])
