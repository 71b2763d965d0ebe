"""What waits for somebody to decide: customers' requests, pages, major incidents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backstay.accounts.choices import Role
from backstay.cases import queries as cases
from backstay.cases.models import Incident
from backstay.cases.standing import Standing, Ticking, standing_of
from backstay.console.views.escalations import RequestLine, request_lines
from backstay.core.scoping import Viewer
from backstay.escalation import queries as escalation
from backstay.escalation.rules import may_decide
from backstay.oncall import queries as oncall
from backstay.oncall.choices import WHY_UNANSWERED_LABELS, Purpose, WhyUnanswered
from backstay.oncall.models import Page
from backstay.oncall.rules import may_acknowledge
from backstay.oncall.wording import about

SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A customer who waits for a manager, with the time to answer."""

    line: RequestLine
    standing: Standing
    may_decide: bool


@dataclass(frozen=True, kw_only=True)
class Paged:
    page: Page
    about: str
    why: str
    may_acknowledge: bool


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What is open now. Of requests and pages the most urgent are listed, and all are counted."""

    requests: Sequence[Asked]
    requests_count: int
    pages: Sequence[Paged]
    pages_count: int
    incidents: Sequence[Incident]
    reviews: Sequence[Incident]


def read(viewer: Viewer, *, at: datetime) -> Trouble:
    requests, pages = escalation.open_requests(), oncall.open_pages()
    incidents = cases.incidents().filter(reviewed_at__isnull=True)
    going = incidents.filter(resolved_at__isnull=True)
    return Trouble(
        requests=_requests(request_lines(requests[:SHOWN]), viewer, at),
        requests_count=requests.count(),
        pages=[_page(row, viewer) for row in pages[:SHOWN]],
        pages_count=pages.count(),
        incidents=list(going[:SHOWN]),
        reviews=list(incidents.filter(resolved_at__isnull=False)[:SHOWN]),
    )


def _requests(lines: Sequence[RequestLine], viewer: Viewer, at: datetime) -> list[Asked]:
    """Managers decide on all of them; whoever is on call for managers on those of their side."""
    is_manager = Role.MANAGER in viewer.roles
    sides = {line.request.boundary for line in lines} if not is_manager else set()
    on_call = {
        side: frozenset(each.pk for each in oncall.on_call(Purpose.MANAGEMENT, boundary=side, at=at))
        for side in sides
    }
    return [
        Asked(
            line=line,
            standing=standing_of([Ticking.of(line.request.clock)], at=at),
            may_decide=may_decide(viewer, on_call=on_call.get(line.request.boundary, frozenset())),
        )
        for line in lines
    ]


def _page(row: Page, viewer: Viewer) -> Paged:
    why = row.why_unanswered
    return Paged(
        page=row,
        about=about(row),
        why=str(WHY_UNANSWERED_LABELS[WhyUnanswered(why)]) if why else "",
        may_acknowledge=may_acknowledge(viewer, row),
    )
