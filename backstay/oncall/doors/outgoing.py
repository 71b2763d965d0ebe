"""What every door is given, and how it says that it failed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from backstay.core import http
from backstay.core.http import Reply
from backstay.oncall.choices import DoorKind

TRANSIENT = {408, 425, 429}  # and all from 500 on


class DoorFailed(RuntimeError):
    """Not sent, or not known to be. Its text names no address and no secret.

    `is_final`: trying again is of no use. `may_have_arrived`: the next attempt may be a double.
    """

    def __init__(self, reason: str, *, is_final: bool = False, may_have_arrived: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final
        self.may_have_arrived = may_have_arrived


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One message, ready to leave: texts in its reader's language, links as whole addresses.

    `secret` is the door's own, `key` the installation's for push. `acknowledge` leads to the page that asks
    to confirm and is empty where nobody is asked, `callback` is where the phone provider reports.
    """

    delivery_id: int
    door: DoorKind
    address: str = field(repr=False)
    secret: str = field(repr=False)
    key: str = field(repr=False, default="")
    stable_id: str
    title: str
    text: str
    link: str
    acknowledge: str = field(repr=False)
    callback: str = field(repr=False)
    language: str
    may_be_double: bool
    at: datetime


def post(
    outgoing: Outgoing,
    url: str,
    *,
    headers: Mapping[str, str],
    content: bytes = b"",
    form: Mapping[str, str] | None = None,
) -> Reply:
    """POST with the stable id; a refusal or a silence is DoorFailed."""
    headers = {**headers, "Idempotency-Key": outgoing.stable_id, "User-Agent": "Backstay"}
    try:
        reply = http.send("POST", url, headers=headers, content=content, form=form)
    except http.Refused as error:
        raise DoorFailed(str(error), is_final=True) from error
    except http.TooMuch as error:
        raise DoorFailed(str(error), is_final=True, may_have_arrived=True) from error
    except http.Unreachable as error:
        raise DoorFailed(f"no answer ({error})", may_have_arrived=error.may_have_arrived) from error
    if not reply.is_success:
        is_transient = reply.status in TRANSIENT or reply.status >= 500
        raise DoorFailed(f"the other side answered {reply.status}", is_final=not is_transient)
    return reply
