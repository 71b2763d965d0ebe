"""Geometry of the two strips, in per cent, so that the SVG needs neither a script nor a style attribute."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from backstay.ui.inputs import Span, SpanKind, WeekRow
from backstay.ui.wording import DAY, Zone, zone_of

STANDSTILL_SHARE = 0.5  # a night or a weekend is drawn no wider than half of all that is counted
SMALLEST_STANDSTILL = 600.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: where it begins and how wide it is, in per cent of the strip."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class SpanBox:
    """A span and its rectangle. `cut` is True where a long standstill is drawn shorter than it was."""

    span: Span
    box: Box
    cut: bool


def clock_boxes(spans: Sequence[Span]) -> list[SpanBox]:
    """The spans side by side. Counted time keeps its scale; a long skipped or paused span is cut short."""
    counted = sum(_seconds(span) for span in spans if span.kind is SpanKind.COUNTED)
    longest = max(counted * STANDSTILL_SHARE, SMALLEST_STANDSTILL)
    drawn = [
        _seconds(span) if span.kind is SpanKind.COUNTED else min(_seconds(span), longest) for span in spans
    ]
    whole = sum(drawn) or 1.0
    boxes, x = [], 0.0
    for span, width in zip(spans, drawn, strict=True):
        share = 100 * width / whole
        boxes.append(SpanBox(span=span, box=Box(round(x, 3), round(share, 3)), cut=width < _seconds(span)))
        x += share
    return boxes


def place(at: datetime, boxes: Sequence[SpanBox]) -> float | None:
    """Where an instant lies on the strip, in per cent; None before its beginning or after its end."""
    for drawn in boxes:
        if drawn.span.start <= at <= drawn.span.end:
            inside = (at - drawn.span.start).total_seconds() / (_seconds(drawn.span) or 1.0)
            return round(drawn.box.x + drawn.box.width * inside, 3)
    return None


def _seconds(span: Span) -> float:
    return (span.end - span.start).total_seconds()


@dataclass(frozen=True, slots=True)
class DayBoxes:
    """One local day of a row: its rectangles, and the same as ("08:00", "20:00") pairs."""

    day: date
    boxes: list[Box]
    hours: list[tuple[str, str]]


def week_days(row: WeekRow, *, week: date, zone: Zone) -> list[DayBoxes]:
    """The row's seven days from `week`, by the wall clock of the reader's zone."""
    return [_day(row, week + timedelta(days=offset), zone) for offset in range(7)]


def _day(row: WeekRow, day: date, zone: Zone) -> DayBoxes:
    pairs = _joined(
        sorted(
            (_wall(start, day, zone), _wall(end, day, zone))
            for start, end in row.stretches
            if _wall(start, day, zone) < _wall(end, day, zone)
        )
    )
    return DayBoxes(
        day=day,
        boxes=[Box(round(100 * start / DAY, 3), round(100 * (end - start) / DAY, 3)) for start, end in pairs],
        hours=[(_clock_time(start), _clock_time(end)) for start, end in pairs],
    )


def _joined(pairs: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Pairs that touch or overlap made one."""
    joined: list[tuple[float, float]] = []
    for start, end in pairs:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _wall(at: datetime, day: date, zone: Zone) -> float:
    """Seconds on that day's wall clock, held between 0 and 86400."""
    local = at.astimezone(zone_of(zone))
    if local.date() != day:
        return 0.0 if local.date() < day else float(DAY)
    return float(local.hour * 3600 + local.minute * 60 + local.second)


def _clock_time(seconds: float) -> str:
    return f"{int(seconds) // 3600:02d}:{int(seconds) % 3600 // 60:02d}"
