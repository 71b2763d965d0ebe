"""Asking whoever is on call to look at a case, because somebody who works here says so."""

from datetime import datetime

from django.db import transaction

from backstay.cases.choices import State
from backstay.cases.models import Case
from backstay.core import audit
from backstay.core.scoping import Viewer
from backstay.escalation.actions.requesting import NotAllowedToAsk, NothingToEscalate
from backstay.escalation.actions.words import facts_of, link_to
from backstay.oncall import actions as oncall
from backstay.oncall import queries as oncall_queries
from backstay.oncall.choices import Purpose
from backstay.oncall.rules import may_page_by_hand


@transaction.atomic
def call(*, case_id: int, by: Viewer, at: datetime) -> bool:
    """Page whoever is on call, inside the case's boundary. Whether anybody was: not while a call goes on.

    Raises NotAllowedToAsk, NothingToEscalate (it is closed), Case.DoesNotExist.
    """
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    if not (may_page_by_hand(by) and by.sees(case.boundary)):
        raise NotAllowedToAsk("only staff who may see the case page somebody about it")
    if case.state == State.CLOSED:
        raise NothingToEscalate("the case is closed")
    if oncall_queries.open_pages().filter(subject=subject_of(case.pk)).exists():
        return False
    oncall.page(
        purpose=Purpose.SUPPORT,
        boundary=case.boundary,
        subject=subject_of(case.pk),
        link=link_to(case),
        kind="escalation_call",
        facts=facts_of(case, by=by.name),
        by=by,
        at=at,
    )
    audit.record("on_call_paged", subject=("case", case.pk), boundary=case.boundary, by=by, at=at)
    return True


def end_call(*, case_id: int, by: Viewer, at: datetime) -> None:
    """Somebody has taken the case, or it is closed: nobody needs to be called any more."""
    oncall.withdraw(subject=subject_of(case_id), by=by, at=at)


def subject_of(case_id: int) -> str:
    return f"case:{case_id}"
