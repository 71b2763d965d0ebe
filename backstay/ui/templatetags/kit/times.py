"""Instants, clocks and weeks. Nothing here reads the time: `now` is an input."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from backstay.ui import clocks, icons, strips, wording
from backstay.ui.inputs import Span, SpanKind, WeekRow
from backstay.ui.markup import html
from backstay.ui.wording import Zone

register = template.Library()
GONE = {"kept", "none"}


def stamp(at: datetime) -> str:
    """The machine's form of an instant: ISO, UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


@register.simple_tag(name="instant")
def instant(*, at: datetime, now: datetime | None = None, timezone: Zone = None) -> SafeString:
    """An instant with its zone; with `now` the day and the year are left out where they are today's."""
    return html(
        '<time datetime="{}" title="{}">{}</time>',
        stamp(at),
        wording.moment(at, "UTC"),
        wording.moment(at, timezone, now=now),
    )


@register.simple_tag(name="clock")
def clock(  # noqa: PLR0913  # a component's inputs are its signature
    *,
    state: str,
    now: datetime,
    due_at: datetime | None = None,
    soon_at: datetime | None = None,
    stopped_at: datetime | None = None,
    remaining: float | None = None,
    used: float = 0.0,
    what: str = "",
    timezone: Zone = None,
) -> SafeString:
    """A promise's clock: ring, time left, absolute time with zone.

    `state`: easy, soon, late, kept, paused, none. `used` is the share of the clock that has run (0 to 1),
    `remaining` a paused clock's seconds, `soon_at` when the ring turns to "soon", `what` the promise's name.
    """
    look = clocks.ClockLook(state)
    share = 0 if look in GONE else min(max(round(used * 100), 0), 100)
    ticking = stopped_at is None and look in clocks.RUNNING and due_at is not None
    return html(
        '<span class="clock clock-{}"{}>{}<b class="clock-face">{}</b><small>{}</small></span>',
        state,
        _ticks(due_at, soon_at) if ticking and due_at is not None else "",
        _ring(look, share),
        clocks.face(state=state, now=now, due_at=due_at, stopped_at=stopped_at, remaining=remaining),
        clocks.second_line(
            state=state, now=now, due_at=due_at, stopped_at=stopped_at, zone=timezone, what=what
        ),
    )


def _ticks(due_at: datetime, soon_at: datetime | None) -> SafeString:
    soon = html(' data-soon-at="{}"', stamp(soon_at)) if soon_at is not None else ""
    return html(' data-due-at="{}"{}', stamp(due_at), soon)


LATE_MARK = '<path class="ring-mark ring-late" d="M18 10v10M18 25v1"/>'  # drawn when the clock turns late
RING_MARKS = {
    "late": LATE_MARK,
    "kept": '<path class="ring-mark" d="m12 18 4 4 8-8"/>',
    "paused": '<path class="ring-mark" d="M14 13v10M22 13v10"/>',
    "none": '<path class="ring-mark" d="M12 18h12"/>',
    "soon": LATE_MARK,
    "easy": LATE_MARK,
}


@cache
def _ring(state: str, share: int) -> SafeString:
    """One for each look and each share in per cent; they are few."""
    return html(
        '<svg class="ring" viewBox="0 0 36 36" width="20" height="20" aria-hidden="true">'
        '<circle class="ring-track" cx="18" cy="18" r="15"/>'
        '<circle class="ring-used" cx="18" cy="18" r="15" pathLength="100" stroke-dasharray="{} 100"'
        ' transform="rotate(-90 18 18)"/>{}</svg>',
        share,
        SafeString(RING_MARKS[state]),
    )


@register.inclusion_tag("ui/kit/promise.html", name="promise")
def promise(
    *, due_at: datetime, now: datetime, lead: str = "", reason: str = "", timezone: Zone = None
) -> dict[str, Any]:
    """When we answer, in large letters, before and after a case is sent. `reason` is one sentence."""
    zone = wording.zone_of(timezone)
    return {
        "lead": lead or gettext("We answer by"),
        "time": wording.time_of_day(due_at, zone),
        "day": wording.long_day(due_at, zone),
        "zone": gettext("%(city)s time (%(zone)s)")
        % {"city": wording.city(zone), "zone": wording.zone_label(due_at, zone)},
        "left": wording.left(max((due_at - now).total_seconds(), 0)),
        "stamp": stamp(due_at),
        "reason": reason,
    }


@register.inclusion_tag("ui/kit/clock_strip.html", name="clock_strip")
def clock_strip(
    *, spans: Sequence[Span], title: str, due_at: datetime | None, now: datetime, timezone: Zone = None
) -> dict[str, Any]:
    """A clock's time line: counted, skipped and paused spans, the due line, and the same as a table."""
    boxes = strips.clock_boxes(spans)
    lengths = {
        kind: sum((span.end - span.start).total_seconds() for span in spans if span.kind is kind)
        for kind in SpanKind
    }
    return {
        "title": title,
        "boxes": boxes,
        "rows": [_span_row(span, now, timezone) for span in spans],
        "due": strips.place(due_at, boxes) if due_at else None,
        "now": strips.place(now, boxes),
        "due_at": wording.moment(due_at, timezone, now=now) if due_at else "",
        "first": wording.moment(spans[0].start, timezone, now=now) if spans else "",
        "last": wording.moment(spans[-1].end, timezone, now=now) if spans and spans[-1].end != due_at else "",
        "counted": wording.duration(lengths[SpanKind.COUNTED]),
        "skipped": wording.duration(lengths[SpanKind.SKIPPED]) if lengths[SpanKind.SKIPPED] else "",
        "paused": wording.duration(lengths[SpanKind.PAUSED]) if lengths[SpanKind.PAUSED] else "",
        "cut": any(box.cut for box in boxes),
    }


def _span_row(span: Span, now: datetime, zone: Zone) -> dict[str, Any]:
    labels = {
        SpanKind.COUNTED: gettext("Counted"),
        SpanKind.SKIPPED: gettext("Skipped"),
        SpanKind.PAUSED: gettext("Paused"),
    }
    return {
        "kind": span.kind,
        "label": labels[span.kind],
        "start": wording.moment(span.start, zone, now=now),
        "end": wording.moment(span.end, zone, now=now),
        "length": wording.duration((span.end - span.start).total_seconds()),
        "note": span.note,
    }


@register.inclusion_tag("ui/kit/week_strip.html", name="week_strip")
def week_strip(*, rows: Sequence[WeekRow], week: date, title: str, timezone: Zone = None) -> dict[str, Any]:
    """The week from `week` on, in the reader's zone: a line a channel, a box an open stretch, and a table."""
    zone = wording.zone_of(timezone)
    lines = [{"label": row.label, "days": strips.week_days(row, week=week, zone=zone)} for row in rows]
    return {
        "title": title,
        "lines": lines,
        "days": [
            {"short": wording.short_weekday(drawn.day), "long": wording.weekday(drawn.day)}
            for drawn in (strips.week_days(WeekRow(label="", stretches=()), week=week, zone=zone))
        ],
        "zone": gettext("Times in %(city)s") % {"city": wording.city(zone)},
    }


@register.simple_tag(name="channel")
def channel(  # a component's inputs are its signature
    *,
    label: str,
    state: str,
    now: datetime,
    changes_at: datetime | None = None,
    note: str = "",
    timezone: Zone = None,
) -> SafeString:
    """One channel: open, shut, not_in_plan or not_connected; `changes_at` is when it closes or opens."""
    when = wording.moment(changes_at, timezone, now=now) if changes_at else ""
    words = {
        "open": gettext("open until %(moment)s") % {"moment": when}
        if when
        else gettext("open around the clock"),
        "shut": gettext("shut, opens %(moment)s") % {"moment": when} if when else gettext("shut"),
        "not_in_plan": gettext("not in your plan"),
        "not_connected": gettext("in your plan, not connected on this site"),
    }
    return html(
        '<p class="channel channel-{}">{}<span><b>{}</b> <span class="channel-state">{}</span>{}</span></p>',
        state,
        icons.svg(CHANNEL_ICONS[state], 16),
        label,
        words[state],
        html(" <small>{}</small>", note) if note else "",
    )


CHANNEL_ICONS = {
    "open": "circle-check",
    "shut": "circle-pause",
    "not_in_plan": "circle-minus",
    "not_connected": "circle-slash",
}
