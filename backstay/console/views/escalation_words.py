"""How escalations read in a case's history."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from backstay.console.wording import Line, Names, tells
from backstay.escalation.choices import RequestState
from backstay.plans import wording
from backstay.plans.catalogue import say
from backstay.plans.catalogue.ladders import read_mark
from backstay.plans.choices import Do


@tells("escalation_step")
def _escalation_step(facts: Mapping[str, Any], _names: Names) -> Line:
    words = _("Escalation: %(mark)s")
    text = words % {"mark": wording.mark(read_mark(facts["mark"]))}
    return Line(icon="trending-up", text=text, reason=", ".join(wording.act(Do(do)) for do in facts["did"]))


@tells("escalation_requested")
def _escalation_requested(facts: Mapping[str, Any], _names: Names) -> Line:
    words = _("Asked for a manager: %(urgency)s")
    return Line(icon="megaphone", text=words % {"urgency": say(facts["label"])}, reason=facts["reason"])


@tells("escalation_decided")
def _escalation_decided(facts: Mapping[str, Any], _names: Names) -> Line:
    told = {
        RequestState.ACCEPTED: _("Accepted the escalation"),
        RequestState.DECLINED: _("Declined the escalation"),
        RequestState.WITHDRAWN: _("The request for a manager was withdrawn"),
    }
    return Line(icon="megaphone", text=told[RequestState(facts["state"])], reason=facts["answer"])


@tells("escalation_request_late")
def _escalation_request_late(_facts: Mapping[str, Any], _names: Names) -> Line:
    return Line(icon="octagon-alert", text=_("No manager answered the request in time"))


@tells("alarm_raised")
def _alarm_raised(_facts: Mapping[str, Any], _names: Names) -> Line:
    return Line(icon="siren", text=_("Alarm: nobody can take this case"))


@tells("alarm_settled")
def _alarm_settled(_facts: Mapping[str, Any], _names: Names) -> Line:
    return Line(icon="siren", text=_("The alarm is over"))


@tells("on_call_paged")
def _on_call_paged(_facts: Mapping[str, Any], _names: Names) -> Line:
    return Line(icon="bell-ring", text=_("Paged whoever is on call"))
