"""Text messages and calls through Twilio's REST API, and what it reports back.

https://www.twilio.com/docs/messaging/api/message-resource, .../voice/api/call-resource,
https://www.twilio.com/docs/usage/security#validating-requests (the signature of its callbacks).
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from html import escape

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from backstay.oncall.doors.outgoing import DoorFailed, Outgoing, post

VOICES = {"en": "en-US", "ro": "ro-RO"}
KEY = "1"  # what is pressed to acknowledge


def configured() -> bool:
    return bool(settings.TWILIO_ACCOUNT and settings.TWILIO_TOKEN and settings.TWILIO_FROM)


def send_text_message(outgoing: Outgoing) -> None:
    """The text ends with the beginning of the stable id, by which a reader knows a double."""
    text = f"{outgoing.text}\n{outgoing.link}\n{outgoing.acknowledge}\n({outgoing.stable_id[:6]})"
    _ask(outgoing, "Messages", {"Body": text, "StatusCallback": outgoing.callback})


def call(outgoing: Outgoing) -> None:
    """Say the text, and ask to press a key; the key goes to the callback."""
    with override(outgoing.language):
        how_to_answer = _("Press 1 to say that you look after it.")
        words = f"{outgoing.text} {how_to_answer}"
    _ask(outgoing, "Calls", {"Twiml": asking(words, outgoing.language, outgoing.callback)})


def asking(words: str, language: str, callback: str) -> str:
    """TwiML that says the words twice and waits for one key."""
    say = _say(words, language)
    gather = (
        f'<Gather numDigits="1" timeout="8" method="POST" action="{escape(callback)}">{say}{say}</Gather>'
    )
    return f"<Response>{gather}</Response>"


def spoken(words: str, language: str) -> str:
    """TwiML that says the words and hangs up."""
    return f"<Response>{_say(words, language)}<Hangup/></Response>"


def _say(words: str, language: str) -> str:
    return f'<Say language="{VOICES.get(language, "en-US")}">{escape(words)}</Say>'


def _ask(outgoing: Outgoing, resource: str, form: Mapping[str, str]) -> None:
    if not configured():
        raise DoorFailed("no phone provider is connected on this site", is_final=True)
    url = f"{settings.TWILIO_URL}/2010-04-01/Accounts/{settings.TWILIO_ACCOUNT}/{resource}.json"
    pair = f"{settings.TWILIO_ACCOUNT}:{settings.TWILIO_TOKEN}".encode()
    headers = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
    post(outgoing, url, headers=headers, form={"To": outgoing.address, "From": settings.TWILIO_FROM, **form})


def is_from_provider(url: str, form: Mapping[str, str], signature: str) -> bool:
    """Whether a callback to this address, as we gave it, with this form, was signed with our token."""
    if not configured():
        return False
    signed = url + "".join(name + form[name] for name in sorted(form))
    expected = base64.b64encode(
        hmac.digest(settings.TWILIO_TOKEN.encode(), signed.encode(), hashlib.sha1)
    ).decode()
    return hmac.compare_digest(expected.encode(), signature.encode())
