"""Answers to events of lower floors."""

from datetime import datetime

from backstay.cases.actions.marking import record_mark
from backstay.core.readers import Start, reader
from backstay.core.scoping import machine
from backstay.sla.choices import Mark
from backstay.sla.events import ClockBreached, ClockMarked, ClockWarned


@reader("cases.clock-marks", ClockWarned, ClockBreached, start=Start.BEGINNING)
def write_mark_into_case(event: ClockMarked, *, at: datetime) -> None:
    mark = Mark.BREACH if isinstance(event, ClockBreached) else Mark.WARNING
    record_mark(clock_id=event.clock_id, mark=mark, due_at=event.due_at, by=machine("clocks"), at=at)
