"""What the worker does for conversations."""

from datetime import datetime

from backstay.conversations.queries import used_keys
from backstay.core.files import sweep_orphans
from backstay.core.scoping import acting, machine
from backstay.core.worker import every


@every(24 * 3600)
def forget_orphaned_files(*, at: datetime) -> datetime | None:
    """Delete stored files that no message names: left behind by requests that failed or crashed."""
    with acting(machine("files")):
        sweep_orphans(known=used_keys, at=at)
    return None
