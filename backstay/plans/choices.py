from enum import StrEnum


class TargetKind(StrEnum):
    """A commitment is promised to the customer; an objective is only aimed at.

    The running clock keeps the same two words; plans and clocks are neighbours and share values, not code.
    """

    COMMITMENT = "commitment"
    OBJECTIVE = "objective"


class Trait(StrEnum):
    """Whether a severity speaks of production systems, or of faults that have a workaround."""

    YES = "yes"
    NO = "no"
    EITHER = "either"


class Tier(StrEnum):
    """Where cases wait for somebody; cases use the same words."""

    TIER_1 = "tier_1"
    TIER_2 = "tier_2"
    TIER_3 = "tier_3"
    ENGINEERING = "engineering"
    LEAD = "lead"


class MarkKind(StrEnum):
    """What a case can reach on its ladder."""

    TARGET = "target"
    BREACH = "breach"
    AGE = "age"
    SILENCE = "silence"
    REOPENED = "reopened"
    REASSIGNED = "reassigned"


class Axis(StrEnum):
    """Two ways up: functional, to who works on a case; hierarchical, to who answers for it."""

    FUNCTIONAL = "functional"
    HIERARCHICAL = "hierarchical"


class Do(StrEnum):
    """What a step of a ladder does."""

    NOTIFY_ASSIGNEE = "notify assignee"
    NOTIFY_LEADS = "notify leads"
    NOTIFY_MANAGEMENT = "notify management"
    TIER_UP = "tier up"
    PAGE_ON_CALL = "page on-call"
    PAGE_MANAGEMENT = "page management"

    @property
    def axis(self) -> Axis:
        return Axis.FUNCTIONAL if self in _WORKING else Axis.HIERARCHICAL


_WORKING = frozenset({Do.NOTIFY_ASSIGNEE, Do.TIER_UP, Do.PAGE_ON_CALL})
