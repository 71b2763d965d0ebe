"""Tokens: `Authorization: Bearer backstay_...`."""

from datetime import datetime

from django.http import HttpRequest
from ninja.security import HttpBearer

from backstay.accounts.models import ApiToken
from backstay.accounts.queries import token_for
from backstay.core.scoping import Viewer, current

SCHEME = "bearer "


def token_of(request: HttpRequest, *, at: datetime) -> ApiToken | None:
    """The valid token that a request carries; None without one."""
    header = request.headers.get("Authorization", "")
    if not header.lower().startswith(SCHEME):
        return None
    return token_for(header[len(SCHEME) :].strip(), at=at)


class Token(HttpBearer):
    """Whom ninja lets in: the person behind a valid token, whom the middleware has found already."""

    def authenticate(self, request: HttpRequest, token: str) -> Viewer | None:  # noqa: ARG002  # ninja's signature
        viewer = current()
        return viewer if viewer.is_staff or viewer.is_contact else None
