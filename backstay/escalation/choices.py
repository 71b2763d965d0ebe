from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class StepState(StrEnum):
    PENDING = "pending"
    RESTING = "resting"  # its clock is paused, so that nobody can say when it is due
    DONE = "done"
    WITHDRAWN = "withdrawn"  # settled, or no longer on the case's ladder


class Result(StrEnum):
    """What came of one thing that a step did."""

    DONE = "done"
    NOBODY = "nobody"  # nobody there who may know of the case
    GOING_ON = "going_on"  # it was being paged for already
    TOP = "top"  # no tier is higher


class RequestState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


STEP_STATE_LABELS = {
    StepState.PENDING: pgettext_lazy("ladder step", "Pending"),
    StepState.RESTING: pgettext_lazy("ladder step", "Rests while the clock is paused"),
    StepState.DONE: pgettext_lazy("ladder step", "Done"),
    StepState.WITHDRAWN: pgettext_lazy("ladder step", "Not needed any more"),
}
RESULT_LABELS = {
    Result.DONE: _("done"),
    Result.NOBODY: _("nobody was there who may know of it"),
    Result.GOING_ON: _("somebody was being paged already"),
    Result.TOP: _("no tier is higher"),
}
REQUEST_STATE_LABELS = {
    RequestState.OPEN: pgettext_lazy("escalation request", "Waits for a manager"),
    RequestState.ACCEPTED: pgettext_lazy("escalation request", "Accepted"),
    RequestState.DECLINED: pgettext_lazy("escalation request", "Declined"),
    RequestState.WITHDRAWN: pgettext_lazy("escalation request", "Withdrawn"),
}
