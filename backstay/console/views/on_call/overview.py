"""The page of on-call: who is on now, the next weeks, gaps, pages; taking over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backstay.accounts import queries as accounts
from backstay.console import panels
from backstay.console.access import staff_only
from backstay.console.answering import SentBefore, done_once, newest_event, page, see, wants_part
from backstay.console.views.on_call import weeks
from backstay.console.views.on_call.forms import TakeOverForm
from backstay.console.views.on_call.weeks import Picture
from backstay.core.scoping import Boundary, current
from backstay.oncall import actions, queries, rules
from backstay.oncall.choices import (
    GAP_LABELS,
    PAGE_STATE_LABELS,
    WHY_UNANSWERED_LABELS,
    PageState,
    WhyUnanswered,
)
from backstay.oncall.models import Override, Page, Rota
from backstay.oncall.queries import AHEAD, Gap
from backstay.oncall.turns import Turn
from backstay.oncall.wording import about

PAGES = 20
GAPS = 20  # errors that are shown one by one
MOMENTS = {"from": "starts_at", "to": "ends_at"}


@dataclass(frozen=True, kw_only=True)
class RotaPanel:
    """A rota as it is now and in the next weeks."""

    rota: Rota
    people: Sequence[str]
    until: datetime | None
    following: str
    picture: Picture
    turns: Sequence[tuple[Turn, str]]


@dataclass(frozen=True, kw_only=True)
class PageLine:
    page: Page
    about: str
    state: str
    why: str
    may_acknowledge: bool


@staff_only
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Everything; for htmx only the list of pages."""
    after = newest_event()
    if wants_part(request):
        return page(request, "console/on_call.html#pages", {"pages": _pages()})
    return _page(request, live_after=after)


def _page(
    request: HttpRequest, form: TakeOverForm | None = None, *, live_after: int = 0, status: int = 200
) -> HttpResponse:
    at = timezone.now()
    names = _names()
    rotas = list(queries.rotas())
    gaps = [gap for rota in rotas for gap in queries.gaps(rota, at, at + AHEAD)]
    context = {
        "rotas": _panels(rotas, names, at),
        "errors": _gap_lines([gap for gap in gaps if gap.is_error][:GAPS], names),
        "more_errors": max(0, sum(gap.is_error for gap in gaps) - GAPS),
        "gaps": _gap_lines([gap for gap in gaps if not gap.is_error], names),
        "overrides": _overrides(at),
        "form": form or _form(names=names, given=_asked(request)),
        "pages": _pages(),
        "may_arrange": rules.may_arrange(current()),
        "rail": panels.rail(current(), counted=False),
    }
    if live_after:
        context["live_after"] = live_after
    return page(request, "console/on_call.html", context, status=status)


def _gap_lines(gaps: Sequence[Gap], names: Mapping[int, str]) -> list[tuple[Gap, str, str]]:
    """Each with its reason in words, and the name of who is on call and may not know."""
    return [
        (gap, str(GAP_LABELS[gap.reason]), names.get(gap.staff_id or 0, ""))
        for gap in sorted(gaps, key=lambda each: each.start)
    ]


def _names() -> dict[int, str]:
    return dict(accounts.staff_members().values_list("pk", "name"))


def _panels(rotas: Sequence[Rota], names: Mapping[int, str], at: datetime) -> list[RotaPanel]:
    eligible: set[int] = set()
    if any(rota.serves == Boundary.US for rota in rotas):
        eligible = accounts.eligible_staff_ids(at=at)
    found = []
    for rota in rotas:
        allowed = eligible & names.keys() if rota.serves == Boundary.US else names.keys()
        people = [names[one] for one in queries.levels(rota, allowed=allowed, at=at)]
        found.append(_panel(rota, people, names, at))
    return found


def _panel(rota: Rota, people: Sequence[str], names: Mapping[int, str], at: datetime) -> RotaPanel:
    first = weeks.first_day(at, timezone.get_current_timezone())
    turns = queries.turns(rota, first, weeks.until(first))
    present = next((number for number, turn in enumerate(turns) if turn.start <= at < turn.end), 0)
    following = next((turn for turn in turns[present + 1 :]), None)
    nobody = _("nobody")
    return RotaPanel(
        rota=rota,
        people=people,
        until=turns[present].end if following else None,
        following=names.get(following.person or 0, nobody) if following else "",
        picture=weeks.picture(turns, names, first, nobody),
        turns=[(turn, names.get(turn.person or 0, nobody)) for turn in turns],
    )


def _overrides(at: datetime) -> list[tuple[Override, bool]]:
    rows = Override.objects.select_related("rota", "staff").filter(period__endswith__gt=at).order_by("period")
    return [(row, rules.may_end_override(current(), row)) for row in rows]


def _asked(request: HttpRequest) -> dict[str, object]:
    """What an address asks to fill in: a rota by its key, and instants (ISO, with their zone)."""
    wanted = {"rota": request.GET.get("rota", "")}
    moments = {field: _moment(request.GET.get(name, "")) for name, field in MOMENTS.items()}
    return {name: value for name, value in (wanted | moments).items() if value}


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if timezone.is_aware(found) else None


def _form(
    data: object = None,
    names: Mapping[int, str] | None = None,
    given: Mapping[str, object] | None = None,
) -> TakeOverForm:
    viewer = current()
    people = [(pk, name) for pk, name in (names or _names()).items() if rules.may_put_on_call(viewer, pk)]
    rotas = list(Rota.objects.order_by("name").values_list("pk", "name"))
    return TakeOverForm(data, rotas=rotas, people=people, initial={"staff": viewer.id, **(given or {})})


def _pages() -> list[PageLine]:
    viewer = current()
    return [
        PageLine(
            page=row,
            about=about(row),
            state=str(PAGE_STATE_LABELS[PageState(row.state)]),
            why=str(WHY_UNANSWERED_LABELS[WhyUnanswered(row.why_unanswered)]) if row.why_unanswered else "",
            may_acknowledge=row.closed_at is None and rules.may_acknowledge(viewer, row),
        )
        for row in queries.pages()[:PAGES]
    ]


@staff_only
@require_POST
def acknowledge(request: HttpRequest, page_id: int) -> HttpResponse:
    """The button beside a page. htmx gets the list anew."""
    if queries.page_by_id(page_id) is None:
        raise Http404
    try:
        actions.acknowledge(page_id=page_id, by=current(), at=timezone.now())
    except actions.Settled:
        return page(request, "console/on_call.html#pages", {"pages": _pages()}, status=409)
    if wants_part(request):
        return page(request, "console/on_call.html#pages", {"pages": _pages()})
    return see(reverse("console:on_call"))


@staff_only
@require_POST
def take_over(request: HttpRequest) -> HttpResponse:
    """Somebody is on call for a while, whatever the layers say."""
    form = _form(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data

    def make() -> str:
        actions.take_over(
            rota=Rota.objects.get(pk=given["rota"]),
            staff_id=given["staff"],
            starts_at=given["starts_at"],
            ends_at=given["ends_at"],
            reason=given["reason"],
            by=current(),
            at=timezone.now(),
        )
        return reverse("console:on_call")

    try:
        return see(done_once(request, make))
    except actions.BadRota:
        form.add_error("ends_at", _("It has to end after it begins, and not in the past."))
    except actions.AlreadyTakenOver:
        form.add_error(None, _("Somebody has taken over a part of that time already: end that first."))
    except SentBefore as error:
        form.add_error(None, str(error))
    return _page(request, form, status=422)


@staff_only
@require_POST
def end_override(request: HttpRequest, override_id: int) -> HttpResponse:  # noqa: ARG001  # Django's signature
    override = Override.objects.select_related("rota").filter(pk=override_id).first()
    if override is None:
        raise Http404
    try:
        actions.end_override(override=override, by=current(), at=timezone.now())
    except actions.MayNotArrange as error:
        raise PermissionDenied from error
    return see(reverse("console:on_call"))
