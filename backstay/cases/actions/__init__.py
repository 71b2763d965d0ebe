"""The verbs of a case, one family a file."""

from backstay.cases.actions.changing import (
    FirstResponseOwed,
    NotAssignable,
    ReasonMissing,
    add_participant,
    assign,
    change_severity,
    close,
    correct_subject_matter,
    reopen,
    set_state,
)
from backstay.cases.actions.marking import record_mark
from backstay.cases.actions.opening import (
    BadReceipt,
    BadSubject,
    NewCase,
    NotAllowedToOpen,
    UnknownSubjectMatter,
    open_case,
)
from backstay.cases.actions.replying import note, reply
from backstay.cases.actions.touching import CaseChanged, MoveNotAllowed, NotAllowed
from backstay.cases.actions.working import (
    BadViewName,
    drop_view,
    keep_draft,
    leave,
    look,
    rename_view,
    save_view,
)

__all__ = [
    "BadReceipt",
    "BadSubject",
    "BadViewName",
    "CaseChanged",
    "FirstResponseOwed",
    "MoveNotAllowed",
    "NewCase",
    "NotAllowed",
    "NotAllowedToOpen",
    "NotAssignable",
    "ReasonMissing",
    "UnknownSubjectMatter",
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
    "rename_view",
    "reopen",
    "reply",
    "save_view",
    "set_state",
]
