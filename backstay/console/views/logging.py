"""Logging a case on behalf of somebody who called, wrote or came by."""

from datetime import datetime
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
from backstay.console import filters, panels, wording
from backstay.console.access import staff_only
from backstay.console.answering import SentBefore, done_once, page, see, target
from backstay.console.forms import NewCaseForm
from backstay.console.views.changing import device_choices
from backstay.console.views.customers import found, organisation_or_404
from backstay.console.views.writing import files_of
from backstay.conversations.actions import EmptyMessage, NewMessage
from backstay.conversations.choices import Channel
from backstay.core.files import FileRefused
from backstay.core.scoping import current
from backstay.entitlements import queries as entitlements
from backstay.plans.catalogue import say
from backstay.plans.queries import severities
from backstay.plans.wording import within
from backstay.products.queries import products
from backstay.ui.inputs import ChoiceDetail

NOBODY = "unknown"


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """First whose case it is, then the case; with the promise before it is sent."""
    asked = request.GET.get("organisation", "")
    key = filters.key(asked)
    if key is None and asked != NOBODY:
        return page(
            request, "console/choose.html", found(request) | {"rail": panels.rail(current(), counted=False)}
        )
    organisation = organisation_or_404(key) if key else None
    if request.method == "POST":
        return _log(request, organisation)
    form = _form(organisation, initial={"contact": request.GET.get("contact", "")})
    if target(request) == "promise":
        form = _form(organisation, request.GET)
        return page(request, "console/log.html#promise", _promise(organisation, form))
    return _shown(request, organisation, form)


def _form(organisation: Organisation | None, data: Any = None, files: Any = None, **more: Any) -> NewCaseForm:
    at = timezone.now()
    people = accounts.contacts_of(organisation.pk) if organisation else []
    return NewCaseForm(
        data,
        files,
        at=at,
        contacts=[(str(each.pk), f"{each.name}, {each.email}") for each in people],
        severities=[(each.key, say(each.label)) for each in severities(at)],
        products=[(str(each.pk), each.name) for each in products()],
        devices=device_choices(organisation.pk if organisation else None),
        **more,
    )


def _shown(
    request: HttpRequest, organisation: Organisation | None, form: NewCaseForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "organisation": organisation,
        "form": form,
        "details": _details(form.at),
        **_promise(organisation, form),
        "rail": panels.rail(current(), counted=False),
    }
    return page(request, "console/log.html", context, status=status)


def _details(at: datetime) -> dict[str, ChoiceDetail]:
    """What each severity means, with an example, at the point of choice."""
    words = _("%(definition)s For example: %(example)s")
    return {
        each.key: ChoiceDetail(
            severity=each.key,
            description=words % {"definition": say(each.definition), "example": say(each.examples[0])},
        )
        for each in severities(at)
    }


def _promise(organisation: Organisation | None, form: NewCaseForm) -> dict[str, Any]:
    """By when each severity would be answered, for what the form says so far."""
    form.is_valid()
    given = getattr(form, "cleaned_data", {})
    at = given.get("received_at") or form.at
    try:
        decision = entitlements.check(
            organisation_id=organisation.pk if organisation else None,
            product_id=given.get("product"),
            device_id=given.get("device"),
            at=at,
        )
    except LookupError:
        return {"promises": [], "lack": ""}
    promises = [(key, entitlements.promise(decision, key, at=at)) for key in decision.severities]
    return {
        "promises": [(key, told.due_at, within(told.target.target)) for key, told in promises],
        "chosen": given.get("severity", ""),
        "plan": say(decision.effective.plan.name) if decision.effective else "",
        "lack": wording.lack(decision.lack) if decision.lack else "",
        "now": form.at,
    }


def _log(request: HttpRequest, organisation: Organisation | None) -> HttpResponse:
    form = _form(organisation, request.POST, request.FILES, use_required_attribute=False)
    if form.is_valid():
        try:
            return see(done_once(request, lambda: _opened(organisation, form)))
        except FileRefused as error:
            form.add_error("attachments", str(error))
        except UnknownSubjectMatter as error:
            form.add_error("product", wording.refusal(error))
        except (BadReceipt, BadSubject, EmptyMessage, SentBefore) as error:
            form.add_error(None, str(error))
    return _shown(request, organisation, form, status=422)


def _opened(organisation: Organisation | None, form: NewCaseForm) -> str:
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
    return reverse("console:case", args=[case.number])
