"""Reading cases, always through the viewer's eyes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, Count, F, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from backstay.calendars import queries as calendars
from backstay.cases.choices import TOLD_CLOCKS, CustomerState, LinkKind
from backstay.cases.lifecycle import CUSTOMER_STATES
from backstay.cases.models import (
    Case,
    CaseClock,
    CaseLink,
    Draft,
    Incident,
    IncidentNotice,
    IncidentUpdate,
    Participant,
    Presence,
    QuietStep,
    SavedView,
)
from backstay.core import audit
from backstay.core.composed import Composed, Parameter
from backstay.core.models import AuditEntry
from backstay.core.scoping import NoViewer, Viewer, ViewerKind, current
from backstay.plans import queries as plans
from backstay.sla.choices import ClockState

PRESENT = timedelta(seconds=30)
COUNT_LIMIT = 1000
EVERY_CASE = 10**9
_OF_CASE = Parameter("case", BigIntegerField())
_drafts = Composed(lambda: Draft.objects.filter(case=_OF_CASE, staff=Parameter("staff", BigIntegerField())))
_participants = Composed(
    lambda: Participant.objects.filter(case=_OF_CASE).select_related("contact").order_by("contact__name")
)
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
    own = Q(organisation=viewer.own_organisation) & _mine(viewer)
    return rows.filter(own | Q(organisation__in=viewer.reads_organisations))


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


def named(number: int) -> Case | None:
    """As `by_number`, without its clocks, which `clocks_of` has; its plan is one that the process keeps."""
    viewer = current()
    if not viewer.is_staff:
        return by_number(number)
    case = _named(viewer.sees_us).first(number=number)
    if case is not None and case.plan_version_id is not None:
        case.plan_version = plans.version(case.plan_version_id)
    return case


@cache
def _named(sees_us: bool) -> Composed[Case]:  # noqa: FBT001  # all that tells members of staff apart here
    rows = visible_to(Viewer(kind=ViewerKind.STAFF, sees_us=sees_us))
    return Composed(lambda: _beside(rows).filter(number=Parameter("number", BigIntegerField())))


def detailed(rows: QuerySet[Case]) -> QuerySet[Case]:
    """With what a case's page shows. Planning a join of nine tables costs more than three small queries."""
    return _beside(rows).prefetch_related("plan_version", "product_version", _clocks())


def _beside(rows: QuerySet[Case]) -> QuerySet[Case]:
    return rows.select_related("organisation", "contact", "assignee", "product", "device")


def listed(rows: QuerySet[Case]) -> QuerySet[Case]:
    """With what a row of a list shows. A calendar's definition is large, and compiled once a process."""
    clocks = current_clocks().defer("clock__calendar__definition", "clock__source")
    return rows.select_related("organisation", "contact", "assignee").prefetch_related(_clocks(clocks))


def current_clocks() -> QuerySet[CaseClock]:
    """The first response comes first; clocks between tiers are staff's own."""
    rows = _told_clocks(CaseClock.objects.filter(is_current=True))
    return rows.select_related("clock__calendar").order_by("kind")


def _told_clocks(rows: QuerySet[CaseClock]) -> QuerySet[CaseClock]:
    return rows.filter(kind__in=TOLD_CLOCKS) if current().is_contact else rows


def _clocks(rows: QuerySet[CaseClock] | None = None) -> "Prefetch[Any]":
    return Prefetch("clocks", queryset=current_clocks() if rows is None else rows, to_attr="current_clocks")


def clocks_of(case: Case) -> list[CaseClock]:
    """As `all_clocks`, their calendars from what the process keeps: a definition is large."""
    rows = list(all_clocks(case).select_related(None).select_related("clock"))
    for row in rows:
        if row.clock.calendar_id is not None:
            row.clock.calendar = calendars.version(row.clock.calendar_id)
    return rows


def all_clocks(case: Case) -> QuerySet[CaseClock]:
    """All clocks of a case with what explains them, the superseded ones included, oldest first."""
    rows = _told_clocks(CaseClock.objects.filter(case=case)).select_related("clock", "clock__calendar")
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
            rows = rows.filter(pk__in=_at_risk())
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
        is_current=True,
        clock__state=ClockState.RUNNING,
        clock__warned_at__isnull=False,
        clock__stopped_at__isnull=True,  # as the index says
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


def counts(views: Iterable[QueueFilter], viewer: Viewer) -> dict[QueueFilter, str]:
    """How many cases of each view there are, exactly up to a thousand ("37", "1000+"), in one query."""
    asked = list(dict.fromkeys(views))
    parts = [_counting(view, viewer) for view in asked]
    if not parts:
        return {}
    with connection.cursor() as cursor:
        values = [value for _sql, given in parts for value in given]
        cursor.execute(f"select {', '.join(sql for sql, _given in parts)}", values)
        found = cursor.fetchone()
    return dict(zip(asked, map(told_count, found or ()), strict=True))


@lru_cache(maxsize=1024)
def _counting(view: QueueFilter, viewer: Viewer) -> tuple[str, tuple[Any, ...]]:
    """The statement that counts one view. Composing it costs ten times as much as running it."""
    rows = view.apply(visible_to(viewer), viewer).order_by().values("pk")[: COUNT_LIMIT + 1]
    try:
        sql, given = rows.query.sql_with_params()
    except EmptyResultSet:  # a number that no case can have
        sql, given = "select 1 where false", ()
    return f"(select count(*) from ({sql}) found)", given  # noqa: S608  # Django's own SQL, values apart


def told_count(found: int) -> str:
    return _("1000+") if found > COUNT_LIMIT else str(found)


def saved_views(staff_id: int) -> QuerySet[SavedView]:
    """The shared views, then the member's own."""
    return SavedView.objects.filter(Q(staff__isnull=True) | Q(staff=staff_id)).order_by(
        F("staff").asc(nulls_first=True), "position", "id"
    )


def drafts(case: Case, staff_id: int) -> dict[str, str]:
    """What somebody has typed in a case and not sent, by visibility."""
    return {each.visibility: each.body for each in _drafts.all(case=case.pk, staff=staff_id)}


def participants(case: Case) -> list[Participant]:
    """Contacts who follow the case beside the one who opened it."""
    return _participants.all(case=case.pk)


def present(case: Case, *, besides: int, at: datetime) -> list[Presence]:
    """Who else has the case open."""
    rows = Presence.objects.filter(case=case, seen_at__gt=at - PRESENT).exclude(staff=besides)
    return list(rows.select_related("staff").order_by("staff__name"))


@dataclass(frozen=True, kw_only=True)
class Linked:
    """Another case that is linked to one, as read from that one: `is_back` where the link points to it."""

    link_id: int
    kind: LinkKind
    is_back: bool
    case: Case

    @property
    def is_removable(self) -> bool:
        """What staff have linked; that a case follows up another one is a fact."""
        return self.kind is not LinkKind.FOLLOW_UP


_links = Composed(
    lambda: CaseLink.objects.filter(
        Q(case=Parameter("case", BigIntegerField())) | Q(other=Parameter("case", BigIntegerField()))
    ).order_by("id")
)


def links(case: Case) -> list[Linked]:
    """Linked cases that the viewer may read; for customers the follow-ups only."""
    told = {LinkKind.FOLLOW_UP} if current().is_contact else set(LinkKind)
    rows = [row for row in _links.all(case=case.pk) if row.kind in told]
    pairs = [(row, row.case_id if row.other_id == case.pk else row.other_id) for row in rows]
    there = visible().in_bulk({other for _row, other in pairs}) if pairs else {}
    return [
        Linked(link_id=row.pk, kind=LinkKind(row.kind), is_back=row.other_id == case.pk, case=there[other])
        for row, other in pairs
        if other in there
    ]


def quiet_steps_due(at: datetime) -> list[int]:
    """Keys of the steps that silence has led to by `at`, in the order in which they were due."""
    steps = _quiet_steps_ahead().filter(due_at__lte=at)
    return list(steps.order_by("due_at", "id").values_list("pk", flat=True))


def next_quiet_step(*, after: datetime) -> datetime | None:
    steps = _quiet_steps_ahead().filter(due_at__gt=after).order_by("due_at")
    return steps.values_list("due_at", flat=True).first()


def _quiet_steps_ahead() -> QuerySet[QuietStep]:
    return QuietStep.objects.filter(is_current=True, done_at__isnull=True)


def incidents() -> QuerySet[Incident]:
    """The major incidents that a member of staff may read: unresolved first, then those that owe a review."""
    viewer, rows = current(), Incident.objects.select_related("owner", "reviewed_by")
    if not (viewer.is_staff or viewer.is_machine):
        return rows.none()
    rows = rows if viewer.sees_us else rows.filter(boundary="open")
    newest = [F(ended).desc(nulls_first=True) for ended in ("reviewed_at", "resolved_at")]
    return rows.order_by(*newest, "-declared_at", "-id")


def incident_updates(incident_id: int) -> QuerySet[IncidentUpdate]:
    """What its customers were told, newest first, with how many cases got it and how many shall."""
    rows = IncidentUpdate.objects.filter(incident=incident_id).select_related("author")
    told = Count("notices", filter=Q(notices__message__isnull=False))
    ahead = Count("notices", filter=Q(notices__done_at__isnull=True))
    return rows.annotate(told=told, ahead=ahead).order_by("-posted_at", "-id")


def incident_notices_owed() -> list[int]:
    """Keys of the notices that no case has got yet."""
    rows = IncidentNotice.objects.filter(done_at__isnull=True)
    return list(rows.order_by("id").values_list("pk", flat=True))


@dataclass(frozen=True, kw_only=True)
class KnownIncident:
    """What a customer reads of the incident that their case is part of."""

    title: str
    is_resolved: bool
    told: str
    told_at: datetime | None


def known_incident(case: Case) -> KnownIncident | None:
    """Of the incident that a readable case is part of, what its customer may know."""
    incident = case.incident
    if incident is None:
        return None
    newest = incident_updates(incident.pk).first()
    return KnownIncident(
        title=incident.title,
        is_resolved=incident.resolved_at is not None,
        told=newest.body if newest else "",
        told_at=newest.posted_at if newest else None,
    )
