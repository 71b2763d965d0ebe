"""Who hears of which event on their open page, through the running stream. A new event needs a row."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from backstay.core.events import Event, publish
from backstay.core.live import LiveApplication
from backstay.core.models import OutboxEvent
from backstay.core.scoping import Viewer, acting
from backstay.project.live_access import live_access
from tests.core.streams import Server
from tests.fixtures.cast import SETUP, Cast
from tests.project.url_world import World

pytestmark = pytest.mark.django_db(transaction=True)

STAFF = {"staff"}
CUSTOMERS = {"staff", "customers"}
NOBODY: set[str] = set()  # readers work with it, no page does
HEARD = {
    "AccessChanged": {"themselves"},
    "SignedOut": NOBODY,
    "AlarmRaised": STAFF,
    "AlarmSettled": STAFF,
    "AvailabilityChanged": STAFF,
    "CaseAssigned": STAFF,
    "CaseClockMarked": STAFF,
    "CaseCorrected": CUSTOMERS,
    "CaseHandedOver": STAFF,
    "CaseIncidentChanged": CUSTOMERS,
    "CaseLinked": STAFF,
    "CaseNoted": STAFF,
    "CaseOpened": CUSTOMERS,
    "CaseOwnerChanged": STAFF,
    "CaseQuietChanged": CUSTOMERS,
    "CaseReminded": CUSTOMERS,
    "CaseReplied": CUSTOMERS,
    "CaseSeverityChanged": CUSTOMERS,
    "CaseStateChanged": CUSTOMERS,
    "CaseUnroutable": NOBODY,
    "ClockBreached": NOBODY,
    "ClockWarned": NOBODY,
    "EscalationDecided": CUSTOMERS,
    "EscalationRequested": CUSTOMERS,
    "IncidentChanged": STAFF,
    "IncidentDeclared": STAFF,
    "IncidentResolved": STAFF,
    "IncidentReviewed": STAFF,
    "IncidentUpdated": STAFF,
    "NoticeGiven": STAFF,
    "PageAcknowledged": STAFF,
    "PageMade": STAFF,
    "PageSteppedOn": STAFF,
    "PageUnanswered": STAFF,
    "PageWithdrawn": STAFF,
    "StepTaken": STAFF,
}
# What several events have in common is never published itself.
FAMILIES = {"CaseEvent", "ClockMarked", "EscalationEvent", "IncidentEvent", "PageEvent", "RequestEvent"}
WORKS_HERE = {"agent", "abroad", "us_person", "lead", "manager", "administrator", "eligible", "auditor"}
# Side of the boundary -> audience -> who is in it.
AUDIENCES = {
    "open": {"staff": WORKS_HERE, "customers": {"contact", "partner"}, "themselves": {"agent"}},
    "us": {"staff": {"eligible", "auditor"}, "customers": {"bound_contact"}, "themselves": {"eligible"}},
}
PEOPLE = sorted({"other_contact", "contact", "partner", "bound_contact"} | WORKS_HERE)


def ours() -> dict[str, type[Event]]:
    return {name: kind for name, kind in Event.known.items() if kind.__module__.startswith("backstay.")}


def test_every_event_has_a_row():
    assert set(ours()) == HEARD.keys() | FAMILIES


def made(world: World, kind: type[Event], side: str) -> Event:
    """An event of this kind about the case on one side of the boundary."""
    case = world.case if side == "open" else world.bound_case
    whom = world.people["agent" if side == "open" else "eligible"]
    known: dict[str, Any] = {
        "boundary": side,
        "case_id": case.pk,
        "organisation_id": case.organisation_id,
        "contact_ids": [case.contact_id],
        "subject": f"case:{case.pk}",
        "user_id": whom.user_id,
        "did": {},
        "is_late": False,
    }
    given = {
        field.name: known.get(field.name, case.pk if "int" in str(field.type) else "x")
        for field in fields(kind)
    }
    return kind(**given)


async def nothing_else(scope, receive, send) -> None: ...


@pytest.fixture
def world(db) -> World:
    world = World(Cast(timezone.now()))
    world.bind()
    return world


@pytest.fixture
def server(world) -> Iterator[Server]:
    with Server(LiveApplication(live_access, nothing_else)) as server:
        yield server


def session(world: World, role: str) -> str:
    return str(world.client(role).cookies[settings.SESSION_COOKIE_NAME].value)


def heard(stream, last: int) -> set[tuple[str, str]]:
    """Names and keys of what came, up to the notice with the number `last`."""
    found = set()
    while (event := stream.next()) is not None and event["n"] != last:
        assert event["event"] == "message"
        found.add((event["name"], event["key"]))
    return found


def tell_of_everything(world: World) -> dict[tuple[str, str], set[str]]:
    """Publish each kind of event on each side; which people should hear of which."""
    expected: dict[tuple[str, str], set[str]] = {}
    with acting(SETUP):
        for name, audiences in HEARD.items():
            for side, people in AUDIENCES.items():
                event = made(world, ours()[name], side)
                publish(event, at=world.cast.at)
                expected[name, event.key] = set().union(*(people[each] for each in audiences)) | expected.get(
                    (name, event.key), set()
                )
    return expected


def end_for(world: World, role: str) -> int:
    """The number of a last notice, of this person's own."""
    with acting(SETUP):
        publish(
            ours()["AccessChanged"](user_id=world.people[role].user_id, boundary="open"), at=world.cast.at
        )
    with acting(SETUP):
        return int(OutboxEvent.objects.latest("seq").seq)


def test_each_event_is_heard_by_those_who_may_know_of_its_case_and_nobody_else(world, server):
    streams = {role: server.get(session(world, role)) for role in PEOPLE}
    assert {stream.status for stream in streams.values()} == {200}
    expected = tell_of_everything(world)
    ends = {role: end_for(world, role) for role in PEOPLE}
    told = {role: heard(streams[role], ends[role]) for role in PEOPLE}
    assert {key: {role for role in PEOPLE if key in told[role]} for key in expected} == expected


def test_returning_browser_catches_up_on_the_same_even_where_the_code_forgets_the_boundary(
    world, server, monkeypatch
):
    """What was missed is read as the person who missed it, so the database alone holds it back."""
    expected = tell_of_everything(world)
    ends = {role: end_for(world, role) for role in PEOPLE}
    monkeypatch.setattr(Viewer, "sees", lambda _viewer, _boundary: True)
    streams = {role: server.get(session(world, role), last_event_id="0") for role in PEOPLE}
    told = {role: heard(streams[role], ends[role]) for role in PEOPLE}
    assert {key: {role for role in PEOPLE if key in told[role]} for key in expected} == expected
