"""What people set about themselves: language, time zone, API tokens."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from backstay.accounts import actions, queries
from backstay.accounts.actions import Locale
from backstay.core.idempotency import Answer, KeyReused
from backstay.core.scoping import current
from backstay.portal.access import contacts_only
from backstay.portal.forms.account import LocaleForm, TokenForm
from backstay.portal.views.sending import see_other, send_once


@require_http_methods(["GET", "HEAD", "POST"])
@contacts_only
def account(request: HttpRequest) -> HttpResponse:
    """Language and time zone; the chosen language replaces what was chosen in this browser."""
    if request.method != "POST":
        return _page(request)
    form = LocaleForm(request.POST)
    if not form.is_valid():
        return _page(request, locale_form=form, status=422)
    person = request.user.contact  # type: ignore[union-attr]  # a contact has signed in
    actions.change_locale(person=person, locale=Locale(**form.cleaned_data), by=current(), at=timezone.now())
    messages.success(request, gettext("Saved"))
    answer = see_other(reverse("portal:account"))
    answer.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    return answer


@require_POST
@contacts_only
def new_token(request: HttpRequest) -> HttpResponse:
    """The page that answers is the only place where the token can be read."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, token_form=form, status=422)
    issued: list[str] = []
    try:
        send_once(request, lambda: _issued(request, form, issued))
    except KeyReused:
        messages.warning(request, gettext("This form was sent before; nothing was changed."))
        return see_other(reverse("portal:account"))
    return _page(request, secret=issued[0] if issued else "", was_issued_before=not issued)


def _issued(request: HttpRequest, form: TokenForm, issued: list[str]) -> Answer:
    """The secret stays out of the stored answer."""
    now, days = timezone.now(), int(form.cleaned_data["days"])
    issued.append(
        actions.issue_token(
            user=request.user,  # type: ignore[arg-type]  # a contact has signed in
            label=form.cleaned_data["label"],
            expires_at=now + timedelta(days=days) if days else None,
            at=now,
        )
    )
    return Answer(status=200)


@require_POST
@contacts_only
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    token = queries.tokens_of(request.user.pk or 0).filter(pk=token_id).first()
    if token is None:
        raise Http404
    actions.revoke_token(token=token, at=timezone.now())
    messages.success(request, gettext("The token is revoked."))
    return see_other(reverse("portal:account"))


def _page(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    viewer = current()
    facts = {
        "locale_form": LocaleForm(initial={"language": viewer.language, "timezone": viewer.timezone}),
        "token_form": TokenForm(),
        "tokens": queries.tokens_of(request.user.pk or 0),
        "now": timezone.now(),
        **context,
    }
    return render(request, "portal/account.html", facts, status=status)
