"""What the worker does for conversations."""

from collections.abc import Collection
from datetime import datetime

from backstay.conversations.models import Attachment
from backstay.core.files import sweep_orphans
from backstay.core.scoping import acting, machine
from backstay.core.worker import every


@every(24 * 3600)
def forget_orphaned_files(*, at: datetime) -> datetime | None:
    """Delete stored files that no message names: left behind by requests that failed or crashed."""
    with acting(machine("files")):
        sweep_orphans(known=_named, at=at)
    return None


def _named(keys: Collection[str]) -> Collection[str]:
    return set(Attachment.objects.filter(storage_key__in=keys).values_list("storage_key", flat=True))
