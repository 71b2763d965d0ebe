"""Working out instants: what a deadline costs, near and far, and what explaining it costs."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median

import holidays

import businesstime
from bench.figures import Figure
from businesstime import Calendar, Window

GROUP = "Business time, one process"
ROUNDS = 7
START = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
HOUR = 3600
YEARS = range(2020, 2060)


def figures() -> list[Figure]:
    """Microseconds of one call, the median of several rounds, on a compiled office calendar with holidays."""
    calendar = _office()
    near, far = 4 * HOUR, 20 * 250 * 8 * HOUR
    businesstime.add(calendar, START, far)  # compiled by now, as it is in a server
    year = START + timedelta(days=365)
    asked: list[tuple[str, Callable[[], object]]] = [
        ("due after four business hours", lambda: businesstime.add(calendar, START, near)),
        ("due after twenty years of business hours", lambda: businesstime.add(calendar, START, far)),
        ("business seconds within a year", lambda: businesstime.between(calendar, START, year)),
        (
            "a week explained, stretch by stretch",
            lambda: businesstime.explain(calendar, START, START + timedelta(days=7)),
        ),
    ]
    return [Figure(group=GROUP, name=name, value=_microseconds(call), unit="µs") for name, call in asked]


def _office() -> Calendar:
    week = ((Window.parse("09:00", "17:00"),),) * 5 + ((), ())
    closed = frozenset(holidays.country_holidays("RO", years=YEARS))
    return Calendar("Europe/Bucharest", week, holidays=closed)


def _microseconds(call: Callable[[], object], calls: int = 2000) -> float:
    def once() -> float:
        began = time.perf_counter()
        for _ in range(calls):
            call()
        return (time.perf_counter() - began) / calls * 1_000_000

    return median(once() for _ in range(ROUNDS))
