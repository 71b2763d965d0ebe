"""Giving cases to people by the rules, under one lock: so nobody gets more than they have room for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import BigIntegerField

from backstay.cases import actions as cases
from backstay.cases.actions import NotAssignable
from backstay.cases.models import Case
from backstay.core import events
from backstay.core.composed import Composed, Parameter
from backstay.core.scoping import Boundary, Viewer
from backstay.routing import queries, rules
from backstay.routing.choices import Outcome, RuleKind, Unroutable
from backstay.routing.decisions import CaseFacts, Decision, Room
from backstay.routing.events import CaseUnroutable
from backstay.routing.models import Assignment, Impasse

LOCK = 0x726F757465  # any number, the same in every process
AT_ONCE = 200  # waiting cases that one call looks at
# Plain, because it runs with every case, and Django composes for longer than it takes.
END_IMPASSE = "update routing_impasse set ended_at = %s where case_id = any(%s) and ended_at is null"


class NotTheDesk(PermissionError):
    """Cases are routed by machines, and by team leads who ask for it."""


@dataclass(frozen=True, slots=True)
class Routed:
    """What came of it; `staff_id` is who got the case."""

    outcome: Outcome
    staff_id: int | None = None


@transaction.atomic
def route(*, case_id: int, by: Viewer, at: datetime) -> Routed:
    """Give a case that nobody has to whom the rules choose, or tell that nobody can take it in time."""
    _check(by)
    case = _waiting(case_id)
    if case is None:
        _end_impasse([case_id], at=at)
        return Routed(Outcome.SETTLED)
    _alone()
    room = queries.room(at=at, bound=case.boundary != Boundary.OPEN)
    if not room.desk.assigns:
        return Routed(Outcome.OFF)
    (facts,) = queries.facts_of([case])
    return _routed(case, facts, room, by=by, at=at)


@transaction.atomic
def route_waiting(*, by: Viewer, at: datetime, limit: int = AT_ONCE) -> int:
    """Try the cases that nobody has, the next promise first; how many found somebody."""
    _check(by)
    if not queries.waiting().exists():
        return 0
    _alone()
    room, given = queries.room(at=at), 0
    if not room.desk.assigns:
        return 0
    waiting = queries.worth_trying(room, limit=limit)
    for case, facts in zip(waiting, queries.facts_of(waiting), strict=True):
        done = _routed(case, facts, room, by=by, at=at)
        if done.staff_id is not None:
            given += 1
            room = room.with_another(done.staff_id, case.channel)
    return given


@transaction.atomic
def take_back(*, by: Viewer, at: datetime) -> int:
    """Cases whose assignee has left, or may not read them any more, go back and are routed again.

    How many those were.
    """
    _check(by)
    strayed = list(queries.strayed(at=at).values_list("pk", flat=True))
    for case_id in strayed:
        cases.assign(case_id=case_id, staff_id=None, seen=None, by=by, at=at)
        route(case_id=case_id, by=by, at=at)
    return len(strayed)


def _check(by: Viewer) -> None:
    if not by.is_machine:
        raise NotTheDesk("cases are routed by the machine; people take them, or leads assign them")


_waiting_case = Composed(
    lambda: Case.objects.filter(
        pk=Parameter("case", BigIntegerField()), closed_at__isnull=True, assignee__isnull=True
    )
)


def _waiting(case_id: int) -> Case | None:
    return _waiting_case.first(case=case_id)


def _alone() -> None:
    """One decision at a time, until the end of the transaction: the next one counts what this one gave."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])


def _routed(case: Case, facts: CaseFacts, room: Room, *, by: Viewer, at: datetime) -> Routed:
    decision = rules.decide(facts, room)
    if decision.chosen is not None and _assigned(case, decision, by=by, at=at):
        _end_impasse([case.pk], at=at)
        return Routed(Outcome.ASSIGNED, decision.chosen.staff_id)
    if decision.unroutable is None:
        _end_impasse([case.pk], at=at)
        return Routed(Outcome.WAITS)
    _tell_once(case, decision.unroutable, decision.until, at=at)
    return Routed(Outcome.UNROUTABLE)


def _assigned(case: Case, decision: Decision, *, by: Viewer, at: datetime) -> bool:
    """Whether it was given: somebody may have taken it, or have lost the right to it, since it was read."""
    chosen = decision.chosen
    if chosen is None or _waiting_locked(case.pk) is None:
        return False
    try:
        cases.assign(case_id=case.pk, staff_id=chosen.staff_id, seen=None, by=by, at=at)
    except NotAssignable:
        return False
    spoke = [
        verdict.rule.fact
        for verdict in chosen.verdicts
        if verdict.rule.kind is RuleKind.PREFER and verdict.points
    ]
    Assignment.objects.create(
        case=case, boundary=case.boundary, staff_id=chosen.staff_id, at=at, because=spoke
    )
    return True


def _waiting_locked(case_id: int) -> Case | None:
    rows = Case.objects.select_for_update(of=("self",))
    return rows.filter(pk=case_id, closed_at__isnull=True, assignee__isnull=True).first()


def _tell_once(case: Case, reason: Unroutable, until: datetime, *, at: datetime) -> None:
    """Once an impasse: `Impasse` is unique while it is open."""
    begun = {"boundary": case.boundary, "reason": reason, "began_at": at}
    _row, is_new = Impasse.objects.get_or_create(case=case, ended_at=None, defaults=begun)
    if is_new:
        events.publish(
            CaseUnroutable(boundary=case.boundary, case_id=case.pk, reason=reason, until=until.isoformat()),
            at=at,
        )


def _end_impasse(case_ids: Sequence[int], *, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(END_IMPASSE, [at, list(case_ids)])
