"""Reading cases, always through the viewer's eyes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from backstay.cases.choices import CustomerState
from backstay.cases.lifecycle import CUSTOMER_STATES
from backstay.cases.models import Case, CaseClock, Draft, Participant, Presence, SavedView
from backstay.core import audit
from backstay.core.models import AuditEntry
from backstay.core.scoping import NoViewer, Viewer, current

PRESENT = timedelta(seconds=30)
COUNT_LIMIT = 1000
EVERY_CASE = 10**9
TOLD_TO_CUSTOMERS = (
    "case_opened",
    "case_replied",
    "case_state_changed",
    "case_severity_changed",
    "case_corrected",
    "participant_added",
)


def visible() -> QuerySet[Case]:
    """Every case that the viewer may read, and no other."""
    return visible_to(current())


def visible_to(viewer: Viewer) -> QuerySet[Case]:
    rows = Case.objects.all()
    if not viewer.sees_us:
        rows = rows.filter(boundary="open")
    if viewer.is_staff or viewer.is_machine:
        return rows
    if not viewer.is_contact:
        return rows.none()
    return rows.filter(_mine(viewer) | Q(organisation__in=viewer.reads_organisations))


def _mine(viewer: Viewer) -> Q:
    return Q(contact=viewer.id) | Q(pk__in=Participant.objects.filter(contact=viewer.id).values("case"))


def own() -> QuerySet[Case]:
    """The cases that a contact opened or takes part in."""
    viewer = current()
    if not viewer.is_contact:
        raise NoViewer("only a contact has cases of their own")
    return visible().filter(_mine(viewer))


def takes_part(viewer: Viewer, case: Case) -> bool:
    if not viewer.is_contact:
        return False
    return case.contact_id == viewer.id or Participant.objects.filter(case=case, contact=viewer.id).exists()


def by_number(number: int) -> Case | None:
    """One case with what its page shows beside it, or None: not there, or not for this viewer."""
    return detailed(visible()).filter(number=number).first()


def detailed(rows: QuerySet[Case]) -> QuerySet[Case]:
    """With what a case's page shows. Planning a join of nine tables costs more than three small queries."""
    return rows.select_related("organisation", "contact", "assignee", "product", "device").prefetch_related(
        "plan_version", "product_version", _clocks()
    )


def listed(rows: QuerySet[Case]) -> QuerySet[Case]:
    """With what a row of a list shows. A calendar's definition is large, and compiled once a process."""
    clocks = _current_clocks().defer("clock__calendar__definition", "clock__source")
    return rows.select_related("organisation", "contact", "assignee").prefetch_related(_clocks(clocks))


def _current_clocks() -> QuerySet[CaseClock]:
    return CaseClock.objects.filter(is_current=True).select_related("clock__calendar")


def _clocks(rows: QuerySet[CaseClock] | None = None) -> "Prefetch[Any]":
    return Prefetch("clocks", queryset=_current_clocks() if rows is None else rows, to_attr="current_clocks")


def clocks_of(case: Case) -> list[CaseClock]:
    return list(all_clocks(case))


def all_clocks(case: Case) -> QuerySet[CaseClock]:
    """All clocks of a case with what explains them, the superseded ones included, oldest first."""
    rows = CaseClock.objects.filter(case=case).select_related("clock", "clock__calendar")
    return rows.prefetch_related("clock__events", "clock__marks").order_by("clock_id")


def history(case: Case) -> QuerySet[AuditEntry]:
    """What was done with the case, oldest first; for customers only what they are told elsewhere as well."""
    viewer, rows = current(), audit.of(("case", case.pk))
    if viewer.is_staff or viewer.is_machine:
        return rows
    return rows.filter(kind__in=TOLD_TO_CUSTOMERS).exclude(_unseen_moves())


def _unseen_moves() -> Q:
    """Changes between states that are one state for the customer."""
    moves = Q(pk__in=())
    for told in CustomerState:
        states = [state for state, seen_as in CUSTOMER_STATES.items() if seen_as is told]
        moves |= Q(kind="case_state_changed", facts__old__in=states, facts__new__in=states)
    return moves


@dataclass(frozen=True, kw_only=True)
class QueueFilter:
    """What a view of the queue asks for; empty fields ask nothing. Serialised in URLs and saved views."""

    states: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    assignee: str = ""  # "me", "nobody", or a staff member's id
    organisation: int | None = None
    plan: str = ""
    at_risk: bool = False  # warned or breached and not yet answered
    text: str = ""

    def apply(self, rows: QuerySet[Case], viewer: Viewer) -> QuerySet[Case]:
        rows = rows.filter(state__in=self.states) if self.states else rows.filter(closed_at__isnull=True)
        for field, value in self._fields().items():
            rows = rows.filter(**{field: value}) if value else rows
        rows = self._assigned(rows, viewer)
        if self.at_risk:
            rows = rows.filter(pk__in=_at_risk(), next_due_at__isnull=False)
        return rows.filter(_matches(self.text)) if self.text else rows

    def _fields(self) -> dict[str, Any]:
        return {
            "severity__in": self.severities,
            "queue__in": self.queues,
            "organisation": self.organisation,
            "plan_version__key": self.plan,
        }

    def _assigned(self, rows: QuerySet[Case], viewer: Viewer) -> QuerySet[Case]:
        if self.assignee == "me":
            return rows.filter(assignee=viewer.id)
        if self.assignee == "nobody":
            return rows.filter(assignee__isnull=True)
        return rows.filter(assignee=int(self.assignee)) if self.assignee else rows


def _at_risk() -> "QuerySet[CaseClock, int]":
    """Keys of cases that a running clock has warned of.

    The limit is none; it makes PostgreSQL begin with the few warned clocks, which have an index, instead of
    looking at the clocks of every open case.
    """
    warned = CaseClock.objects.filter(
        is_current=True, clock__warned_at__isnull=False, clock__stopped_at__isnull=True
    )
    return warned.values_list("case_id", flat=True)[:EVERY_CASE]


def _matches(text: str) -> Q:
    """By number where it looks like one, else by subject, organisation or a device's serial number."""
    digits = text.upper().removeprefix(settings.CASE_NUMBER_PREFIX).strip()
    if digits.isdecimal():
        return Q(number=int(digits))
    return Q(subject__icontains=text) | Q(organisation__name__icontains=text) | Q(device__serial=text.upper())


def in_queue_order(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Next promise first; cases without one after all others, oldest first."""
    return rows.order_by(F("next_due_at").asc(nulls_last=True), "id")


def count(rows: QuerySet[Case]) -> str:
    """How many, exactly up to a thousand: "37", "1000+"."""
    return _told(rows.order_by()[: COUNT_LIMIT + 1].count())


def counts(views: Sequence[QuerySet[Case]]) -> list[str]:
    """As `count`, for many at once in one query."""
    parts: list[str] = []
    values: list[Any] = []
    for rows in views:
        try:
            sql, given = rows.order_by().values("pk")[: COUNT_LIMIT + 1].query.sql_with_params()
        except EmptyResultSet:  # a number that no case can have
            sql, given = "select 1 where false", ()
        parts.append(f"(select count(*) from ({sql}) found)")  # noqa: S608  # Django's own SQL, values apart
        values += given
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"select {', '.join(parts)}", values)
        found = cursor.fetchone()
    return [_told(number) for number in found or ()]


def _told(found: int) -> str:
    return _("1000+") if found > COUNT_LIMIT else str(found)


def saved_views(staff_id: int) -> QuerySet[SavedView]:
    """The shared views, then the member's own."""
    return SavedView.objects.filter(Q(staff__isnull=True) | Q(staff=staff_id)).order_by(
        F("staff").asc(nulls_first=True), "position", "id"
    )


def drafts(case: Case, staff_id: int) -> dict[str, str]:
    """What somebody has typed in a case and not sent, by visibility."""
    rows = Draft.objects.filter(case=case, staff=staff_id)
    return dict(rows.values_list("visibility", "body"))


def participants(case: Case) -> list[Participant]:
    """Contacts who follow the case beside the one who opened it."""
    return list(Participant.objects.filter(case=case).select_related("contact").order_by("contact__name"))


def present(case: Case, *, besides: int, at: datetime) -> list[Presence]:
    """Who else has the case open."""
    return list(
        Presence.objects.filter(case=case, seen_at__gt=at - PRESENT)
        .exclude(staff=besides)
        .select_related("staff")
        .order_by("staff__name")
    )
