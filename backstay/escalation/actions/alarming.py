"""A case that nobody can take is an alarm, not a queue that sleeps."""

from datetime import datetime

from django.db import transaction

from backstay.cases.choices import State
from backstay.cases.models import Case
from backstay.core import audit, events
from backstay.core.scoping import Viewer
from backstay.escalation.actions.words import facts_of, link_to
from backstay.escalation.events import AlarmRaised, AlarmSettled
from backstay.escalation.models import Alarm
from backstay.oncall import actions as oncall
from backstay.oncall.choices import Purpose


@transaction.atomic
def raise_alarm(*, case_id: int, reason: str, by: Viewer, at: datetime) -> Alarm | None:
    """Page whoever is on call, inside the case's boundary, about a case that nobody can take.

    One alarm at a time: while one is open it is answered, and nobody is paged again. None where the case is
    closed or somebody has it.
    """
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    if case.state == State.CLOSED or case.assignee_id is not None:
        return None
    alarm, is_new = Alarm.objects.get_or_create(
        case=case,
        settled_at=None,
        defaults={"boundary": case.boundary, "reason": reason, "raised_at": at},
    )
    if is_new:
        _page(case, alarm, by=by, at=at)
        _note("alarm_raised", alarm, by=by, at=at)
        raised = AlarmRaised(case_id=case.pk, boundary=case.boundary, alarm_id=alarm.pk, reason=reason)
        events.publish(raised, at=at)
    return alarm


def _page(case: Case, alarm: Alarm, *, by: Viewer, at: datetime) -> None:
    oncall.page(
        purpose=Purpose.SUPPORT,
        boundary=case.boundary,
        subject=f"alarm:{alarm.pk}",
        link=link_to(case),
        kind="escalation_alarm",
        facts=facts_of(case),
        by=by,
        at=at,
    )


@transaction.atomic
def settle_alarms(*, case_id: int, by: Viewer, at: datetime) -> int:
    """Somebody has the case, or it is closed: nobody needs to be called any more. How many ended."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    if case.state != State.CLOSED and case.assignee_id is None:
        return 0
    rows = list(Alarm.objects.select_for_update().filter(case=case, settled_at=None))
    for alarm in rows:
        alarm.settled_at = at
        alarm.save(update_fields=["settled_at"])
        oncall.withdraw(subject=f"alarm:{alarm.pk}", by=by, at=at)
        _note("alarm_settled", alarm, by=by, at=at)
        settled = AlarmSettled(case_id=case.pk, boundary=case.boundary, alarm_id=alarm.pk)
        events.publish(settled, at=at)
    return len(rows)


def _note(kind: str, alarm: Alarm, *, by: Viewer, at: datetime) -> None:
    facts = {"reason": alarm.reason}
    audit.record(kind, subject=("case", alarm.case_id), boundary=alarm.boundary, by=by, at=at, facts=facts)
