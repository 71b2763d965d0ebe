"""What customers and staff read of a decision, in the active language.

How an instant is told, in whose zone, is the face's business: it hands in a function for it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from backstay.core.scoping import Boundary
from backstay.entitlements.choices import ChannelReason, NoPromise
from backstay.entitlements.decisions import ChannelDecision, Decision, Lack
from backstay.plans.catalogue import say

Tell = Callable[[datetime], str]
RESOLUTION = timedelta(microseconds=1)


def why_no_promise(lack: Lack, *, day: Tell) -> str:
    """Why this case has no promised time, in one plain sentence. `day` tells the date of an instant."""
    match lack.reason:
        case NoPromise.NO_ORGANISATION:
            return _("We do not know yet which organisation you belong to, so we cannot promise a time.")
        case NoPromise.NO_CONTRACT:
            return _("Your organisation has no support contract, so we cannot promise a time.")
        case NoPromise.EXPIRED if lack.instant:
            words = _("Your contract %(number)s ran until %(day)s, so we cannot promise a time.")
            return words % {"number": lack.number, "day": day(lack.instant - RESOLUTION)}
        case NoPromise.NOT_STARTED if lack.instant:
            words = _("Your contract %(number)s starts on %(day)s; until then we cannot promise a time.")
            return words % {"number": lack.number, "day": day(lack.instant)}
        case NoPromise.OTHER_PRODUCT:
            words = _("Your contract %(number)s covers %(lines)s only, so we cannot promise a time here.")
            return words % {"number": lack.number, "lines": ", ".join(lack.lines)}
    raise ValueError(f"{lack} lacks its facts")


def all_the_same() -> str:
    """What follows `why_no_promise`: the case is accepted (ground rule 6)."""
    return _("We accept your case all the same, and a team lead will look at it.")


def plan(decision: Decision) -> str:
    """The name of the plan that counts, or nothing."""
    return say(decision.effective.plan.name) if decision.effective else ""


def covered_by(decision: Decision) -> str:
    """Which contract decides, where there is more than one."""
    if decision.effective is None:
        return ""
    facts = {"plan": plan(decision), "number": decision.effective.number}
    if sum(1 for held in decision.holdings if held.plan_key) > 1:
        return _("%(plan)s, by contract %(number)s: the best of the plans that you hold") % facts
    return _("%(plan)s, by contract %(number)s") % facts


def handled_by(decision: Decision) -> str:
    """Who works on it, where that is restricted, or nothing."""
    if decision.boundary is Boundary.US:
        return _("Handled only by US citizens on US soil")
    return ""


def channel(decision: ChannelDecision, *, moment: Tell) -> str:
    """Whether the channel is open now and until when, or what is missing. `moment` tells an instant."""
    match decision.reasons:
        case (ChannelReason.OPEN,):
            return _open(decision, moment)
        case (ChannelReason.NOT_IN_PLAN, *_rest):
            return _("Not in your plan")
        case (ChannelReason.NOT_CONNECTED, *_rest):
            return _("In your plan, but not available on this site yet")
    if decision.opens_at is None:
        return _("Closed")
    return _("Closed; opens %(moment)s") % {"moment": moment(decision.opens_at)}


def _open(decision: ChannelDecision, moment: Tell) -> str:
    if decision.closes_at is None:
        return _("Open now, around the clock")
    return _("Open now until %(moment)s") % {"moment": moment(decision.closes_at)}
