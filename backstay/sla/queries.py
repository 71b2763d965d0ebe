"""Reading clocks: how one stands at an instant, and every second of it explained."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

import businesstime
from backstay.calendars.models import CalendarVersion
from backstay.calendars.queries import holiday_names
from backstay.sla import rules
from backstay.sla.choices import ClockState, Happening, Mark, Outcome
from backstay.sla.models import Clock, ClockEvent
from backstay.sla.terms import FrozenTerms
from businesstime import Kind, Reason, Stretch

ENGLISH = "en"
RESOLUTION = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A clock at an instant: seconds counted, left and over. `due_at` is None while it is paused."""

    at: datetime
    outcome: Outcome
    length_s: int
    counted_s: int
    due_at: datetime | None

    @property
    def remaining_s(self) -> int:
        return max(0, self.length_s - self.counted_s)

    @property
    def overrun_s(self) -> int:
        return max(0, self.counted_s - self.length_s)

    @property
    def used(self) -> float:
        """The share of the length that is counted; more than 1.0 when late."""
        return self.counted_s / self.length_s if self.length_s else 1.0


@dataclass(frozen=True, kw_only=True)
class TargetFacts:
    """What was promised: `amount` in seconds, or days for business days; `source` as the starter gave it."""

    unit: str
    amount: int
    kind: str
    pauses: bool
    warn_percent: int
    source: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class CalendarFacts:
    """The frozen version of the calendar that the clock counts on."""

    key: str
    region: str
    version: int
    zone: str


@dataclass(frozen=True, kw_only=True)
class EventFacts:
    """What happened, when it counts, when it was written, why, and who did it."""

    kind: Happening
    at: datetime
    recorded_at: datetime
    reason: str
    actor: str


@dataclass(frozen=True, kw_only=True)
class MarkFacts:
    mark: Mark
    due_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True)
class StretchFacts:
    """Counted, skipped or paused from `start` to `end`, in UTC; the local ones are in the calendar's zone.

    `detail` is the pause's reason, or the holiday's name in the active language.
    """

    start: datetime
    end: datetime
    local_start: datetime
    local_end: datetime
    kind: Kind
    reason: Reason
    detail: str

    @property
    def seconds(self) -> int:
        return round((self.end - self.start).total_seconds())


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """One promise, told so that anybody can add it up.

    `stretches` are contiguous, from `started_at` until the clock ended, else until it is due or until now,
    whichever is later; those after `standing.at` are what is to come if nothing happens. `calendar` is None
    where every second counts.
    """

    clock_id: int
    target: TargetFacts
    calendar: CalendarFacts | None
    zone: str
    started_at: datetime
    warn_at: datetime | None
    stopped_at: datetime | None
    standing: Standing
    events: tuple[EventFacts, ...]
    marks: tuple[MarkFacts, ...]
    stretches: tuple[StretchFacts, ...]

    @property
    def outcome(self) -> Outcome:
        return self.standing.outcome


def reading(clock: Clock, *, at: datetime) -> Standing:
    """How the clock stands at `at`, which is not before its last event."""
    return _standing(clock, _rows(clock) if clock.state == ClockState.RUNNING else [], at)


def _standing(clock: Clock, rows: list[ClockEvent], at: datetime) -> Standing:
    counted = clock.counted_s
    if clock.state == ClockState.RUNNING:
        counted = businesstime.counted_at(rules.terms_of(clock), _counting(clock, rows), at)
    return Standing(
        at=at, outcome=rules.outcome(clock), length_s=clock.length_s, counted_s=counted, due_at=clock.due_at
    )


def explanation(clock: Clock, *, at: datetime) -> Explanation:
    """Everything about one clock as of `at`. Events, marks and calendar may be prefetched."""
    rows = _rows(clock)
    happened = _counting(clock, rows)
    zone = clock.calendar.zone if clock.calendar else "UTC"
    stretches = businesstime.explain_clock(rules.terms_of(clock), happened, _until(clock, rows, at))
    return Explanation(
        clock_id=clock.pk,
        target=TargetFacts(
            unit=clock.unit,
            amount=clock.amount,
            kind=clock.kind,
            pauses=clock.pauses,
            warn_percent=clock.warn_percent,
            source=clock.source,
        ),
        calendar=_calendar_facts(clock.calendar),
        zone=zone,
        started_at=clock.started_at,
        warn_at=clock.warn_at,
        stopped_at=clock.stopped_at,
        standing=_standing(clock, rows, at),
        events=tuple(map(_event_facts, rows)),
        marks=_mark_facts(clock),
        stretches=stretch_facts(stretches, clock.calendar),
    )


def due_if_retargeted(clock: Clock, *, terms: FrozenTerms, raised: bool, at: datetime) -> datetime:
    """When the promise were due after `actions.retarget` at `at`; while paused, as if resumed then."""
    happened = rules.timeline(_rows(clock))
    old, new = (rules.terms_of(clock), clock.started_at), rules.terms_of(terms)
    if not raised:
        return rules.due_if_running(new, happened, happened[0].at, at)
    if rules.old_promise_stands(old, new, happened, at):
        return rules.due_if_running(old[0], happened, clock.started_at, at)
    return rules.due_if_running(new, happened, at, at)


def share_at(clock: Clock, share: Fraction) -> datetime | None:
    """The instant at which a share of the length is counted, if the clock runs on; None while it is paused.

    A mark that was reached before stays where it was.
    """
    reading = rules.read(rules.terms_of(clock), rules.timeline(_rows(clock)), clock.started_at)
    return reading.mark_at(share)


def next_due(*, after: datetime) -> datetime | None:
    """The sweeper's next appointment after an instant, None when nothing is to come."""
    later = Clock.objects.filter(next_mark_at__gt=after).order_by("next_mark_at")
    return later.values_list("next_mark_at", flat=True).first()


def _rows(clock: Clock) -> list[ClockEvent]:
    return sorted(clock.events.all(), key=lambda row: row.pk)


def _counting(clock: Clock, rows: list[ClockEvent]) -> rules.Timeline:
    return rules.counted_from(rules.timeline(rows), clock.started_at)


def _until(clock: Clock, rows: list[ClockEvent], at: datetime) -> datetime:
    """Where the explanation ends; `businesstime` ends it at the stop by itself."""
    if clock.state == ClockState.SUPERSEDED:
        return rows[-1].at
    return max(at, clock.due_at or at)


def _calendar_facts(version: CalendarVersion | None) -> CalendarFacts | None:
    if version is None:
        return None
    return CalendarFacts(key=version.key, region=version.region, version=version.version, zone=version.zone)


def _event_facts(row: ClockEvent) -> EventFacts:
    return EventFacts(
        kind=Happening(row.kind), at=row.at, recorded_at=row.recorded_at, reason=row.reason, actor=row.actor
    )


def _mark_facts(clock: Clock) -> tuple[MarkFacts, ...]:
    rows = sorted(clock.marks.all(), key=lambda row: row.pk)
    return tuple(
        MarkFacts(mark=Mark(row.mark), due_at=row.due_at, recorded_at=row.recorded_at) for row in rows
    )


def stretch_facts(stretches: Iterable[Stretch], calendar: CalendarVersion | None) -> tuple[StretchFacts, ...]:
    """Stretches of `calendar` as people read them: local times, holidays named in the active language."""
    zone = ZoneInfo(calendar.zone if calendar else "UTC")
    return tuple(_stretch_facts(stretch, calendar, zone) for stretch in stretches)


def _stretch_facts(stretch: Stretch, calendar: CalendarVersion | None, zone: ZoneInfo) -> StretchFacts:
    return StretchFacts(
        start=stretch.start.astimezone(UTC),
        end=stretch.end.astimezone(UTC),
        local_start=stretch.start.astimezone(zone),
        local_end=stretch.end.astimezone(zone),
        kind=stretch.kind,
        reason=stretch.reason,
        detail=_holidays(stretch, calendar, zone) if stretch.reason is Reason.HOLIDAY else stretch.detail,
    )


def _holidays(stretch: Stretch, calendar: CalendarVersion | None, zone: ZoneInfo) -> str:
    """The names of the holidays in a stretch, each once."""
    if calendar is None:
        return stretch.detail
    first, last = stretch.start.astimezone(zone).date(), (stretch.end - RESOLUTION).astimezone(zone).date()
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    found = filter(None, (_said(holiday_names(calendar, day)) for day in days))
    return ", ".join(dict.fromkeys(found)) or stretch.detail


def _said(names: Mapping[str, str]) -> str:
    """The name in the active language, else in English, else in any."""
    language = (get_language() or ENGLISH).split("-", maxsplit=1)[0]
    return names.get(language) or names.get(ENGLISH) or next(iter(names.values()), "")
