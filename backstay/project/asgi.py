"""What the web processes serve: live streams by their own short application, the rest by Django."""

import os

from backstay.core.files import receiving

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backstay.project.settings")
pages = receiving.application()  # sets Django up, which what follows needs

from backstay.core.live import LiveApplication  # noqa: E402  # see above
from backstay.project.live_access import live_access  # noqa: E402  # see above

application = LiveApplication(live_access, pages)
