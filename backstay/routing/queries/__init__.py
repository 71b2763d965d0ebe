"""Reading who could take a case, through the viewer's eyes."""

from collections.abc import Sequence
from datetime import datetime

from backstay.cases.models import Case
from backstay.core.scoping import Boundary
from backstay.routing.decisions import CaseFacts, Decision, Room
from backstay.routing.queries.cases import (
    facts_by_key,
    facts_of,
    impasses,
    previous_of,
    strayed,
    waiting,
    worth_trying,
)
from backstay.routing.queries.imagining import Imagined, imagine
from backstay.routing.queries.people import (
    absences,
    availability_of,
    capacities,
    patterns,
    routing_rules,
    shifts,
    skills,
    skills_of,
)
from backstay.routing.queries.rooms import person, room, settings
from backstay.routing.rules import decide as decide_in


def decide(case: Case, *, at: datetime) -> Decision:
    """Who would get a case at `at`, and why: see `decisions.Decision`."""
    (facts,) = facts_of([case])
    return decide_by(facts, at=at)


def decide_each(keys: Sequence[int], room: Room) -> dict[int, Decision]:
    """Who would get each of these cases, one after the other: who gets one has less room for the next."""
    found = {}
    for key, facts in zip(keys, facts_by_key(keys), strict=True):
        decision = found[key] = decide_in(facts, room)
        if decision.chosen is not None:
            room = room.with_another(decision.chosen.staff_id, facts.channel)
    return found


def decide_by(facts: CaseFacts, *, at: datetime) -> Decision:
    """As `decide`, for facts that somebody imagined."""
    return decide_in(facts, room(at=at, bound=facts.boundary != Boundary.OPEN))


__all__ = [
    "Imagined",
    "absences",
    "availability_of",
    "capacities",
    "decide",
    "decide_by",
    "decide_each",
    "facts_of",
    "imagine",
    "impasses",
    "patterns",
    "person",
    "previous_of",
    "room",
    "routing_rules",
    "settings",
    "shifts",
    "skills",
    "skills_of",
    "strayed",
    "waiting",
    "worth_trying",
]
