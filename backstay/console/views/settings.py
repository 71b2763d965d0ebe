"""One's own settings: language, time zone, API tokens; the way to the second factor."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from backstay.accounts import actions
from backstay.accounts import queries as accounts
from backstay.accounts.actions import Locale
from backstay.console import panels
from backstay.console.access import staff_only
from backstay.console.answering import SentBefore, answered_once, page, see
from backstay.console.forms import LocaleForm, TokenForm
from backstay.core.idempotency import Answer
from backstay.core.scoping import current


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Language and time zone; a POST changes them."""
    viewer = current()
    if request.method != "POST":
        return _page(request, LocaleForm(initial={"language": viewer.language, "timezone": viewer.timezone}))
    form = LocaleForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    staff = accounts.staff_members().get(pk=viewer.id)
    actions.change_locale(person=staff, locale=Locale(**form.cleaned_data), by=viewer, at=timezone.now())
    return see(f"{reverse('console:settings')}?lang={form.cleaned_data['language']}")


def _page(
    request: HttpRequest,
    form: LocaleForm,
    token_form: TokenForm | None = None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "form": form,
        "token_form": token_form or TokenForm(auto_id="token_%s"),
        "tokens": list(accounts.tokens_of(request.user.pk or 0)),
        "rail": panels.rail(current(), counted=False),
        **more,
    }
    answer = page(request, "console/settings.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


@staff_only
@require_POST
def issue_token(request: HttpRequest) -> HttpResponse:
    """A new API token. Only the first answer to a form shows it: the secret is kept nowhere."""
    viewer = current()
    form = LocaleForm(initial={"language": viewer.language, "timezone": viewer.timezone})
    token_form = TokenForm(request.POST, auto_id="token_%s")
    if not token_form.is_valid():
        return _page(request, form, token_form, status=422)
    issued: list[str] = []
    try:
        answered_once(request, lambda: _issued(token_form, issued))
    except SentBefore as error:
        token_form.add_error(None, str(error))
        return _page(request, form, token_form, status=422)
    if not issued:
        return _page(request, form, was_issued_before=True)
    return _page(request, form, secret=issued[0])


def _issued(form: TokenForm, issued: list[str]) -> Answer:
    """The secret stays out of the stored answer."""
    staff, at = accounts.staff_members().get(pk=current().id), timezone.now()
    expires_at = at + timedelta(days=form.cleaned_data["days"])
    issued.append(
        actions.issue_token(user=staff.user, label=form.cleaned_data["label"], expires_at=expires_at, at=at)
    )
    return Answer(status=200)


@staff_only
@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    token = accounts.tokens_of(request.user.pk or 0).filter(pk=token_id).first()
    if token is None:
        raise Http404
    actions.revoke_token(token=token, at=timezone.now())
    return redirect("console:settings")
