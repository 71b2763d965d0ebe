"""A case that nobody moves, and a clock that tests turn: every sweeper at each instant that it asked for."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from backstay.accounts.choices import Role
from backstay.accounts.models import Contact, Organisation, Staff
from backstay.cases import actions as cases
from backstay.cases.actions import NewCase
from backstay.cases.models import Case
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel
from backstay.core import audit, readers
from backstay.core.scoping import Viewer, acting, machine
from backstay.escalation import jobs, queries
from backstay.escalation.models import EscalationStep
from backstay.oncall import actions as oncall
from backstay.oncall import jobs as oncall_jobs
from backstay.oncall import queries as oncall_queries
from backstay.oncall.actions import LayerTerms, RotaTerms
from backstay.oncall.choices import Purpose
from backstay.oncall.models import Page, PageDelivery
from backstay.sla import jobs as sla_jobs
from backstay.sla import queries as sla_queries
from tests.core.outbox import number
from tests.fixtures.cast import Cast

BY = machine("test")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FOLLOWED = ("cases.clock-marks", "escalation.ladders", "escalation.requests")


@dataclass
class House:
    """Who works here and who is on call; `us`: all of them eligible, else nobody."""

    cast: Cast
    us: bool = False
    people: dict[str, Staff] = field(default_factory=dict)

    def person(self, name: str, role: Role = Role.AGENT, *, tier: int = 1, us: bool | None = None) -> Staff:
        if name not in self.people:
            inside = self.us if us is None else us
            self.people[name] = self.cast.staff(name, role, tier=tier, eligible_us=inside)
        return self.people[name]

    def viewer(self, name: str) -> Viewer:
        return self.cast.viewer(self.people[name])

    def rota(self, purpose: str, *members: Staff) -> None:
        """The first of them is on call all the time, the others are the levels behind."""
        at = self.cast.at
        serves = "us" if self.us else "open"
        terms = RotaTerms(
            key=f"{purpose}-{serves}",
            name=purpose,
            purpose=Purpose(purpose),
            serves=serves,
            zone="Europe/Bucharest",
        )
        layer = LayerTerms(
            name="Weeks",
            zone="Europe/Bucharest",
            first_day=at.date() - DAY,
            hands_over_at=time(9),
            turn_days=100,
            members=[member.pk for member in members],
        )
        with acting(BY):
            rota = oncall.add_rota(terms=terms, by=BY, at=at)
            oncall.put_layer(rota=rota, terms=layer, by=BY, at=at)

    def furnish(self) -> None:
        """Two on call for support, one for management, a lead at each tier, a manager who is off."""
        self.rota("support", self.person("Ada"), self.person("Bo"))
        self.rota("management", self.person("Mia", Role.MANAGER, tier=2))
        self.person("Lea One", Role.LEAD, tier=1)
        self.person("Lou Two", Role.LEAD, tier=2)
        self.person("Max", Role.MANAGER, tier=2)


@dataclass
class Scene:
    """One case, and what happens to it as time passes."""

    house: House
    organisation: Organisation
    contact: Contact
    ana: Viewer
    case: Case
    now: datetime
    log: list[tuple[timedelta, str]] = field(default_factory=list)

    def follow(self, at: datetime) -> None:
        """Let the readers follow to the end."""
        for _ in range(3):
            number()
            for name in FOLLOWED:
                readers.drain(name, at)

    def turn(self, until: datetime) -> None:
        """Turn the clock: every sweeper works at each instant at which one of them has something to do."""
        self.follow(self.now)
        while (following := self._next()) and following <= until:
            self.now = following
            sla_jobs.sweep(at=following)
            jobs.sweep(at=following)
            oncall_jobs.sweep(at=following)
            self.follow(following)
        self.now = until

    def _next(self) -> datetime | None:
        with acting(BY):
            instants = [
                asked(after=self.now)
                for asked in (sla_queries.next_due, queries.next_due, oncall_queries.next_due)
            ]
        return min(filter(None, instants), default=None)

    def act(self, verb: Any, by: Viewer, *, at: datetime | None = None, **values: Any) -> Any:
        with acting(by):
            done = verb(case_id=self.case.pk, by=by, at=at or self.now, **values)
        self.follow(at or self.now)
        return done

    def reply(self, by: Viewer, at: datetime | None = None, **values: Any) -> None:
        self.act(cases.reply, by, at=at, message=NewMessage(body="We look."), seen=None, **values)

    def read(self) -> Case:
        with acting(BY):
            return Case.objects.get(pk=self.case.pk)

    def steps(self) -> list[EscalationStep]:
        with acting(BY):
            return list(EscalationStep.objects.filter(case=self.case).order_by("position", "cycle", "id"))

    def step(self, mark: str, cycle: int = 1) -> EscalationStep:
        (found,) = [row for row in self.steps() if (row.mark, row.cycle) == (mark, cycle)]
        return found

    def taken(self) -> list[tuple[timedelta, str]]:
        """Which marks were taken, how long after the opening, in the order in which it happened."""
        with acting(BY):
            entries = audit.of(("case", self.case.pk)).filter(kind="escalation_step")
            return [(entry.at - self.case.opened_at, entry.facts["mark"]) for entry in entries]

    def asked(self) -> list[tuple[timedelta, str, str]]:
        """Who was paged, how long after the opening, and for what: from the deliveries."""
        with acting(BY):
            rows = PageDelivery.objects.exclude(page__state="notice").select_related("page", "staff")
            return [
                (row.page.made_at + row_wait(row) - self.case.opened_at, row.staff.name, row.page.purpose)
                for row in rows.order_by("id")
            ]

    def told(self) -> list[tuple[timedelta, str]]:
        """Who was given a notice, and how long after the opening."""
        with acting(BY):
            rows = Page.objects.filter(state="notice").select_related("staff").order_by("id")
            return [(row.made_at - self.case.opened_at, row.staff.name) for row in rows]


def row_wait(row: PageDelivery) -> timedelta:
    """A page goes to the next level every five minutes."""
    return 5 * MINUTE * (row.level - 1 + (row.turn - 1) * 2)


@pytest.fixture
def house(cast):
    return House(cast)


@pytest.fixture
def opened(cast, at):
    """`opened(house, plan, severity)`: a case of that plan's customer, received at `at`."""

    def open_one(house, plan="gold", severity="S1", **values):
        organisation = cast.organisation(f"Meridian {plan}".strip(), plan, values.pop("region", "ro"))
        contact = cast.contact(organisation)
        ana = cast.viewer(contact)
        new = NewCase(
            subject="Nothing passes the gateway",
            message=NewMessage(body="All dead since ten."),
            severity=severity,
            channel=Channel.PORTAL,
            organisation_id=organisation.pk,
        )
        received = values.pop("at", at)
        with acting(ana):
            case = cases.open_case(new=new, by=ana, at=received)
        scene = Scene(house, organisation, contact, ana, case, received)
        scene.follow(received)
        return scene

    return open_one


@pytest.fixture
def scene(house, opened):
    """A Gold S1 in a house where everybody is there."""
    house.furnish()
    return opened(house)
