"""The sweeper: warns, and records what has become late, at its instant."""

from datetime import datetime

from backstay.core.scoping import acting, machine
from backstay.core.worker import every
from backstay.sla import actions, queries

SWEEPER = machine("sweeper")
BATCH = 500


def sweep(*, at: datetime, limit: int = BATCH) -> tuple[int, datetime | None]:
    """Handle everything due by `at`, oldest first, in transactions of at most `limit` clocks.

    Answers how many clocks were handled, and when the next one is due after `at`. Several may run at once.
    """
    handled, claimed = 0, limit
    while claimed == limit:
        with acting(SWEEPER):
            claimed = actions.sweep_batch(at=at, limit=limit)
        handled += claimed
    with acting(SWEEPER):
        return handled, queries.next_due(after=at)


@every(1)
def sweep_clocks(*, at: datetime) -> datetime | None:
    """Each second, and at the very instant of the next mark where that is earlier."""
    return sweep(at=at)[1]
