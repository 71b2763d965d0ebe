"""Instants as whole microseconds since 1970 UTC ("ticks"), the unit in which everything here is computed.

Datetimes carry microseconds, so nothing is rounded on the way in; whole seconds come out at the very end.
"""

from datetime import UTC, datetime, timedelta

from businesstime.errors import NaiveDatetime, NeverOpen

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000


def to_ticks(at: datetime) -> int:
    """The instant of an aware datetime; a naive one raises NaiveDatetime."""
    try:
        since = at - EPOCH
    except TypeError:
        raise NaiveDatetime(f"{at!r} has no time zone: pass an aware datetime") from None
    return (since.days * 86400 + since.seconds) * SECOND + since.microseconds


def to_datetime(ticks: int) -> datetime:
    """The aware datetime, in UTC, of an instant; beyond the year 9999 it raises NeverOpen."""
    try:
        return EPOCH + timedelta(0, 0, ticks)
    except OverflowError:
        raise NeverOpen("the answer lies beyond the year 9999") from None
