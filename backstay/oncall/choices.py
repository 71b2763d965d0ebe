from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Purpose(StrEnum):
    """What a rota is called for."""

    SUPPORT = "support"
    MANAGEMENT = "management"


class DoorKind(StrEnum):
    """The ways in which a page reaches a person."""

    EMAIL = "email"
    PUSH = "push"
    WEBHOOK = "webhook"
    SMS = "sms"
    VOICE = "voice"


class PageState(StrEnum):
    PAGING = "paging"  # somebody is being asked, or nobody can be and it is tried again
    ACKNOWLEDGED = "acknowledged"
    WITHDRAWN = "withdrawn"  # settled elsewhere
    UNANSWERED = "unanswered"  # the whole list was asked twice; it may still be acknowledged
    TRIAL = "trial"  # somebody tries a door of their own
    NOTICE = "notice"  # told to one person, who need not answer


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"  # acknowledged or withdrawn before it left


class WhyUnanswered(StrEnum):
    NOBODY_ON_CALL = "nobody_on_call"
    NOBODY_ELIGIBLE = "nobody_eligible"  # nobody on call may know of it now
    NOBODY_ACKNOWLEDGED = "nobody_acknowledged"


class GapReason(StrEnum):
    NOBODY = "nobody"
    NOT_ELIGIBLE = "not_eligible"  # a bound rota names somebody outside the boundary


PURPOSE_LABELS = {
    Purpose.SUPPORT: pgettext_lazy("rota", "Support"),
    Purpose.MANAGEMENT: pgettext_lazy("rota", "Management"),
}
DOOR_LABELS = {
    DoorKind.EMAIL: pgettext_lazy("door", "E-mail"),
    DoorKind.PUSH: pgettext_lazy("door", "Browser push"),
    DoorKind.WEBHOOK: pgettext_lazy("door", "Webhook"),
    DoorKind.SMS: pgettext_lazy("door", "Text message"),
    DoorKind.VOICE: pgettext_lazy("door", "Phone call"),
}
PAGE_STATE_LABELS = {
    PageState.PAGING: pgettext_lazy("page state", "Paging"),
    PageState.ACKNOWLEDGED: pgettext_lazy("page state", "Acknowledged"),
    PageState.WITHDRAWN: pgettext_lazy("page state", "Withdrawn"),
    PageState.UNANSWERED: pgettext_lazy("page state", "Nobody acknowledged it"),
    PageState.TRIAL: pgettext_lazy("page state", "A trial"),
    PageState.NOTICE: pgettext_lazy("page state", "A notice"),
}
DELIVERY_STATE_LABELS = {
    DeliveryState.WAITING: pgettext_lazy("delivery", "waiting"),
    DeliveryState.SENT: pgettext_lazy("delivery", "sent"),
    DeliveryState.FAILED: pgettext_lazy("delivery", "failed"),
    DeliveryState.DROPPED: pgettext_lazy("delivery", "not sent: settled before"),
}
WHY_UNANSWERED_LABELS = {
    WhyUnanswered.NOBODY_ON_CALL: _("Nobody is on call. It is tried again every minute."),
    WhyUnanswered.NOBODY_ELIGIBLE: _("Nobody on call may see it now. It is tried again every minute."),
    WhyUnanswered.NOBODY_ACKNOWLEDGED: _("Everybody on call was paged twice."),
}
GAP_LABELS = {
    GapReason.NOBODY: _("Nobody is on call."),
    GapReason.NOT_ELIGIBLE: _("The person on call may not see US-only cases then."),
}
