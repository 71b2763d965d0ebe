"""Every clock read again from its events, as the product does it."""

from backstay.sla import rules
from backstay.sla.choices import ClockState, Mark
from backstay.sla.models import Clock

STANDING = ("state", "length_s", "counted_s", "remaining_s", "due_at", "warn_at", "stopped_at")


def differing_clocks() -> list[object]:
    """What the columns say and what the events say, of those clocks where it is not the same."""
    clocks = Clock.objects.select_related("calendar").prefetch_related("events", "marks").order_by("id")
    pairs = [(_said(clock), _read(clock)) for clock in clocks if clock.state != ClockState.SUPERSEDED]
    assert pairs
    return [pair for pair in pairs if pair[0] != pair[1]]


def _said(clock: Clock) -> tuple[object, ...]:
    marks = {mark.mark: mark.due_at for mark in clock.marks.all()}
    mark = (clock.next_mark or None, clock.next_mark_at)
    assert (clock.warned_at, clock.breached_at) == (marks.get(Mark.WARNING), marks.get(Mark.BREACH))
    return (clock.pk, *(getattr(clock, name) for name in STANDING), mark)


def _read(clock: Clock) -> tuple[object, ...]:
    happened = rules.timeline(sorted(clock.events.all(), key=lambda row: row.pk))
    reading = rules.read(rules.terms_of(clock), happened, clock.started_at)
    due_at = reading.due_at
    return (
        clock.pk,
        ClockState(reading.state),
        reading.length,
        reading.counted,
        reading.remaining,
        due_at,
        reading.mark_at(rules.warn_share(clock)) if due_at else None,
        reading.stopped_at,
        rules.next_mark(clock) or (None, None),
    )
