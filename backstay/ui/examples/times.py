from datetime import UTC, datetime, timedelta
from typing import Any

from backstay.ui.examples.base import WEEK, Example, minutes
from backstay.ui.inputs import Span, SpanKind, WeekRow


def _clock(state: str, inputs: str = "", **context: Any) -> Example:
    source = f'{{% clock state="{state}" now=now timezone=zone {inputs} %}}'.replace("  ", " ")
    return Example(name=f"clock: {state}", source=source, context=context)


def time() -> list[Example]:
    running = 'due_at=due used=used what="first response"'
    return [
        _clock("easy", running, due=minutes(156), used=0.35),
        _clock("soon", running + " soon_at=soon", due=minutes(12), used=0.8, soon=minutes(-3)),
        _clock("late", running, due=minutes(-4), used=1.0),
        _clock("kept", 'stopped_at=stopped what="first response"', stopped=minutes(-171)),
        _clock("paused", 'remaining=4800 used=0.4 what="waiting on customer"'),
        _clock("none"),
        Example(
            name="promise",
            source="""
                {% promise due_at=due now=now timezone=zone reason="1 hour, Platinum, severity S1." %}""",
            context={"due": minutes(72)},
        ),
        Example(
            name="clock_strip",
            source='{% clock_strip spans=spans title="First response" due_at=due now=now timezone=zone %}',
            context={"spans": spans(), "due": spans()[-1].end},
        ),
        Example(
            name="week_strip",
            source='{% week_strip rows=rows week=week title="Silver, this week" timezone=zone %}',
            context={"rows": week_rows(), "week": WEEK},
        ),
        Example(
            name="channel",
            source="""
                {% channel label="Cases" state="open" now=now timezone=zone %}
                {% channel label="Phone" state="open" changes_at=closes now=now timezone=zone %}
                {% channel label="Live chat" state="shut" changes_at=opens now=now timezone=zone %}
                {% channel label="Chatbot" state="not_connected" now=now %}
                {% channel label="Visits" state="not_in_plan" now=now note="Part of Platinum." %}""",
            context={"closes": minutes(367), "opens": minutes(2047)},
        ),
        Example(
            name="instant",
            source="""
                {% instant at=now timezone=zone %},
                {% instant at=now now=now timezone=zone %}""",
        ),
    ]


def spans() -> list[Span]:
    """A Friday evening's case: counted, paused, a weekend skipped, counted to its due instant."""
    friday = datetime(2026, 4, 17, 15, 30, tzinfo=UTC)
    steps = (
        (0, 42, SpanKind.COUNTED, ""),
        (42, 60, SpanKind.PAUSED, "waiting on customer"),
        (60, 90, SpanKind.COUNTED, ""),
        (90, 3810, SpanKind.SKIPPED, "outside Mon–Fri 08:00–20:00"),
        (3810, 3978, SpanKind.COUNTED, ""),
    )
    return [
        Span(
            start=friday + timedelta(minutes=start),
            end=friday + timedelta(minutes=end),
            kind=kind,
            note=note,
        )
        for start, end, kind, note in steps
    ]


def week_rows() -> list[WeekRow]:
    """Twelve hours on weekdays, and around the clock."""
    first = datetime(2026, 4, 13, 5, tzinfo=UTC)
    weekdays = [(first + timedelta(days=day), first + timedelta(days=day, hours=12)) for day in range(5)]
    return [
        WeekRow(label="Cases", stretches=weekdays),
        WeekRow(label="Chatbot", stretches=[(first - timedelta(days=9), first + timedelta(days=30))]),
    ]
