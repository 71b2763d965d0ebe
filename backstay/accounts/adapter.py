from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as serving
from django.http import HttpRequest
from django.utils import timezone

from backstay.accounts.actions.signing_out import note_sign_out

PRODUCT = "Backstay"


@dataclass(frozen=True, kw_only=True)
class Site:
    """What mails call the place that they come from, and where it is."""

    name: str
    domain: str


class InvitedPeopleOnly(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Sign-ins are made for staff and for contacts; a stranger cannot make one."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  # allauth's signature
        return False

    def logout(self, request: HttpRequest) -> None:
        """Out at once, in the pages that stand open as well."""
        user_id = request.user.pk
        super().logout(request)
        if user_id is not None:
            note_sign_out(user_id=user_id, at=timezone.now())

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """By the product's name, which a host name would not tell."""
        site = Site(name=PRODUCT, domain=serving.request.build_absolute_uri("/"))
        super().send_mail(template_prefix, email, context | {"current_site": site})

    def format_email_subject(self, subject: str) -> str:
        return f"[{PRODUCT}] {subject}"
