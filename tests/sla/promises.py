"""Terms, instants and clocks for the tests of promises."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from backstay.core import scoping
from backstay.core.models import OutboxEvent
from backstay.sla import actions
from backstay.sla.models import Clock, ClockMark
from backstay.sla.terms import FrozenTerms
from businesstime import Span, Unit

BUCHAREST = ZoneInfo("Europe/Bucharest")
MACHINE = scoping.machine("test")
ANA = scoping.Viewer(kind=scoping.ViewerKind.STAFF, id=7, name="Ana Pop", sees_us=True)
HOUR, DAY = 3600, 86400
EVENT_NAMES = {"ClockWarned": "warning", "ClockBreached": "breach"}


def local(text: str) -> datetime:
    """ "2026-11-20 18:30" in Bucharest; a Friday."""
    return datetime.fromisoformat(text).replace(tzinfo=BUCHAREST)


NINE = local("2026-11-18 09:00")  # a Wednesday


def later(**amount: float) -> datetime:
    """So much after nine o'clock."""
    return (NINE.astimezone(UTC) + timedelta(**amount)).astimezone(BUCHAREST)


def elapsed(hours: float, **terms) -> FrozenTerms:
    return FrozenTerms(span=Span(Unit.ELAPSED, int(hours * HOUR)), **{"pauses": True, **terms})


def business(calendar, hours: float, **terms) -> FrozenTerms:
    span = Span(Unit.BUSINESS_HOURS, int(hours * HOUR))
    return FrozenTerms(span=span, calendar=calendar, **{"pauses": True, **terms})


def days(calendar, count: int, **terms) -> FrozenTerms:
    return FrozenTerms(span=Span(Unit.BUSINESS_DAYS, count), calendar=calendar, **{"pauses": True, **terms})


def started(terms: FrozenTerms, at: datetime = NINE, boundary: str = "open") -> Clock:
    return actions.start(terms=terms, boundary=boundary, by=ANA, at=at)


def marks(clock: Clock) -> list[tuple[str, datetime, datetime]]:
    rows = ClockMark.objects.filter(clock=clock).order_by("id")
    return [(row.mark, row.due_at, row.recorded_at) for row in rows]


def published() -> list[tuple[int, str, str]]:
    """(clock, mark, boundary) of every event about clocks, in order."""
    rows = OutboxEvent.objects.filter(name__in=EVENT_NAMES).order_by("id")
    return [(row.payload["clock_id"], EVENT_NAMES[row.name], row.boundary) for row in rows]


def fresh(clock: Clock) -> Clock:
    return Clock.objects.get(pk=clock.pk)
