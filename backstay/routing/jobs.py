"""What no event tells: shifts begin and end, consoles fall silent, people leave the boundary's soil."""

from datetime import datetime

from backstay.core.scoping import acting, machine
from backstay.core.worker import every
from backstay.routing import actions

ROUTING = machine("routing")


@every(30)
def sweep_waiting(*, at: datetime) -> datetime | None:
    """Take back what strayed, and try what waits; at once again while cases find somebody."""
    with acting(ROUTING):
        actions.take_back(by=ROUTING, at=at)
        given = actions.route_waiting(by=ROUTING, at=at)
    return at if given else None
