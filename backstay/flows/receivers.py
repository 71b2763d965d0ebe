"""What neighbours on one floor tell each other."""

from datetime import datetime

from backstay.core.readers import reader
from backstay.core.scoping import machine
from backstay.escalation import actions as escalation
from backstay.routing.events import CaseUnroutable

FLOWS = machine("flows")


@reader("flows.unroutable", CaseUnroutable)
def raise_alarm(event: CaseUnroutable, *, at: datetime) -> None:
    """A case that nobody can take is an alarm: whoever is on call, on its side of the boundary, is paged."""
    escalation.raise_alarm(case_id=event.case_id, reason=event.reason, by=FLOWS, at=at)
