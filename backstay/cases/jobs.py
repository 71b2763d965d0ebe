"""What happens to cases by itself: reminders and closes after silence, updates of incidents."""

import logging
from collections.abc import Callable
from datetime import datetime

from backstay.cases import actions, queries
from backstay.core.scoping import Viewer, acting, machine
from backstay.core.worker import every

log = logging.getLogger(__name__)

QUIET = machine("quiet-steps")
INCIDENTS = machine("incidents")


def take_quiet_steps(*, at: datetime) -> int:
    """Take every step that is due by `at`; how many were taken. Several may run at once."""

    def take(step_id: int) -> bool:
        return actions.take_quiet_step(step_id=step_id, by=QUIET, at=at)

    with acting(QUIET):
        due = queries.quiet_steps_due(at)
    return _each(QUIET, due, take)


def send_incident_notices(*, at: datetime) -> int:
    """Put each update of an incident into each of its cases; how many were sent."""

    def send(notice_id: int) -> bool:
        return actions.send_notice(notice_id=notice_id, by=INCIDENTS, at=at)

    with acting(INCIDENTS):
        owed = queries.incident_notices_owed()
    return _each(INCIDENTS, owed, send)


def _each(viewer: Viewer, rows: list[int], work: Callable[[int], bool]) -> int:
    """Each row in a transaction of its own. One that fails stays for the next time, and stops no other."""
    done = 0
    for pk in rows:
        try:
            with acting(viewer):
                done += work(pk)
        except Exception:
            log.exception("%s: row %s could not be handled; it is tried again", viewer.name, pk)
    return done


@every(30)
def end_silences(*, at: datetime) -> datetime | None:
    """Each half minute, and at the instant of the next step where that is earlier."""
    take_quiet_steps(at=at)
    with acting(QUIET):
        return queries.next_quiet_step(after=at)


@every(1)
def tell_of_incidents(*, at: datetime) -> None:
    send_incident_notices(at=at)
