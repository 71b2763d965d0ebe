"""The sweeper: cases take the steps that are due, at their instants."""

from datetime import datetime

from backstay.core.scoping import acting, machine
from backstay.core.worker import every
from backstay.escalation import actions, queries

CLIMBER = machine("escalation")
BATCH = 200


def sweep(*, at: datetime, limit: int = BATCH) -> tuple[int, datetime | None]:
    """Take what is due by `at`, in the order in which it was, each case in a transaction of its own.

    Answers how many steps were taken, and when the next one is due after `at`. Several may run at once;
    what another holds is left to it. At most `limit` cases, so that other work of the loop is not kept.
    """
    taken = 0
    with acting(CLIMBER):
        due = queries.due_cases(at=at, limit=limit)
    for case_id in due:
        with acting(CLIMBER):
            taken += actions.climb(case_id=case_id, by=CLIMBER, at=at)
    with acting(CLIMBER):
        return taken, at if len(due) == limit and taken else queries.next_due(after=at)


@every(1)
def climb_ladders(*, at: datetime) -> datetime | None:
    """Each second, and at the very instant of the next step where that is earlier."""
    return sweep(at=at)[1]
