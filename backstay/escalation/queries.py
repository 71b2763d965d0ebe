"""Reading ladders, requests and alarms, through the viewer's eyes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import groupby

from django.db.models import BigIntegerField, F, Min, QuerySet

from backstay.accounts import queries as accounts
from backstay.accounts.choices import Role
from backstay.accounts.models import Staff
from backstay.calendars.queries import compiled
from backstay.cases import queries as cases
from backstay.cases import rules as case_rules
from backstay.cases.choices import ClockKind, Queue, State
from backstay.cases.lifecycle import TOLD
from backstay.cases.models import Case, CaseClock
from backstay.core.composed import Composed, Parameter
from backstay.core.models import AuditEntry
from backstay.core.scoping import Boundary, Viewer, current
from backstay.escalation.choices import RequestState, StepState
from backstay.escalation.models import Alarm, EscalationRequest, EscalationStep
from backstay.escalation.rules import Promise, Standing, shares_of
from backstay.oncall import queries as oncall
from backstay.oncall.choices import Purpose
from backstay.plans import queries as plans
from backstay.plans.catalogue import Ladder, LadderStep, Plan, RequestUrgency
from backstay.sla import queries as sla
from backstay.sla.choices import ClockState
from backstay.sla.models import Clock
from businesstime import Calendar

TIER_OF_QUEUE = {Queue.TIER_1: 1, Queue.TIER_2: 2, Queue.TIER_3: 3}
CHANGES = ("case_state_changed", "case_severity_changed", "case_assigned")
_KEY = Parameter("case", BigIntegerField())
_changes = Composed(
    lambda: AuditEntry.objects.filter(subject_kind="case", subject_id=_KEY, kind__in=CHANGES).order_by("id")
)
_promised = Composed(
    lambda: CaseClock.objects.filter(
        case=_KEY,
        kind=ClockKind.FIRST_RESPONSE,
        is_current=True,
        clock__state__in=(ClockState.RUNNING, ClockState.PAUSED),
    ).select_related("clock__calendar")
)


@dataclass(frozen=True)
class Rung:
    """Severities that climb alike, and their steps in order: one ladder of the picture."""

    severities: tuple[str, ...]
    steps: tuple[LadderStep, ...]


def rungs(plan: Plan) -> tuple[Rung, ...]:
    """What each severity of a plan climbs, as it runs; severities that climb alike are told together."""
    ladder = plan.ladder
    if ladder is None:
        return ()
    climbed = [(severity, ladder.steps_of(severity)) for severity in plan.severities]
    alike = groupby((each for each in climbed if each[1]), key=lambda each: each[1])
    return tuple(Rung(tuple(severity for severity, _ in group), steps) for steps, group in alike)


def ladder_of(case: Case) -> Ladder | None:
    """The ladder of a case's frozen plan; None where nothing happens by itself."""
    return plans.ladder(case.plan_version) if case.plan_version else None


def standing(case: Case, ladder: Ladder) -> Standing:
    """What the ladder's arithmetic needs to know of a case, which is locked or will not change."""
    changes = _changes.all(case=case.pk)
    reopened = tuple(entry.at for entry in changes if _moves(entry, {State.CLOSED}))
    back = [entry.at for entry in changes if _moves(entry, {State.CLOSED, *TOLD})]
    regraded = [entry.at for entry in changes if entry.kind == "case_severity_changed"]
    spoken = case.vendor_spoke_at
    return Standing(
        severity=case.severity,
        opened_at=case.opened_at,
        is_closed=case.state == State.CLOSED,
        waits_on_customer=case.state in TOLD,
        promise=_promise(case, ladder),
        calendar=_calendar(case),
        silent_since=max([spoken, *back]) if spoken else None,
        turn_at=max([case.recorded_at, *back, *regraded]),
        reopened_at=reopened,
        reassigned_at=tuple(entry.at for entry in changes if _is_reassigned(entry)),
    )


def _moves(entry: AuditEntry, old: set[State]) -> bool:
    return entry.kind == "case_state_changed" and entry.facts["old"] in old and entry.facts["new"] not in old


def _is_reassigned(entry: AuditEntry) -> bool:
    """From person to person; a case taken from the queue is not reassigned."""
    if entry.kind != "case_assigned":
        return False
    old, new = entry.facts["old"], entry.facts["new"]
    return old is not None and new is not None and old != new


def _promise(case: Case, ladder: Ladder) -> Promise | None:
    row = _promised.first(case=case.pk)
    if row is None:
        return None
    clock = row.clock
    return Promise(
        started_at=clock.started_at,
        due_at=clock.breached_at or clock.due_at,
        shares={percent: _share_at(clock, percent) for percent in shares_of(ladder)},
    )


def _share_at(clock: Clock, percent: int) -> datetime | None:
    if percent == clock.warn_percent:
        return clock.warned_at or clock.warn_at
    return sla.share_at(clock, Fraction(percent, 100))


def _calendar(case: Case) -> Calendar | None:
    """The calendar that the case's own target counts on."""
    if case.plan_version is None:
        return None
    version = plans.target(case.plan_version, case.severity, case.region).calendar
    return compiled(version) if version else None


def leads_of(case: Case, *, at: datetime) -> list[Staff]:
    """The leads of the teams at whose tier the case waits; where there are none, all leads."""
    leads = _there(case, Staff.objects.filter(role=Role.LEAD), at=at)
    tier = TIER_OF_QUEUE.get(Queue(case.queue))
    return [lead for lead in leads if lead.team.tier == tier] or leads


def managers_of(case: Case, *, at: datetime) -> list[Staff]:
    """The manager on call; where there is none, all managers."""
    on_call = oncall.on_call(Purpose.MANAGEMENT, boundary=case.boundary, at=at)
    return on_call[:1] or all_managers(case, at=at)


def all_managers(case: Case, *, at: datetime) -> list[Staff]:
    return _there(case, Staff.objects.filter(role=Role.MANAGER), at=at)


def working_on(case: Case, *, at: datetime) -> list[Staff]:
    """Whoever works on a case, else whoever answers for it."""
    whom = case.assignee_id or case.owner_id
    return _there(case, Staff.objects.filter(pk=whom), at=at) if whom else []


def _there(case: Case, staff: QuerySet[Staff], *, at: datetime) -> list[Staff]:
    """Those who have not left and who may know of the case at that instant."""
    rows = staff.filter(is_active=True).select_related("team").order_by("id")
    if case.boundary == Boundary.US:
        rows = rows.filter(pk__in=accounts.eligible_staff_ids(at=at))
    return list(rows)


def urgencies(at: datetime) -> tuple[RequestUrgency, ...]:
    """What a customer may choose from; none where the catalogue in force knows no requests."""
    return plans.request_urgencies(at)


def steps_of(case: Case) -> QuerySet[EscalationStep]:
    """The steps of a case for staff, those due first; none for anybody else."""
    return _steps().filter(case=case).order_by(F("due_at").asc(nulls_last=True), "position", "id")


def steps_ahead(*, until: datetime) -> QuerySet[EscalationStep]:
    """Steps that are due by an instant and not taken yet, of cases that the viewer may read."""
    rows = _steps().filter(state=StepState.PENDING, next_at__lte=until)
    return rows.select_related("case").order_by("due_at", "id")


def next_steps(case_ids: Sequence[int]) -> dict[int, EscalationStep]:
    """What the ladder of each of these cases does next, by the case's key: one query."""
    rows = _steps().filter(case__in=case_ids, state=StepState.PENDING)
    return {row.case_id: row for row in rows.order_by("case", "next_at", "position").distinct("case")}


def steps_done() -> QuerySet[EscalationStep]:
    """What was taken, newest first."""
    rows = _steps().filter(state=StepState.DONE)
    return rows.select_related("case").order_by("-done_at", "-id")


def open_alarms() -> QuerySet[Alarm]:
    """Cases that nobody can take, the longest waiting first."""
    rows = Alarm.objects.filter(settled_at__isnull=True)
    return (rows if _is_inside() else rows.none()).select_related("case").order_by("raised_at", "id")


def requests() -> QuerySet[EscalationRequest]:
    """Requests of cases that the viewer may read, newest first."""
    rows = EscalationRequest.objects.all() if _is_inside() else _requests_of_mine()
    return rows.select_related("case", "clock", "contact", "asked_by", "manager").order_by("-asked_at", "-id")


def open_requests() -> QuerySet[EscalationRequest]:
    """Those that wait for a manager, the soonest due first."""
    return requests().filter(state=RequestState.OPEN).order_by("clock__due_at", "id")


def requests_of(case: Case) -> QuerySet[EscalationRequest]:
    return requests().filter(case=case)


def request_by_id(request_id: int) -> EscalationRequest | None:
    return requests().filter(pk=request_id).first()


def may_write_in(case: Case, viewer: Viewer) -> bool:
    return case_rules.may_write(viewer, case, takes_part=cases.takes_part(viewer, case))


def due_cases(*, at: datetime, limit: int) -> list[int]:
    """Cases with a step that is due by `at`, in the order of their first one."""
    due = EscalationStep.objects.filter(next_at__lte=at).values("case").annotate(first=Min("next_at"))
    return list(due.order_by("first", "case").values_list("case", flat=True)[:limit])


def next_due(*, after: datetime) -> datetime | None:
    """The sweeper's next appointment after an instant, None when nothing is to come."""
    soonest: datetime | None = EscalationStep.objects.filter(next_at__gt=after).aggregate(
        soonest=Min("next_at")
    )["soonest"]
    return soonest


def _steps() -> QuerySet[EscalationStep]:
    return EscalationStep.objects.all() if _is_inside() else EscalationStep.objects.none()


def _is_inside() -> bool:
    viewer = current()
    return viewer.is_staff or viewer.is_machine


def _requests_of_mine() -> QuerySet[EscalationRequest]:
    return EscalationRequest.objects.filter(case__in=cases.visible())
