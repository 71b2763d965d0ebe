"""Cases as lists show them: the columns of a row and no more, which costs a third of whole objects."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.conf import settings
from django.db.models import BigIntegerField, QuerySet

from backstay.cases.models import Case
from backstay.cases.queries import (
    COUNT_LIMIT,
    current_clocks,
    in_queue_order,
    told_count,
    visible,
    visible_to,
)
from backstay.cases.standing import Standing, Ticking, standing_of
from backstay.core.composed import Composed, Parameter
from backstay.core.scoping import Viewer, ViewerKind, current, note_read

OTHERS = 6  # of an organisation's open cases beside the one shown
COLUMNS = (
    "pk",
    "number",
    "version",
    "boundary",
    "subject",
    "severity",
    "state",
    "updated_at",
    "next_due_at",
    "assignee_id",
    "assignee__name",
    "organisation__name",
)
CLOCK_COLUMNS = [f"clock__{name}" for name in Ticking._fields]


@dataclass(frozen=True, slots=True)
class Listed:
    """A case in a list. `assignee` and `organisation` are names; None where there is none."""

    pk: int
    number: int
    version: int
    boundary: str
    subject: str
    severity: str
    state: str
    updated_at: datetime
    next_due_at: datetime | None
    assignee_id: int | None
    assignee: str | None
    organisation: str | None

    @property
    def reference(self) -> str:
        return f"{settings.CASE_NUMBER_PREFIX}{self.number}"


def read(rows: QuerySet[Case]) -> list[Listed]:
    """These cases in their order: one query."""
    found = [Listed(*values) for values in rows.values_list(*COLUMNS)]
    for case in found:
        note_read("case", case.pk, case.boundary)
    return found


def standings(cases: Iterable[Listed], *, at: datetime) -> dict[int, Standing]:
    """How the next promise of each case stands, by the case's key: one query."""
    keys = [case.pk for case in cases]
    clocks: dict[int, list[Ticking]] = defaultdict(list)
    for key, *values in current_clocks().filter(case__in=keys).values_list("case_id", *CLOCK_COLUMNS):
        clocks[key].append(Ticking(*values))
    return {key: standing_of(clocks[key], at=at) for key in keys}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands: the queue, and the name of who answers for it (None: nobody yet)."""

    queue: str
    owner: str | None


def places(cases: Iterable[Listed]) -> dict[int, Place]:
    """Where each case stands, by the case's key: one query."""
    rows = Case.objects.filter(pk__in=[case.pk for case in cases])
    return {pk: Place(*found) for pk, *found in rows.values_list("pk", "queue", "owner__name")}


def due_by(until: datetime, *, after: datetime | None = None) -> QuerySet[Case]:
    """Open cases whose next promise ends by an instant, and after another if that is given; soonest first."""
    rows = visible().filter(closed_at__isnull=True, next_due_at__lte=until)
    return in_queue_order(rows if after is None else rows.filter(next_due_at__gt=after))


def how_many(rows: QuerySet[Case]) -> str:
    """Such as "37", exactly up to a thousand, and "1000+" beyond: one query."""
    return told_count(rows.order_by().values("pk")[: COUNT_LIMIT + 1].count())


def others_open(case: Case) -> list[Case]:
    """The first open cases of its organisation beside one, the next promise first; for staff only."""
    viewer = current()
    if case.organisation_id is None or not viewer.is_staff:
        return []
    return _others_open(viewer.sees_us).all(organisation=case.organisation_id, case=case.pk)


@cache
def _others_open(sees_us: bool) -> Composed[Case]:  # noqa: FBT001  # all that tells members of staff apart here
    rows = visible_to(Viewer(kind=ViewerKind.STAFF, sees_us=sees_us)).filter(
        organisation=Parameter("organisation", BigIntegerField()), closed_at__isnull=True
    )
    others = rows.exclude(pk=Parameter("case", BigIntegerField()))
    return Composed(lambda: in_queue_order(others)[:OTHERS])
