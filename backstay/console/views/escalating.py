"""Asking for a manager on behalf of a customer."""

from datetime import datetime
from typing import Any

from django import forms as django_forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from backstay.cases.models import Case
from backstay.console.forms import EscalationForm
from backstay.console.views.changing import Change
from backstay.core.scoping import Viewer
from backstay.escalation import actions, queries
from backstay.plans.catalogue import say
from backstay.plans.wording import duration


def _form(_case: Case, data: Any = None) -> django_forms.Form:
    known = [
        (each.key, f"{say(each.label)} ({duration(each.within_s)})")
        for each in queries.urgencies(timezone.now())
    ]
    return EscalationForm(data, urgencies=known)


def _run(case: Case, values: dict[str, Any], _seen: int | None, by: Viewer, at: datetime) -> object:
    return actions.request(case_id=case.pk, reason=values["reason"], urgency=values["urgency"], by=by, at=at)


ESCALATE = Change(
    title=gettext_lazy("Ask for a manager on behalf of the customer"),
    submit=gettext_lazy("Ask for a manager"),
    done=gettext_lazy("The manager on call is paged."),
    make=_form,
    run=_run,
)
