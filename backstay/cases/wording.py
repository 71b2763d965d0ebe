"""What is said to customers in nobody's name, in the language that is active."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from backstay.cases.models import Case


def language(case: Case) -> str:
    """The language of whoever opened the case, or of their organisation."""
    asker = case.contact or case.organisation
    return asker.language if asker else "en"


def author() -> str:
    """Whose name stands above a message that no person wrote."""
    return gettext("Automatic message")


def reminder(case: Case, closes_at: datetime) -> str:
    words = gettext(
        "We wait for your answer in this case. If we do not hear from you, the case closes on %(day)s.\n\n"
        "Do you need more time? Say so here, and we wait. If the problem is solved, you need not do anything."
    )
    return words % {"day": _day(case, closes_at)}


def closed(case: Case, days: int, until: datetime | None) -> str:
    """How many business days passed without an answer, and until when the case can be reopened."""
    if until is None:
        words = gettext("%(silence)s So the case is closed now. You can open it again at any time.")
        return words % {"silence": silent_for(days)}
    words = gettext(
        "%(silence)s So the case is closed now. You can open it again until %(day)s; after that we open "
        "a new one for you that is linked to it."
    )
    return words % {"silence": silent_for(days), "day": _day(case, until)}


def silent_for(days: int) -> str:
    words = ngettext(
        "For %(days)s business day there was no answer.",
        "For %(days)s business days there was no answer.",
        days,
    )
    return words % {"days": days}


def _day(case: Case, at: datetime) -> str:
    asker = case.contact or case.organisation
    local = at.astimezone(ZoneInfo(asker.timezone if asker else "UTC"))
    words = date_format(local, "j F Y")
    return words if translation.get_language() == "en" else words.lower()  # only English writes it large
