"""A clock as a child would keep it: ten minutes at a time, from a list of what happened.

Times and amounts are whole steps of ten minutes since a Monday's midnight.
"""

from dataclasses import dataclass, field
from fractions import Fraction

STEP_S = 600
DAY = 144
NEVER = 10**9


def is_open(step: int) -> bool:
    """09:00-17:00 on the first five days of each week."""
    day, within = divmod(step, DAY)
    return day % 7 < 5 and 54 <= within < 102


@dataclass(frozen=True)
class Rule:
    """So many steps of all time, or of open time only."""

    amount: int
    only_open: bool
    warn_percent: int


@dataclass
class Stepped:
    """`since` is where the rule counts from. `pauses` are [from, to); the last `to` is NEVER while paused."""

    rule: Rule
    first: int
    since: int
    pauses: list[list[int]] = field(default_factory=list)
    stopped: int | None = None

    @property
    def paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1][1] == NEVER

    def reached(self, share: Fraction = Fraction(1), *, resumed: int = NEVER) -> int:
        """When this share is counted, were a pause that goes on to end at `resumed`; NEVER if it does not."""
        step, left = self.since, share * self.rule.amount
        while left:
            standing = [min(end, max(start, resumed)) for start, end in self.pauses if start <= step < end]
            if standing and standing[0] > step:
                step = standing[0]
                if step == NEVER:
                    return NEVER
                continue
            left -= is_open(step) or not self.rule.only_open
            step += 1
        return step

    def retarget(self, rule: Rule, *, raised: bool, now: int) -> None:
        fresh = Stepped(rule, self.first, now if raised else self.first, self.pauses)
        if raised and self.reached(resumed=now) < fresh.reached(resumed=now):
            self.rule = Rule(self.rule.amount, self.rule.only_open, rule.warn_percent)
        else:
            self.rule, self.since = rule, fresh.since
