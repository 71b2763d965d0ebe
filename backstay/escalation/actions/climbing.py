"""Taking the steps that are due: the row, its event, its pages and notices, all in one transaction."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from backstay.accounts.models import Staff
from backstay.cases import actions as cases
from backstay.cases.choices import TIERS, Queue
from backstay.cases.models import Case
from backstay.core import audit, events
from backstay.core.scoping import Viewer
from backstay.escalation import queries, wording
from backstay.escalation.actions.planning import plan_locked, subject_of
from backstay.escalation.actions.words import facts_of, link_to
from backstay.escalation.choices import Result, StepState
from backstay.escalation.events import StepTaken
from backstay.escalation.models import EscalationStep
from backstay.escalation.rules import LATE
from backstay.oncall import actions as oncall
from backstay.oncall import queries as oncall_queries
from backstay.oncall.choices import Purpose
from backstay.plans.choices import Do

log = logging.getLogger(__name__)
RETRY = timedelta(minutes=5)


def climb(*, case_id: int, by: Viewer, at: datetime) -> int:
    """Take the steps of one case that are due by `at`, in the order in which they were; how many.

    A case that somebody else holds is left for later. A step that cannot be taken is put off and reported.
    """
    with transaction.atomic():
        held = Case.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=case_id)
        case = held.select_related("plan_version").first()
        if case is None:
            return 0
        ahead = plan_locked(case, by=by, at=at)
        due = [row for row in ahead if row.next_at is not None and row.next_at <= at]
        return sum(_attempt(case, row, by=by, at=at) for row in due)


def _attempt(case: Case, row: EscalationStep, *, by: Viewer, at: datetime) -> bool:
    try:
        with transaction.atomic():
            _take(case, row, by=by, at=at)
    except Exception as error:
        log.exception("step %s of case %s could not be taken; next attempt in %s", row.pk, case.pk, RETRY)
        # What it says may quote a customer's data: its kind is enough to look for it in the log.
        EscalationStep.objects.filter(pk=row.pk).update(
            next_at=at + RETRY, attempts=row.attempts + 1, error=type(error).__name__
        )
        return False
    return True


def _take(case: Case, row: EscalationStep, *, by: Viewer, at: datetime) -> None:
    did = {do: ACTS[Do(do)](case, row, by=by, at=at) for do in row.do}
    due_at = row.due_at or at
    row.state, row.next_at, row.done_at, row.error = StepState.DONE, None, at, ""
    row.outcome, row.is_late = did, at - due_at > LATE
    row.save()
    facts = {"mark": row.mark, "did": did, "due_at": due_at.isoformat(), "is_late": row.is_late}
    audit.record(
        "escalation_step", subject=("case", case.pk), boundary=case.boundary, by=by, at=at, facts=facts
    )
    taken = StepTaken(
        case_id=case.pk,
        boundary=case.boundary,
        step_id=row.pk,
        mark=row.mark,
        cycle=row.cycle,
        due_at=due_at.isoformat(),
        is_late=row.is_late,
        did={str(do): str(result) for do, result in did.items()},
    )
    events.publish(taken, at=at)


def _notify(
    case: Case,
    row: EscalationStep,
    *,
    by: Viewer,  # noqa: ARG001  # every act takes the same
    at: datetime,
    whom: Callable[..., list[Staff]],
) -> Result:
    people = whom(case, at=at)
    oncall.notify(
        staff_ids=[person.pk for person in people],
        boundary=case.boundary,
        subject=subject_of(row),
        link=link_to(case),
        kind="escalation_step",
        facts=facts_of(case, mark=row.mark),
        at=at,
    )
    return Result.DONE if people else Result.NOBODY


def _page(case: Case, row: EscalationStep, *, by: Viewer, at: datetime, purpose: Purpose) -> Result:
    done = EscalationStep.objects.filter(case=case, state=StepState.DONE)
    subjects = [subject_of(each) for each in done]
    if oncall_queries.open_pages().filter(subject__in=subjects, purpose=purpose).exists():
        return Result.GOING_ON
    oncall.page(
        purpose=purpose,
        boundary=case.boundary,
        subject=subject_of(row),
        link=link_to(case),
        kind="escalation_step",
        facts=facts_of(case, mark=row.mark),
        by=by,
        at=at,
    )
    return Result.DONE


def _tier_up(case: Case, row: EscalationStep, *, by: Viewer, at: datetime) -> Result:
    """Functional escalation, and nothing else: neither the severity nor the owner changes."""
    queue = Queue(case.queue)
    if queue not in TIERS[:-1]:
        return Result.TOP
    higher = TIERS[TIERS.index(queue) + 1]
    note = wording.handover_note(row.mark)
    cases.hand_over(case_id=case.pk, queue=higher, note_text=note, seen=None, by=by, at=at)
    case.refresh_from_db(fields=["queue", "assignee", "version"])
    return Result.DONE


ACTS: dict[Do, Callable[..., Result]] = {
    Do.NOTIFY_ASSIGNEE: partial(_notify, whom=queries.working_on),
    Do.NOTIFY_LEADS: partial(_notify, whom=queries.leads_of),
    Do.NOTIFY_MANAGEMENT: partial(_notify, whom=queries.managers_of),
    Do.TIER_UP: _tier_up,
    Do.PAGE_ON_CALL: partial(_page, purpose=Purpose.SUPPORT),
    Do.PAGE_MANAGEMENT: partial(_page, purpose=Purpose.MANAGEMENT),
}
