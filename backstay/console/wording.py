"""What agents read of a case: its history, its clock's stretches, and why something was refused."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from backstay.cases import actions
from backstay.cases.choices import (
    BACK_LINK_LABELS,
    CLOCK_LABELS,
    LINK_LABELS,
    QUEUE_LABELS,
    STATE_LABELS,
    ClockKind,
    LinkKind,
    Queue,
    State,
)
from backstay.core.models import AuditEntry
from backstay.entitlements.choices import ChannelReason, NoPromise
from backstay.entitlements.decisions import ChannelDecision, Lack
from backstay.escalation import actions as escalation
from backstay.plans.queries import UnknownSeverity
from backstay.sla.choices import Mark
from backstay.ui.wording import day, moment
from businesstime import Reason


@dataclass(frozen=True, kw_only=True)
class Names:
    """What ids in the history are called, for those that are still there."""

    products: Mapping[int, str] = field(default_factory=dict)
    devices: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry of a case's history in words; `reason` is what somebody gave."""

    icon: str
    text: str
    reason: str = ""


RESOLUTION = timedelta(microseconds=1)
Telling = Callable[[Mapping[str, Any], Names], Line]
history_wording: dict[str, Telling] = {}


def tells(kind: str) -> Callable[[Telling], Telling]:
    """Register the wording of one kind of audit entry."""

    def decorate(telling: Telling) -> Telling:
        history_wording[kind] = telling
        return telling

    return decorate


def line(entry: AuditEntry, names: Names) -> Line:
    """One entry in the active language. Raises KeyError for a kind without wording."""
    return history_wording[entry.kind](entry.facts, names)


def names_of(entries: Iterable[AuditEntry], find: Callable[[str, set[int]], Mapping[int, str]]) -> Names:
    """The names that these entries need; `find` gets what is sought ("product", "device") and the ids."""
    wanted: dict[str, set[int]] = {"product": set(), "device": set()}
    for entry in entries:
        if entry.kind == "case_corrected":
            for side in (entry.facts["old"], entry.facts["new"]):
                for what, ids in wanted.items():
                    ids.update(filter(None, [side[what]]))
    return Names(
        **{f"{what}s": find(what, ids) if ids else {} for what, ids in wanted.items()},
    )


@tells("case_opened")
def _opened(facts: Mapping[str, Any], _names: Names) -> Line:
    words = _("Opened the case with severity %(severity)s")
    if facts["no_promise"]:
        words = _("Opened the case with severity %(severity)s, without a promise")
    return Line(icon="circle-plus", text=words % {"severity": facts["severity"]})


@tells("case_replied")
def _replied(_facts: Mapping[str, Any], _names: Names) -> Line:
    return Line(icon="reply", text=_("Wrote a message"))


@tells("case_noted")
def _noted(_facts: Mapping[str, Any], _names: Names) -> Line:
    return Line(icon="lock", text=_("Wrote an internal note"))


@tells("case_state_changed")
def _state_changed(facts: Mapping[str, Any], _names: Names) -> Line:
    words = _("Changed the state from “%(old)s” to “%(new)s”")
    text = words % {"old": state_label(facts["old"]), "new": state_label(facts["new"])}
    return Line(icon="circle-dot", text=text, reason=facts.get("reason", ""))


@tells("case_severity_changed")
def _severity_changed(facts: Mapping[str, Any], _names: Names) -> Line:
    words = _("Changed the severity from %(old)s to %(new)s")
    return Line(icon="gauge", text=words % {"old": facts["old"], "new": facts["new"]}, reason=facts["reason"])


@tells("case_assigned")
def _assigned(facts: Mapping[str, Any], _names: Names) -> Line:
    if facts["new"] is None:
        return Line(icon="user-minus", text=_("Gave the case back to the queue"))
    return Line(icon="user-check", text=_("Assigned the case to %(name)s") % {"name": facts["name"]})


@tells("case_corrected")
def _corrected(facts: Mapping[str, Any], names: Names) -> Line:
    words = _("Corrected the subject matter from %(old)s to %(new)s")
    text = words % {"old": _subject_matter(facts["old"], names), "new": _subject_matter(facts["new"], names)}
    return Line(icon="pencil", text=text)


def _subject_matter(side: Mapping[str, Any], names: Names) -> str:
    product = names.products.get(side["product"] or 0)
    device = names.devices.get(side["device"] or 0)
    return ", ".join(filter(None, [product, device])) or _("no product")


@tells("participant_added")
def _participant_added(facts: Mapping[str, Any], _names: Names) -> Line:
    return Line(icon="user-plus", text=_("Let %(name)s take part") % {"name": facts["name"]})


@tells("case_clock_marked")
def _clock_marked(facts: Mapping[str, Any], _names: Names) -> Line:
    what = CLOCK_LABELS[ClockKind(facts["clock_kind"])]
    if facts["mark"] == Mark.BREACH:
        words = _("%(what)s: the promise was broken at %(moment)s")
        icon = "octagon-alert"
    else:
        words = _("%(what)s: three quarters of the time had run at %(moment)s")
        icon = "triangle-alert"
    reached_at = moment(datetime.fromisoformat(facts["due_at"]))
    return Line(icon=icon, text=words % {"what": what, "moment": reached_at})


@tells("case_handed_over")
def _handed_over(facts: Mapping[str, Any], _names: Names) -> Line:
    words = _("Handed the case over from “%(old)s” to “%(new)s”")
    text = words % {"old": queue_label(facts["old"]), "new": queue_label(facts["new"])}
    return Line(icon="arrow-right-left", text=text)


@tells("case_owner_changed")
def _owner_changed(facts: Mapping[str, Any], _names: Names) -> Line:
    words = _("Made %(name)s answer for the case") % {"name": facts["name"]}
    return Line(icon="user-check", text=words)


@tells("case_reminded")
def _reminded(facts: Mapping[str, Any], _names: Names) -> Line:
    words = _("Reminded the customer, reminder %(number)s") % {"number": facts["number"]}
    return Line(icon="bell", text=words)


@tells("case_closes_itself")
def _closes_itself(facts: Mapping[str, Any], _names: Names) -> Line:
    if facts["new"]:
        return Line(icon="hourglass", text=_("Let silence close the case"))
    return Line(icon="hourglass", text=_("Said that silence does not close the case"))


@tells("case_respite")
def _respite(facts: Mapping[str, Any], _names: Names) -> Line:
    if not facts["until"]:
        return Line(icon="calendar-clock", text=_("Took back the time that the customer was given"))
    words = _("Gave the customer time until %(day)s")
    return Line(icon="calendar-clock", text=words % {"day": day(date.fromisoformat(facts["until"]))})


@tells("case_linked")
def _linked(facts: Mapping[str, Any], _names: Names) -> Line:
    words = _("Linked the case: %(link)s %(number)s")
    return Line(icon="link", text=words % _link_facts(facts))


@tells("case_unlinked")
def _unlinked(facts: Mapping[str, Any], _names: Names) -> Line:
    words = _("Removed a link: %(link)s %(number)s")
    return Line(icon="unlink", text=words % _link_facts(facts))


def _link_facts(facts: Mapping[str, Any]) -> dict[str, str]:
    number = f"{settings.CASE_NUMBER_PREFIX}{facts['other']}"
    return {"link": link_label(LinkKind(facts["link"]), is_back=facts["is_back"]), "number": number}


def link_label(kind: LinkKind, *, is_back: bool) -> str:
    """What a linked case is to the one whose page is read."""
    return str((BACK_LINK_LABELS if is_back else LINK_LABELS)[kind])


@tells("case_incident_changed")
def _incident_changed(facts: Mapping[str, Any], _names: Names) -> Line:
    if facts["new"] is None:
        words = _("Took the case out of the major incident %(number)s") % {"number": f"MI-{facts['old']}"}
    else:
        words = _("Made the case part of the major incident %(number)s") % {"number": f"MI-{facts['new']}"}
    return Line(icon="siren", text=words)


INCIDENT_WORDS: dict[str, str | LazyText] = {
    "incident_declared": gettext_lazy("Declared the major incident"),
    "incident_owner_changed": gettext_lazy("Made %(name)s answer for it"),
    "incident_updated": gettext_lazy("Told the customers of all its cases"),
    "incident_resolved": gettext_lazy("Resolved it"),
    "incident_reviewed": gettext_lazy("Wrote the review"),
}


def incident_line(entry: AuditEntry) -> str:
    """One entry of a major incident's history."""
    facts: Mapping[str, Any] = entry.facts
    if entry.kind == "incident_case_changed":
        words = _("Added case %(number)s") if facts["is_in"] else _("Took out case %(number)s")
        return words % {"number": f"{settings.CASE_NUMBER_PREFIX}{facts['case']}"}
    return str(INCIDENT_WORDS[entry.kind]) % facts


def state_label(state: str) -> str:
    return str(STATE_LABELS[State(state)])


def queue_label(queue: str) -> str:
    return str(QUEUE_LABELS[Queue(queue)])


STRETCHES: dict[Reason, str | LazyText] = {
    Reason.OPEN: gettext_lazy("within the hours that count"),
    Reason.ELAPSED: gettext_lazy("every second counts"),
    Reason.OUTSIDE_WINDOWS: gettext_lazy("outside the day's hours"),
    Reason.CLOSED_DAY: gettext_lazy("a weekday without hours"),
    Reason.CLOSED_DATE: gettext_lazy("closed on this date"),
    Reason.HOLIDAY: gettext_lazy("holiday"),
    Reason.PAUSED: gettext_lazy("paused"),
}
CLOCK_REASONS: dict[str, str | LazyText] = {
    "waiting_on_customer": gettext_lazy("waiting on the customer"),
    "customer_answered": gettext_lazy("the customer has answered"),
    "work_resumed": gettext_lazy("work went on"),
    "first_response": gettext_lazy("a person answered"),
    "closed_by_customer": gettext_lazy("the customer closed the case"),
    "subject_matter_corrected": gettext_lazy("product or device were put right"),
}


def stretch(reason: Reason, detail: str) -> str:
    """Why a stretch is counted, skipped or paused."""
    words = str(STRETCHES[reason])
    if reason is Reason.PAUSED:
        return clock_reason(detail) or words
    return f"{words}: {detail}" if detail else words


def clock_reason(reason: str) -> str:
    """A reason that the code gave for what happened to a clock; one that a person gave stays as it is."""
    return str(CLOCK_REASONS.get(reason, reason))


NO_PROMISE: dict[NoPromise, str | LazyText] = {
    NoPromise.NO_CONTRACT: gettext_lazy("No promise: the organisation had no support contract."),
    NoPromise.NOT_STARTED: gettext_lazy("No promise: the contract had not started yet."),
    NoPromise.EXPIRED: gettext_lazy("No promise: the contract had ended."),
    NoPromise.OTHER_PRODUCT: gettext_lazy("No promise: the contract covers other products only."),
    NoPromise.NO_ORGANISATION: gettext_lazy("No promise: the organisation was not known."),
}


def no_promise(reason: str) -> str:
    """Why a case has no promise, as it was settled when it was opened."""
    return str(NO_PROMISE[NoPromise(reason)]) if reason else ""


def lack(missing: Lack) -> str:
    """Why nothing is promised to an organisation now, with the contract that comes nearest."""
    facts = {
        "number": missing.number,
        "day": day(missing.instant - RESOLUTION) if missing.instant else "",
        "start": day(missing.instant) if missing.instant else "",
        "lines": ", ".join(missing.lines),
    }
    words = {
        NoPromise.NO_CONTRACT: _("No support contract"),
        NoPromise.NOT_STARTED: _("Contract %(number)s starts on %(start)s"),
        NoPromise.EXPIRED: _("Contract %(number)s ran until %(day)s"),
        NoPromise.OTHER_PRODUCT: _("Contract %(number)s covers %(lines)s only"),
        NoPromise.NO_ORGANISATION: _("The organisation is not known"),
    }
    return words[missing.reason] % facts


def channel(decision: ChannelDecision, *, now: datetime) -> tuple[str, str]:
    """A channel's state (open, shut, not_in_plan, not_connected) and the words for it."""
    match decision.reasons:
        case (ChannelReason.OPEN,):
            if decision.closes_at is None:
                return "open", _("open around the clock")
            return "open", _("open until %(moment)s") % {"moment": moment(decision.closes_at, now=now)}
        case (ChannelReason.NOT_IN_PLAN, *_rest):
            return "not_in_plan", _("not in the plan")
        case (ChannelReason.NOT_CONNECTED, *_rest):
            return "not_connected", _("in the plan, not connected here")
    if decision.opens_at is None:
        return "shut", _("closed")
    return "shut", _("closed, opens %(moment)s") % {"moment": moment(decision.opens_at, now=now)}


REFUSALS: tuple[tuple[type[Exception], str | LazyText], ...] = (
    (
        actions.FirstResponseOwed,
        gettext_lazy("Nobody has answered this case yet: reply before you close it."),
    ),
    (
        actions.TooLateToReopen,
        gettext_lazy("It was closed too long ago to be reopened: open a follow-up case."),
    ),
    (actions.HandoverNoteMissing, gettext_lazy("Say what was done, and what is asked of the next.")),
    (actions.NeverCloses, gettext_lazy("Silence does not close this case, so nothing is to be put off.")),
    (actions.BadRespite, gettext_lazy("Choose a day after today and within a year.")),
    (
        actions.NotLinkable,
        gettext_lazy("These two cannot be linked: the same case, linked already, or beyond the boundary."),
    ),
    (actions.IncidentOver, gettext_lazy("The incident is over, or not yet: look at its page.")),
    (
        actions.NotInIncident,
        gettext_lazy("This case is closed, or stands on the other side of the boundary."),
    ),
    (actions.BadIncident, gettext_lazy("A title, at least one criterion and a text are needed.")),
    (actions.NotAssignable, gettext_lazy("This colleague may not read the case, or has left.")),
    (actions.ReasonMissing, gettext_lazy("Say why: the customer reads it.")),
    (actions.UnknownSubjectMatter, gettext_lazy("This device or version does not belong to that product.")),
    (UnknownSeverity, gettext_lazy("The contract has no such severity any more: choose another.")),
    (escalation.WordsMissing, gettext_lazy("Say why the customer asks for a manager.")),
    (escalation.BadUrgency, gettext_lazy("There is no such urgency any more: choose another.")),
    (escalation.NoRequests, gettext_lazy("The catalogue promises no answer to such a request.")),
    (escalation.NothingToEscalate, gettext_lazy("The case is closed: reopen it first.")),
    (escalation.RequestOpen, gettext_lazy("A manager was asked for already, and has not answered yet.")),
    (escalation.NotAllowedToAsk, gettext_lazy("You may not do this with this case.")),
    (actions.NotAllowed, gettext_lazy("You may not do this with this case.")),
)


def refusal(error: Exception) -> str:
    """Why an action was refused. Raises the error itself where it has no words."""
    if isinstance(error, actions.MoveNotAllowed):
        words = _("The case is “%(old)s” now, and that cannot be done from there.")
        return words % {"old": state_label(error.old)}
    for kind, told in REFUSALS:
        if isinstance(error, kind):
            return str(told)
    raise error


REFUSED: tuple[type[Exception], ...] = (actions.MoveNotAllowed, *(kind for kind, _told in REFUSALS))


def cases_found(count: str) -> str:
    """Such as "37 cases", of a number as `queries.count` tells it."""
    if not count.isdecimal():
        return _("%(count)s cases") % {"count": count}
    return ngettext("%(count)s case", "%(count)s cases", int(count)) % {"count": count}
