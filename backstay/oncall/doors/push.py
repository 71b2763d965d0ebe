"""Push to a browser (RFC 8030), encrypted for it (RFC 8291) and signed by us (RFC 8292)."""

import base64
import json
from datetime import timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from py_vapid import Vapid02

from backstay.oncall.doors.outgoing import DoorFailed, Outgoing, post

LIVES = timedelta(hours=1)  # the push service drops what it could not deliver by then
SIGNED_FOR = timedelta(hours=12)


def new_push_key() -> str:
    """The installation's private key, as PEM."""
    key = Vapid02()
    key.generate_keys()
    return str(key.private_pem().decode())


def public_key(pem: str) -> str:
    """What a browser is given to let us push: the public key, base64url."""
    key = Vapid02.from_pem(pem.encode()).public_key
    point = key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def send_push(outgoing: Outgoing) -> None:
    """The stable id is the notification's tag, so that a browser shows a double once."""
    content = {
        "title": outgoing.title,
        "text": outgoing.text,
        "link": outgoing.link,
        "acknowledge": outgoing.acknowledge,
        "id": outgoing.stable_id,
    }
    headers = {
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(LIVES.total_seconds())),
        "Urgency": "high",
        **_signature(outgoing),
    }
    post(outgoing, outgoing.address, headers=headers, content=_encrypted(outgoing, content))


def _encrypted(outgoing: Outgoing, content: dict[str, str]) -> bytes:
    try:
        keys = json.loads(outgoing.secret)
        receiver, auth = _decoded(keys["p256dh"]), _decoded(keys["auth"])
        sender = ec.generate_private_key(ec.SECP256R1())
        body = http_ece.encrypt(
            json.dumps(content, ensure_ascii=False).encode(),
            private_key=sender,
            dh=receiver,
            auth_secret=auth,
            version="aes128gcm",
        )
    except (ValueError, KeyError, TypeError, http_ece.ECEException) as error:
        raise DoorFailed("the browser's keys do not work: let it ask again", is_final=True) from error
    return bytes(body)


def _signature(outgoing: Outgoing) -> dict[str, str]:
    where = urlsplit(outgoing.address)
    claims = {
        "aud": f"{where.scheme}://{where.netloc}",
        "exp": int((outgoing.at + SIGNED_FOR).timestamp()),
        "sub": f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}",
    }
    return dict(Vapid02.from_pem(outgoing.key.encode()).sign(claims))


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
