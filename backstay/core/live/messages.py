"""What goes over the wire: server-sent events as ASGI messages, made once and shared by all who get them."""

import json
import random
from collections.abc import Collection, Mapping
from typing import Any

from backstay.core.live.source import Notice

Message = Mapping[str, Any]

START: Message = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", b"text/event-stream"),
        (b"cache-control", b"no-cache"),
        (b"x-accel-buffering", b"no"),  # nginx would hold the stream back
        (b"connection", b"close"),
    ],
}
END: Message = {"type": "http.response.body", "body": b"", "more_body": False}


def part(body: bytes) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": True}


def notice(what: Notice, topics: Collection[str]) -> bytes:
    """`topics` are those that the reader holds: the others of an event are none of their business."""
    data = {"n": what.n, "name": what.name, "topics": sorted(what.topics & set(topics)), "key": what.key}
    return f"id: {what.n}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


def opening(position: int) -> bytes:
    """Where the stream begins, and how long to wait before coming back (not all in the same moment)."""
    return f"retry: {random.randint(1000, 4000)}\nid: {position}\n\n".encode()  # noqa: S311  # spreads load, guards nothing


def reset(position: int) -> bytes:
    """What was missed is not known: read everything again, and go on from here."""
    return f'event: reset\nid: {position}\ndata: {{"n":{position}}}\n\n'.encode()


def keep_alive(position: int) -> bytes:
    """Keeps proxies from closing, and the browser's number recent: it need not catch up from far back."""
    return f": alive\nid: {position}\n\n".encode()
