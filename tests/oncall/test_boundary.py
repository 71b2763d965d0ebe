"""Who is told what by pages and notices, of every kind and through every door. A new kind needs a row."""

import pytest

from backstay.accounts.choices import Fact, Role
from backstay.core.scoping import acting
from backstay.oncall import actions, wording
from backstay.oncall.actions import sending
from backstay.oncall.choices import DoorKind
from backstay.oncall.models import Page, PersonDoor
from tests.fixtures.duty import BY, MINUTE

SAYS = "The calorimeter of Zephyrine"
FACTS = {
    "text": SAYS,
    "case": "BS-770077",
    "severity": "S1",
    "mark": "breach",
    "urgency": {"en": SAYS, "ro": SAYS},
    "manager": SAYS,
    "by": SAYS,
    "person": SAYS,
}
# Kind -> what an open one quotes; a bound one of any kind quotes nothing.
QUOTES = {
    "trial": set(),
    "message": {SAYS},
    "escalation_step": {"BS-770077"},
    "escalation_request": {"BS-770077", SAYS},
    "escalation_request_late": {"BS-770077"},
    "escalation_accepted": {"BS-770077", SAYS},
    "escalation_alarm": {"BS-770077"},
    "escalation_call": {"BS-770077", SAYS},
}
WORDS = (SAYS, "BS-770077")
EVERY_DOOR = {
    DoorKind.EMAIL: "grace@home.example",
    DoorKind.PUSH: "https://push.example/1",
    DoorKind.WEBHOOK: "https://hook.example/1",
    DoorKind.SMS: "+12025550100",
    DoorKind.VOICE: "+12025550100",
}


def test_every_kind_has_a_row():
    assert wording.tellings.keys() == QUOTES.keys()


@pytest.fixture
def staff(duty, cast):
    """Everybody who works here, all of them on call for both sides; Grace is the one inside."""
    names = ["Dana", "Abe", "Pia", "Lena", "Mona", "Ada", "Grace"]
    roles = {"Lena": Role.LEAD, "Mona": Role.MANAGER, "Ada": Role.ADMINISTRATOR}
    for name in names:
        duty.person(name, role=roles.get(name, Role.AGENT), eligible_us=name in {"Abe", "Grace"})
    cast.declare(duty.made["Abe"], "RO", duty.at)
    cast.attest(duty.made["Pia"], Fact.US_PERSON)
    cast.declare(duty.made["Pia"], "US")
    duty.rota(*names)
    duty.rota(*reversed(names), serves="us", key="everybody-us")
    with acting(BY):
        for kind, address in EVERY_DOOR.items():
            PersonDoor.objects.create(
                staff=duty.made["Grace"], kind=kind, address=address, label="", secret="{}", made_at=duty.at
            )
    return duty.made


def sent(duty) -> list[sending.Outgoing]:
    """What would leave the machine within an hour."""
    with acting(BY):
        return actions.claim(at=duty.at + 60 * MINUTE, limit=100)


def quoted(outgoing: sending.Outgoing) -> set[str]:
    told = f"{outgoing.title} {outgoing.text} {outgoing.callback} {outgoing.acknowledge}"
    return {word for word in WORDS if word in told}


@pytest.mark.parametrize("kind", QUOTES)
def test_bound_page_reaches_nobody_outside_and_quotes_nothing_at_any_door(duty, staff, kind):
    page = duty.page(boundary="us", kind=kind, facts=FACTS)
    duty.pass_time(page, minutes=60)
    rows = duty.deliveries(page)
    assert {row.staff.name for row in rows} == {"Grace"}
    assert {row.door for row in rows} == set(EVERY_DOOR)
    assert [quoted(outgoing) for outgoing in sent(duty)] == [set()] * len(rows)


@pytest.mark.parametrize("kind", QUOTES)
def test_bound_notice_reaches_nobody_outside_whoever_is_named_and_quotes_nothing(duty, staff, kind):
    given = notify(duty, staff, kind, "us")
    assert [row.staff for row in given] == [staff["Grace"]]
    assert [quoted(outgoing) for outgoing in sent(duty)] == [set()]


@pytest.mark.parametrize("kind", QUOTES)
def test_open_notice_reaches_everybody_and_says_what_it_is_about(duty, staff, kind):
    """So there is something that a bound one could have told."""
    given = notify(duty, staff, kind, "open")
    assert {row.staff.name for row in given} == set(staff)
    assert [quoted(outgoing) for outgoing in sent(duty)] == [QUOTES[kind]] * len(staff)


def notify(duty, staff, kind, boundary) -> list[Page]:
    with acting(BY):
        return actions.notify(
            staff_ids=[person.pk for person in staff.values()],
            boundary=boundary,
            subject="case:12",
            link="/console/cases/770077",
            kind=kind,
            facts=FACTS,
            at=duty.at,
        )
