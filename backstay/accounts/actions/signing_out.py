"""What ends with a sign-in."""

from datetime import datetime

from backstay.accounts.events import SignedOut
from backstay.core import events
from backstay.core.scoping import Boundary


def note_sign_out(*, user_id: int, at: datetime) -> None:
    """Have a person's open streams checked again: those of the browser that was signed out are closed."""
    events.publish(SignedOut(user_id=user_id, boundary=Boundary.OPEN), at=at)
