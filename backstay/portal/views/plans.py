"""The public pages: what each plan gives, when its channels are open, and which one suits."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from backstay.core.scoping import current
from backstay.plans import matrix, queries
from backstay.plans.advisor import advise
from backstay.plans.catalogue import Catalogue, say
from backstay.plans.matrix import Matrix
from backstay.plans.models import PlanVersion
from backstay.portal.forms.filters import AdvisorForm, PlansFilter
from backstay.ui.inputs import MatrixCell, MatrixGroup, MatrixRow, WeekRow

ZONE_COOKIE = "backstay_timezone"  # what the middleware reads for strangers
A_YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True, kw_only=True)
class PlanWeek:
    """One plan's week in a region. `elsewhere` names the region where it is not sold in the one asked for."""

    name: str
    rows: tuple[WeekRow, ...]
    elsewhere: str


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    now, is_signed_in = timezone.now(), not _is_stranger()
    version = queries.current(now)
    catalogue = queries.catalogue(version)
    form = PlansFilter(request.GET, catalogue=catalogue, is_signed_in=is_signed_in)
    form.full_clean()
    region = form.cleaned_data.get("region") or next(iter(catalogue.regions))
    zone = form.cleaned_data.get("zone") or ""
    with timezone.override(zone or timezone.get_current_timezone()):
        shown = PlansFilter(
            initial={"region": region, "zone": timezone.get_current_timezone_name()},
            catalogue=catalogue,
            is_signed_in=is_signed_in,
        )
        table = matrix.matrix(catalogue, translation.get_language() or settings.LANGUAGE_CODE)
        monday = _monday(now)
        context = {
            "form": shown,
            "names": table.names,
            "groups": _groups(table),
            "weeks": [_week(plan, region, catalogue, monday) for plan in queries.plans(now)],
            "monday": monday,
            "region": say(catalogue.regions[region].name),
            "zone": timezone.get_current_timezone_name(),
            "is_zone_guessed": not is_signed_in and not zone,
        }
        answer = render(request, "portal/plans.html", context)
    if zone:
        answer.set_cookie(ZONE_COOKIE, zone, max_age=A_YEAR_S, samesite="Lax", secure=settings.HTTPS)
    return answer


def _is_stranger() -> bool:
    viewer = current()
    return not (viewer.is_contact or viewer.is_staff)


def _monday(now: datetime) -> date:
    today = timezone.localtime(now).date()
    return today - timedelta(days=today.weekday())


def _groups(table: Matrix) -> list[MatrixGroup]:
    titles = dict.fromkeys(row.group for row in table.rows)
    missing = {gettext("not included"), matrix.NO}
    return [
        MatrixGroup(
            title=title,
            rows=[
                MatrixRow(
                    label=row.label,
                    cells=[MatrixCell(text=cell, included=cell not in missing) for cell in row.cells],
                )
                for row in table.rows
                if row.group == title
            ],
        )
        for title in titles
    ]


def _week(version: PlanVersion, asked: str, catalogue: Catalogue, monday: date) -> PlanWeek:
    plan = queries.terms(version)
    region, zone = plan.region(asked), ZoneInfo(timezone.get_current_timezone_name())
    weeks = queries.coverage_week(version, region, zone, monday)
    return PlanWeek(
        name=say(plan.name),
        rows=tuple(
            WeekRow(
                label=say(catalogue.channels[each.channel].label),
                stretches=[(stretch.start, stretch.end) for day in each.days for stretch in day.stretches],
            )
            for each in weeks
            if each.included
        ),
        elsewhere="" if region == asked else say(catalogue.regions[region].name),
    )


@require_safe
def advisor(request: HttpRequest) -> HttpResponse:
    catalogue = queries.catalogue(queries.current(timezone.now()))
    is_asked = bool(request.GET.keys() - {"lang"})
    form = AdvisorForm(request.GET if is_asked else None, catalogue=catalogue)
    advice = advise(catalogue, form.answers) if is_asked else ()
    context = {
        "form": form,
        "advice": [
            {"name": say(each.plan.name), "suits": each.suits, "reasons": each.reasons} for each in advice
        ],
        "best": say(advice[0].plan.name) if advice and advice[0].suits else "",
    }
    return render(request, "portal/advisor.html", context)
