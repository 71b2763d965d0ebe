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
