"""What a customer's silence leads to: reminders, the close, and saying that it shall not."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import translation

from backstay.cases import wording
from backstay.cases.actions.changing import close
from backstay.cases.actions.replying import speak
from backstay.cases.actions.silence import count_silence
from backstay.cases.actions.touching import MoveNotAllowed, NotAllowed, tell, touched, write_down
from backstay.cases.choices import QuietKind, State
from backstay.cases.events import CaseQuietChanged, CaseReminded
from backstay.cases.models import Case, QuietStep
from backstay.cases.promises import (
    after_days,
    closes_for_silence,
    closing_of,
    quiet_calendar,
    reopens_until_after,
)
from backstay.conversations.actions import NewMessage
from backstay.core.scoping import Viewer

LONGEST_RESPITE = timedelta(days=366)
IN_TIME = timedelta(hours=1)  # a step taken later than that moves those behind it


class BadRespite(ValueError):
    """The day until which silence does not count lies behind us, or more than a year ahead."""


class NeverCloses(ValueError):
    """Silence does not close this case, so there is nothing to put off."""


def let_close(*, case_id: int, closes_itself: bool, seen: int | None, by: Viewer, at: datetime) -> Case:
    """Say whether silence closes this case. Where it does, the silence counts anew."""
    if not (by.is_staff or by.is_machine):
        raise NotAllowed("staff say whether a case closes by itself")
    with touched(case_id, by=by, at=at, seen=seen) as case:
        case.closes_itself = closes_itself
        _count_anew(case, "case_closes_itself", by=by, at=at, new=closes_itself)
    return case


def give_respite(*, case_id: int, until: date | None, seen: int | None, by: Viewer, at: datetime) -> Case:
    """The customer needs time: silence counts from the beginning of that day on. None takes it back."""
    if until is not None and not at.date() < until <= (at + LONGEST_RESPITE).date():
        raise BadRespite("choose a day after today and within a year")
    with touched(case_id, by=by, at=at, seen=seen) as case:
        if case.state == State.CLOSED:
            raise MoveNotAllowed(case, "put off")
        if closing_of(case) is None or not case.closes_itself:
            raise NeverCloses("silence does not close this case")
        case.quiet_until = until
        _count_anew(case, "case_respite", by=by, at=at, until=until.isoformat() if until else "")
    return case


def break_silence(*, case_id: int, by: Viewer, at: datetime) -> None:
    """The customer did something that is no message: silence counts anew."""
    with touched(case_id, by=by, at=at, seen=None) as case:
        count_silence(case, at=at)


def _count_anew(case: Case, kind: str, *, by: Viewer, at: datetime, **facts: object) -> None:
    count_silence(case, at=at)
    write_down(kind, case, by=by, at=at, **facts)
    tell(CaseQuietChanged, case, by=by, at=at)


@transaction.atomic
def take_quiet_step(*, step_id: int, by: Viewer, at: datetime) -> bool:
    """Remind the customer, or close the case, if that is due; False where it is not, or somebody holds it.

    The case is locked before its step is looked at, as everybody does who breaks the silence: so a step is
    taken once, and never after an answer.
    """
    found = Case.objects.filter(quiet_steps=step_id).select_for_update(of=("self",), skip_locked=True)
    case = found.select_related("conversation", "contact", "organisation").first()
    due = QuietStep.objects.filter(pk=step_id, is_current=True, done_at__isnull=True, due_at__lte=at)
    step = due.first() if case else None
    if case is None or step is None:
        return False
    QuietStep.objects.filter(pk=step.pk).update(done_at=at)
    if not closes_for_silence(case):
        count_silence(case, at=at)
        return False
    _put_off_what_follows(case, step, at)
    with translation.override(wording.language(case)):
        if step.kind == QuietKind.REMINDER:
            _remind(case, step, by=by, at=at)
        else:
            _close(case, step, by=by, at=at)
    return True


def _remind(case: Case, step: QuietStep, *, by: Viewer, at: datetime) -> None:
    """A message by nobody: it stops no clock, pauses none, and is no word of ours."""
    closes = QuietStep.objects.filter(case=case, is_current=True, kind=QuietKind.CLOSE).get()
    _say(case, wording.reminder(case, closes.due_at), by=by, at=at)
    with touched(case.pk, by=by, at=at, seen=None) as reminded:
        write_down("case_reminded", reminded, by=by, at=at, number=step.number)
        tell(CaseReminded, reminded, by=by, at=at, number=step.number)


def _close(case: Case, step: QuietStep, *, by: Viewer, at: datetime) -> None:
    reason = wording.silent_for(step.days)
    _say(case, wording.closed(case, step.days, reopens_until_after(case, at)), by=by, at=at)
    close(case_id=case.pk, reason=reason, seen=None, by=by, at=at)


def _say(case: Case, text: str, *, by: Viewer, at: datetime) -> None:
    author = replace(by, name=wording.author())
    with touched(case.pk, by=by, at=at, seen=None) as spoken_in:
        speak(spoken_in, NewMessage(body=text), by=author, at=at)


def _put_off_what_follows(case: Case, step: QuietStep, at: datetime) -> None:
    """After a step that came late, the next ones keep their distance: nobody is closed without warning."""
    closing = closing_of(case)
    if closing is None or at - step.due_at <= IN_TIME:
        return
    calendar = quiet_calendar(case, closing)
    for later in QuietStep.objects.filter(case=case, is_current=True, number__gt=step.number):
        later.due_at = max(later.due_at, after_days(calendar, at, later.days - step.days))
        later.save(update_fields=["due_at"])
