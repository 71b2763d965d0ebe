"""What the web processes serve: live streams by their own short application, the rest by Django."""

import os
import sys
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
from backstay.project.warming import warm  # noqa: E402  # see above


def too_large(request: ASGIRequest, limit: int) -> HttpResponse:
    """A page for people, a problem for programs."""
    if request.path_info.startswith(API):
        return problems.too_large(limit)
    return receiving.too_large(request, limit)


pages.too_large = too_large
warm()
# Pages are made in threads, each of which computes for some 20 ms. Letting the next one in every 5 ms, as
# Python does unless told, makes all of them late at once: the slowest of eight came a fifth later.
sys.setswitchinterval(0.03)
application = LiveApplication(live_access, pages)
