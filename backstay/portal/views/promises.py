"""What a promise looks like: the one that a case would get, and the one that it has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import capfirst
from django.utils.translation import gettext

from backstay.calendars.models import CalendarVersion
from backstay.cases.models import Case, CaseClock
from backstay.entitlements import queries as entitlements
from backstay.entitlements import wording as entitlement_words
from backstay.entitlements.decisions import Decision
from backstay.plans import queries as plans
from backstay.plans import wording as plan_words
from backstay.plans.catalogue import Severity, say
from backstay.plans.models import PlanVersion
from backstay.plans.promises import Promise
from backstay.sla import queries as sla
from backstay.sla.queries import StretchFacts
from backstay.ui import wording
from backstay.ui.inputs import Span, SpanKind
from businesstime import Reason


@dataclass(frozen=True, kw_only=True)
class Row:
    """One severity, and by when a case of it would be answered."""

    key: str
    label: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Why:
    """One promise explained: what was promised, which hours count, and every stretch until it is due.

    `zone` is that of the calendar, empty where every second counts.
    """

    reason: str
    hours: str
    spans: Sequence[Span]
    due_at: datetime | None
    zone: str = ""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a case would be promised that came now. Without a contract `lack` says why there is nothing."""

    rows: tuple[Row, ...] = ()
    chosen: Why | None = None
    severity: str = ""
    lack: str = ""
    handled_by: str = ""


def offer(decision: Decision, severity: str, severities: Iterable[Severity]) -> Offer:
    """For each severity, and in full for the one that is chosen."""
    if decision.lack is not None:
        words = entitlement_words.why_no_promise(decision.lack, day=wording.day)
        return Offer(lack=f"{words} {entitlement_words.all_the_same()}", severity=severity)
    promises = {
        each.key: entitlements.promise(decision, each.key)
        for each in severities
        if each.key in decision.severities
    }
    labels = {each.key: say(each.label) for each in severities}
    return Offer(
        rows=tuple(
            Row(key=key, label=labels[key], due_at=promise.due_at) for key, promise in promises.items()
        ),
        chosen=_why(decision, severity, promises[severity]) if severity in promises else None,
        severity=severity,
        handled_by=entitlement_words.handled_by(decision),
    )


def _why(decision: Decision, severity: str, promise: Promise) -> Why | None:
    if decision.effective is None:
        return None
    version, calendar = decision.effective.plan_version, promise.target.calendar
    return Why(
        reason=_reason(version, severity),
        hours=_hours(version, severity, calendar),
        spans=_spans(sla.stretch_facts(promise.stretches, calendar)),
        due_at=promise.due_at,
        zone=calendar.zone if calendar else "",
    )


def explained(case: Case, row: CaseClock | None, *, at: datetime) -> Why | None:
    """The clock of a case; None where nothing was promised."""
    if row is None or case.plan_version is None:
        return None
    found = sla.explanation(row.clock, at=at)
    severity = found.target.source.get("severity", case.severity)
    return Why(
        reason=_reason(case.plan_version, severity),
        hours=_hours(case.plan_version, severity, row.clock.calendar),
        spans=_spans(found.stretches),
        due_at=found.standing.due_at,
        zone=found.calendar.zone if found.calendar else "",
    )


def _reason(version: PlanVersion, severity: str) -> str:
    plan = plans.terms(version)
    facts = {
        "plan": say(plan.name),
        "severity": severity,
        "within": plan_words.within(plan.target(severity)),
    }
    return capfirst(gettext("%(within)s: %(plan)s plan, severity %(severity)s.") % facts)


def _hours(version: PlanVersion, severity: str, calendar: CalendarVersion | None) -> str:
    target = plans.terms(version).target(severity)
    if calendar is None or target.calendar is None:
        return gettext("Every second counts.")
    template = plans.catalogue(version.catalogue).calendars[target.calendar]
    facts = {"hours": plan_words.hours(template), "city": wording.city(calendar.zone)}
    return gettext("What counts: %(hours)s, in %(city)s time.") % facts


def _spans(stretches: Iterable[StretchFacts]) -> list[Span]:
    return [
        Span(start=each.start, end=each.end, kind=SpanKind(each.kind), note=_note(each)) for each in stretches
    ]


def _note(stretch: StretchFacts) -> str:
    """Why a stretch counts, is skipped or stands still."""
    words = {
        Reason.OPEN: gettext("Support hours"),
        Reason.ELAPSED: gettext("Every second counts"),
        Reason.OUTSIDE_WINDOWS: gettext("Outside support hours"),
        Reason.CLOSED_DAY: gettext("A day without support hours"),
        Reason.CLOSED_DATE: gettext("Closed on this date"),
        Reason.HOLIDAY: gettext("Public holiday"),
        Reason.PAUSED: gettext("We wait for your answer"),
    }[stretch.reason]
    is_named = stretch.detail and stretch.reason in {Reason.HOLIDAY, Reason.CLOSED_DATE}
    return f"{words}: {stretch.detail}" if is_named else words
