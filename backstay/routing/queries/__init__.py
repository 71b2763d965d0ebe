"""Reading who could take a case, through the viewer's eyes."""

from datetime import datetime

from backstay.cases.models import Case
from backstay.core.scoping import Boundary
from backstay.routing.decisions import CaseFacts, Decision
from backstay.routing.queries.cases import facts_of, previous_of, strayed, waiting, worth_trying
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
    "facts_of",
    "imagine",
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
