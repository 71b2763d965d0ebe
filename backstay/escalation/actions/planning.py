"""Keeping a case's steps equal to what its ladder says of it now."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import BigIntegerField

from backstay.cases.models import Case
from backstay.core.composed import Composed, Parameter, together, write
from backstay.core.scoping import Viewer
from backstay.escalation import queries
from backstay.escalation.choices import StepState
from backstay.escalation.models import EscalationStep
from backstay.escalation.rules import Wanted, wanted
from backstay.oncall import actions as oncall
from backstay.plans.catalogue.ladders import read_mark
from backstay.plans.choices import Do

PAGES = {Do.PAGE_ON_CALL, Do.PAGE_MANAGEMENT}
AHEAD = (StepState.PENDING, StepState.RESTING)
_KEY = Parameter("case", BigIntegerField())
_cases = Composed(
    lambda: Case.objects.select_for_update(of=("self",)).select_related("plan_version").filter(pk=_KEY)
)
_steps = Composed(lambda: EscalationStep.objects.select_for_update().filter(case=_KEY).order_by("id"))


@transaction.atomic
def plan(*, case_id: int, by: Viewer, at: datetime) -> list[EscalationStep]:
    """Plan, move and withdraw a case's steps; those ahead afterwards, in the order in which they are due.

    Any number of times has the effect of one. What is done stays done: a step is taken once a cycle.
    """
    case = _cases.first(case=case_id)
    return [] if case is None else plan_locked(case, by=by, at=at)


def plan_locked(case: Case, *, by: Viewer, at: datetime) -> list[EscalationStep]:
    """As `plan`, of a case that the caller has locked."""
    ladder = queries.ladder_of(case)
    known = Known(_steps.all(case=case.pk))
    if ladder is None and not known.rows:
        return []
    standing = queries.standing(case, ladder) if ladder else None
    ahead = [] if ladder is None or standing is None else wanted(ladder, standing)
    with together():
        kept = [row for step in ahead if (row := _kept(case, known, step))]
    for row in known.rows:
        if row.state in AHEAD and row not in kept:
            row.state, row.next_at = StepState.WITHDRAWN, None
            row.save(update_fields=["state", "next_at"])
    if standing is None or standing.promise is None or standing.is_closed:
        _settle(known.rows, everything=standing is None or standing.is_closed, by=by, at=at)
    return sorted((row for row in kept if row.due_at), key=lambda row: (row.due_at or at, row.position))


@dataclass(frozen=True)
class Known:
    """The steps of one case, as they are stored."""

    rows: list[EscalationStep]

    def of(self, step: Wanted) -> EscalationStep | None:
        """The row of a wanted step; of a silence (cycle 0) the one that is not done, or done for it."""
        rows = [row for row in self.rows if row.mark == step.mark]
        if step.cycle:
            return next((row for row in rows if row.cycle == step.cycle), None)
        return next((row for row in rows if row.state != StepState.DONE or row.since == step.since), None)

    def cycle_of(self, step: Wanted) -> int:
        if step.cycle:
            return step.cycle
        return 1 + max((row.cycle for row in self.rows if row.mark == step.mark), default=0)


def _kept(case: Case, known: Known, step: Wanted) -> EscalationStep | None:
    """The row of a step that is ahead, made or moved where need be; None where it was taken already."""
    row = known.of(step)
    if row is None:
        row = EscalationStep(
            case=case, boundary=case.boundary, mark=step.mark, cycle=known.cycle_of(step), do=[]
        )
    if row.state == StepState.DONE:
        return None
    state = StepState.PENDING if step.due_at else StepState.RESTING
    says = (row.state, row.position, row.do, row.since, row.due_at)
    if says != (state, step.position, list(step.do), step.since, step.due_at):
        row.position, row.do, row.since, row.due_at = step.position, list(step.do), step.since, step.due_at
        row.state, row.next_at = state, step.due_at
        if row.pk is None:
            write(row)
        else:
            row.save()
    return row


def _settle(rows: list[EscalationStep], *, everything: bool, by: Viewer, at: datetime) -> None:
    """What is settled pages nobody any more: of an answered case its target, of a closed one everything."""
    paged = (row for row in rows if row.state == StepState.DONE and PAGES & row.outcome.keys())
    for row in paged:
        if everything or read_mark(row.mark).is_of_target:
            oncall.withdraw(subject=subject_of(row), by=by, at=at)


def subject_of(row: EscalationStep) -> str:
    """What a step's pages and notices are about: the step, so that its pages end without those of others."""
    return f"escalation_step:{row.pk}"
