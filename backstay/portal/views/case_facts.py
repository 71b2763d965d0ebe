"""A case in its customer's words: its state, its promise, what happened to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from backstay.cases.choices import CUSTOMER_STATE_LABELS, CustomerState, Pace, State
from backstay.cases.lifecycle import CUSTOMER_STATES
from backstay.cases.models import Case
from backstay.cases.standing import Standing, standing
from backstay.core import audit
from backstay.core.models import AuditEntry
from backstay.entitlements.choices import NoPromise

STATE_KINDS = {
    CustomerState.OPEN: "plain",
    CustomerState.WAITING_ON_ME: "warn",
    CustomerState.WAITING_ON_VENDOR: "accent",
    CustomerState.CLOSED: "plain",
}
STATE_ICONS = {
    CustomerState.OPEN: "circle-dot",
    CustomerState.WAITING_ON_ME: "reply",
    CustomerState.WAITING_ON_VENDOR: "loader",
    CustomerState.CLOSED: "circle-check",
}
# What customers read of a case's history. Notes, assignments and marks are staff's business.
TOLD = ("case_opened", "case_state_changed", "case_severity_changed", "case_corrected", "participant_added")


@dataclass(frozen=True, kw_only=True)
class StateMark:
    """A state as its tag: word, colour and icon."""

    label: str
    kind: str
    icon: str
    is_closed: bool
    waits_on_me: bool


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """One case of a list."""

    case: Case
    severity: str
    state: StateMark
    standing: Standing
    promise: str


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    at: datetime
    words: str
    reason: str
    icon: str


def state_mark(case: Case) -> StateMark:
    told = CUSTOMER_STATES[State(case.state)]
    return StateMark(
        label=str(CUSTOMER_STATE_LABELS[told]),
        kind=STATE_KINDS[told],
        icon=STATE_ICONS[told],
        is_closed=told is CustomerState.CLOSED,
        waits_on_me=told is CustomerState.WAITING_ON_ME,
    )


def case_row(case: Case, labels: Mapping[str, str], *, at: datetime) -> CaseRow:
    """`labels` are the severities' names by key."""
    found = standing(case, at=at)
    return CaseRow(
        case=case,
        severity=labels.get(case.severity, ""),
        state=state_mark(case),
        standing=found,
        promise=promise_words(case, found),
    )


def promise_words(case: Case, found: Standing) -> str:
    """What stands under the clock."""
    if found.pace is Pace.NONE:
        return _why_nothing(case)
    if found.pace is Pace.PAUSED:
        return gettext("we wait for your answer")
    return "" if found.stopped_at else gettext("our first answer")


def _why_nothing(case: Case) -> str:
    words = {
        NoPromise.NO_CONTRACT: gettext("no support contract"),
        NoPromise.NOT_STARTED: gettext("the contract had not started"),
        NoPromise.EXPIRED: gettext("the contract had expired"),
        NoPromise.OTHER_PRODUCT: gettext("the contract covers other products"),
        NoPromise.NO_ORGANISATION: gettext("no organisation is known"),
    }
    if case.no_promise:
        return words[NoPromise(case.no_promise)]
    return gettext("closed before an answer was needed")


def history(case: Case) -> list[HistoryLine]:
    """What happened, oldest first, in the customer's words."""
    entries = audit.of(("case", case.pk)).filter(kind__in=TOLD)
    return [line for entry in entries if (line := _line(entry)) is not None]


def _line(entry: AuditEntry) -> HistoryLine | None:
    words, icon = _words(entry)
    if not words:
        return None
    return HistoryLine(at=entry.at, words=words, reason=_reason(entry), icon=icon)


def _words(entry: AuditEntry) -> tuple[str, str]:
    facts, who = entry.facts, _who(entry)
    match entry.kind:
        case "case_opened":
            return gettext("%(who)s opened the case, severity %(severity)s.") % {
                "who": who,
                "severity": facts["severity"],
            }, "circle-plus"
        case "case_severity_changed":
            return gettext("%(who)s changed the severity from %(old)s to %(new)s.") % {
                "who": who,
                "old": facts["old"],
                "new": facts["new"],
            }, "gauge"
        case "participant_added":
            return gettext("%(who)s let %(name)s take part.") % {
                "who": who,
                "name": facts["name"],
            }, "user-plus"
        case "case_corrected":
            return gettext("%(who)s put product or device right.") % {"who": who}, "pencil"
    return _state_words(State(facts["old"]), State(facts["new"]), who)


def _state_words(old: State, new: State, who: str) -> tuple[str, str]:
    """Nothing where the customer's word for the state stays the same."""
    before, after = CUSTOMER_STATES[old], CUSTOMER_STATES[new]
    if before is after:
        return "", ""
    if after is CustomerState.CLOSED:
        return gettext("%(who)s closed the case.") % {"who": who}, "circle-check"
    if before is CustomerState.CLOSED:
        return gettext("%(who)s opened the case again.") % {"who": who}, "rotate-ccw"
    words = {
        CustomerState.OPEN: gettext("The case is open."),
        CustomerState.WAITING_ON_ME: gettext("The case waits for your answer."),
        CustomerState.WAITING_ON_VENDOR: gettext("The case waits for us."),
    }
    return words[after], STATE_ICONS[after]


def _who(entry: AuditEntry) -> str:
    return entry.actor_name if entry.actor_kind in {"contact", "staff"} else gettext("Support")


def _reason(entry: AuditEntry) -> str:
    """Reasons are given to be read by the other side."""
    return str(entry.facts.get("reason", ""))
