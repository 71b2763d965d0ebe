"""Tells one story: who says what, in which words, and when."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from backstay.assets.models import Device
from backstay.cases.choices import State
from backstay.conversations.choices import Channel
from backstay.core.scoping import Viewer
from backstay.project.world import casting, data, details, timing
from backstay.project.world.data import Line, Script
from backstay.project.world.details import Details, Known
from backstay.project.world.endings import SEVERITIES, UNANSWERED, Begin, Ending
from backstay.project.world.happenings import (
    Act,
    Assign,
    ChangeSeverity,
    Close,
    Follow,
    Happening,
    Note,
    Open,
    Reopen,
    Reply,
    Story,
)
from backstay.project.world.parties import Colleague, Customer, Parties, Ware
from backstay.project.world.timing import HOUR, MINUTE, Promised, Promises

LEAST = 3  # messages of any case
REOPENED_UP_TO = 8  # messages, so that with those that follow it stays a conversation of at most twelve
CHANNELS = (Channel.PORTAL,) * 14 + (Channel.API,) * 3 + (Channel.STAFF,) * 3
QUIET = 6 * MINUTE  # nothing happens in the last minutes
STEP = timedelta(seconds=20)  # between two acts at least
FORCED = {Ending.WAITING: State.WAITING_ON_CUSTOMER}


@dataclass(frozen=True)
class Subject:
    """What is to be told."""

    script: Script
    begin: Begin
    ware: Ware
    ending: Ending


class Telling:
    """One story in the making. `acts` grow in the order of time; the last instant is `now`."""

    def __init__(
        self, parties: Parties, subject: Subject, promises: Promises, rng: Random, at: datetime
    ) -> None:
        self.promises, self.rng, self.at, self.subject = promises, rng, at, subject
        self.script, self.ending = subject.script, subject.ending
        self.customer: Customer = subject.begin.customer
        self.opened_at, self.severity = subject.begin.opened_at, subject.begin.severity
        self.plan = self.customer.plan(subject.ware.line, self.opened_at)
        self.crew = casting.crew(parties, self.customer, self.plan)
        self.agent: Colleague = self.crew.agent(rng)
        self.person = rng.choice([self.customer.people[0], *self.customer.people])
        self.device = self._device()
        self.version = self._version()
        self.details = self._details()
        self.phrases = data.phrases()[self.script.language]
        self.acts: list[Act] = []
        self.messages = 0
        self.now = self.opened_at

    def story(self) -> Story:
        """All acts, pressed together where they would run beyond the end."""
        before, after = self._halves()
        self._open(before[0])
        if self.ending in UNANSWERED:
            self._wait(before[1:])
        else:
            self._answer(before[1:], after)
        instants = [act.at for act in self.acts]
        fitted = timing.squeezed(instants, self.opened_at, self.at - QUIET)
        acts = tuple(replace(act, at=at) for act, at in zip(self.acts, fitted, strict=True))
        return Story(acts, self.script.key)

    # ------------------------------------------------------------------ what the case is about

    def _device(self) -> Device | None:
        mine = [each for each in self.customer.devices if each.product_id == self.subject.ware.row.pk]
        return self.rng.choice(mine) if mine else None

    def _version(self) -> int:
        """The position among the product's versions; that of the device where there is one."""
        versions = self.subject.ware.versions
        if self.device is not None:
            return next(n for n, each in enumerate(versions) if each.pk == self.device.version_id)
        return self.rng.randrange(max(len(versions) - 3, 0), len(versions))

    def _details(self) -> Details:
        serials = [each.serial for each in self.customer.devices] or ["-"]
        known = Known(
            script=self.script,
            customer=self.customer,
            contact=self.person.first_name,
            ware=self.subject.ware,
            version=self.version,
            serial=self.device.serial if self.device else self.rng.choice(serials),
            opened_at=self.opened_at,
        )
        return details.draw(self.rng, known)

    def _halves(self) -> tuple[list[Line], list[Line]]:
        """What is said before the first answer, and what is said from then until the story ends."""
        lines = list(self.script.lines)
        first = next(number for number, line in enumerate(lines) if line.who == "agent")
        return lines[:first], self._until_ending(lines[first:])

    def _until_ending(self, lines: list[Line]) -> list[Line]:
        agents = [number for number, line in enumerate(lines) if line.who == "agent"]
        customers = [number for number, line in enumerate(lines) if line.who == "customer"]
        match self.ending:
            case Ending.WAITING:
                return lines[: self.rng.choice(agents) + 1]
            case Ending.PROPOSED:
                return lines[: agents[-1] + 1]
            case Ending.WORKING:
                return lines[: self.rng.choice(customers[:-1] or customers) + 1]
            case Ending.ENGINEERING:
                told = Line(who="agent", text=self._phrase("engineering"), state=State.WAITING_ON_ENGINEERING)
                return [*lines[: customers[0] + 1], told]
        return lines

    # ------------------------------------------------------------------ until the first answer

    def _open(self, line: Line) -> None:
        channel = self.rng.choice(CHANNELS)
        by = self.person.viewer
        if channel is Channel.STAFF:
            by = self.agent.viewer
            # Nobody would find a case that is entered later than the world ends.
            self.now += min(self.rng.uniform(4, 35) * MINUTE, 0.3 * (self.at - QUIET - self.opened_at))
        thanks = self._phrase("thanks")
        text = "\n\n".join(filter(None, (self._phrase("greetings"), self._filled(line.text), thanks)))
        opened = Open(
            organisation_id=self.customer.row.pk,
            contact_id=self.person.row.pk,
            product_id=self.subject.ware.row.pk,
            product_version_id=self.subject.ware.versions[self.version].pk,
            device_id=self.device.pk if self.device else None,
            severity=self.severity,
            subject=self._filled(self.rng.choice(self.script.subjects)),
            text=text,
            channel=channel,
            received_at=self.opened_at,
        )
        self._act(by, opened)
        self.messages += 1

    def _wait(self, lines: list[Line]) -> None:
        """What is said while nobody answers: the customer adds to it, an agent has had a first look."""
        left = self.at - QUIET - self.now
        self._pass(min(0.3 * left, 2 * HOUR))
        self._before(lines, 0.1 * left)
        if self.messages < LEAST - 1:
            self._says(self._phrase("additions"))
        self._pass(0.15 * left)
        if self.rng.random() < 0.4:
            self._take()
        self._notes(self._phrase("looks"))
        if self.ending is Ending.LATE:
            self.now = max(self.now, min(self._due_at() + 2 * MINUTE, self.at - QUIET))
            self._says(self._phrase("nudges"))

    def _due_at(self) -> datetime:
        promise = self._promise(self.opened_at)
        return promise.due_at if promise else self.opened_at

    def _answer(self, before: list[Line], after: list[Line]) -> None:
        answered_at = self._answered_at()
        left = answered_at - self.now
        self._pass(min(self.rng.random() * 0.3 * left, 2 * HOUR))
        self._before(before, 0.1 * left)
        if self.rng.random() < 0.3 or self.messages + len(after) < LEAST:
            self._says(self._phrase("additions"))
        answered_at = self._maybe_other_severity(answered_at)
        self.now = max(self.now, answered_at - min(self.rng.uniform(6, 25) * MINUTE, 0.3 * left))
        self._take()
        if self.rng.random() < 0.35 or self.messages + len(after) < LEAST:
            self._notes(self._phrase("looks"))
        self.now = max(self.now, answered_at)
        self._go_on(after)

    def _before(self, lines: list[Line], step: timedelta) -> None:
        for line in lines:
            self._pass(step)
            if line.who == "customer":
                self._says(self._filled(line.text))
            else:
                self._take()
                self._notes(self._filled(line.text))

    def _answered_at(self) -> datetime:
        """Mostly well in time, sometimes after the warning, now and then too late."""
        promise = self._promise(self.opened_at)
        if promise is None:
            later = self.opened_at + self.rng.uniform(1, 16) * HOUR
            return timing.awake(self.rng, later, self.customer.zone, "S3")
        luck = self.rng.random()
        share = self.rng.uniform(0.08, 0.7)
        if luck > 0.88:
            share = self.rng.uniform(1.02, 1.8)
        elif luck > 0.72:
            share = self.rng.uniform(0.77, 0.97)
        return max(promise.at_share(share), self.now + 3 * MINUTE)

    def _promise(self, start: datetime) -> Promised | None:
        if self.plan is None:
            return None
        return self.promises.of(self.plan, self.severity, self.customer.data.region, start)

    def _maybe_other_severity(self, answered_at: datetime) -> datetime:
        """Now and then it gets worse, or better, before anybody answers; when the answer comes then."""
        luck, place = self.rng.random(), SEVERITIES.index(self.severity)
        if self.plan is None or not (0 < place < 3) or luck > 0.12:
            return answered_at
        if luck < 0.07:
            self._change_severity(SEVERITIES[place - 1], self._phrase("raised"), self.person.viewer)
            promise = self._promise(self.now)
            return min(answered_at, promise.at_share(0.6)) if promise else answered_at
        self._take()
        self._change_severity(SEVERITIES[place + 1], self._phrase("lowered"), self.agent.viewer)
        return answered_at

    # ------------------------------------------------------------------ from the first answer on

    def _go_on(self, lines: list[Line]) -> None:
        for number, line in enumerate(lines):
            if line.who == "note":
                self._pass(self.rng.uniform(4, 25) * MINUTE)
                self._hand_over(line)
                continue
            if number:
                is_customer = line.who == "customer"
                self._pass(timing.gap(self.rng, self.severity, is_customer=is_customer))
                self.now = timing.awake(self.rng, self.now, self.customer.zone, self.severity)
            if line.who == "customer":
                self._customer_line(line)
            else:
                self._agent_line(line, is_first=number == 0, is_last=line is lines[-1])
        if self.ending is Ending.CLOSED:
            self._end()
        elif self.rng.random() < 0.3:
            self._follow()

    def _customer_line(self, line: Line) -> None:
        self._says(self._filled(line.text))
        if line.severity and SEVERITIES.index(line.severity) < SEVERITIES.index(self.severity):
            self._change_severity(line.severity, line.because, self.person.viewer)

    def _agent_line(self, line: Line, *, is_first: bool, is_last: bool) -> None:
        parts = [self._filled(line.text)]
        if is_first:
            late = self._phrase("late") if self.plan and self.now > self._due_at() else ""
            parts = [self._phrase("answers"), late, *parts, self._phrase("regards")]
        elif self.rng.random() < 0.5:
            parts.append(self.agent.first_name)
        state = FORCED.get(self.ending) if is_last else None
        state = state or (State(line.state) if line.state else None)
        self._act(self.agent.viewer, Reply("\n\n".join(filter(None, parts)), state))
        self.messages += 1

    def _hand_over(self, line: Line) -> None:
        self._notes(self._filled(line.text))
        if line.to == 2 and self.agent.data.level == 1:
            self._pass(self.rng.uniform(5, 30) * MINUTE)
            self.agent = self.rng.choice(self.crew.second)
            self._act(self.crew.lead.viewer, Assign(self.agent.viewer.id))

    def _end(self) -> None:
        self._close()
        if self.messages <= REOPENED_UP_TO and self.rng.random() < 0.08:
            self._pass(self.rng.uniform(1, 6) * 24 * HOUR)
            self._act(self.person.viewer, Reopen(self._phrase("reopened")))
            self._pass(self.rng.uniform(0.3, 3) * HOUR)
            self._act(self.agent.viewer, Reply(self._phrase("again"), State.WAITING_ON_CUSTOMER))
            self._pass(self.rng.uniform(1, 9) * HOUR)
            self._says(self._phrase("settled"))
            self._close()

    def _close(self) -> None:
        if self.rng.random() < 0.3:
            self._pass(self.rng.uniform(0.05, 2) * HOUR)
            self._act(self.person.viewer, Close(""))
            return
        self._pass(self.rng.uniform(2, 70) * HOUR)
        self.now = timing.awake(self.rng, self.now, self.customer.zone, "S3")
        self._act(self.agent.viewer, Close(self._phrase("closing")))

    # ------------------------------------------------------------------ single acts

    def _act(self, by: Viewer, what: Happening) -> None:
        if self.acts:
            self.now = max(self.now, self.acts[-1].at + STEP)
        self.now = self.now.replace(microsecond=0)
        self.acts.append(Act(self.now, by, what))

    def _pass(self, while_: timedelta) -> None:
        self.now += while_

    def _says(self, text: str) -> None:
        self._act(self.person.viewer, Reply(text))
        self.messages += 1

    def _notes(self, text: str) -> None:
        self._act(self.agent.viewer, Note(text))
        self.messages += 1

    def _take(self) -> None:
        """The agent takes the case; without a promise it is a lead who gives it to them."""
        if any(isinstance(act.what, Assign) for act in self.acts):
            return
        by = self.agent if self.plan else self.crew.lead
        self._act(by.viewer, Assign(self.agent.viewer.id))

    def _change_severity(self, new: str, reason: str, by: Viewer) -> None:
        self.severity = new
        self._act(by, ChangeSeverity(new, reason))

    def _follow(self) -> None:
        others = [each for each in self.customer.people if each is not self.person]
        if others:
            self._act(self.person.viewer, Follow(self.rng.choice(others).row.pk))

    def _phrase(self, occasion: str) -> str:
        return self._filled(self.rng.choice(self.phrases[occasion]))

    def _filled(self, text: str) -> str:
        colleague = self.crew.colleague(self.rng, self.agent)
        return self.details.fill(text, agent=self.agent.first_name, colleague=colleague.first_name)
