"""What may be done to a clock. Every action locks its row, and first records the marks reached by then.

All need a viewer's transaction around them (`scoping.acting`), and answer the clock as it stands afterwards.
"""

from backstay.sla.actions.marking import sweep_batch
from backstay.sla.actions.recording import ActTooEarly, ClockEnded
from backstay.sla.actions.replacing import replay, retarget, supersede
from backstay.sla.actions.running import NotPausable, pause, resume, start, stop

__all__ = [
    "ActTooEarly",
    "ClockEnded",
    "NotPausable",
    "pause",
    "replay",
    "resume",
    "retarget",
    "start",
    "stop",
    "supersede",
    "sweep_batch",
]
