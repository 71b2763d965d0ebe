"""The ways to a person, behind one port: `send(outgoing)` goes through the door that it names.

A door is a function that sends once or raises DoorFailed. It knows no database and runs in any thread.
"""

from collections.abc import Callable, Mapping

from backstay.oncall.choices import DoorKind
from backstay.oncall.doors.mail import send_mail
from backstay.oncall.doors.outgoing import DoorFailed, Outgoing
from backstay.oncall.doors.push import new_push_key, public_key, send_push
from backstay.oncall.doors.twilio import KEY, call, configured, is_from_provider, send_text_message, spoken
from backstay.oncall.doors.webhook import new_webhook_secret, send_webhook

__all__ = [
    "KEY",
    "DoorFailed",
    "Outgoing",
    "configured",
    "is_from_provider",
    "new_push_key",
    "new_webhook_secret",
    "public_key",
    "send",
    "spoken",
]

Door = Callable[[Outgoing], None]
DOORS: Mapping[DoorKind, Door] = {
    DoorKind.EMAIL: send_mail,
    DoorKind.PUSH: send_push,
    DoorKind.WEBHOOK: send_webhook,
    DoorKind.SMS: send_text_message,
    DoorKind.VOICE: call,
}


def send(outgoing: Outgoing) -> None:
    """Send it once, with its stable id. Raises DoorFailed."""
    DOORS[outgoing.door](outgoing)
