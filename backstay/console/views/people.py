"""The people who work here: what is attested of them, where they are, and what they may see for it."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from backstay.accounts import actions
from backstay.accounts import queries as accounts
from backstay.accounts.actions import BadCountry, BadNetwork, BadPeriod, LocationTaken
from backstay.accounts.choices import FACT_LABELS, PROOF_LABELS, ROLE_LABELS, STANDING_LABELS, Standing
from backstay.accounts.queries import Colleague
from backstay.accounts.rules import may_attest, may_locate
from backstay.console import panels
from backstay.console.access import staff_only
from backstay.console.answering import done_once, page, see
from backstay.console.views.people_forms import AttestForm, LocationForm, NetworkForm
from backstay.core.scoping import current

TOLD = {
    BadPeriod: _("The beginning lies behind us, or the end is not after the beginning."),
    LocationTaken: _("Another location is declared from within that time on. End that one first."),
    BadNetwork: _("This is not a range of addresses, or it is listed already."),
    BadCountry: _("A country has two letters, such as US or RO."),
}
REFUSED = tuple(TOLD)


@staff_only
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Everybody, how they stand and why; the networks of which the country is known."""
    return _listing(request)


def _listing(request: HttpRequest, form: NetworkForm | None = None, *, status: int = 200) -> HttpResponse:
    viewer = current()
    if not may_locate(viewer, 0):
        raise PermissionDenied
    context = {
        "people": [_shown(each) for each in accounts.colleagues(at=timezone.now())],
        "networks": list(accounts.networks()),
        "network_form": form or NetworkForm(auto_id="network_%s"),
        "may_list": may_attest(viewer),
        "rail": panels.rail(viewer, counted=False),
    }
    return page(request, "console/people.html", context, status=status)


def _shown(each: Colleague) -> dict[str, Any]:
    return {
        "row": each,
        "role": ROLE_LABELS[each.staff.role],  # type: ignore[index]  # a role is stored as its value
        "standing": STANDING_LABELS[each.standing],
        "is_eligible": each.standing is Standing.ELIGIBLE,
    }


@staff_only
@require_safe
def person(request: HttpRequest, staff_id: int) -> HttpResponse:
    """One person: what was proved of them, where they work. Managers see all, everybody themselves."""
    return _person(request, staff_id)


def _person(request: HttpRequest, staff_id: int, *, status: int = 200, **forms: Form) -> HttpResponse:
    viewer, at = current(), timezone.now()
    if not may_locate(viewer, staff_id):
        raise PermissionDenied
    found = accounts.colleague(staff_id, at=at)
    if found is None:
        raise Http404
    context = {
        "person": _shown(found),
        "attestations": [_proved(each) for each in accounts.attestations_of(staff_id)],
        "locations": list(accounts.locations_of(staff_id, at=at)),
        "attest_form": AttestForm(auto_id="attest_%s", initial={"verified_by": viewer.name}),
        "location_form": LocationForm(auto_id="location_%s"),
        "may_attest": may_attest(viewer) and viewer.id != staff_id,
        "is_me": viewer.id == staff_id,
        "rail": panels.rail(viewer, counted=False),
        **forms,
    }
    return page(request, "console/person.html", context, status=status)


def _proved(row: Any) -> dict[str, Any]:
    at = timezone.now()
    return {
        "row": row,
        "fact": FACT_LABELS[row.fact],
        "method": PROOF_LABELS[row.method],
        "holds": row.revoked_at is None and row.expires_at > at,
    }


def _staff_or_404(staff_id: int) -> Any:
    found = accounts.staff_members().filter(pk=staff_id).first()
    if found is None:
        raise Http404
    return found


def _told(error: Exception) -> str:
    return str(next(text for kind, text in TOLD.items() if isinstance(error, kind)))


def _done(
    request: HttpRequest, form: Form, do: Callable[[], object], to: str, again: Callable[[], HttpResponse]
) -> HttpResponse:
    """Do it and look at `to`; the form again, with what is wrong, when it cannot be done."""
    if not form.is_valid():
        return again()

    def make() -> str:
        do()
        return to

    try:
        return see(done_once(request, make))
    except REFUSED as error:
        form.add_error(None, _told(error))
    return again()


@staff_only
@require_POST
def attest(request: HttpRequest, staff_id: int) -> HttpResponse:
    viewer, staff = current(), _staff_or_404(staff_id)
    if not may_attest(viewer) or viewer.id == staff_id:
        raise PermissionDenied
    form = AttestForm(request.POST, auto_id="attest_%s")
    return _done(
        request,
        form,
        lambda: actions.attest(staff=staff, proven=form.proven(), by=viewer, at=timezone.now()),
        reverse("console:person", args=[staff_id]),
        lambda: _person(request, staff_id, status=422, attest_form=form),
    )


@staff_only
@require_POST
def revoke(_request: HttpRequest, staff_id: int, attestation_id: int) -> HttpResponse:
    viewer = current()
    if not may_attest(viewer) or viewer.id == staff_id:
        raise PermissionDenied
    if not accounts.attestations_of(staff_id).filter(pk=attestation_id).exists():
        raise Http404
    actions.revoke_attestation(attestation_id=attestation_id, by=viewer, at=timezone.now())
    return see(reverse("console:person", args=[staff_id]))


@staff_only
@require_POST
def declare(request: HttpRequest, staff_id: int) -> HttpResponse:
    viewer, at = current(), timezone.now()
    if not may_locate(viewer, staff_id):
        raise PermissionDenied
    staff, form = _staff_or_404(staff_id), LocationForm(request.POST, auto_id="location_%s")
    return _done(
        request,
        form,
        lambda: actions.declare_location(staff=staff, stay=form.stay(at=at), by=viewer, at=at),
        reverse("console:person", args=[staff_id]),
        lambda: _person(request, staff_id, status=422, location_form=form),
    )


@staff_only
@require_POST
def end_location(_request: HttpRequest, staff_id: int, location_id: int) -> HttpResponse:
    viewer, at = current(), timezone.now()
    if not may_locate(viewer, staff_id):
        raise PermissionDenied
    if not accounts.locations_of(staff_id, at=at).filter(pk=location_id).exists():
        raise Http404
    actions.end_location(location_id=location_id, by=viewer, at=at)
    return see(reverse("console:person", args=[staff_id]))


@staff_only
@require_POST
def add_network(request: HttpRequest) -> HttpResponse:
    viewer = current()
    if not may_attest(viewer):
        raise PermissionDenied
    form = NetworkForm(request.POST, auto_id="network_%s")
    return _done(
        request,
        form,
        lambda: actions.add_network(**form.cleaned_data, by=viewer, at=timezone.now()),
        reverse("console:people"),
        lambda: _listing(request, form, status=422),
    )


@staff_only
@require_POST
def remove_network(_request: HttpRequest, network_id: int) -> HttpResponse:
    viewer = current()
    if not may_attest(viewer):
        raise PermissionDenied
    if not accounts.networks().filter(pk=network_id).exists():
        raise Http404
    actions.remove_network(network_id=network_id, by=viewer, at=timezone.now())
    return see(reverse("console:people"))
