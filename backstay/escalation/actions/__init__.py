"""The verbs of escalation, one family a file. All need a viewer's transaction around them."""

from backstay.escalation.actions.alarming import raise_alarm, settle_alarms
from backstay.escalation.actions.calling import call, end_call
from backstay.escalation.actions.climbing import climb
from backstay.escalation.actions.deciding import (
    AlreadyDecided,
    MayNotDecide,
    accept,
    decline,
    note_breach,
    withdraw_request,
    withdraw_requests_of,
)
from backstay.escalation.actions.planning import plan
from backstay.escalation.actions.requesting import (
    BadUrgency,
    NoRequests,
    NotAllowedToAsk,
    NothingToEscalate,
    RequestOpen,
    request,
)
from backstay.escalation.actions.words import WordsMissing

__all__ = [
    "AlreadyDecided",
    "BadUrgency",
    "MayNotDecide",
    "NoRequests",
    "NotAllowedToAsk",
    "NothingToEscalate",
    "RequestOpen",
    "WordsMissing",
    "accept",
    "call",
    "climb",
    "decline",
    "end_call",
    "note_breach",
    "plan",
    "raise_alarm",
    "request",
    "settle_alarms",
    "withdraw_request",
    "withdraw_requests_of",
]
