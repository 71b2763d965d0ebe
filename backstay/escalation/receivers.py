"""Answers to what happens to cases and clocks."""

from datetime import datetime

from backstay.cases.choices import State
from backstay.cases.events import (
    CaseAssigned,
    CaseClockMarked,
    CaseEvent,
    CaseNoted,
    CaseStateChanged,
)
from backstay.core.readers import Start, reader
from backstay.core.scoping import machine
from backstay.escalation import actions
from backstay.sla.events import ClockBreached

PLANNER = machine("escalation")
CHANGES_NOTHING = (CaseNoted, CaseClockMarked)  # no mark of a ladder hangs on these


@reader("escalation.ladders", CaseEvent, start=Start.BEGINNING)
def plan_anew(event: CaseEvent, *, at: datetime) -> None:
    """A case was opened or changed: its steps follow. Closed or taken, its alarm and call end."""
    if isinstance(event, CHANGES_NOTHING):
        return
    actions.plan(case_id=event.case_id, by=PLANNER, at=at)
    closed = isinstance(event, CaseStateChanged) and event.new == State.CLOSED
    if closed or isinstance(event, CaseAssigned):
        actions.settle_alarms(case_id=event.case_id, by=PLANNER, at=at)
    if closed or (isinstance(event, CaseAssigned) and event.staff_id is not None):
        actions.end_call(case_id=event.case_id, by=PLANNER, at=at)
    if closed:
        actions.withdraw_requests_of(case_id=event.case_id, by=PLANNER, at=at)


@reader("escalation.requests", ClockBreached, start=Start.BEGINNING)
def tell_of_a_late_answer(event: ClockBreached, *, at: datetime) -> None:
    actions.note_breach(clock_id=event.clock_id, by=PLANNER, at=at)
