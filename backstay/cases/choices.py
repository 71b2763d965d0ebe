from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(StrEnum):
    """Where a case stands for staff."""

    NEW = "new"
    TRIAGE = "triage"
    IN_PROGRESS = "in_progress"
    WAITING_ON_CUSTOMER = "waiting_on_customer"
    WAITING_ON_ENGINEERING = "waiting_on_engineering"
    SOLUTION_PROPOSED = "solution_proposed"
    CLOSED = "closed"


class CustomerState(StrEnum):
    """What the customer is told of it."""

    OPEN = "open"
    WAITING_ON_ME = "waiting_on_me"
    WAITING_ON_VENDOR = "waiting_on_vendor"
    CLOSED = "closed"


class Queue(StrEnum):
    """Where a case waits for somebody: the first tier that its plan names, or a lead."""

    TIER_1 = "tier_1"
    TIER_2 = "tier_2"
    LEAD = "lead"


class ClockKind(StrEnum):
    FIRST_RESPONSE = "first_response"


class Pace(StrEnum):
    """How a promise stands at an instant, as lists show it."""

    EASY = "easy"
    SOON = "soon"
    LATE = "late"
    KEPT = "kept"
    PAUSED = "paused"
    NONE = "none"


STATE_LABELS = {
    State.NEW: pgettext_lazy("case state", "New"),
    State.TRIAGE: pgettext_lazy("case state", "Triage"),
    State.IN_PROGRESS: pgettext_lazy("case state", "In progress"),
    State.WAITING_ON_CUSTOMER: pgettext_lazy("case state", "Waiting on customer"),
    State.WAITING_ON_ENGINEERING: pgettext_lazy("case state", "Waiting on engineering"),
    State.SOLUTION_PROPOSED: pgettext_lazy("case state", "Solution proposed"),
    State.CLOSED: pgettext_lazy("case state", "Closed"),
}
CUSTOMER_STATE_LABELS = {
    CustomerState.OPEN: pgettext_lazy("case state", "Open"),
    CustomerState.WAITING_ON_ME: pgettext_lazy("case state", "Waiting on me"),
    CustomerState.WAITING_ON_VENDOR: pgettext_lazy("case state", "Waiting on vendor"),
    CustomerState.CLOSED: pgettext_lazy("case state", "Closed"),
}
QUEUE_LABELS = {
    Queue.TIER_1: _("Level 1"),
    Queue.TIER_2: _("Level 2"),
    Queue.LEAD: _("Team leads"),
}
CLOCK_LABELS = {ClockKind.FIRST_RESPONSE: _("First response")}
