"""Logging a case on behalf of somebody who called, wrote or came by."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backstay.accounts import queries as accounts
from backstay.accounts.models import Organisation
from backstay.cases import actions
from backstay.cases.actions import BadReceipt, BadSubject, NewCase, UnknownSubjectMatter
from backstay.cases.promises import severities_for
from backstay.console import filters, panels, wording
from backstay.console.access import staff_only
from backstay.console.answering import SentBefore, answered_once, page, see, shows, target
from backstay.console.forms import NewCaseForm
from backstay.console.views.changing import device_choices
from backstay.console.views.customers import found, organisation_or_404
from backstay.console.views.writing import files_of
from backstay.conversations.actions import EmptyMessage, NewMessage
from backstay.conversations.choices import Channel
from backstay.core.files import FileRefused
from backstay.core.idempotency import Answer
from backstay.core.scoping import current
from backstay.entitlements import queries as entitlements
from backstay.entitlements.decisions import Decision
from backstay.plans.catalogue import Severity, say
from backstay.plans.queries import UnknownSeverity
from backstay.plans.wording import within
from backstay.products.queries import products
from backstay.ui.inputs import ChoiceDetail

NOBODY = "unknown"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The form, what covers a case such as it says so far, and the severities that such a case may have."""

    organisation: Organisation | None
    form: NewCaseForm
    decision: Decision
    severities: tuple[Severity, ...]


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """First whose case it is, then the case; with the promise before it is sent."""
    given = request.GET.get("organisation", "")
    key = filters.key(given)
    if key is None and given != NOBODY:
        return page(
            request, "console/choose.html", found(request) | {"rail": panels.rail(current(), counted=False)}
        )
    organisation = organisation_or_404(key) if key else None
    if request.method == "POST":
        return _log(request, organisation)
    if target(request) == "promise":
        return page(request, "console/log.html#promise", _promise(_asked(organisation, request.GET)))
    return _shown(request, _asked(organisation, initial={"contact": request.GET.get("contact", "")}))


def _asked(organisation: Organisation | None, data: Any = None, files: Any = None, **more: Any) -> Asked:
    people = accounts.contacts_of(organisation.pk) if organisation else []
    form = NewCaseForm(
        data,
        files,
        at=timezone.now(),
        contacts=[(str(each.pk), f"{each.name}, {each.email}") for each in people],
        products=[(str(each.pk), each.name) for each in products()],
        devices=device_choices(organisation.pk if organisation else None),
        **more,
    )
    decision = _decision(organisation, form)
    known = severities_for(decision)
    form.offer([(each.key, say(each.label)) for each in known])
    return Asked(organisation=organisation, form=form, decision=decision, severities=known)


def _decision(organisation: Organisation | None, form: NewCaseForm) -> Decision:
    form.is_valid()
    given = getattr(form, "cleaned_data", {})
    return entitlements.check(
        organisation_id=organisation.pk if organisation else None,
        product_id=given.get("product"),
        device_id=given.get("device"),
        at=given.get("received_at") or form.at,
    )


def _shown(request: HttpRequest, asked: Asked, *, status: int = 200) -> HttpResponse:
    context = {
        "organisation": asked.organisation,
        "form": asked.form,
        "details": _details(asked.severities),
        **_promise(asked),
        "rail": panels.rail(current(), counted=False),
    }
    return page(request, "console/log.html", context, status=status)


def _details(known: Iterable[Severity]) -> dict[str, ChoiceDetail]:
    """What each severity means, with an example, at the point of choice."""
    words = _("%(definition)s For example: %(example)s")
    return {
        each.key: ChoiceDetail(
            severity=each.key,
            description=words % {"definition": say(each.definition), "example": say(each.examples[0])},
        )
        for each in known
    }


def _promise(asked: Asked) -> dict[str, Any]:
    """By when each severity would be answered, for what the form says so far."""
    decision = asked.decision
    promises = [(key, entitlements.promise(decision, key)) for key in decision.severities]
    return {
        "promises": [(key, told.due_at, within(told.target.target)) for key, told in promises],
        "chosen": getattr(asked.form, "cleaned_data", {}).get("severity", ""),
        "plan": say(decision.effective.plan.name) if decision.effective else "",
        "lack": wording.lack(decision.lack) if decision.lack else "",
        "now": asked.form.at,
    }


def _log(request: HttpRequest, organisation: Organisation | None) -> HttpResponse:
    asked = _asked(organisation, request.POST, request.FILES, use_required_attribute=False)
    form = asked.form
    if form.is_valid():
        try:
            return see(str(answered_once(request, lambda: _opened(organisation, form)).body["to"]))
        except FileRefused as error:
            form.add_error("attachments", str(error))
        except UnknownSubjectMatter as error:
            form.add_error("product", wording.refusal(error))
        except UnknownSeverity as error:
            form.add_error("severity", wording.refusal(error))
        except (BadReceipt, BadSubject, EmptyMessage, SentBefore) as error:
            form.add_error(None, str(error))
    return _shown(request, asked, status=422)


def _opened(organisation: Organisation | None, form: NewCaseForm) -> Answer:
    given = form.cleaned_data
    case = actions.open_case(
        new=NewCase(
            subject=given["subject"],
            message=NewMessage(body=given["body"], files=files_of(given["attachments"])),
            severity=given["severity"],
            channel=Channel.STAFF,
            organisation_id=organisation.pk if organisation else None,
            contact_id=given["contact"],
            product_id=given["product"],
            device_id=given["device"],
            received_at=given["received_at"],
        ),
        by=current(),
        at=timezone.now(),
    )
    return shows(reverse("console:case", args=[case.number]), case)
