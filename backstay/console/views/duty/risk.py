"""Cases that need somebody: those whose promise ends soon, and those that nobody has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backstay.cases import listing
from backstay.cases.listing import Listed, Place
from backstay.cases.rules import may_assign_others
from backstay.cases.standing import Standing
from backstay.console import wording
from backstay.console.views.escalations import StepLine, step_lines
from backstay.core.scoping import Viewer
from backstay.escalation import queries as escalation
from backstay.escalation.models import Alarm
from backstay.routing import queries as routing
from backstay.routing.choices import Unroutable
from backstay.routing.decisions import Candidate, Decision, Room
from backstay.routing.models import Impasse
from backstay.routing.wording import conclusion, unroutable

RISKY, WAITING = 15, 10  # shown of each list; the queue has them all
SUGGESTED = 10  # cases for which it is worked out who would get them


@dataclass(frozen=True, kw_only=True)
class Line:
    """A case as the page shows it.

    `step` is what its ladder does next, `suggested` whom the rules would give it to. `reason` tells why
    nobody has it; `alarmed_at` since when it is known that nobody can take it in time.
    """

    case: Listed
    standing: Standing
    state: str
    queue: str
    owner: str
    is_mine: bool
    step: StepLine | None
    suggested: Candidate | None
    reason: str
    alarmed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Cases:
    """The two lists, and how many there are of each kind."""

    risky: Sequence[Line]
    waiting: Sequence[Line]
    late: str
    soon: str
    unassigned: str
    alarms: int


@dataclass(frozen=True, kw_only=True)
class Known:
    """What was read of the cases of both lists, by their keys."""

    standings: Mapping[int, Standing]
    places: Mapping[int, Place]
    steps: Mapping[int, StepLine]
    decisions: Mapping[int, Decision]
    impasses: Mapping[int, Impasse]
    alarms: Mapping[int, Alarm]


def read(viewer: Viewer, room: Room, *, until: datetime) -> Cases:
    """What is due by `until` or late, and what nobody has, as of the room's instant."""
    at = room.at
    alarms = {alarm.case_id: alarm for alarm in escalation.open_alarms()}
    risky = listing.read(listing.due_by(until)[:RISKY])
    waiting = _waiting(list(alarms))
    known = _known(risky, waiting, alarms, room)
    return Cases(
        risky=[_line(case, known, viewer, room) for case in risky],
        waiting=[_line(case, known, viewer, room) for case in waiting],
        late=listing.how_many(listing.due_by(at)),
        soon=listing.how_many(listing.due_by(until, after=at)),
        unassigned=listing.how_many(routing.waiting()),
        alarms=len(alarms),
    )


def _waiting(alarmed: Sequence[int]) -> list[Listed]:
    """Those that nobody can take first, then by their promise."""
    first = listing.read(routing.waiting().filter(pk__in=alarmed)[:WAITING])
    return first + listing.read(routing.waiting().exclude(pk__in=alarmed)[: WAITING - len(first)])


def _known(
    risky: Sequence[Listed], waiting: Sequence[Listed], alarms: Mapping[int, Alarm], room: Room
) -> Known:
    cases = {case.pk: case for case in [*waiting, *risky]}
    steps = escalation.next_steps(list(cases))
    nobodys = [case.pk for case in cases.values() if case.assignee_id is None]
    somebodys = [case.pk for case in risky if case.assignee_id is not None]
    return Known(
        standings=listing.standings(cases.values(), at=room.at),
        places=listing.places(cases.values()),
        steps=dict(zip(steps, step_lines(steps.values()), strict=True)),
        decisions=routing.decide_each([*nobodys, *somebodys][:SUGGESTED], room),
        impasses=routing.impasses(nobodys),
        alarms=alarms,
    )


def _line(case: Listed, known: Known, viewer: Viewer, room: Room) -> Line:
    place, alarm = known.places[case.pk], known.alarms.get(case.pk)
    decision = known.decisions.get(case.pk)
    return Line(
        case=case,
        standing=known.standings[case.pk],
        state=wording.state_label(case.state),
        queue=wording.queue_label(place.queue),
        owner=place.owner or "",
        is_mine=case.assignee_id == viewer.id,
        step=known.steps.get(case.pk),
        suggested=_suggested(case, decision) if may_assign_others(viewer) else None,
        reason=_reason(case, decision, known.impasses.get(case.pk), room),
        alarmed_at=alarm.raised_at if alarm else None,
    )


def _suggested(case: Listed, decision: Decision | None) -> Candidate | None:
    """The best of those who may take it and do not have it."""
    able = (each for each in decision.candidates if not each.excluded_by) if decision else iter(())
    return next((each for each in able if each.staff_id != case.assignee_id), None)


def _reason(case: Listed, decision: Decision | None, impasse: Impasse | None, room: Room) -> str:
    """Why nobody has it, by the rules; nothing where somebody has, or where that was not worked out."""
    if case.assignee_id is not None:
        return ""
    if decision is not None:
        return conclusion(decision)
    if impasse is None:
        return ""
    until = case.next_due_at or room.at + timedelta(seconds=room.desk.horizon_s)
    return unroutable(Unroutable(impasse.reason), until)
