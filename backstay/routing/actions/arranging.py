"""What team leads arrange for people: skills, shifts, absences, capacity."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from psycopg.errors import ExclusionViolation

from backstay.calendars.actions import put_version
from backstay.calendars.holidays import public_holidays
from backstay.core import audit
from backstay.core.scoping import Boundary, Viewer
from backstay.routing import rules
from backstay.routing.choices import SkillKind
from backstay.routing.models import (
    HIGHEST_LEVEL,
    Absence,
    Capacity,
    ShiftPattern,
    Skill,
    StaffShift,
    StaffSkill,
)
from businesstime import Calendar
from businesstime.calendars import Windows

REGION = "shifts"  # under which shift patterns keep their calendars
YEARS_AHEAD = 10


class MayNotArrange(PermissionError):
    """Team leads arrange what people do."""


class BadLevel(ValueError):
    """A level is 1 to 5, or 0 for none."""


class Overlaps(ValueError):
    """Somebody has another shift, or another absence, in that time."""


class BadPeriod(ValueError):
    """It ends before it begins."""


@dataclass(frozen=True, kw_only=True)
class Week:
    """Weekly windows, Monday first, in a zone; on public holidays of `country` nobody works."""

    zone: str
    days: tuple[Windows, ...]
    country: str = ""
    subdivision: str = ""


def _require_lead(by: Viewer) -> None:
    if not rules.may_arrange(by):
        raise MayNotArrange(f"{by.name or by.kind} may not arrange the desk: team leads do")


def _write_down(kind: str, staff_id: int, *, by: Viewer, at: datetime, **facts: Any) -> None:
    audit.record(kind, subject=("staff", staff_id), boundary=Boundary.OPEN, by=by, at=at, facts=facts)


def put_skill(*, kind: SkillKind, key: str, label: str, words: Iterable[str] = (), by: Viewer) -> Skill:
    """Make a skill known, or change its label and its words."""
    _require_lead(by)
    lowered = sorted({word.strip().lower() for word in words if word.strip()})
    skill, _ = Skill.objects.update_or_create(kind=kind, key=key, defaults={"label": label, "words": lowered})
    return skill


@transaction.atomic
def set_skill(*, staff_id: int, skill: Skill, level: int, by: Viewer, at: datetime) -> None:
    """How well somebody knows it; 0 takes the skill away."""
    _require_lead(by)
    if not 0 <= level <= HIGHEST_LEVEL:
        raise BadLevel(f"a level is 1 to {HIGHEST_LEVEL}, or 0 for none; not {level}")
    if level:
        StaffSkill.objects.update_or_create(staff_id=staff_id, skill=skill, defaults={"level": level})
    else:
        StaffSkill.objects.filter(staff=staff_id, skill=skill).delete()
    _write_down("skill_set", staff_id, by=by, at=at, skill=skill.key, level=level)


@transaction.atomic
def put_pattern(*, key: str, name: str, week: Week, by: Viewer, at: datetime) -> ShiftPattern:
    """Make a pattern of shifts known, or change its hours from now on. Raises businesstime.CalendarError."""
    _require_lead(by)
    years = range(at.year - 1, at.year + YEARS_AHEAD)
    names = public_holidays(week.country, week.subdivision or None, years) if week.country else {}
    calendar = Calendar(zone=week.zone, week=week.days, holidays=frozenset(names), name=key)
    version = put_version(key=key, region=REGION, calendar=calendar, names=names, at=at)
    values = {
        "name": name,
        "calendar": version,
        "country": week.country,
        "subdivision": week.subdivision,
    }
    pattern, _ = ShiftPattern.objects.update_or_create(key=key, defaults=values)
    return pattern


@transaction.atomic
def set_shift(
    *, staff_id: int, pattern: ShiftPattern | None, since: date, until: date | None, by: Viewer, at: datetime
) -> None:
    """Have somebody work a pattern from a date until another (not included); None: no shift from then on.

    What they worked before ends there; shifts that would begin later are replaced. Raises BadPeriod.
    """
    _require_lead(by)
    if until is not None and until <= since:
        raise BadPeriod("a shift ends after it begins")
    StaffShift.objects.filter(staff=staff_id, period__startswith__gte=since).delete()
    running = StaffShift.objects.filter(staff=staff_id, period__contains=since).first()
    if running is not None:
        running.period = DateRange(running.period.lower, since)
        running.save(update_fields=["period"])
    if pattern is not None:
        StaffShift.objects.create(staff_id=staff_id, pattern=pattern, period=DateRange(since, until))
    _write_down(
        "shift_set",
        staff_id,
        by=by,
        at=at,
        pattern=pattern.key if pattern else "",
        since=since.isoformat(),
        until=until.isoformat() if until else None,
    )


@transaction.atomic
def add_absence(
    *, staff_id: int, starts_at: datetime, ends_at: datetime, reason: str = "", by: Viewer, at: datetime
) -> Absence:
    """Somebody will not be there; they say so themselves, or a team lead. Raises BadPeriod, Overlaps."""
    if not (by.is_staff and by.id == staff_id):
        _require_lead(by)
    if ends_at <= starts_at:
        raise BadPeriod("an absence ends after it begins")
    try:
        with transaction.atomic():
            absence = Absence.objects.create(
                staff_id=staff_id, period=DateTimeTZRange(starts_at, ends_at), reason=reason.strip()
            )
    except IntegrityError as error:
        if isinstance(error.__cause__, ExclusionViolation):
            raise Overlaps("they are absent already in a part of that time") from error
        raise
    facts = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
    _write_down("absence_added", staff_id, by=by, at=at, **facts)
    return absence


@transaction.atomic
def drop_absence(*, absence: Absence, by: Viewer, at: datetime) -> None:
    if not (by.is_staff and by.id == absence.staff_id):
        _require_lead(by)
    staff_id, starts_at = absence.staff_id, absence.period.lower
    absence.delete()
    _write_down("absence_dropped", staff_id, by=by, at=at, starts_at=starts_at.isoformat())


@transaction.atomic
def set_capacity(*, staff_id: int, channel: str = "", limit: int | None, by: Viewer, at: datetime) -> None:
    """The weight of open cases that somebody takes, of a channel or of all; None: what everybody takes."""
    _require_lead(by)
    if limit is None:
        Capacity.objects.filter(staff=staff_id, channel=channel).delete()
    else:
        Capacity.objects.update_or_create(staff_id=staff_id, channel=channel, defaults={"limit": limit})
    _write_down("capacity_set", staff_id, by=by, at=at, channel=channel, limit=limit)
