"""What can happen in a story, and to whom."""

from dataclasses import dataclass
from datetime import datetime

from backstay.cases.choices import State
from backstay.conversations.choices import Channel
from backstay.core.scoping import Viewer


@dataclass(frozen=True, kw_only=True)
class Open:
    """How a case comes to be. Staff enter it some time after it was received."""

    organisation_id: int
    contact_id: int
    product_id: int
    product_version_id: int | None
    device_id: int | None
    severity: str
    subject: str
    text: str
    channel: Channel
    received_at: datetime


@dataclass(frozen=True)
class Reply:
    text: str
    state: State | None = None


@dataclass(frozen=True)
class Note:
    text: str


@dataclass(frozen=True)
class Assign:
    staff_id: int


@dataclass(frozen=True)
class ChangeSeverity:
    new: str
    reason: str


@dataclass(frozen=True)
class Close:
    reason: str


@dataclass(frozen=True)
class Reopen:
    reason: str


@dataclass(frozen=True)
class Follow:
    """Another contact takes part from now on."""

    contact_id: int


Happening = Follow | Open | Reply | Note | Assign | ChangeSeverity | Close | Reopen


@dataclass(frozen=True)
class Act:
    """Somebody does something to a case at an instant."""

    at: datetime
    by: Viewer
    what: Happening


@dataclass(frozen=True)
class Story:
    """All that happens to one case, in order; the first act opens it."""

    acts: tuple[Act, ...]
    conversation: str = ""  # the key of what it was made from
