from enum import StrEnum


class ClockState(StrEnum):
    """Where a clock stands. A superseded clock stays in the history and is never read as a promise."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    SUPERSEDED = "superseded"


class Outcome(StrEnum):
    """What came of a promise so far. Breached: late and still unanswered; met late: answered after that."""

    RUNNING = "running"
    PAUSED = "paused"
    BREACHED = "breached"
    MET = "met"
    MET_LATE = "met_late"
    SUPERSEDED = "superseded"


class Happening(StrEnum):
    """What happens to a clock. The first four are also the words of `businesstime`."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    SUPERSEDE = "supersede"


class Mark(StrEnum):
    """What a running clock reaches: the warning, then the breach."""

    WARNING = "warning"
    BREACH = "breach"


class TargetKind(StrEnum):
    """A commitment is promised to the customer; an objective is only aimed at."""

    COMMITMENT = "commitment"
    OBJECTIVE = "objective"
