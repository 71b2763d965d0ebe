"""Planning what a customer's silence leads to, and breaking it off. Within the caller's transaction."""

from datetime import datetime

from backstay.cases.choices import State
from backstay.cases.lifecycle import TOLD
from backstay.cases.models import Case, QuietStep
from backstay.cases.promises import closes_for_silence, closing_of, quiet_steps


def count_silence(case: Case, *, at: datetime) -> None:
    """Count the customer's silence from `at` on, or not at all where the case does not close by it.

    To be called when the customer was told something, and when anything changes by which that counts.
    """
    end_silence(case)
    closing = closing_of(case) if State(case.state) in TOLD else None
    if closing is None or not closes_for_silence(case):
        return
    QuietStep.objects.bulk_create(
        QuietStep(
            case=case,
            boundary=case.boundary,
            kind=step.kind,
            number=step.number,
            days=step.days,
            since=at,
            due_at=step.due_at,
        )
        for step in quiet_steps(case, closing, since=at)
    )


def end_silence(case: Case) -> None:
    """The customer has spoken, or nobody waits for them any more: what was planned is history."""
    QuietStep.objects.filter(case=case, is_current=True).update(is_current=False)
