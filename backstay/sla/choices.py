from enum import StrEnum


class ClockState(StrEnum):
    """Where a clock stands. A superseded clock stays in the history and is never read as a promise."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    SUPERSEDED = "superseded"


class Mark(StrEnum):
    """What a running clock reaches: the warning, then the breach."""

    WARNING = "warning"
    BREACH = "breach"


class TargetKind(StrEnum):
    """A commitment is promised to the customer; an objective is only aimed at."""

    COMMITMENT = "commitment"
    OBJECTIVE = "objective"
