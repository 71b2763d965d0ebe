"""A desk whose people say when they take cases."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest

from backstay.accounts.models import Contact, Staff
from backstay.cases import actions as cases
from backstay.cases.actions import NewCase
from backstay.cases.models import Case
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel
from backstay.core.scoping import acting, machine
from backstay.routing import actions, queries
from backstay.routing.choices import Declared
from backstay.routing.decisions import Decision
from backstay.routing.models import Skill
from businesstime import Window
from tests.fixtures.cast import SETUP, Cast

ROUTING = machine("routing")
OFFICE = ((Window.parse("09:00", "17:00"),),) * 5 + ((), ())


@dataclass
class Desk:
    """Arranges people and opens cases, as of `at` unless told."""

    cast: Cast
    at: datetime

    def declare(
        self, staff: Staff, state: Declared = Declared.AVAILABLE, *, at: datetime | None = None
    ) -> None:
        viewer = self.cast.viewer(staff)
        with acting(viewer):
            actions.declare(state=state, by=viewer, at=at or self.at)

    def beat(self, staff: Staff, *, at: datetime) -> None:
        viewer = self.cast.viewer(staff)
        with acting(viewer):
            actions.beat(by=viewer, at=at)

    def works(
        self, staff: Staff, days: tuple = OFFICE, zone: str = "Europe/Bucharest", country: str = ""
    ) -> None:
        """From long ago, without an end."""
        key = f"{zone.rpartition('/')[2].lower()}-{abs(hash(days)) % 10_000}"
        with acting(SETUP):
            week = actions.Week(zone=zone, days=days, country=country)
            pattern = actions.put_pattern(key=key, name=key, week=week, by=SETUP, at=self.at)
            since = self.at.date().replace(day=1)
            actions.set_shift(
                staff_id=staff.pk, pattern=pattern, since=since, until=None, by=SETUP, at=self.at
            )

    def knows(self, staff: Staff, skill: Skill, level: int) -> None:
        with acting(SETUP):
            actions.set_skill(staff_id=staff.pk, skill=skill, level=level, by=SETUP, at=self.at)

    def takes(self, staff: Staff, limit: int, channel: str = "") -> None:
        with acting(SETUP):
            actions.set_capacity(staff_id=staff.pk, limit=limit, channel=channel, by=SETUP, at=self.at)

    def opened(self, contact: Contact, *, at: datetime | None = None, **values: object) -> Case:
        viewer = self.cast.viewer(contact)
        given = {
            "subject": "Gateway drops mail",
            "severity": "S1",
            "organisation_id": contact.organisation_id,
        }
        new = NewCase(message=NewMessage(body="Since noon."), channel=Channel.PORTAL, **given | values)
        with acting(viewer):
            return cases.open_case(new=new, by=viewer, at=at or self.at)

    def route(self, case: Case, *, at: datetime | None = None) -> actions.Routed:
        with acting(ROUTING):
            return actions.route(case_id=case.pk, by=ROUTING, at=at or self.at)

    def decide(self, case: Case, *, at: datetime | None = None) -> Decision:
        with acting(ROUTING):
            return queries.decide(case, at=at or self.at)

    def assignee(self, case: Case) -> int | None:
        with acting(SETUP):
            return Case.objects.get(pk=case.pk).assignee_id


@pytest.fixture
def desk(cast: Cast, at: datetime) -> Desk:
    return Desk(cast, at)


@pytest.fixture
def ana(cast: Cast) -> Contact:
    """A Gold customer's, so her cases wait at level 1."""
    return cast.contact(cast.organisation())


@pytest.fixture
def dana(cast: Cast) -> Staff:
    return cast.staff("Dana")


@pytest.fixture
def skill() -> Callable[..., Skill]:
    def put(kind, key, words=()):
        with acting(SETUP):
            return actions.put_skill(kind=kind, key=key, label=key.title(), words=words, by=SETUP)

    return put
