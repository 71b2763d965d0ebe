"""The queue's filters and order, as addresses carry them and saved views keep them."""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backstay.cases import listing
from backstay.cases.choices import Queue, State
from backstay.cases.listing import Listed
from backstay.cases.models import Case
from backstay.cases.queries import QueueFilter

PAGE = 50
MAX_TEXT = 100
BIGGEST_KEY = 2**63 - 1
LONGEST_KEY = len(str(BIGGEST_KEY))


class Sort(StrEnum):
    """What a list is ordered by; a minus turns it round."""

    DUE = "due"
    NUMBER = "number"
    NEWEST = "-number"
    SEVERITY = "severity"
    LEAST_SEVERE = "-severity"
    UPDATED = "-updated"
    LONGEST_UNTOUCHED = "updated"


FIELDS = {"due": "next_due_at", "number": "number", "severity": "severity", "updated": "updated_at"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which cases, in which order: all that a view of the queue is."""

    filter: QueueFilter = field(default_factory=QueueFilter)
    sort: Sort = Sort.DUE

    def query(self, **changes: Any) -> str:
        """The query string of this view, some fields of its filter changed; the same for the same view."""
        if not changes:
            return _query(self)
        sort = changes.pop("sort", self.sort)
        return _query(Asked(filter=replace(self.filter, **changes), sort=sort))

    def flipped(self, field_name: str, value: str) -> str:
        """The query string without one of several values, or without the field."""
        given = getattr(self.filter, field_name)
        if isinstance(given, tuple):
            return self.query(**{field_name: tuple(one for one in given if one != value)})
        return self.query(**{field_name: None})


@lru_cache(maxsize=1024)
def _query(asked: Asked) -> str:
    pairs: list[tuple[str, Any]] = []
    for name, parameter in PARAMETERS.items():
        given = getattr(asked.filter, name)
        each = given if isinstance(given, tuple) else [given]
        pairs += [(parameter, 1 if one is True else one) for one in each if one]
    if asked.sort != Sort.DUE:
        pairs.append(("sort", str(asked.sort)))
    return urlencode(pairs)


PARAMETERS = {
    "states": "state",
    "severities": "severity",
    "queues": "queue",
    "assignee": "assignee",
    "organisation": "organisation",
    "plan": "plan",
    "at_risk": "risk",
    "text": "q",
}


def read(given: QueryDict) -> Asked:
    """What an address asks for; what it gets wrong is left out."""
    organisation = given.get("organisation", "")
    sort = given.get("sort", "")
    return Asked(
        filter=QueueFilter(
            states=tuple(state for state in State if state in given.getlist("state")),
            severities=tuple(
                dict.fromkeys(_word(key, 10) for key in given.getlist("severity") if _word(key, 10))
            ),
            queues=tuple(queue for queue in Queue if queue in given.getlist("queue")),
            assignee=_assignee(given.get("assignee", "")),
            organisation=key(organisation),
            plan=_word(given.get("plan", ""), 50),
            at_risk=given.get("risk") == "1",
            text=_word(given.get("q", "").strip(), MAX_TEXT),
        ),
        sort=Sort(sort) if sort in set(Sort) else Sort.DUE,
    )


def read_text(text: str) -> Asked:
    return read(QueryDict(text))


def kept(asked: Asked) -> dict[str, Any]:
    """A view as it is saved: what it asks for, and nothing else."""
    values = {name: value for name, value in asdict(asked.filter).items() if value}
    return values if asked.sort is Sort.DUE else values | {"sort": asked.sort}


def saved(values: dict[str, Any]) -> Asked:
    """A view as it was saved, read as tolerantly as an address."""
    pairs: list[tuple[str, Any]] = [("sort", values.get("sort", ""))]
    for name, parameter in PARAMETERS.items():
        given = values.get(name) or []
        pairs += [
            (parameter, 1 if one is True else one) for one in (given if isinstance(given, list) else [given])
        ]
    return read_text(urlencode(pairs))


def _assignee(text: str) -> str:
    return text if text in {"me", "nobody"} or key(text) else ""


def _word(text: str, longest: int) -> str:
    """At most so many characters, without the NUL that PostgreSQL refuses."""
    return text[:longest].replace("\0", "")


def key(text: str) -> int | None:
    """The primary key that a text names, None for anything else."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY
    return int(text) if is_number and 0 < int(text) <= BIGGEST_KEY else None


@dataclass(frozen=True)
class Page:
    """Rows of one page, and the cursors of its neighbours, empty at an end."""

    rows: list[Listed]
    newer: str = ""
    older: str = ""


def page(rows: QuerySet[Case], sort: Sort, given: QueryDict) -> Page:
    """The page that `after` or `before` of an address name; the first without them."""
    ordering = _Ordering(sort)
    backwards = "before" in given
    cursor = ordering.read(given.get("before" if backwards else "after", ""))
    if cursor is not None:
        rows = rows.filter(ordering.beyond(*cursor, backwards=backwards))
    found = listing.read(rows.order_by(*ordering.order(backwards=backwards))[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    if backwards:
        found.reverse()
    is_first, is_last = (not more, False) if backwards else (cursor is None, not more)
    return Page(
        rows=found,
        newer="" if is_first or not found else ordering.cursor(found[0]),
        older="" if is_last or not found else ordering.cursor(found[-1]),
    )


class _Ordering:
    """A column and then the key, so that every row has its place; empty values stand last."""

    def __init__(self, sort: Sort) -> None:
        self.name = sort.removeprefix("-")
        self.field = FIELDS[self.name]
        self.descending = sort.startswith("-")
        self.nullable = self.name == "due"

    def order(self, *, backwards: bool) -> list[Any]:
        if self.descending is backwards:
            return [F(self.field).asc(nulls_last=True) if self.nullable else self.field, "id"]
        return [F(self.field).desc(nulls_first=True) if self.nullable else f"-{self.field}", "-id"]

    def beyond(self, value: Any, pk: int, *, backwards: bool) -> Q:
        """Rows behind a place; or before it, backwards."""
        step = "gt" if self.descending is backwards else "lt"
        beside = Q(**{f"id__{step}": pk})
        empty = Q(**{f"{self.field}__isnull": True})
        if value is None:
            return (~empty | empty & beside) if backwards else empty & beside
        further = Q(**{f"{self.field}__{step}": value}) | Q(**{self.field: value}) & beside
        return further | empty if self.nullable and not backwards else further

    def cursor(self, row: Listed) -> str:
        value = getattr(row, self.field)
        text = value.isoformat() if isinstance(value, datetime) else "" if value is None else value
        return f"{text}~{row.pk}"

    def read(self, text: str) -> tuple[Any, int] | None:
        """The place that a cursor names; None for one that this list did not give."""
        value, _joint, last = text.rpartition("~")
        pk = key(last)
        if pk is None:
            return None
        if value == "":
            return (None, pk) if self.nullable else None
        try:
            return self._value(value), pk
        except ValueError:
            return None

    def _value(self, text: str) -> Any:
        if self.name == "severity":
            return _word(text, 10)
        if self.name == "number":
            return int(text[:18])
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise ValueError("a cursor's instant has its zone")
        return at


@dataclass(frozen=True, kw_only=True)
class BuiltIn:
    """A view that ships. `counted` is off where a number would tell nothing."""

    name: str | Promise
    asked: Asked
    icon: str
    key: str = ""
    urgent: bool = False
    counted: bool = True


def _view(**values: Any) -> Asked:
    return Asked(filter=QueueFilter(**values))


BUILT_IN = (
    BuiltIn(name=_("At risk"), asked=_view(at_risk=True), icon="flame", key="g r", urgent=True),
    BuiltIn(name=_("Mine"), asked=_view(assignee="me"), icon="user", key="g m"),
    BuiltIn(name=_("Unassigned"), asked=_view(assignee="nobody"), icon="user-plus", key="g u"),
    BuiltIn(
        name=pgettext_lazy("case state", "Waiting on customer"),
        asked=_view(states=(State.WAITING_ON_CUSTOMER,)),
        icon="hourglass",
    ),
    BuiltIn(name=_("Level 1"), asked=_view(queues=(Queue.TIER_1,)), icon="layers"),
    BuiltIn(name=_("Level 2"), asked=_view(queues=(Queue.TIER_2,)), icon="layers-2"),
    BuiltIn(name=_("Team leads"), asked=_view(queues=(Queue.LEAD,)), icon="shield-question-mark"),
    BuiltIn(name=_("All open"), asked=Asked(), icon="inbox", key="g q"),
    BuiltIn(
        name=_("Closed recently"),
        asked=Asked(filter=QueueFilter(states=(State.CLOSED,)), sort=Sort.UPDATED),
        icon="archive",
        counted=False,
    ),
)
