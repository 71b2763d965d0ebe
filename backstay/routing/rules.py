"""Pure decisions: what may be believed of an availability, what each rule says, who gets a case."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

import businesstime
from backstay.accounts.choices import Role
from backstay.cases.choices import TIERS, Queue
from backstay.core.scoping import Boundary, Viewer
from backstay.routing.choices import Declared, Fact, RuleKind, SkillKind, Standing, Unroutable
from backstay.routing.decisions import (
    EVERYTHING,
    Candidate,
    CaseFacts,
    Decision,
    DeskFacts,
    Finding,
    Lane,
    Person,
    Room,
    Rule,
    Verdict,
)
from backstay.routing.models import HIGHEST_LEVEL
from businesstime import NeverOpen

OR_ABOVE = "or_above"  # the tier rule's argument that lets higher tiers take cases of lower ones
FULL_IDLE = timedelta(hours=8)  # without a new case: nobody is preferred for waiting longer
PRESENT = frozenset({Standing.AVAILABLE, Standing.BUSY})
# What changes by itself with time: who lacks only these may take the case later.
PASSING = frozenset({Fact.AVAILABLE, Fact.CAPACITY})
BOUNDARY_RULE = Rule(kind=RuleKind.REQUIRE, fact=Fact.BOUNDARY)


@dataclass(slots=True)
class Look:
    """What a fact looks at: this person for this case, by this rule. One wanders over all of a decision."""

    case: CaseFacts
    person: Person
    room: Room
    rule: Rule


Test = tuple[Rule, Callable[[Look], Finding]]
# Findings that are the same for everybody are made once.
READABLE_BY_ALL = Finding(1, "boundary_open")
ELIGIBLE, NOT_ELIGIBLE = Finding(1, "eligible"), Finding(0, "eligible_not")
RETURNED, NOT_RETURNED = Finding(0, "returned"), Finding(1, "returned_not")
PREVIOUS, NOT_PREVIOUS = Finding(1, "previous"), Finding(0, "previous_not")
STANDINGS = {each.value: Finding(float(each is Standing.AVAILABLE), f"standing_{each}") for each in Standing}
TIER_OF = {str(queue): tier for tier, queue in enumerate(TIERS, 1)}


def may_arrange(viewer: Viewer) -> bool:
    """Team leads arrange skills, shifts, absences and capacity of people, and the rules."""
    return viewer.is_machine or (viewer.is_staff and Role.LEAD in viewer.roles)


def standing(person: Person, *, at: datetime, desk: DeskFacts) -> Standing:
    """What may be believed of somebody's availability at an instant.

    A console that was not heard of for `lapses_after_s` takes no case. Who said during a shift that they are
    available is so until its end; who says it off shift, until the end of their next one.
    """
    if any(begin <= at < end for begin, end in person.absences):
        return Standing.ABSENT
    if person.declared is None or person.since is None or person.heartbeat_at is None:
        return Standing.UNDECLARED
    if person.declared is Declared.AWAY:
        return Standing.AWAY
    if at - person.heartbeat_at > timedelta(seconds=desk.lapses_after_s):
        return Standing.LAPSED
    if not is_on_shift(person, at=at) and _worked_since(person, person.since, at):
        return Standing.OFF_SHIFT
    return Standing(person.declared)


def is_on_shift(person: Person, *, at: datetime) -> bool:
    return person.calendar is not None and businesstime.is_open(person.calendar, at)


def _worked_since(person: Person, since: datetime, at: datetime) -> bool:
    return person.calendar is not None and businesstime.between(person.calendar, since, at) > 0


def next_shift(person: Person, *, after: datetime) -> datetime | None:
    """When somebody's next shift begins, or goes on after an absence; the one that runs is not the next."""
    if person.calendar is None:
        return None
    try:
        found = after
        if businesstime.is_open(person.calendar, after) and not _away_until(person, after):
            closes = businesstime.next_close(person.calendar, after)
            if closes is None:  # it runs for ever
                return None
            found = closes
        found = businesstime.next_open(person.calendar, _away_until(person, found) or found)
        while ends := _away_until(person, found):
            found = businesstime.next_open(person.calendar, ends)
    except NeverOpen:
        return None
    return found


def _away_until(person: Person, at: datetime) -> datetime | None:
    """The end of the absence at an instant, those that touch it included."""
    end: datetime | None = None
    for begin, until in sorted(person.absences):
        if begin <= (end or at) < until:
            end = until
    return end


def decide(case: CaseFacts, room: Room) -> Decision:
    """Who would get the case, and why the others would not. The boundary is required whatever is ruled."""
    rules = room.rules
    if not any(rule.fact is Fact.BOUNDARY and rule.kind is RuleKind.REQUIRE for rule in rules):
        rules = [BOUNDARY_RULE, *rules]
    required = _tests(rules, RuleKind.REQUIRE)
    preferred = _tests(rules, RuleKind.PREFER)
    judged = [(person, _candidate(case, person, room, required, preferred)) for person in room.people]
    judged.sort(key=lambda each: _rank(*each))
    until = case.due_at or room.at + timedelta(seconds=room.desk.horizon_s)
    candidates = tuple(candidate for _, candidate in judged)
    chosen = bool(candidates) and candidates[0].excluded_by is None
    unroutable = None if chosen else _unroutable(case, room, required, until)
    return Decision(at=room.at, candidates=candidates, until=until, unroutable=unroutable)


def _rank(person: Person, candidate: Candidate) -> tuple[object, ...]:
    """Best first; between equals whoever waits longest, then the first known."""
    waited = person.last_at.timestamp() if person.last_at else 0.0
    if candidate.excluded_by is not None:
        return (True, -len(candidate.verdicts), 0.0, candidate.name, person.id)
    return (False, -candidate.points, waited, "", person.id)


def _tests(rules: Sequence[Rule], kind: RuleKind) -> list[Test]:
    return [(rule, FACTS[rule.fact]) for rule in rules if rule.kind is kind]


def _candidate(
    case: CaseFacts, person: Person, room: Room, required: Sequence[Test], preferred: Sequence[Test]
) -> Candidate:
    look, verdicts = Look(case, person, room, BOUNDARY_RULE), []
    for rule, look_at in required:
        look.rule = rule
        finding = look_at(look)
        verdicts.append(Verdict(rule, finding))
        if finding.share <= 0:
            return Candidate(person.id, person.name, verdicts, excluded_by=verdicts[-1])
    points = 0.0
    for rule, look_at in preferred:
        look.rule = rule
        verdicts.append(Verdict(rule, look_at(look)))
        points += verdicts[-1].points
    return Candidate(person.id, person.name, verdicts, round(points, 1))


def _unroutable(case: CaseFacts, room: Room, required: Sequence[Test], until: datetime) -> Unroutable | None:
    """Why nobody can take the case before `until`; None where somebody can, later."""
    lasting = [(rule, look_at) for rule, look_at in required if rule.fact not in PASSING]
    suited = [
        person
        for person in room.people
        if all(look_at(Look(case, person, room, rule)).share > 0 for rule, look_at in lasting)
    ]
    if not suited:
        return Unroutable.NOBODY_SUITS
    if any(comes(person, room, until=until) for person in suited):
        return None
    on_shift = any(is_on_shift(person, at=room.at) for person in suited)
    return Unroutable.ALL_AWAY if on_shift or not room.keeps_shifts else Unroutable.NOBODY_ON_SHIFT


def comes(person: Person, room: Room, *, until: datetime) -> bool:
    """Whether somebody is here, or will be on shift before `until`."""
    here_at = arrival(person, room)
    return here_at is not None and (here_at <= room.at or here_at < until)


def arrival(person: Person, room: Room) -> datetime | None:
    """When somebody is here: now, at their next shift, or None where nobody can tell.

    Who never used the switch counts as here during their shift; where nobody uses shifts or the switch,
    everybody does: they look at the queue by themselves.
    """
    if person.standing in PRESENT:
        return room.at
    if person.standing is Standing.UNDECLARED:
        unused = not (room.keeps_shifts or room.declares)
        if unused or is_on_shift(person, at=room.at):
            return room.at
    return next_shift(person, after=room.at)


def lanes(room: Room) -> list[Lane]:
    """For every queue on each side of the boundary: is anybody free for it, and when is anybody here.

    It only saves looking at cases in vain; what a case gets is `decide`'s business.
    """
    tier = next((rule for rule in room.rules if rule.fact is Fact.TIER), None)
    found = []
    for queue, boundary in product(Queue, Boundary):
        bare = CaseFacts(boundary=boundary, queue=queue, channel=EVERYTHING, language="")
        rules = [BOUNDARY_RULE, tier] if tier else [BOUNDARY_RULE]
        suited = [
            person
            for person in room.people
            if all(FACTS[rule.fact](Look(bare, person, room, rule)).share > 0 for rule in rules)
        ]
        arrivals = [at for person in suited if (at := arrival(person, room))]
        found.append(
            Lane(
                queue=queue,
                boundary=boundary,
                is_free=any(person.standing is Standing.AVAILABLE for person in suited),
                here_at=min(arrivals, default=None),
            )
        )
    return found


def weight_of(channel: str, room: Room) -> int:
    return int(room.desk.weights.get(channel, 1))


def used(person: Person, channel: str, room: Room) -> int:
    """The weight of somebody's open cases of a channel, or of all."""
    if channel != EVERYTHING:
        return weight_of(channel, room) * person.load.get(channel, 0)
    if not room.desk.weights:
        return sum(person.load.values())
    return sum(weight_of(each, room) * count for each, count in person.load.items())


def limit(person: Person, room: Room) -> int:
    return person.limits.get(EVERYTHING, room.desk.default_limit)


def _tier(look: Look) -> Finding:
    if look.case.queue == Queue.LEAD:
        return Finding(float(look.person.leads), "leads" if look.person.leads else "leads_not")
    wanted = TIER_OF[look.case.queue]
    fits = look.person.tier >= wanted if look.rule.argument == OR_ABOVE else look.person.tier == wanted
    return Finding(
        float(fits), "tier" if fits else "tier_not", {"tier": look.person.tier, "team": look.person.team}
    )


def _boundary(look: Look) -> Finding:
    if look.case.boundary == Boundary.OPEN:
        return READABLE_BY_ALL
    return ELIGIBLE if look.person.is_eligible else NOT_ELIGIBLE


def _available(look: Look) -> Finding:
    return STANDINGS[look.person.standing.value]


def _capacity(look: Look) -> Finding:
    """Room in all, and where the channel has a limit of its own, in that."""
    more, most = weight_of(look.case.channel, look.room), limit(look.person, look.room)
    taken = used(look.person, EVERYTHING, look.room)
    if taken + more > most:
        return Finding(0, "capacity_full", {"used": taken, "limit": most})
    own = look.person.limits.get(look.case.channel)
    if own is not None and (of_channel := used(look.person, look.case.channel, look.room)) + more > own:
        return Finding(0, "capacity_full", {"used": of_channel, "limit": own})
    return Finding(1, "capacity", {"used": taken, "limit": most})


def _returned(look: Look) -> Finding:
    return RETURNED if look.person.id in look.case.returned_by else NOT_RETURNED


def _language(look: Look) -> Finding:
    """The customer's, by level; required, also one that everybody writes (the argument, "en, fr")."""
    level = _level(look.person, SkillKind.LANGUAGE, look.case.language)
    if not level and look.person.language == look.case.language:
        level = HIGHEST_LEVEL
    values = {"language": look.case.language, "level": level}
    if level:
        return Finding(level / HIGHEST_LEVEL, "language", values)
    for code in _codes(look.rule.argument) if look.rule.kind is RuleKind.REQUIRE else ():
        if look.person.language == code or _level(look.person, SkillKind.LANGUAGE, code):
            return Finding(1, "language_common", {"language": code})
    return Finding(0, "language_not", values)


def _codes(argument: str) -> list[str]:
    return [code.strip() for code in argument.split(",") if code.strip()]


def _product(look: Look) -> Finding:
    if not look.case.product:
        return Finding(float(look.rule.kind is RuleKind.REQUIRE), "product_none")
    level = max(
        _level(look.person, SkillKind.PRODUCT, key) for key in (look.case.product, look.case.product_line)
    )
    return _by_level(level, look.rule, "product")


def _topic(look: Look) -> Finding:
    if not look.case.topics:
        return Finding(float(look.rule.kind is RuleKind.REQUIRE), "topic_none")
    return _by_level(
        max(_level(look.person, SkillKind.TOPIC, key) for key in look.case.topics), look.rule, "topic"
    )


def _by_level(level: int, rule: Rule, reason: str) -> Finding:
    """Required, a skill has the level that the argument names, 1 unless told."""
    least = int(rule.argument) if rule.argument.isdecimal() else 1
    enough = level >= max(least, 1) if rule.kind is RuleKind.REQUIRE else level > 0
    return Finding(
        level / HIGHEST_LEVEL if enough else 0, reason if level else f"{reason}_not", {"level": level}
    )


def _level(person: Person, kind: SkillKind, key: str) -> int:
    return person.skills.get((kind, key), 0)


def _load(look: Look) -> Finding:
    most = limit(look.person, look.room)
    taken = used(look.person, EVERYTHING, look.room)
    share = max(0.0, 1 - taken / most) if most else 0.0
    return Finding(share, "load", {"used": taken, "limit": most})


def _previous(look: Look) -> Finding:
    return PREVIOUS if look.case.previous == look.person.id else NOT_PREVIOUS


def _idle(look: Look) -> Finding:
    if look.person.last_at is None:
        return Finding(1, "idle_never")
    waited = max(look.room.at - look.person.last_at, timedelta(0))
    return Finding(min(waited / FULL_IDLE, 1.0), "idle", {"since": look.person.last_at})


FACTS: Mapping[Fact, Callable[[Look], Finding]] = {
    Fact.TIER: _tier,
    Fact.BOUNDARY: _boundary,
    Fact.AVAILABLE: _available,
    Fact.CAPACITY: _capacity,
    Fact.RETURNED: _returned,
    Fact.LANGUAGE: _language,
    Fact.PRODUCT: _product,
    Fact.TOPIC: _topic,
    Fact.LOAD: _load,
    Fact.PREVIOUS: _previous,
    Fact.IDLE: _idle,
}
