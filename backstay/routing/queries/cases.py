"""What the rules ask of cases, read for many at once."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from backstay.accounts.queries import eligible_staff_ids
from backstay.cases import queries as cases
from backstay.cases.models import Case
from backstay.core.composed import Composed
from backstay.core.scoping import Boundary
from backstay.routing.choices import SkillKind
from backstay.routing.decisions import CaseFacts, Lane, Room
from backstay.routing.models import Impasse, Skill
from backstay.routing.rules import lanes

# Beside the case itself: who wrote last in the customer's newest other cases, in those of the same person
# first; and who had the case and put it back into the queue themselves.
FACTS = """
select k.id, k.boundary, k.queue, k.channel, coalesce(p.language, o.language, %(language)s),
    coalesce(g.key, ''), coalesce(l.key, ''), k.subject, k.next_due_at,
    (
        select m.author_staff_id from (
            select other.conversation_id, other.contact_id from cases_case other
            where other.organisation_id = k.organisation_id and other.id <> k.id
            order by other.updated_at desc, other.id desc limit 10
        ) recent join conversations_message m on m.conversation_id = recent.conversation_id
        where m.author_kind = 'staff' and m.visibility = 'public'
        order by recent.contact_id is not distinct from k.contact_id desc, m.sent_at desc, m.id desc limit 1
    ),
    array(
        select distinct e.actor_id from core_auditentry e
        where e.subject_kind = 'case' and e.subject_id = k.id and e.kind = 'case_assigned'
            and e.actor_kind = 'staff' and e.facts ->> 'new' is null
            and (e.facts ->> 'old')::bigint = e.actor_id
    )
from cases_case k
    left join accounts_contact p on p.id = k.contact_id
    left join accounts_organisation o on o.id = k.organisation_id
    left join products_product g on g.id = k.product_id
    left join products_productline l on l.id = g.line_id
where k.id = any(%(ids)s)
"""
PREVIOUS_OF_ORGANISATION = """
select m.author_staff_id from (
    select conversation_id from cases_case where organisation_id = %s
    order by updated_at desc, id desc limit 10
) recent join conversations_message m on m.conversation_id = recent.conversation_id
where m.author_kind = 'staff' and m.visibility = 'public' order by m.sent_at desc, m.id desc limit 1
"""


def waiting() -> QuerySet[Case]:
    """Open cases that nobody has, the next promise first."""
    return cases.in_queue_order(cases.visible().filter(closed_at__isnull=True, assignee__isnull=True))


def worth_trying(room: Room, *, limit: int) -> list[Case]:
    """Waiting cases that somebody may be free for, and those that nobody comes for in time; by their promise.

    Those that stand in an impasse already come behind, so that they hold up no other.
    """
    found = lanes(room)
    free = _any([_in(lane) for lane in found if lane.is_free])
    hopeless = _any([_in(lane) & _too_late(lane, room) for lane in found if lane.here_at != room.at])
    stuck = Exists(Impasse.objects.filter(case=OuterRef("pk"), ended_at__isnull=True))
    new = waiting().filter(free | hopeless).exclude(stuck)
    return [*new[:limit], *waiting().filter(free).filter(stuck)[:limit]]


def _any(parts: Iterable[Q]) -> Q:
    return reduce(or_, parts, Q(pk__in=()))


def _in(lane: Lane) -> Q:
    return Q(queue=lane.queue, boundary=lane.boundary)


def _too_late(lane: Lane, room: Room) -> Q:
    """Due before anybody is here; without a promise, when nobody is here within the horizon."""
    if lane.here_at is None:
        return Q()
    horizon = room.at + timedelta(seconds=room.desk.horizon_s)
    unpromised = Q(next_due_at__isnull=True) if lane.here_at >= horizon else Q(pk__in=())
    return Q(next_due_at__lte=lane.here_at) | unpromised


def facts_of(found: Sequence[Case]) -> list[CaseFacts]:
    """The facts of cases that the viewer may read, in their order, in two statements."""
    return facts_by_key([case.pk for case in found])


def facts_by_key(keys: Sequence[int]) -> list[CaseFacts]:
    topics = known_topics()
    with connection.cursor() as cursor:
        cursor.execute(FACTS, {"ids": list(keys), "language": settings.LANGUAGE_CODE})
        facts = {row[0]: _facts(row, topics) for row in cursor.fetchall()}
    return [facts[key] for key in keys]


def impasses(keys: Sequence[int]) -> dict[int, Impasse]:
    """Of these cases, those that nobody can take, by the case's key: one query."""
    return {row.case_id: row for row in Impasse.objects.filter(case__in=keys, ended_at__isnull=True)}


Topics = list[tuple[str, re.Pattern[str]]]
_topics = Composed(lambda: Skill.objects.filter(kind=SkillKind.TOPIC))


def _facts(row: tuple[Any, ...], topics: Topics) -> CaseFacts:
    pk, boundary, queue, channel, language, product, line, subject, due_at, previous, returned_by = row
    return CaseFacts(
        case_id=pk,
        boundary=boundary,
        queue=queue,
        channel=channel,
        language=language,
        product=product,
        product_line=line,
        topics=spoken_of(subject, topics),
        previous=previous,
        returned_by=frozenset(returned_by),
        due_at=due_at,
    )


def previous_of(organisation_id: int) -> int | None:
    """Who of the staff last answered an organisation, in the cases that the viewer may read."""
    with connection.cursor() as cursor:
        cursor.execute(PREVIOUS_OF_ORGANISATION, [organisation_id])
        row = cursor.fetchone()
    return row[0] if row else None


def known_topics() -> Topics:
    """Topics with a pattern that finds the beginning of any of their words."""
    return [
        (topic.key, re.compile(rf"\b(?:{'|'.join(map(re.escape, topic.words))})", re.IGNORECASE))
        for topic in _topics.all()
        if topic.words
    ]


def spoken_of(subject: str, topics: Topics) -> frozenset[str]:
    """The topics whose words a subject has."""
    return frozenset(key for key, pattern in topics if pattern.search(subject))


def strayed(*, at: datetime) -> QuerySet[Case]:
    """Open cases of people who have left, and bound ones of people who are outside the boundary now."""
    taken = Case.objects.filter(closed_at__isnull=True, assignee__isnull=False)
    outside = Q(boundary=Boundary.US) & ~Q(assignee__in=eligible_staff_ids(at=at))
    return taken.filter(Q(assignee__is_active=False) | outside).order_by("pk")
