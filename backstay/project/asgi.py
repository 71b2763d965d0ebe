"""What the web processes serve: live streams by their own short application, the rest by Django."""

import os
import warnings

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse

from backstay.core.files import receiving

# WhiteNoise hands out small files; that Django reads each of them whole under ASGI costs nothing.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backstay.project.settings")
pages = receiving.application()  # sets Django up, which what follows needs

from backstay.api import problems  # noqa: E402  # see above
from backstay.core.live import LiveApplication  # noqa: E402  # see above
from backstay.project.live_access import live_access  # noqa: E402  # see above
from backstay.project.middleware import API  # noqa: E402  # see above


def too_large(request: ASGIRequest, limit: int) -> HttpResponse:
    """A page for people, a problem for programs."""
    if request.path_info.startswith(API):
        return problems.too_large(limit)
    return receiving.too_large(request, limit)


pages.too_large = too_large
application = LiveApplication(live_access, pages)
