"""What the worker does for the boundary."""

from datetime import datetime, timedelta

from backstay.accounts import actions
from backstay.core.scoping import acting, machine
from backstay.core.worker import every

BY = machine("boundary")
ADDRESSES_KEPT = timedelta(days=30)


@every(1)
def tell_access_changes(*, at: datetime) -> datetime | None:
    """At the very instant at which an attestation expires, or a declared location begins or ends."""
    with acting(BY):
        return actions.tell_due_changes(at=at)


@every(3600)
def forget_addresses(*, at: datetime) -> datetime | None:
    with acting(BY):
        actions.forget_addresses(older_than=ADDRESSES_KEPT, at=at)
    return None
