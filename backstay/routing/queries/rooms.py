"""Everybody who might take a case, read in three statements however many people and cases there are."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from backstay.accounts.choices import Role
from backstay.accounts.queries import ROLES_IN_ORDER, eligible_staff_ids
from backstay.calendars.models import CalendarVersion
from backstay.calendars.queries import compiled
from backstay.routing.choices import Declared, Fact, RuleKind, SkillKind
from backstay.routing.decisions import DeskFacts, Person, Room, Rule
from backstay.routing.rules import standing
from businesstime import Calendar

# Dates of shifts are those of their pattern's zone. Instants come as seconds: there are hundreds of them, and
# seconds are read much faster than texts.
PEOPLE = """
select s.id, s.name, s.language, s.role, t.tier, t.name, a.state, extract(epoch from a.since)::float8,
    extract(epoch from a.heartbeat_at)::float8, p.calendar_id,
    (select extract(epoch from max(given.at))::float8 from routing_assignment given
        where given.staff_id = s.id)
from accounts_staff s
    join accounts_team t on t.id = s.team_id
    left join routing_availability a on a.staff_id = s.id
    left join (
        routing_staffshift w
        join routing_shiftpattern p on p.id = w.pattern_id
        join calendars_calendarversion c on c.id = p.calendar_id
    ) on w.staff_id = s.id and w.period @> (%(at)s at time zone c.zone)::date
where s.is_active and (%(only)s::bigint is null or s.id = %(only)s)
order by s.id
"""
# What changes rarely, as one row of JSON.
ARRANGED = """
select
    (select json_agg(json_build_array(held.staff_id, k.kind, k.key, held.level))
        from routing_staffskill held join routing_skill k on k.id = held.skill_id),
    (select json_agg(json_build_array(l.staff_id, l.channel, l."limit")) from routing_capacity l),
    (select json_agg(json_build_array(b.staff_id, lower(b.period), upper(b.period)))
        from routing_absence b where upper(b.period) > %(at)s),
    (select json_agg(json_build_array(r.kind, r.fact, r.argument, r.weight, r.name) order by r.position, r.id)
        from routing_routingrule r where r.active),
    (select row_to_json(d) from (
        select assigns, default_limit, lapses_after_s, horizon_s, weights from routing_desk
    ) d)
"""
LOADS = """
select assignee_id, channel, count(*) from cases_case
where closed_at is null and assignee_id is not null group by 1, 2
"""
LOADS_OF = """
select assignee_id, channel, count(*) from cases_case
where closed_at is null and assignee_id = %(only)s group by 1, 2
"""
LEADS = frozenset(ROLES_IN_ORDER[ROLES_IN_ORDER.index(Role.LEAD) :])

Skills = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Arranged:
    """By person, where there is anything, what team leads arranged; the rules; the settings."""

    skills: Mapping[int, Skills]
    limits: Mapping[int, Mapping[str, int]]
    absences: Mapping[int, list[tuple[datetime, datetime]]]
    rules: list[Rule]
    desk: DeskFacts


def room(*, at: datetime, bound: bool = True) -> Room:
    """The room as of `at`, through the viewer's eyes: loads count the cases that the viewer may read.

    Without `bound` nobody is asked for their side of the boundary, and no bound case may be decided in it.
    """
    return _room(at=at, eligible=eligible_staff_ids(at=at) if bound else set(), only=None)


def person(staff_id: int, *, at: datetime) -> Person | None:
    """One of the room, without their side of the boundary."""
    return next(iter(_room(at=at, eligible=set(), only=staff_id).people), None)


def _room(*, at: datetime, eligible: set[int], only: int | None) -> Room:
    arranged, loads = _arranged(at), _loads(only)
    rows = _rows(PEOPLE, {"at": at, "only": only})
    people = [_person(row, arranged, eligible, loads) for row in rows]
    for each in people:
        each.standing = standing(each, at=at, desk=arranged.desk)
    return Room(at=at, people=people, rules=arranged.rules, desk=arranged.desk)


def settings(*, at: datetime) -> DeskFacts:
    """The site's settings, those that ship until a row says otherwise."""
    return _arranged(at).desk


def _arranged(at: datetime) -> Arranged:
    ((skills, limits, absences, rules, desk),) = _rows(ARRANGED, {"at": at})
    by_person: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    for staff_id, kind, key, level in skills or ():
        by_person[staff_id][SkillKind(kind), key] = level
    most: dict[int, dict[str, int]] = defaultdict(dict)
    for staff_id, channel, limit in limits or ():
        most[staff_id][channel] = limit
    away: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for staff_id, begin, end in absences or ():
        away[staff_id].append((datetime.fromisoformat(begin), datetime.fromisoformat(end)))
    return Arranged(
        skills=by_person,
        limits=most,
        absences=away,
        rules=[
            Rule(kind=RuleKind(kind), fact=Fact(fact), argument=argument, weight=weight, name=name)
            for kind, fact, argument, weight, name in rules or ()
        ],
        desk=DeskFacts(**desk) if desk else DeskFacts(),
    )


def _rows(sql: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _loads(only: int | None) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = _rows(LOADS) if only is None else _rows(LOADS_OF, {"only": only})
    for staff_id, channel, count in rows:
        found[staff_id][channel] = count
    return found


def _person(
    row: tuple[Any, ...], arranged: Arranged, eligible: set[int], loads: Mapping[int, Mapping[str, int]]
) -> Person:
    pk, name, language, role, tier, team, state, since, heartbeat_at, calendar, last_at = row
    return Person(
        id=pk,
        name=name,
        language=language,
        tier=tier,
        team=team,
        leads=role in LEADS,
        is_eligible=pk in eligible,
        declared=Declared(state) if state else None,
        since=_instant(since),
        heartbeat_at=_instant(heartbeat_at),
        calendar=_calendar(calendar) if calendar else None,
        absences=arranged.absences.get(pk, ()),
        skills=arranged.skills.get(pk, {}),
        limits=arranged.limits.get(pk, {}),
        load=loads.get(pk, {}),
        last_at=_instant(last_at),
    )


def _instant(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


@lru_cache(maxsize=256)
def _calendar(pk: int) -> Calendar:
    """A version's calendar. Versions never change, so it is kept in the process."""
    return compiled(CalendarVersion.objects.get(pk=pk))
