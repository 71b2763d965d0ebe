"""Where a case goes by itself, and what it is tied to, in its customer's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from backstay.cases import queries
from backstay.cases.choices import Quiet
from backstay.cases.models import Case
from backstay.cases.promises import may_reopen, reopens_until, silence
from backstay.cases.queries import KnownIncident


@dataclass(frozen=True, kw_only=True)
class Ways:
    """`closes_at`: when silence closes the case. `until`: when it was given time. `before` and `after`: the
    case that it takes up, and those that take it up.
    """

    closes_at: datetime | None
    next_reminder: datetime | None
    until: date | None
    may_reopen: bool
    reopens_until: datetime | None
    before: Sequence[Case]
    after: Sequence[Case]
    incident: KnownIncident | None


def ways(case: Case, *, at: datetime) -> Ways:
    """Of a case that the viewer may read."""
    found, links = silence(case), queries.links(case)
    is_silent = found.quiet is Quiet.COUNTING
    ahead = [step.due_at for step in found.reminders if step.done_at is None]
    return Ways(
        closes_at=found.closes_at if is_silent else None,
        next_reminder=min(ahead, default=None),
        until=found.until if is_silent and found.until and found.until > at.date() else None,
        may_reopen=may_reopen(case, at=at),
        reopens_until=reopens_until(case),
        before=[linked.case for linked in links if not linked.is_back],
        after=[linked.case for linked in links if linked.is_back],
        incident=queries.known_incident(case),
    )
