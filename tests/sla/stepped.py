"""A clock as a child would keep it: minute by minute, from a list of what happened."""

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil

NEVER = 10**9
DAY = 1440


def is_open(minute: int) -> bool:
    """09:00-17:00 on the first five days of each week; minute 0 is a Monday's midnight."""
    day, within = divmod(minute, DAY)
    return day % 7 < 5 and 540 <= within < 1020


@dataclass(frozen=True)
class Rule:
    """`amount` minutes of all time, or of open time only."""

    amount: int
    only_open: bool
    warn_percent: int = 75

    def counts(self, minute: int) -> bool:
        return is_open(minute) or not self.only_open


@dataclass
class Stepped:
    """`pauses` are [from, to) in minutes; the last `to` is NEVER while paused. `since` is where the rule counts from."""

    rule: Rule
    first: int
    since: int
    pauses: list[list[int]] = field(default_factory=list)
    stopped: int | None = None

    @property
    def paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1][1] == NEVER

    def reached(self, share: Fraction, *, from_now: int | None = None) -> int | None:
        """The minute at which this share is counted; None if a pause without end comes first.

        With `from_now`, the pause that goes on ends there.
        """
        goal = ceil(share * self.rule.amount * 60)
        minute, counted = self.since, 0
        while counted < goal:
            if self._paused_at(minute, from_now):
                if minute >= self.pauses[-1][0] and self.paused and from_now is None:
                    return None
            elif self.rule.counts(minute):
                counted += 60
            minute += 1
        return minute

    def _paused_at(self, minute: int, from_now: int | None) -> bool:
        return any(start <= minute < min(end, NEVER if from_now is None else max(from_now, start)
                                         if end == NEVER else end) for start, end in self.pauses)

    def due(self) -> int | None:
        return self.reached(Fraction(1))

    def due_if_resumed(self, now: int) -> int:
        due = self.reached(Fraction(1), from_now=now)
        assert due is not None
        return due

    def retarget(self, rule: Rule, *, raised: bool, now: int) -> None:
        fresh = Stepped(rule, self.first, now if raised else self.first, self.pauses)
        if raised and self.due_if_resumed(now) < fresh.due_if_resumed(now):
            self.rule = Rule(self.rule.amount, self.rule.only_open, rule.warn_percent)
        else:
            self.rule, self.since = rule, fresh.since
