"""What people read of a stretch of a clock's time, in the active language."""

from django.utils.translation import gettext

from businesstime import Reason


def why(reason: Reason, detail: str = "") -> str:
    """Why a stretch counts, is skipped or stands still; `detail` is a holiday's name."""
    words = {
        Reason.OPEN: gettext("Support hours"),
        Reason.ELAPSED: gettext("Every second counts"),
        Reason.OUTSIDE_WINDOWS: gettext("Outside support hours"),
        Reason.CLOSED_DAY: gettext("A day without support hours"),
        Reason.CLOSED_DATE: gettext("Closed on this date"),
        Reason.HOLIDAY: gettext("Public holiday"),
        Reason.PAUSED: gettext("Waiting for the customer's answer"),
    }[reason]
    named = detail and reason in {Reason.HOLIDAY, Reason.CLOSED_DATE}
    return gettext("%(reason)s: %(name)s") % {"reason": words, "name": detail} if named else words
