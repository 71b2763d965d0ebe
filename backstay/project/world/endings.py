"""How the stories of the world stand at the end, and when each begins."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from backstay.project.world import timing
from backstay.project.world.parties import Customer
from backstay.project.world.timing import HOUR, MINUTE

DAY = timedelta(days=1)
SPAN = 61 * DAY  # of all stories
SEVERITIES = ("S1", "S2", "S3", "S4")


class Ending(StrEnum):
    """Where a case stands when the world is handed over."""

    CLOSED = "closed"
    WAITING = "waiting"  # on the customer
    WORKING = "working"
    ENGINEERING = "engineering"
    PROPOSED = "proposed"
    FRESH = "fresh"  # unanswered, and time enough
    AT_RISK = "at_risk"  # unanswered, warned
    LATE = "late"  # unanswered, breached


UNANSWERED = frozenset({Ending.FRESH, Ending.AT_RISK, Ending.LATE})
# Of two hundred cases; the others are closed.
SHARES = {
    Ending.LATE: 5,
    Ending.AT_RISK: 5,
    Ending.FRESH: 10,
    Ending.WAITING: 14,
    Ending.WORKING: 12,
    Ending.ENGINEERING: 6,
    Ending.PROPOSED: 9,
}
# Days before the end between which stories of an ending begin.
BEGINS = {
    Ending.CLOSED: (61.0, 4.0),
    Ending.WAITING: (9.0, 2.0),
    Ending.WORKING: (7.0, 2.0),
    Ending.ENGINEERING: (24.0, 5.0),
    Ending.PROPOSED: (10.0, 3.0),
}


@dataclass(frozen=True)
class Begin:
    """Whose story it is, how grave, and when it begins."""

    customer: Customer
    severity: str
    opened_at: datetime


def endings(count: int) -> list[Ending]:
    """For so many cases, at least one of each kind."""
    open_ones = [
        ending for ending, share in SHARES.items() for _ in range(max(1, round(share * count / 200)))
    ]
    return open_ones + [Ending.CLOSED] * (count - len(open_ones))


def unanswered(
    ending: Ending, rng: Random, customers: tuple[Customer, ...], at: datetime
) -> Begin | None:
    """A begin whose promise stands like that at the end, None where no plan gives one at this hour."""
    return next(_fitting(ending, rng, customers, at), None)


def _fitting(
    ending: Ending, rng: Random, customers: tuple[Customer, ...], at: datetime
) -> Iterator[Begin]:
    for customer in rng.sample(customers, len(customers)):
        for severity in rng.sample(SEVERITIES, len(SEVERITIES)):
            for opened_at in _candidates(ending, rng, at):
                if _stands(ending, customer, severity, opened_at, at):
                    yield Begin(customer, severity, opened_at)


def _candidates(ending: Ending, rng: Random, at: datetime) -> list[datetime]:
    """Minutes ago: close together where promises are short, and further apart behind them."""
    recent = range(12, 300, 4)
    minutes = list(recent) if ending is Ending.FRESH else [*recent, *range(300, 72 * 60, 25)]
    return [
        (at - each * MINUTE - rng.random() * MINUTE).replace(microsecond=0)
        for each in rng.sample(minutes, len(minutes))
    ]


def _stands(ending: Ending, customer: Customer, severity: str, opened_at: datetime, at: datetime) -> bool:
    line = customer.wares[0].line
    plan = customer.plan(line, opened_at)
    if plan is None:
        return False
    promise = timing.promised(plan, severity, customer.data.region, opened_at)
    if ending is Ending.FRESH:
        return promise.warned_at > at + 10 * MINUTE
    if ending is Ending.AT_RISK:
        return promise.warned_at < at - MINUTE and promise.due_at > at + 4 * MINUTE
    return at - 20 * HOUR < promise.due_at < at - 3 * MINUTE
