"""A webhook: JSON by POST, signed as Standard Webhooks writes it (https://www.standardwebhooks.com)."""

import base64
import hashlib
import hmac
import json
import secrets

from backstay.oncall.doors.outgoing import Outgoing, post

PREFIX = "whsec_"


def new_webhook_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def send_webhook(outgoing: Outgoing) -> None:
    body = json.dumps(
        {
            "type": "page",
            "id": outgoing.stable_id,
            "text": outgoing.text,
            "link": outgoing.link,
            "acknowledge": outgoing.acknowledge,
            "may_be_double": outgoing.may_be_double,
        },
        ensure_ascii=False,
    ).encode()
    timestamp = str(int(outgoing.at.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "webhook-id": outgoing.stable_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": _signature(outgoing, timestamp, body),
    }
    post(outgoing, outgoing.address, headers=headers, content=body)


def _signature(outgoing: Outgoing, timestamp: str, body: bytes) -> str:
    key = base64.b64decode(outgoing.secret.removeprefix(PREFIX))
    signed = f"{outgoing.stable_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
