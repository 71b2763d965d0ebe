"""What a clock says: its two lines of text, from facts handed in. It never reads the time itself."""

from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext

from backstay.ui import wording
from backstay.ui.wording import Zone


class ClockLook(StrEnum):
    """How a clock is drawn. Text and shape say the same as the colour."""

    EASY = "easy"
    SOON = "soon"
    LATE = "late"
    KEPT = "kept"
    PAUSED = "paused"
    NONE = "none"


RUNNING = {ClockLook.EASY, ClockLook.SOON, ClockLook.LATE}


def face(
    *,
    state: str,
    now: datetime,
    due_at: datetime | None,
    stopped_at: datetime | None,
    remaining: float | None,
) -> str:
    """The first line: "12 min left", "4 min late", "kept", "paused", "no promise".

    `remaining` are the seconds that a paused clock still has. Raises ValueError where a running clock has
    no `due_at`.
    """
    look = ClockLook(state)
    if look is ClockLook.KEPT:
        return gettext("kept")
    if look is ClockLook.PAUSED:
        return (
            gettext("paused")
            if remaining is None
            else gettext("paused, %(left)s") % {"left": wording.left(remaining)}
        )
    if look is ClockLook.NONE:
        return gettext("no promise")
    if due_at is None:
        raise ValueError(f"a clock in state {state} needs due_at")
    apart = (due_at - (stopped_at or now)).total_seconds()
    return wording.left(apart) if apart > 0 else wording.late(apart)


def second_line(
    *, state: str, now: datetime, due_at: datetime | None, stopped_at: datetime | None, zone: Zone, what: str
) -> str:
    """The absolute time with its zone and what it is: "14:05 EEST, first response", "met 11:02 EEST"."""
    if stopped_at is not None:
        line = gettext("answered %(moment)s") % {"moment": wording.moment(stopped_at, zone, now=now)}
    elif due_at is not None and ClockLook(state) in RUNNING:
        line = gettext("by %(moment)s") % {"moment": wording.moment(due_at, zone, now=now)}
    else:
        return what
    return f"{line} · {what}" if what else line
