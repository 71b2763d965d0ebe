"""When things happen in a story. It reads promises and makes none."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random
from zoneinfo import ZoneInfo

import businesstime
from backstay.calendars.queries import compiled
from backstay.plans import queries as plans
from businesstime import ClockEvent, EventKind, Reading, Terms

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
WARNED = Fraction(3, 4)
# Hours of the customer's day (from, to) and days of the week (up to) at which people write.
AWAKE = {"S1": (0, 24, 7), "S2": (7, 22, 7), "S3": (8, 18, 5), "S4": (8, 18, 5)}
# Median hours until the other side writes again.
CUSTOMER_HOURS = {"S1": 0.4, "S2": 1.5, "S3": 6.0, "S4": 12.0}
AGENT_HOURS = {"S1": 0.2, "S2": 0.7, "S3": 2.5, "S4": 5.0}


@dataclass(frozen=True)
class Promised:
    """A promise of a first response, as its clock will read it."""

    reading: Reading

    @property
    def due_at(self) -> datetime:
        assert self.reading.due_at is not None  # noqa: S101  # a clock that runs is due some time
        return self.reading.due_at

    def at_share(self, share: float) -> datetime:
        """When this share of it has run, to the second; more than 1.0 is too late."""
        if share >= 1:
            late = timedelta(seconds=self.reading.length * (share - 1))
            return self.due_at + max(late, 3 * MINUTE)
        found = self.reading.mark_at(Fraction(share).limit_denominator(1000))
        assert found is not None  # noqa: S101  # as above
        return found

    @property
    def warned_at(self) -> datetime:
        return self.at_share(0.75)


class Promises:
    """What the plans in force at `at` promise. The clocks themselves are not made from this."""

    def __init__(self, at: datetime) -> None:
        self._plans = {version.key: version for version in plans.plans(at)}

    def of(self, plan: str, severity: str, region: str, start: datetime) -> Promised:
        target = plans.target(self._plans[plan], severity, region)
        terms = Terms(target.span, compiled(target.calendar) if target.calendar else None)
        return Promised(businesstime.read(terms, [ClockEvent(EventKind.START, start)]))


def opening(rng: Random, zone: ZoneInfo, first: datetime, last: datetime) -> datetime:
    """An instant between the two: three of four in working hours, the others at any hour."""
    found = first + rng.random() * (last - first)
    if rng.random() < 0.75:
        found = awake(rng, found, zone, "S3")
    return min(found, last).replace(microsecond=0)


def awake(rng: Random, instant: datetime, zone: ZoneInfo, severity: str) -> datetime:
    """The instant itself where people write then, else soon after they begin again."""
    first, last, days = AWAKE[severity]
    local = instant.astimezone(zone)
    while not (first <= local.hour < last and local.weekday() < days):
        local = _begin_of_day(local, first) + rng.random() * 1.5 * HOUR
    return local


def _begin_of_day(local: datetime, hour: int) -> datetime:
    day = local if local.hour < hour else local + timedelta(days=1)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0, fold=0)


def gap(rng: Random, severity: str, *, is_customer: bool) -> timedelta:
    """How long one side takes to write: around its median, seldom much longer."""
    median = (CUSTOMER_HOURS if is_customer else AGENT_HOURS)[severity]
    return max(median * HOUR * rng.lognormvariate(0, 0.7), 2 * MINUTE)


def squeezed(instants: list[datetime], start: datetime, last: datetime) -> list[datetime]:
    """The same, in the same proportions, so that they end by `last` where they would end later."""
    if not instants or instants[-1] <= last:
        return instants
    factor = (last - start) / (instants[-1] - start)
    return [start + factor * (each - start) for each in instants]
