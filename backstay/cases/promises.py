"""From a case's frozen terms to the terms of a clock."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import businesstime
from backstay.calendars.queries import compiled
from backstay.cases.choices import ClockKind, Quiet, QuietKind, State
from backstay.cases.lifecycle import TOLD
from backstay.cases.models import Case, CaseClock, QuietStep
from backstay.conversations import queries as conversations
from backstay.entitlements.decisions import Decision
from backstay.entitlements.queries import clock_terms, internal_terms
from backstay.plans import queries as plans
from backstay.plans.catalogue import Severity
from backstay.plans.catalogue.handling import Closing
from backstay.plans.queries import UnknownSeverity, catalogue, severities
from backstay.sla import queries as sla
from backstay.sla.choices import ClockState
from backstay.sla.terms import FrozenTerms
from businesstime import Calendar, Span, Unit


@dataclass(frozen=True, kw_only=True)
class PlannedStep:
    """A reminder or the close: the how-manieth, how many business days after the start, and when that is."""

    kind: QuietKind
    number: int
    days: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Silence:
    """How the silence of a case's customer stands: its steps in order, the close last."""

    quiet: Quiet
    steps: tuple[QuietStep, ...] = ()
    until: date | None = None  # the customer asked for time until then

    @property
    def closes_at(self) -> datetime | None:
        return next((step.due_at for step in self.steps if step.kind == QuietKind.CLOSE), None)

    @property
    def reminders(self) -> tuple[QuietStep, ...]:
        return tuple(step for step in self.steps if step.kind == QuietKind.REMINDER)


def first_response_terms(case: Case, severity: str = "") -> FrozenTerms | None:
    """The first-response terms of a case at its severity (or another), None where nothing is promised."""
    if case.plan_version is None or case.contract is None:
        return None
    return clock_terms(
        plan_version=case.plan_version,
        region=case.region,
        severity=severity or case.severity,
        contract=case.contract.number,
    )


def handover_terms(case: Case) -> FrozenTerms | None:
    """How soon another tier takes up the case, by its frozen plan; None where the plan names no such time."""
    if case.plan_version is None or case.contract is None:
        return None
    return internal_terms(
        plan_version=case.plan_version,
        region=case.region,
        severity=case.severity,
        contract=case.contract.number,
    )


def severities_of(case: Case, *, at: datetime) -> tuple[Severity, ...]:
    """What a case may be: by the catalogue of its frozen plan; without a promise, by the one in force."""
    if case.plan_version is None:
        return severities(at)
    return tuple(catalogue(case.plan_version.catalogue).severities.values())


def severities_for(decision: Decision) -> tuple[Severity, ...]:
    """What a new case may be: by the catalogue of the plan that counts, which the one in force may lack."""
    if decision.effective is None:
        return severities(decision.at)
    known = catalogue(decision.effective.plan_version.catalogue).severities
    return tuple(known[key] for key in decision.severities)


def is_raised(case: Case, new: str, *, at: datetime) -> bool:
    """Whether `new` is graver than the case is: the catalogue lists the gravest severity first.

    Anything is graver than a severity that the catalogue no longer has: so nobody loses by its going.
    Raises UnknownSeverity.
    """
    old, order = case.severity, _keys(case, at)
    if new not in order:
        raise UnknownSeverity(new, tuple(order))
    return old not in order or order.index(new) < order.index(old)


def due_by_severity(case: Case, *, at: datetime) -> dict[str, datetime]:
    """By when the first answer would be due at each severity, were it changed now.

    Empty where nothing is promised, or where the answer has been given.
    """
    going = CaseClock.objects.filter(
        case=case,
        kind=ClockKind.FIRST_RESPONSE,
        is_current=True,
        clock__state__in=(ClockState.RUNNING, ClockState.PAUSED),
    )
    row = going.select_related("clock__calendar").first()
    if row is None:
        return {}
    return {key: due for key in _keys(case, at) if (due := _due_at(case, row, key, at=at)) is not None}


def _due_at(case: Case, row: CaseClock, severity: str, *, at: datetime) -> datetime | None:
    if severity == case.severity:
        return row.clock.due_at
    terms = first_response_terms(case, severity)
    if terms is None:
        return None
    raised = is_raised(case, severity, at=at)
    return sla.due_if_retargeted(row.clock, terms=terms, raised=raised, at=at)


def _keys(case: Case, at: datetime) -> list[str]:
    return [severity.key for severity in severities_of(case, at=at)]


def closing_of(case: Case) -> Closing | None:
    """When silence closes the case, by its frozen plan and its severity; None: never.

    Nor does it where nothing was promised: what a contract does not give, it does not take either.
    """
    return plans.closing(case.plan_version, case.severity) if case.plan_version else None


def quiet_steps(case: Case, closing: Closing, *, since: datetime) -> list[PlannedStep]:
    """The reminders and the close of a silence that began at `since`, or when the customer's respite ends."""
    calendar = quiet_calendar(case, closing)
    start = max(since, _respite_end(case, calendar) or since)
    days = [*closing.reminder_days, closing.close_days]
    kinds = [QuietKind.REMINDER] * len(closing.reminder_days) + [QuietKind.CLOSE]
    return [
        PlannedStep(kind=kind, number=number, days=amount, due_at=after_days(calendar, start, amount))
        for number, (kind, amount) in enumerate(zip(kinds, days, strict=True), start=1)
    ]


def quiet_calendar(case: Case, closing: Closing) -> Calendar:
    """The calendar version that the case's silence counts on, frozen with its plan."""
    if case.plan_version is None:
        raise ValueError(f"{case.reference} has no plan, so no calendar counts for it")
    return compiled(plans.calendar(case.plan_version, closing.calendar, case.region))


def after_days(calendar: Calendar, start: datetime, days: int) -> datetime:
    return businesstime.due(Span(Unit.BUSINESS_DAYS, days), calendar, start)


def _respite_end(case: Case, calendar: Calendar) -> datetime | None:
    """The beginning of the day until which the customer asked for time, where the calendar is."""
    if case.quiet_until is None:
        return None
    return datetime.combine(case.quiet_until, time(), ZoneInfo(calendar.zone))


def reopens_until(case: Case) -> datetime | None:
    """Until when a closed case can be reopened; None: for ever, or it is open."""
    return reopens_until_after(case, case.closed_at) if case.closed_at else None


def reopens_until_after(case: Case, closed_at: datetime) -> datetime | None:
    """As `reopens_until`, were it closed then."""
    days = plans.reopening_days(case.plan_version) if case.plan_version else None
    return None if days is None else closed_at + timedelta(days=days)


def may_reopen(case: Case, *, at: datetime) -> bool:
    """Whether a closed case is taken up again; later its customer gets a follow-up."""
    until = reopens_until(case)
    return case.state == State.CLOSED and (until is None or at <= until)


def silence(case: Case) -> Silence:
    """What happens to the case if its customer says nothing."""
    quiet = _quiet(case)
    if quiet is not Quiet.COUNTING:
        return Silence(quiet=quiet, until=case.quiet_until)
    steps = QuietStep.objects.filter(case=case, is_current=True).order_by("number")
    return Silence(quiet=quiet, steps=tuple(steps), until=case.quiet_until)


def closes_for_silence(case: Case) -> bool:
    """Whether the case, as it stands, is closed when its customer stays silent."""
    return _quiet(case) is Quiet.COUNTING


def _quiet(case: Case) -> Quiet:
    if case.plan_version is None:
        return Quiet.NO_PROMISE
    if closing_of(case) is None:
        return Quiet.NEVER
    if not case.closes_itself:
        return Quiet.OPTED_OUT
    if State(case.state) not in TOLD:
        return Quiet.NOT_ASKED
    return Quiet.COUNTING if conversations.is_answered(case.conversation_id) else Quiet.NOT_ANSWERED
