"""Answers to events: a case that waits is tried, and so are others when somebody has room again."""

from datetime import datetime

from backstay.accounts.events import AccessChanged
from backstay.cases.choices import State
from backstay.cases.events import CaseAssigned, CaseEvent, CaseHandedOver, CaseOpened, CaseStateChanged
from backstay.core.readers import reader
from backstay.core.scoping import machine
from backstay.routing import actions
from backstay.routing.choices import Declared
from backstay.routing.events import AvailabilityChanged

ROUTING = machine("routing")


@reader("routing.cases", CaseOpened, CaseHandedOver, CaseAssigned, CaseStateChanged)
def route_what_waits(event: CaseEvent, *, at: datetime) -> None:
    """A new, handed over, freed or reopened case; and what waits, when a case has left somebody."""
    if event.by == ROUTING.name:  # its own doing
        return
    if not (isinstance(event, CaseStateChanged) and State.CLOSED not in {event.old, event.new}):
        actions.route(case_id=event.case_id, by=ROUTING, at=at)
    if _gives_room(event):
        actions.route_waiting(by=ROUTING, at=at)


def _gives_room(event: CaseEvent) -> bool:
    if isinstance(event, CaseStateChanged):
        return event.new == State.CLOSED
    return isinstance(event, CaseAssigned | CaseHandedOver)


@reader("routing.availability", AvailabilityChanged)
def route_to_who_is_back(event: AvailabilityChanged, *, at: datetime) -> None:
    if event.state == Declared.AVAILABLE:
        actions.route_waiting(by=ROUTING, at=at)


@reader("routing.access", AccessChanged)
def take_back_what_strayed(event: AccessChanged, *, at: datetime) -> None:  # noqa: ARG001  # whoever it was
    """Somebody left, or may see other things than before."""
    actions.take_back(by=ROUTING, at=at)
