"""How the stories of the world stand at the end, and when each begins."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from backstay.project.world.parties import Customer
from backstay.project.world.timing import HOUR, MINUTE, Promises

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
    UNPROMISED = "unpromised"  # unanswered, and nothing says by when


UNANSWERED = frozenset({Ending.FRESH, Ending.AT_RISK, Ending.LATE, Ending.UNPROMISED})
OLDER = frozenset({Ending.AT_RISK, Ending.LATE})  # those may have begun before the weekend
# Of two hundred cases; the others are closed.
SHARES = {
    Ending.LATE: 5,
    Ending.AT_RISK: 5,
    Ending.FRESH: 9,
    Ending.UNPROMISED: 3,
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


@dataclass(frozen=True)
class Unanswered:
    """Finds begins of cases whose promise stands in a certain way at the end."""

    customers: tuple[Customer, ...]
    promises: Promises
    rng: Random
    at: datetime

    def begin(self, ending: Ending) -> Begin | None:
        """None where no plan gives such a one at this hour."""
        return next(self._fitting(ending), None)

    def _fitting(self, ending: Ending) -> Iterator[Begin]:
        for customer in self.rng.sample(self.customers, len(self.customers)):
            for severity in self.rng.sample(SEVERITIES, len(SEVERITIES)):
                for opened_at in self._candidates(ending):
                    if self._stands(ending, customer, severity, opened_at):
                        yield Begin(customer, severity, opened_at)

    def _candidates(self, ending: Ending) -> list[datetime]:
        """Minutes ago: close together where promises are short, and further apart behind them."""
        recent = range(12, 300, 4)
        minutes = [*recent, *range(300, 72 * 60, 25)] if ending in OLDER else list(recent)
        return [
            (self.at - each * MINUTE - self.rng.random() * MINUTE).replace(microsecond=0)
            for each in self.rng.sample(minutes, len(minutes))
        ]

    def _stands(self, ending: Ending, customer: Customer, severity: str, opened_at: datetime) -> bool:
        plan = customer.plan(customer.wares[0].line, opened_at)
        if plan is None or ending is Ending.UNPROMISED:
            return plan is None and ending is Ending.UNPROMISED
        promise = self.promises.of(plan, severity, customer.data.region, opened_at)
        if ending is Ending.FRESH:
            return promise.warned_at > self.at + 10 * MINUTE
        if ending is Ending.AT_RISK:
            return promise.due_at > self.at + 4 * MINUTE and promise.warned_at < self.at - MINUTE
        return self.at - 20 * HOUR < promise.due_at < self.at - 3 * MINUTE
