"""A new case: the promise is told before it is sent, for whatever is chosen so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from backstay.accounts import queries as accounts
from backstay.accounts.models import Organisation
from backstay.assets.models import Device
from backstay.assets.queries import devices_of
from backstay.cases import actions
from backstay.cases.actions import NewCase
from backstay.cases.promises import severities_for
from backstay.cases.rules import may_open_for
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel
from backstay.core.idempotency import Answer, KeyReused
from backstay.core.scoping import Viewer, current
from backstay.entitlements.decisions import Decision
from backstay.entitlements.queries import check
from backstay.plans import queries as plans
from backstay.plans.catalogue import Catalogue, Severity, say
from backstay.plans.queries import UnknownSeverity
from backstay.portal.access import writers_only
from backstay.portal.forms.cases import NewCaseForm
from backstay.portal.forms.files import Received, received
from backstay.portal.views.plan_panel import plan_panel
from backstay.portal.views.promises import offer
from backstay.portal.views.sending import see_other, send_once
from backstay.products.models import Product
from backstay.ui.inputs import ChoiceDetail

MOST_DEVICES = 500  # offered to choose from; any other is typed
PARTS = {"promise": "portal/offer_answer.html", "subject-matter": "portal/new.html#subject_matter"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the form says so far, read without complaint: what makes no sense counts as left out."""

    organisations: list[Organisation]
    organisation: Organisation
    devices: list[Device]
    device: Device | None
    product_id: int | None
    given_severity: str
    catalogue: Catalogue
    at: datetime

    @cached_property
    def severities(self) -> tuple[Severity, ...]:
        return severities_for(self.decision)

    @property
    def severity(self) -> str:
        known = {each.key for each in self.severities}
        return self.given_severity if self.given_severity in known else ""

    @cached_property
    def decision(self) -> Decision:
        return check(
            organisation_id=self.organisation.pk,
            product_id=self.product_id,
            device_id=self.device.pk if self.device else None,
            at=self.at,
        )

    def form(self, *args: Any, **kwargs: Any) -> NewCaseForm:
        return NewCaseForm(
            *args,
            organisations=self.organisations,
            devices=self.devices,
            severities=self.severities,
            product_id=self.product_id,
            **kwargs,
        )


def asked(data: Mapping[str, str], viewer: Viewer, *, at: datetime) -> Asked:
    organisations = [found for found in accounts.organisations() if may_open_for(viewer, found.pk)]
    by_id = {str(found.pk): found for found in organisations}
    own = by_id.get(str(viewer.own_organisation))
    organisation = by_id.get(data.get("organisation", ""), own)
    if organisation is None:
        raise PermissionDenied
    devices = list(devices_of(organisation.pk)[:MOST_DEVICES])
    serial = data.get("serial", "").strip().upper()
    device = next((found for found in devices if found.serial == serial), None)
    product = device.product_id if device else _product(data.get("product", ""))
    catalogue = plans.catalogue(plans.current(at))
    return Asked(
        organisations=organisations,
        organisation=organisation,
        devices=devices,
        device=device,
        product_id=product,
        given_severity=data.get("severity", ""),
        catalogue=catalogue,
        at=at,
    )


def _product(given: str) -> int | None:
    is_number = given.isascii() and given.isdecimal() and len(given) < 19
    return Product.objects.filter(pk=int(given)).values_list("pk", flat=True).first() if is_number else None


@require_http_methods(["GET", "HEAD", "POST"])
@writers_only
def new_case(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    if request.method != "POST":
        wanted = asked(request.GET, current(), at=now)
        return _page(request, wanted, wanted.form(initial=_typed(request.GET, wanted)))
    wanted, files = asked(request.POST, current(), at=now), received(request)
    if request.POST.get("intent") in {"preview", "promise"}:
        return _look_again(request, wanted, files)
    form = wanted.form(request.POST, received=files)
    if not form.is_valid():
        return _page(request, wanted, form, status=422)
    try:
        answer = send_once(request, lambda: _opened(form, wanted))
    except UnknownSeverity:
        form.add_error("severity", gettext("The contract has no such severity any more: choose another."))
        return _page(request, wanted, form, status=422)
    except KeyReused:
        form.add_error(
            None,
            gettext(
                "This form was sent before, with other contents, and its case is open. "
                "Send it again to open another one."
            ),
        )
        return _page(request, wanted, form, status=409)
    return see_other(answer.body["to"])


def _opened(form: NewCaseForm, wanted: Asked) -> Answer:
    facts = form.cleaned_data
    case = actions.open_case(
        new=NewCase(
            subject=facts["subject"],
            message=NewMessage(body=facts["body"], files=form.received.files),
            severity=facts["severity"],
            channel=Channel.PORTAL,
            organisation_id=wanted.organisation.pk,
            product_id=facts["product_id"],
            product_version_id=facts["version_id"],
            device_id=facts["serial"].pk if facts["serial"] else None,
        ),
        by=current(),
        at=wanted.at,
    )
    to = f"{reverse('portal:case', args=[case.number])}?opened=1"
    return Answer(status=303, body={"to": to}, subject=f"case:{case.pk}", boundary=case.boundary)


def _look_again(request: HttpRequest, wanted: Asked, files: Received) -> HttpResponse:
    """Nothing is sent: the page again, with a preview of the description and the promise."""
    if request.headers.get("HX-Request"):
        return render(request, "portal/preview.html", {"body": request.POST.get("body", "")})
    form = wanted.form(initial=_typed(request.POST, wanted), received=files)
    return _page(request, wanted, form, preview=request.POST.get("body", ""))


def _typed(data: Mapping[str, str], wanted: Asked) -> dict[str, Any]:
    """What was typed, and what is known of it already."""
    typed: dict[str, Any] = {name: data[name] for name in data}
    typed |= {"organisation": wanted.organisation.pk, "product": wanted.product_id}
    if wanted.device and not typed.get("version"):
        typed["version"] = wanted.device.version_id
    return typed


def _page(
    request: HttpRequest, wanted: Asked, form: NewCaseForm, *, status: int = 200, preview: str = ""
) -> HttpResponse:
    decision = wanted.decision
    context = {
        "form": form,
        "devices": wanted.devices,
        "organisation": wanted.organisation,
        "severity_details": {
            each.key: ChoiceDetail(
                description=say(each.definition),
                severity=each.key,
                examples=tuple(say(example) for example in each.examples),
            )
            for each in wanted.severities
        },
        "offer": offer(decision, wanted.severity, wanted.severities),
        "plan": plan_panel(decision, wanted.catalogue),
        "preview": preview,
        "now": wanted.at,
    }
    region = request.headers.get("HX-Target", "") if request.method == "GET" else ""
    return render(request, PARTS.get(region, "portal/new.html"), context, status=status)
