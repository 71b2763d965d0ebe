"""Calendars, spans and clocks. Pure: aware datetimes in, UTC datetimes out, amounts in whole seconds."""

from businesstime.arithmetic import add, between, is_open, next_close, next_open, open_stretches
from businesstime.calendars import Calendar, Window
from businesstime.clocks import (
    ClockEvent,
    EventKind,
    Phase,
    Reading,
    State,
    Terms,
    counted_at,
    explain_clock,
    read,
)
from businesstime.errors import (
    BusinessTimeError,
    CalendarError,
    ClockError,
    NaiveDatetime,
    NeverOpen,
    SpanError,
)
from businesstime.explanations import Kind, Reason, Stretch, explain
from businesstime.spans import Span, Unit, due, length

__all__ = [
    "BusinessTimeError",
    "Calendar",
    "CalendarError",
    "ClockError",
    "ClockEvent",
    "EventKind",
    "Kind",
    "NaiveDatetime",
    "NeverOpen",
    "Phase",
    "Reading",
    "Reason",
    "Span",
    "SpanError",
    "State",
    "Stretch",
    "Terms",
    "Unit",
    "Window",
    "add",
    "between",
    "counted_at",
    "due",
    "explain",
    "explain_clock",
    "is_open",
    "length",
    "next_close",
    "next_open",
    "open_stretches",
    "read",
]
