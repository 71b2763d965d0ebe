"""Instants and viewers for the tests of entitlements."""

from datetime import datetime
from zoneinfo import ZoneInfo

from backstay.core import scoping

BUCHAREST, NEW_YORK = ZoneInfo("Europe/Bucharest"), ZoneInfo("America/New_York")
MACHINE = scoping.machine("test")


def local(text: str, zone: ZoneInfo = BUCHAREST) -> datetime:
    """ "2026-11-18 10:00" in Bucharest; a Wednesday."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


AT = local("2026-11-18 10:00")
