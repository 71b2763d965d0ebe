"""What a case does with its clocks."""

from datetime import datetime

from django.db.models import QuerySet

from backstay.cases.choices import ClockKind, State
from backstay.cases.models import Case, CaseClock
from backstay.cases.promises import first_response_terms, handover_terms
from backstay.conversations import queries as conversations
from backstay.core.composed import write
from backstay.core.scoping import Viewer
from backstay.sla import actions as sla
from backstay.sla.choices import ClockState
from backstay.sla.models import Clock
from backstay.sla.terms import FrozenTerms

GOING = (ClockState.RUNNING, ClockState.PAUSED)


def current_clocks(case: Case, *states: ClockState) -> QuerySet[CaseClock]:
    return CaseClock.objects.filter(case=case, is_current=True, clock__state__in=states).select_related(
        "clock"
    )


def stop_first_response(case: Case, *, by: Viewer, at: datetime) -> None:
    """A human has answered: the promise is met, or met late."""
    for row in current_clocks(case, *GOING).filter(kind=ClockKind.FIRST_RESPONSE):
        sla.stop(clock_id=row.clock_id, reason="first_response", by=by, at=at)


def stop_handover(case: Case, *, by: Viewer, at: datetime) -> None:
    """Somebody of the tier that the case was handed to has taken it."""
    for row in current_clocks(case, *GOING).filter(kind=ClockKind.HANDOVER):
        sla.stop(clock_id=row.clock_id, reason="taken", by=by, at=at)


def pause_clocks(case: Case, *, reason: str, by: Viewer, at: datetime) -> None:
    """Pause those running clocks whose target says that it pauses."""
    for row in current_clocks(case, ClockState.RUNNING).filter(clock__pauses=True):
        sla.pause(clock_id=row.clock_id, reason=reason, by=by, at=at)


def resume_clocks(case: Case, *, reason: str, by: Viewer, at: datetime) -> None:
    for row in current_clocks(case, ClockState.PAUSED):
        sla.resume(clock_id=row.clock_id, reason=reason, by=by, at=at)


def withdraw_clocks(case: Case, *, reason: str, by: Viewer, at: datetime) -> None:
    """Nothing is owed while the case is closed: the customer wants no answer, or the tiers have no work."""
    for row in current_clocks(case, *GOING):
        sla.supersede(clock_id=row.clock_id, reason=reason, by=by, at=at)


def promise_clock(
    case: Case, *, terms: FrozenTerms | None, by: Viewer, started_at: datetime, at: datetime
) -> Clock | None:
    """A first-response clock from `started_at` on, if the case's frozen terms know such a promise."""
    if terms is None:
        return None
    return sla.start(terms=terms, boundary=case.boundary, by=by, started_at=started_at, at=at)


def keep_clock(case: Case, clock: Clock, kind: ClockKind = ClockKind.FIRST_RESPONSE) -> CaseClock:
    """Make a clock the case's current one of its kind."""
    return write(CaseClock(case=case, clock=clock, kind=kind, boundary=case.boundary))


def start_handover(case: Case, *, by: Viewer, at: datetime) -> None:
    """The internal clock of a case that was handed over: until somebody of the next tier takes it."""
    withdrawn = current_clocks(case, *GOING).filter(kind=ClockKind.HANDOVER)
    for row in withdrawn:
        sla.supersede(clock_id=row.clock_id, reason="handed_over", by=by, at=at)
    CaseClock.objects.filter(case=case, kind=ClockKind.HANDOVER).update(is_current=False)
    terms = handover_terms(case)
    if terms is not None:
        clock = sla.start(terms=terms, boundary=case.boundary, by=by, started_at=at, at=at)
        keep_clock(case, clock, ClockKind.HANDOVER)


def owe_again(case: Case, *, by: Viewer, at: datetime) -> None:
    """A case reopened without ever having been answered is promised an answer anew, from the reopening on."""
    if not conversations.is_answered(case.conversation_id):
        _owe(case, since=at, by=by, at=at)


def replay_clocks(case: Case, *, reason: str, by: Viewer, at: datetime) -> None:
    """The case's frozen terms were put right: what is still owed counts by them from the start.

    While a case is closed nothing is owed; what it is promised afterwards is `owe_again`'s business.
    """
    terms = first_response_terms(case)
    going = current_clocks(case, *GOING).filter(kind=ClockKind.FIRST_RESPONSE)
    for row in going:
        if terms is None:
            sla.supersede(clock_id=row.clock_id, reason=reason, by=by, at=at)
        else:
            succeed(row, sla.replay(clock_id=row.clock_id, terms=terms, reason=reason, by=by, at=at))
    is_owed = case.state != State.CLOSED and not conversations.is_answered(case.conversation_id)
    if not going and is_owed:  # it was thought to be covered by nothing
        _owe(case, since=case.opened_at, by=by, at=at)


def _owe(case: Case, *, since: datetime, by: Viewer, at: datetime) -> None:
    """Promise an answer from an instant on, in the place of whatever was promised before."""
    terms = first_response_terms(case)
    clock = promise_clock(case, terms=terms, by=by, started_at=since, at=at)
    if clock:
        CaseClock.objects.filter(case=case, kind=ClockKind.FIRST_RESPONSE).update(is_current=False)
        keep_clock(case, clock)


def succeed(row: CaseClock, successor: Clock) -> None:
    """Make `successor` the current clock of its kind, and keep the old one as history."""
    if successor.pk == row.clock_id:
        return
    CaseClock.objects.filter(pk=row.pk).update(is_current=False)
    CaseClock.objects.create(case_id=row.case_id, clock=successor, kind=row.kind, boundary=row.boundary)
