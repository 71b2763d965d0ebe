"""The verbs of a case, one family a file."""

from backstay.cases.actions.changing import (
    add_participant,
    assign,
    change_severity,
    close,
    correct_subject_matter,
    reopen,
    set_state,
)
from backstay.cases.actions.marking import record_mark
from backstay.cases.actions.opening import NewCase, NotAllowedToOpen, open_case
from backstay.cases.actions.replying import note, reply
from backstay.cases.actions.touching import CaseChanged, MoveNotAllowed, NotAllowed
from backstay.cases.actions.working import drop_view, keep_draft, leave, look, save_view

__all__ = [
    "CaseChanged",
    "MoveNotAllowed",
    "NewCase",
    "NotAllowed",
    "NotAllowedToOpen",
    "add_participant",
    "assign",
    "change_severity",
    "close",
    "correct_subject_matter",
    "drop_view",
    "keep_draft",
    "leave",
    "look",
    "note",
    "open_case",
    "record_mark",
    "reopen",
    "reply",
    "save_view",
    "set_state",
]
