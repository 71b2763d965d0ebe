"""What stands beside a case's work: who answers for it, what silence leads to, what it is tied to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from backstay.cases import queries
from backstay.cases.choices import Quiet
from backstay.cases.models import Case, Incident
from backstay.cases.promises import may_reopen, silence
from backstay.cases.queries import Linked
from backstay.console import wording


@dataclass(frozen=True, kw_only=True)
class LinkLine:
    words: str
    linked: Linked
    state: str


@dataclass(frozen=True, kw_only=True)
class Beside:
    """`owner` is named where somebody else works on the case, `closes_at` where silence closes it."""

    owner: str
    may_reopen: bool
    is_silent: bool
    closes_at: datetime | None
    reminders: Sequence[tuple[datetime, bool]]
    until: date | None
    is_opted_out: bool
    links: Sequence[LinkLine]
    incident: Incident | None


def beside(case: Case, *, at: datetime) -> Beside:
    """Of a case that the viewer may read."""
    found = silence(case)
    return Beside(
        owner=case.owner.name if case.owner and case.owner_id != case.assignee_id else "",
        may_reopen=may_reopen(case, at=at),
        is_silent=found.quiet is Quiet.COUNTING,
        closes_at=found.closes_at,
        reminders=[(step.due_at, step.done_at is not None) for step in found.reminders],
        until=found.until if found.until and found.until > at.date() else None,
        is_opted_out=found.quiet is Quiet.OPTED_OUT,
        links=[_line(linked) for linked in queries.links(case)],
        incident=queries.incidents().filter(pk=case.incident_id).first() if case.incident_id else None,
    )


def _line(linked: Linked) -> LinkLine:
    return LinkLine(
        words=wording.link_label(linked.kind, is_back=linked.is_back),
        linked=linked,
        state=wording.state_label(linked.case.state),
    )
