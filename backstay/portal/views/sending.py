"""A form is carried out once, however often it is sent."""

import json
from collections.abc import Callable
from uuid import uuid4

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase
from django.utils import timezone

from backstay.core.idempotency import Answer, BadKey, once

NOT_CONTENT = {"csrfmiddlewaretoken", "idempotency_key"}


class SeeOther(HttpResponseRedirectBase):
    """After a form: the browser fetches the next page with GET."""

    status_code = 303


def send_once(request: HttpRequest, make: Callable[[], Answer]) -> Answer:
    """What `make` answers, or what it answered before to this form's key.

    Raises idempotency.KeyReused where the key came with other contents.
    """
    key = request.POST.get("idempotency_key") or str(uuid4())
    contents = _contents(request)
    try:
        return once(caller=f"user:{request.user.pk}", key=key, request=contents, at=timezone.now(), make=make)
    except BadKey as error:
        raise BadRequest(str(error)) from error


def see_other(address: str) -> HttpResponse:
    return SeeOther(address)


def _contents(request: HttpRequest) -> bytes:
    """What was sent, the same for the same form: its address, its fields, its files by name and size."""
    fields = {name: values for name, values in request.POST.lists() if name not in NOT_CONTENT}
    uploads = [
        (name, upload.name, upload.size) for name in request.FILES for upload in request.FILES.getlist(name)
    ]
    return json.dumps([request.path, fields, uploads], sort_keys=True).encode()
