"""What a plan version promises a case that is opened at an instant, before there is any case."""

from dataclasses import dataclass
from datetime import datetime

from backstay.calendars.queries import compiled
from backstay.plans import queries
from backstay.plans.models import PlanVersion
from backstay.plans.queries import FrozenTarget
from businesstime import ClockEvent, EventKind, Stretch, Terms, due, explain_clock


@dataclass(frozen=True)
class Promise:
    """When the first human answer is due, in UTC, and every counted and skipped stretch until then."""

    target: FrozenTarget
    opened_at: datetime
    due_at: datetime
    stretches: tuple[Stretch, ...]


def promise(version: PlanVersion, severity: str, region: str, opened_at: datetime) -> Promise:
    """The promise of a plan version to a case of `severity` opened at an aware instant.

    Raises UnknownSeverity, UnknownRegion, businesstime.NaiveDatetime, businesstime.NeverOpen.
    """
    target = queries.target(version, severity, region)
    calendar = compiled(target.calendar) if target.calendar else None
    due_at = due(target.span, calendar, opened_at)
    events = [ClockEvent(EventKind.START, opened_at)]
    stretches = explain_clock(Terms(target.span, calendar), events, due_at)
    return Promise(target, opened_at, due_at, stretches)
