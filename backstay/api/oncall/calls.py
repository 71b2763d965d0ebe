"""What the phone provider reports: a key that was pressed, a message that did not arrive. Signed by it."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from ninja import Router
from ninja.errors import HttpError

from backstay.core.scoping import acting, machine
from backstay.oncall import actions, doors
from backstay.oncall.actions import BadLink, MayNotAcknowledge, Settled
from backstay.oncall.models import Page

router = Router(auth=None)  # the provider's signature stands for a token
XML = "text/xml"
NOT_DELIVERED = {"failed", "undelivered"}


@router.post("/calls/{token}", include_in_schema=False)
def key_pressed(request: HttpRequest, token: str) -> HttpResponse:
    """Key 1 acknowledges the page as the person who was called; the answer is spoken."""
    _require_signed(request)
    at = timezone.now()
    try:
        language = actions.language_of(token, at=at)
    except BadLink as error:
        raise HttpError(404, str(error)) from error
    with override(language):
        words = _answer(token, request.POST.get("Digits", ""))
    return HttpResponse(doors.spoken(words, language), content_type=XML)


def _answer(token: str, key: str) -> str:
    if key != doors.KEY:
        return _("You pressed another key. The next on call is asked.")
    try:
        actions.acknowledge_by_link(token=token, address=None, at=timezone.now())
    except Settled:
        return _("This was settled meanwhile. There is nothing left to do.")
    except (MayNotAcknowledge, Page.DoesNotExist):
        return _("You may not acknowledge this now. The next on call is asked.")
    return _("Thank you. You look after it now.")


@router.post("/messages/{uuid:stable_id}", include_in_schema=False)
def reported(request: HttpRequest, stable_id: UUID) -> HttpResponse:
    """The state of a text message, as the provider learns it."""
    _require_signed(request)
    if request.POST.get("MessageStatus") in NOT_DELIVERED:
        with acting(machine("phone provider")):
            actions.record_report(stable_id=stable_id)
    return HttpResponse(status=204)


def _require_signed(request: HttpRequest) -> None:
    """Raises 403 unless the provider signed the address, as we gave it, and the form."""
    url = settings.PUBLIC_URL + request.get_full_path()
    if not doors.is_from_provider(url, request.POST.dict(), request.headers.get("X-Twilio-Signature", "")):
        raise HttpError(403, "not signed by the phone provider")
