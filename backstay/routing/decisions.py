"""What a decision is made from, and what it says. Values only: no queries, no words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from backstay.routing.choices import Declared, Fact, RuleKind, Standing, Unroutable
from businesstime import Calendar

EVERYTHING = ""  # the channel of a limit over all channels together


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """What rules may ask of a case.

    `previous` is who last answered the customer; `returned_by` had the case and gave it back.
    """

    case_id: int | None = None
    boundary: str
    queue: str
    channel: str
    language: str
    product: str = ""
    product_line: str = ""
    topics: frozenset[str] = frozenset()
    previous: int | None = None
    returned_by: frozenset[int] = frozenset()
    due_at: datetime | None = None


@dataclass(kw_only=True, slots=True)
class Person:
    """A member of staff, made by the hundred for each decision.

    `skills` is level by (kind, key), `load` open cases by channel as the viewer sees them. `calendar` is that
    of the shift they work these days, None without one. `absences` are begin and end of those that are not
    over. `last_at` is when they last got a case by the rules.
    """

    id: int
    name: str
    language: str
    tier: int
    team: str
    leads: bool
    is_eligible: bool
    declared: Declared | None = None
    since: datetime | None = None
    heartbeat_at: datetime | None = None
    calendar: Calendar | None = None
    absences: Sequence[tuple[datetime, datetime]] = ()
    skills: Mapping[tuple[str, str], int] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    load: Mapping[str, int] = field(default_factory=dict)
    last_at: datetime | None = None
    standing: Standing = Standing.UNDECLARED  # at the room's instant, by `rules.standing`

    def with_another(self, channel: str, at: datetime) -> "Person":
        """The same, having just got a case."""
        return replace(self, load={**self.load, channel: self.load.get(channel, 0) + 1}, last_at=at)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`name` is the operator's own, empty for those that ship."""

    kind: RuleKind
    fact: Fact
    argument: str = ""
    weight: int = 0
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class DeskFacts:
    """The site's settings, see `models.Desk`."""

    assigns: bool = True
    default_limit: int = 10
    lapses_after_s: int = 300
    horizon_s: int = 24 * 3600
    weights: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Room:
    """Everybody who might take a case, with the rules and settings, as of `at`.

    Where nobody ever said that they are available and nobody has shifts, people take cases by themselves.
    """

    at: datetime
    people: Sequence[Person]
    rules: Sequence[Rule]
    desk: DeskFacts

    @cached_property
    def declares(self) -> bool:
        """Whether anybody here says when they take cases."""
        return any(person.declared for person in self.people)

    @cached_property
    def keeps_shifts(self) -> bool:
        return any(person.calendar for person in self.people)

    def with_another(self, staff_id: int, channel: str) -> "Room":
        """The same after somebody got a case."""
        people = [
            each.with_another(channel, self.at) if each.id == staff_id else each for each in self.people
        ]
        return replace(self, people=people)


@dataclass(frozen=True, kw_only=True)
class Lane:
    """A queue on one side of the boundary: is anybody available, and when is anybody here (None: never)."""

    queue: str
    boundary: str
    is_free: bool
    here_at: datetime | None


class Finding(NamedTuple):
    """What a fact is for one person: a share from 0 to 1, and the values of the sentence that says so.

    Like the next two a tuple, because a decision makes thousands of them.
    """

    share: float
    reason: str
    values: Mapping[str, object] = MappingProxyType({})


class Verdict(NamedTuple):
    """What a rule says of one person."""

    rule: Rule
    finding: Finding

    @property
    def passed(self) -> bool:
        return self.finding.share > 0

    @property
    def points(self) -> float:
        return round(self.rule.weight * self.finding.share, 1) if self.rule.kind is RuleKind.PREFER else 0.0


class Candidate(NamedTuple):
    """One person with every rule up to the first that shut them out, and the sum of their points."""

    staff_id: int
    name: str
    verdicts: Sequence[Verdict]
    points: float = 0.0
    excluded_by: Verdict | None = None


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Who would get a case at `at` and why: candidates with the best first, those shut out behind them.

    `unroutable` says that nobody can take it before `until`, and why.
    """

    at: datetime
    candidates: Sequence[Candidate]
    until: datetime
    unroutable: Unroutable | None = None

    @property
    def chosen(self) -> Candidate | None:
        best = self.candidates[0] if self.candidates else None
        return None if best is None or best.excluded_by else best
