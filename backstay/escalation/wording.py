"""What pages and notices about escalations say. Bound ones are said by oncall, without content."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from backstay.oncall.wording import tells
from backstay.plans import wording as plans
from backstay.plans.catalogue import say
from backstay.plans.catalogue.ladders import read_mark


@tells("escalation_step")
def _step(facts: Mapping[str, Any]) -> str:
    words = _("%(case)s (%(severity)s): %(mark)s.")
    return words % {
        "case": facts["case"],
        "severity": facts["severity"],
        "mark": plans.mark(read_mark(facts["mark"])),
    }


@tells("escalation_request")
def _request(facts: Mapping[str, Any]) -> str:
    words = _("%(case)s (%(severity)s): the customer asks for a manager. %(urgency)s.")
    return words % {
        "case": facts["case"],
        "severity": facts["severity"],
        "urgency": say(facts["urgency"]),
    }


@tells("escalation_request_late")
def _request_late(facts: Mapping[str, Any]) -> str:
    words = _("%(case)s: the customer asked for a manager, and nobody has answered in time.")
    return words % {"case": facts["case"]}


@tells("escalation_accepted")
def _accepted(facts: Mapping[str, Any]) -> str:
    words = _("%(case)s (%(severity)s): %(manager)s accepted the customer's escalation.")
    return words % {"case": facts["case"], "severity": facts["severity"], "manager": facts["manager"]}


@tells("escalation_alarm")
def _alarm(facts: Mapping[str, Any]) -> str:
    words = _("%(case)s (%(severity)s): nobody can take this case.")
    return words % {"case": facts["case"], "severity": facts["severity"]}


@tells("escalation_call")
def _call(facts: Mapping[str, Any]) -> str:
    words = _("%(case)s (%(severity)s): %(by)s asks you to look at this case now.")
    return words % {"case": facts["case"], "severity": facts["severity"], "by": facts["by"]}


def handover_note(mark: str) -> str:
    """What the next tier reads where a ladder hands a case over."""
    words = _("The escalation ladder handed this case over: %(mark)s. What was done so far stands above.")
    return words % {"mark": plans.mark(read_mark(mark))}
