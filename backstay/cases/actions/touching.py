"""What every change of a case has in common: lock, check, write, tell."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Min, Q

from backstay.accounts.models import Contact
from backstay.cases import queries, rules
from backstay.cases.choices import State
from backstay.cases.events import CaseEvent
from backstay.cases.lifecycle import Move, Transition, Who, transition
from backstay.cases.models import Case, CaseClock, Participant
from backstay.core import audit, events
from backstay.core.scoping import Viewer
from backstay.sla.choices import ClockState


class CaseChanged(RuntimeError):
    """Somebody else changed the case since the caller read it; nothing was written."""

    def __init__(self, case: Case, seen: int) -> None:
        super().__init__(f"{case.reference} is at version {case.version}, you saw {seen}: read it again")
        self.case = case
        self.seen = seen


class NotAllowed(PermissionError):
    """This person may not do that with this case."""


class MoveNotAllowed(ValueError):
    """The life cycle has no such move from the state that the case is in."""

    def __init__(self, case: Case, new: str) -> None:
        super().__init__(f"a case that is {case.state} cannot become {new}")
        self.old = case.state
        self.new = new


def locked(case_id: int, *, by: Viewer) -> Case:
    """The case, nobody else's until the transaction ends. Raises NotAllowed where `by` may not change it."""
    case = Case.objects.select_for_update(of=("self",)).select_related("conversation").get(pk=case_id)
    if not rules.may_write(by, case, takes_part=queries.takes_part(by, case)):
        raise NotAllowed(f"{by.name} may not change {case.reference}")
    return case


@contextmanager
def touched(case_id: int, *, by: Viewer, at: datetime, seen: int | None) -> Iterator[Case]:
    """Lock a case, check that `by` may change it and saw its newest version; afterwards save it.

    `seen` is the version that the caller read; None leaves the check out.
    """
    with transaction.atomic():
        case = locked(case_id, by=by)
        if seen is not None and seen != case.version:
            raise CaseChanged(case, seen)
        case.version += 1
        yield case
        case.updated_at = max(at, case.updated_at)
        case.next_due_at = earliest_due(case)
        case.save()


def earliest_due(case: Case) -> datetime | None:
    """The earliest due instant of the case's running clocks."""
    running = CaseClock.objects.filter(case=case, is_current=True, clock__state=ClockState.RUNNING)
    due: datetime | None = running.aggregate(due=Min("clock__due_at"))["due"]
    return due


def side(by: Viewer) -> Who:
    return Who.CONTACT if by.is_contact else Who.STAFF


def move(case: Case, kind: Move, new: State, *, by: Viewer) -> Transition:
    """Change the state in memory, if the table allows this move to this side."""
    step = transition(State(case.state), kind, new)
    if step is None or side(by) not in step.who:
        raise MoveNotAllowed(case, new)
    case.state = new
    return step


def write_down(kind: str, case: Case, *, by: Viewer, at: datetime, **facts: Any) -> None:
    """Into the case's history, with the version that the case has by it."""
    facts |= {"version": case.version}
    audit.record(kind, subject=("case", case.pk), boundary=case.boundary, by=by, at=at, facts=facts)


def tell(
    kind: type[CaseEvent],
    case: Case,
    *,
    by: Viewer,
    at: datetime,
    contact_ids: list[int] | None = None,
    **facts: Any,
) -> None:
    """Publish an event with what every case event carries; `contact_ids` where the caller knows them."""
    events.publish(
        kind(
            case_id=case.pk,
            version=case.version,
            organisation_id=case.organisation_id,
            contact_ids=_contacts(case) if contact_ids is None else contact_ids,
            by=by.name,
            boundary=case.boundary,
            **facts,
        ),
        at=at,
    )


def _contacts(case: Case) -> list[int]:
    """Who takes part, of the case's own organisation: a partner hears of it by the grant, while it lasts."""
    others = Participant.objects.filter(case=case).values("contact")
    there = Contact.objects.filter(
        Q(pk=case.contact_id) | Q(pk__in=others), organisation=case.organisation_id
    )
    return list(there.order_by("pk").values_list("pk", flat=True))
