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
    """Where a case waits for somebody: at a tier of support, at engineering, or for a lead to decide."""

    TIER_1 = "tier_1"
    TIER_2 = "tier_2"
    TIER_3 = "tier_3"
    ENGINEERING = "engineering"
    LEAD = "lead"


class ClockKind(StrEnum):
    FIRST_RESPONSE = "first_response"
    HANDOVER = "handover"  # between tiers: until somebody of the next one takes the case


TOLD_CLOCKS = (ClockKind.FIRST_RESPONSE,)  # what customers were promised; the others are staff's own
TIERS = (Queue.TIER_1, Queue.TIER_2, Queue.TIER_3, Queue.ENGINEERING)  # functional escalation, upwards


class LinkKind(StrEnum):
    """What a case is to another one."""

    FOLLOW_UP = "follow_up"  # it takes up the other, which could not be reopened any more
    RELATED = "related"
    DUPLICATE = "duplicate"


class QuietKind(StrEnum):
    """What is done when a customer who was asked something stays silent."""

    REMINDER = "reminder"
    CLOSE = "close"


class Quiet(StrEnum):
    """What silence does to a case."""

    COUNTING = "counting"  # reminders, then its close
    NOT_ASKED = "not_asked"  # nothing, while it does not wait on the customer
    NOT_ANSWERED = "not_answered"  # nothing, while a first response is owed
    NO_PROMISE = "no_promise"  # nothing: no plan says so
    NEVER = "never"  # nothing: the plan closes no case of this severity
    OPTED_OUT = "opted_out"  # nothing: somebody said so for this case


class Criterion(StrEnum):
    """Why an incident is a major one (ISO/IEC 20000-1, 8.6.1); at least one is named."""

    SEVERAL_CUSTOMERS_DOWN = "several_customers_down"
    DATA_EXPOSED = "data_exposed"
    DATA_LOST = "data_lost"
    SECURITY_FLAW_USED = "security_flaw_used"
    OWN_SERVICE_DOWN = "own_service_down"
    PUBLIC_ATTENTION = "public_attention"


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
    Queue.TIER_3: _("Level 3"),
    Queue.ENGINEERING: _("Engineering"),
    Queue.LEAD: _("Team leads"),
}
CLOCK_LABELS = {ClockKind.FIRST_RESPONSE: _("First response"), ClockKind.HANDOVER: _("Hand-over")}
LINK_LABELS = {
    LinkKind.FOLLOW_UP: _("Follow-up of"),
    LinkKind.RELATED: _("Related to"),
    LinkKind.DUPLICATE: _("Duplicate of"),
}
BACK_LINK_LABELS = {  # the same, read from the other case
    LinkKind.FOLLOW_UP: _("Followed up by"),
    LinkKind.RELATED: _("Related to"),
    LinkKind.DUPLICATE: _("Has the duplicate"),
}
CRITERION_LABELS = {
    Criterion.SEVERAL_CUSTOMERS_DOWN: _("Production is down at several customers"),
    Criterion.DATA_EXPOSED: _("Customers' data were exposed"),
    Criterion.DATA_LOST: _("Customers' data were lost or damaged"),
    Criterion.SECURITY_FLAW_USED: _("A security flaw of a product is being exploited"),
    Criterion.OWN_SERVICE_DOWN: _("A service of ours that customers rely on is down"),
    Criterion.PUBLIC_ATTENTION: _("The press or an authority asks about it"),
}
