"""The rows of one block of cases: conversations, messages, cases, clocks and what was written down."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from random import Random

from backstay.cases.choices import ClockKind, Queue, State
from backstay.conversations.choices import AuthorKind, Channel, Visibility
from backstay.entitlements.choices import NoPromise
from backstay.project.load import clocks
from backstay.project.load.clocks import Clock, Terms
from backstay.project.load.copying import Rows, escaped
from backstay.project.load.members import Agent, Member
from backstay.sla.choices import ClockState, Happening, Mark

HOUR = timedelta(hours=1)
YEARS = timedelta(days=730)  # over which closed cases began
RECENT = timedelta(days=9)
OPEN = 0.03
SEVERITIES, WEIGHTS = ("S1", "S2", "S3", "S4"), (1, 2, 5, 2)
STAGES = {"answered": 50, "waits": 18, "runs": 27, "paused": 5}  # of a hundred open cases
CHANNELS = (Channel.PORTAL, Channel.PORTAL, Channel.PORTAL, Channel.API)
COLUMNS = {
    "conversations_conversation": "id boundary channel organisation_id started_at",
    "conversations_message": "boundary conversation_id visibility author_kind author_staff_id"
    " author_contact_id author_name body sent_at recorded_at",
    "cases_case": "id boundary number subject organisation_id contact_id conversation_id product_id"
    " product_version_id device_id contract_id plan_version_id region no_promise severity state queue"
    " assignee_id channel opened_at recorded_at updated_at closed_at next_due_at version",
    "sla_clock": "id boundary unit amount calendar_id kind pauses warn_percent source state started_at"
    " length_s counted_s remaining_s due_at warn_at next_mark next_mark_at warned_at breached_at stopped_at",
    "sla_clockevent": "boundary clock_id kind at recorded_at reason actor",
    "sla_clockmark": "boundary clock_id mark due_at recorded_at",
    "cases_caseclock": "boundary case_id clock_id kind is_current",
    "core_auditentry": "boundary subject_kind subject_id kind facts actor_kind actor_id actor_name at",
}


class Stage(StrEnum):
    """Where a case stands: closed, or one of the open ones by what its clock does."""

    CLOSED = "closed"
    ANSWERED = "answered"
    WAITS = "waits"  # answered, and on the customer
    RUNS = "runs"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Keys:
    """The row keys of one case."""

    case: int
    number: int
    conversation: int
    clock: int


@dataclass(frozen=True, slots=True)
class Course:
    """What became of a case, and when. `answered_at` is None until staff have answered."""

    stage: Stage
    opened_at: datetime
    answered_at: datetime | None
    last_at: datetime
    clock: Clock | None


class Block:
    """Gathers rows. `terms` are by plan, region and severity; `texts` are bodies and subjects for COPY."""

    def __init__(
        self,
        rng: Random,
        at: datetime,
        terms: Mapping[tuple[str, str, str], Terms],
        agents: tuple[Agent, ...],
        texts: tuple[list[str], list[str]],
    ) -> None:
        self.rng, self.at, self.terms = rng, at, terms
        self.bodies, self.subjects = texts
        self.everybody = agents
        self.eligible = tuple(agent for agent in agents if agent.is_eligible)
        self.rows = {table: Rows(table, tuple(names.split())) for table, names in COLUMNS.items()}

    def add(self, member: Member, keys: Keys) -> None:
        """One case with all that belongs to it."""
        rng = self.rng
        severity = rng.choices(SEVERITIES, WEIGHTS)[0]
        course = self._course(member, severity)
        agent = rng.choice(self.eligible if member.boundary == "us" else self.everybody)
        contact = rng.choice(member.contacts)
        channel = rng.choice(CHANNELS)
        opened = course.opened_at.isoformat()
        self.rows["conversations_conversation"].add(
            keys.conversation, member.boundary, channel, member.id, opened
        )
        count = self._messages(member, keys, course, agent, contact)
        self._case(member, keys, course, (severity, channel), (agent, contact), count)
        if course.clock is not None:
            self._clock(member, keys, course.clock, agent)
        self._trail(member, keys, course, severity, agent, contact)

    # ------------------------------------------------------------------ what became of it

    def _course(self, member: Member, severity: str) -> Course:
        rng = self.rng
        stage = Stage.CLOSED
        if rng.random() < OPEN:
            stage = Stage(rng.choices(list(STAGES), list(STAGES.values()))[0])
        span = YEARS if stage is Stage.CLOSED else RECENT
        if stage in {Stage.RUNS, Stage.PAUSED}:
            span = rng.choice((2 * HOUR, 8 * HOUR, 3 * 24 * HOUR))
        opened_at = self.at - timedelta(seconds=rng.randint(400, int(span.total_seconds())))
        if not member.plan:
            return self._unpromised(stage, opened_at)
        promise = clocks.promise(self.terms[member.plan, member.region, severity], opened_at)
        if stage is Stage.RUNS:
            return Course(stage, opened_at, None, self.at, clocks.running(promise, self.at))
        if stage is Stage.PAUSED:
            paused_at = opened_at + min(0.5 * (self.at - opened_at), 0.4 * (promise.warn_at - opened_at))
            clock = clocks.paused(promise, _whole(paused_at))
            return Course(stage, opened_at, None, self.at, clock)
        answered_at = min(promise.at_share(self._share()), self.at - timedelta(seconds=60))
        return self._answered(stage, opened_at, answered_at, clocks.stopped(promise, answered_at))

    def _unpromised(self, stage: Stage, opened_at: datetime) -> Course:
        if stage in {Stage.RUNS, Stage.PAUSED}:
            return Course(Stage.RUNS, opened_at, None, self.at, None)
        answered_at = opened_at + self.rng.random() * 0.5 * min(self.at - opened_at, 30 * HOUR)
        return self._answered(stage, opened_at, _whole(answered_at), None)

    def _answered(
        self, stage: Stage, opened_at: datetime, answered_at: datetime, clock: Clock | None
    ) -> Course:
        later = answered_at + self.rng.expovariate(1 / 70) * HOUR + 10 * HOUR / 60
        return Course(stage, opened_at, answered_at, _whole(min(later, self.at)), clock)

    def _share(self) -> float:
        """Six of a hundred answers are late, another twelve come after the warning."""
        luck = self.rng.random()
        if luck < 0.06:
            return self.rng.uniform(1.01, 1.9)
        return self.rng.uniform(0.76, 0.99) if luck < 0.18 else self.rng.uniform(0.03, 0.74)

    # ------------------------------------------------------------------ rows

    def _messages(
        self, member: Member, keys: Keys, course: Course, agent: Agent, contact: tuple[int, str]
    ) -> int:
        """From both sides in turn, with notes in between; the answer stands at the instant that counts."""
        rng, rows = self.rng, self.rows["conversations_message"]
        count = min(20, max(2, round(rng.gauss(10, 4))))
        first = course.answered_at or course.last_at
        instants = [course.opened_at, *_between(rng, first, course.last_at, count - 1)]
        if course.answered_at is None:
            instants = [course.opened_at, *_between(rng, course.opened_at, course.last_at, count - 1)]
        else:
            instants[1] = course.answered_at
        for number, instant in enumerate(instants):
            is_note = (number > 1 and rng.random() < 0.15) or (course.answered_at is None and number % 3 == 2)
            is_staff = is_note or (course.answered_at is not None and number % 2 == 1)
            rows.add(
                member.boundary,
                keys.conversation,
                Visibility.INTERNAL if is_note else Visibility.PUBLIC,
                AuthorKind.STAFF if is_staff else AuthorKind.CONTACT,
                agent.id if is_staff else None,
                None if is_staff else contact[0],
                agent.name if is_staff else contact[1],
                rng.choice(self.bodies),
                *(instant.isoformat(),) * 2,
            )
        return count

    def _case(
        self,
        member: Member,
        keys: Keys,
        course: Course,
        labels: tuple[str, str],
        people: tuple[Agent, tuple[int, str]],
        count: int,
    ) -> None:
        rng, (severity, channel), (agent, contact) = self.rng, labels, people
        device, product, version = rng.choice(member.devices)
        terms = self.terms[member.plan, member.region, severity] if member.plan else None
        state = self._state(course)
        taken = course.answered_at is not None or rng.random() < 0.5
        clock = course.clock
        self.rows["cases_case"].add(
            keys.case,
            member.boundary,
            keys.number,
            rng.choice(self.subjects),
            member.id,
            contact[0],
            keys.conversation,
            product,
            version,
            device if rng.random() < 0.4 else None,
            member.contract_id,
            terms.plan_version if terms else None,
            member.region if terms else "",
            "" if terms else NoPromise.NO_CONTRACT,
            severity,
            State.TRIAGE if taken and state is State.NEW else state,
            _queue(member),
            agent.id if taken else None,
            channel,
            *(course.opened_at.isoformat(),) * 2,
            course.last_at.isoformat(),
            course.last_at.isoformat() if course.stage is Stage.CLOSED else None,
            clock.promise.due_at if clock is not None and clock.is_running else None,
            count + 2,
        )

    def _state(self, course: Course) -> State:
        fixed = {
            Stage.CLOSED: State.CLOSED,
            Stage.WAITS: State.WAITING_ON_CUSTOMER,
            Stage.PAUSED: State.WAITING_ON_CUSTOMER,
            Stage.RUNS: State.NEW,
        }
        working = (
            State.IN_PROGRESS,
            State.IN_PROGRESS,
            State.WAITING_ON_ENGINEERING,
            State.SOLUTION_PROPOSED,
        )
        return fixed.get(course.stage) or self.rng.choice(working)

    def _clock(self, member: Member, keys: Keys, clock: Clock, agent: Agent) -> None:
        promise, terms, side = clock.promise, clock.promise.terms, member.boundary
        marks = dict(clock.marks)
        started, stopped_at = promise.started_at, clock.stopped_at
        is_paused = clock.state is ClockState.PAUSED
        warn_at: datetime | None = promise.warn_at
        if is_paused or (stopped_at is not None and promise.warn_at > stopped_at):
            warn_at = None  # as the clock's own reading has it
        self.rows["sla_clock"].add(
            keys.clock,
            side,
            terms.span.unit,
            terms.span.amount,
            terms.calendar_id,
            terms.kind,
            is_paused,
            terms.warn_percent,
            terms.source(member.contract),
            clock.state,
            started,
            promise.length_s,
            clock.counted_s,
            clock.remaining_s,
            None if is_paused else promise.due_at,
            warn_at,
            *clock.next_mark,
            marks.get(Mark.WARNING),
            marks.get(Mark.BREACH),
            stopped_at,
        )
        self.rows["cases_caseclock"].add(side, keys.case, keys.clock, ClockKind.FIRST_RESPONSE, True)
        events = self.rows["sla_clockevent"]
        events.add(side, keys.clock, Happening.START, started, started, "", "")
        if clock.paused_at is not None:
            at = clock.paused_at
            events.add(side, keys.clock, Happening.PAUSE, at, at, "waiting_on_customer", agent.name)
        if stopped_at is not None:
            events.add(side, keys.clock, Happening.STOP, stopped_at, stopped_at, "first_response", agent.name)
        for mark, instant in clock.marks:
            self.rows["sla_clockmark"].add(side, keys.clock, mark, instant, instant)

    def _trail(
        self,
        member: Member,
        keys: Keys,
        course: Course,
        severity: str,
        agent: Agent,
        contact: tuple[int, str],
    ) -> None:
        """What the history shows: opened, assigned where somebody answered, closed."""
        rows, about = self.rows["core_auditentry"], (member.boundary, "case", keys.case)
        no_promise = "" if member.plan else NoPromise.NO_CONTRACT
        facts = _json(severity=severity, no_promise=no_promise)
        rows.add(*about, "case_opened", facts, "contact", contact[0], contact[1], course.opened_at)
        by = ("staff", agent.id, agent.name)
        if course.answered_at is not None:
            facts = _json(old=None, new=agent.id, name=agent.name)
            rows.add(*about, "case_assigned", facts, *by, course.answered_at)
        if course.stage is Stage.CLOSED:
            facts = _json(old=State.IN_PROGRESS, new=State.CLOSED, reason="Solved")
            rows.add(*about, "case_state_changed", facts, *by, course.last_at)


def _queue(member: Member) -> Queue:
    if not member.plan:
        return Queue.LEAD
    return Queue.TIER_2 if member.plan in {"platinum", "emerald-us"} else Queue.TIER_1


def _between(rng: Random, first: datetime, last: datetime, count: int) -> list[datetime]:
    """So many instants in order, the ends included."""
    seconds = max(int((last - first).total_seconds()), 0)
    found = sorted(rng.randint(0, seconds) for _ in range(count))
    return [first + timedelta(seconds=each) for each in found]


def _whole(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(microsecond=0)


def _json(**facts: object) -> str:
    return escaped(json.dumps(facts))
