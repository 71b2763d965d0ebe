"""The example world: what there is, that it is consistent, and that nobody sees too much of it."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.db import transaction
from django.db.models import Count, F
from pytest_django import DjangoDbBlocker

from backstay.accounts.models import Contact, Organisation, Staff, User
from backstay.accounts.queries import eligible_staff_ids, staff_viewer
from backstay.assets.models import Device
from backstay.cases.choices import State
from backstay.cases.models import Case
from backstay.conversations.models import Message
from backstay.core import readers
from backstay.core.models import AuditEntry, ParkedEvent, ReaderPosition
from backstay.core.scoping import acting, machine
from backstay.oncall import queries as oncall
from backstay.project import world
from backstay.project.world import data, details, endings, parties, stories
from backstay.project.world.data import Script
from backstay.project.world.endings import Ending
from backstay.project.world.happenings import Note, Open, Reply, Story
from backstay.project.world.parties import Parties
from backstay.project.world.timing import Promises
from backstay.routing import queries as routing
from backstay.routing.choices import SkillKind
from backstay.routing.rules import is_on_shift
from backstay.sla.models import ClockMark
from tests.project.clocks_again import differing_clocks

MACHINE = machine("test")
CASES = 60
NOW = datetime(2026, 11, 18, 8, 0, tzinfo=UTC)
HOURS = {
    "wednesday morning": NOW,
    "sunday midnight": datetime(2026, 11, 22, 22, 0, tzinfo=UTC),
    "easter monday": datetime(2026, 4, 13, 5, 30, tzinfo=UTC),
    "first of january": datetime(2027, 1, 1, 1, 0, tzinfo=UTC),
}


@pytest.fixture(scope="module", autouse=True)
def filled(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[world.Filled]:
    """One small world for this file, undone afterwards."""
    with django_db_blocker.unblock(), transaction.atomic(), acting(MACHINE):
        yield world.fill(at=NOW, cases=CASES)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def made() -> Parties:
    """Everybody of the filled world, as the stories know them."""
    people = tuple(
        parties.Colleague(each, staff_viewer(Staff.objects.get(name=each.name), at=NOW))
        for each in data.staff()
    )
    rows = {row.name: row for row in Organisation.objects.all()}
    wares = {each.key: _ware(each) for each in data.products()}
    customers = tuple(_customer(each, rows[each.name], wares) for each in data.organisations())
    return Parties(people, customers)


def _ware(each: data.ProductData) -> parties.Ware:
    device = parties.products.Product.objects.get(key=each.key)
    return parties.Ware(device, each, tuple(device.versions.order_by("id")))


def _customer(
    each: data.OrganisationData, row: Organisation, wares: dict[str, parties.Ware]
) -> parties.Customer:
    contracts = row.contracts.order_by("id")
    holdings = tuple(
        parties.Holding(
            held.plan_key,
            held.period.lower,
            held.period.upper,
            held.product_line.key if held.product_line else "",
        )
        for held in contracts
    )
    used = dict.fromkeys([*each.products, *each.devices])
    bare = parties.Customer(
        each, row, (), tuple(row.devices.order_by("id")), tuple(wares[key] for key in used), holdings
    )
    return parties._with_people(bare)


def test_world_says_how_much_it_made(filled: world.Filled) -> None:
    assert filled == world.Filled(organisations=16, staff=13, cases=CASES)
    assert (Case.objects.count(), Organisation.objects.count()) == (CASES, 16)


def test_world_is_not_filled_twice() -> None:
    assert not world.is_empty()
    with pytest.raises(world.NotEmpty):
        world.fill(at=NOW)


def test_world_has_conversations_of_three_to_twelve_messages() -> None:
    lengths = Message.objects.values("conversation").annotate(messages=Count("id"))
    counts = Counter(each["messages"] for each in lengths)
    assert counts.total() == CASES
    assert set(counts) <= set(range(3, 13))
    assert not Message.objects.filter(body__regex=r"[{}]").exists()


def test_world_has_organisations_on_every_plan_and_on_none() -> None:
    plans = set(Organisation.objects.values_list("contracts__plan_key", flat=True))
    assert plans == {"silver", "gold", "platinum", "emerald-us", None}
    expired = Organisation.objects.filter(contracts__isnull=False).exclude(
        contracts__period__endswith__gt=NOW
    )
    coming = Organisation.objects.filter(contracts__period__startswith__gt=NOW)
    assert [row.name for row in expired] == ["Transporturi Feroviare Tisa SA"]
    assert [row.name for row in coming] == ["Quillon Pharma Inc."]
    assert set(Contact.objects.values_list("case_view", "access")) == {
        ("own", "full"),
        ("own", "view"),
        ("organisation", "full"),
        ("organisation", "view"),
    }
    assert not Device.objects.filter(purchased_on__gt=F("delivered_on")).exists()


def test_world_has_cases_in_every_standing() -> None:
    running = Case.objects.filter(clocks__clock__state="running", clocks__is_current=True)
    found = {
        "late": running.filter(clocks__clock__breached_at__isnull=False).count(),
        "at risk": running.filter(
            clocks__clock__warned_at__isnull=False, clocks__clock__breached_at=None
        ).count(),
        "fresh": running.filter(clocks__clock__warned_at=None).count(),
        "answered late": Case.objects.filter(
            clocks__clock__state="stopped", clocks__clock__breached_at__isnull=False
        ).exists(),
        "states": set(Case.objects.values_list("state", flat=True)),
    }
    share = {ending: endings.endings(CASES).count(ending) for ending in Ending}
    assert found["late"] == share[Ending.LATE]
    assert found["at risk"] == share[Ending.AT_RISK]
    assert found["fresh"] == share[Ending.FRESH]
    assert found["answered late"]
    assert found["states"] >= set(State) - {State.NEW, State.TRIAGE}


def test_world_clocks_read_as_they_stand() -> None:
    assert differing_clocks() == []


def test_world_marks_are_recorded_at_their_second_and_told_once() -> None:
    original = ClockMark.objects.filter(clock__superseded_by=None, clock__supersedes=None)
    assert original.exists()
    assert not original.exclude(recorded_at=F("due_at")).exists()
    told = AuditEntry.objects.filter(kind="case_clock_marked").count()
    assert told == ClockMark.objects.filter(clock__case_clock__is_current=True).count()


def test_world_leaves_nothing_to_read_for_those_who_follow() -> None:
    assert set(ReaderPosition.objects.values_list("seq", flat=True)) == {readers.end()}
    assert readers.end() > CASES
    assert not ParkedEvent.objects.exists()


def test_world_shows_no_bound_case_to_those_who_are_not_eligible() -> None:
    assert Case.objects.filter(boundary="us").exists()
    eligible = eligible_staff_ids(at=NOW)
    for staff in Staff.objects.exclude(pk__in=eligible):
        with acting(staff_viewer(staff, at=NOW)):
            assert not Case.objects.filter(boundary="us").exists()
            assert not Message.objects.filter(boundary="us").exists()
    assert (
        set(Case.objects.filter(boundary="us", assignee__isnull=False).values_list("assignee", flat=True))
        <= eligible
    )
    authors = Message.objects.filter(boundary="us", author_staff__isnull=False)
    assert set(authors.values_list("author_staff", flat=True)) <= eligible


def test_world_people_sign_in_with_the_printed_password() -> None:
    found = world.sign_ins()
    assert len(found) == 10
    user = User.objects.get(email=found[0].email)
    assert user.check_password(found[0].password)
    printed = world.listed(found)
    assert printed[0] == f"Sign in to the example world with the password {found[0].password} as:"
    assert printed[1].split()[:1] == [found[0].email]


def test_world_without_the_example_has_nobody_to_print() -> None:
    with transaction.atomic():
        User.objects.update(is_active=False)
        assert world.listed(world.sign_ins()) == []
        transaction.set_rollback(True)


@pytest.mark.parametrize("at", HOURS.values(), ids=HOURS)
def test_stories_stand_as_wanted_at_every_hour(made: Parties, at: datetime) -> None:
    finder = endings.Unanswered(made.customers, Promises(at), Random(1), at)  # noqa: S311  # repeatable
    for ending in (Ending.AT_RISK, Ending.LATE, Ending.FRESH, Ending.UNPROMISED):
        assert finder.begin(ending) is not None, ending


def test_stories_of_two_hundred_cases_use_every_conversation(made: Parties) -> None:
    told = _told(made)
    assert len(told) == 200
    uses = Counter(story.conversation for story in told)
    assert set(uses) == {script.key for script in data.scripts()}
    assert len(uses) >= 40
    assert max(uses.values()) <= 12
    romanian = [script for script in data.scripts() if script.language == "ro"]
    assert len(romanian) == 14
    texts = [_text(story) for story in told]
    assert len(set(texts)) == 200
    messages = [sum(isinstance(act.what, Open | Reply | Note) for act in story.acts) for story in told]
    assert 3 <= min(messages) <= max(messages) <= 12


def test_stories_happen_in_order_within_two_months(made: Parties) -> None:
    for story in _told(made):
        instants = [act.at for act in story.acts]
        assert instants == sorted(instants)
        assert NOW - timedelta(days=62) < instants[0]
        assert instants[-1] < NOW


def test_stories_are_the_same_each_time(made: Parties) -> None:
    assert _told(made) == _told(made)


def _told(made: Parties) -> list[Story]:
    return list(stories.stories(made, count=200, rng=Random(7), at=NOW))  # noqa: S311  # repeatable


def _text(story: Story) -> str:
    opened = story.acts[0].what
    assert isinstance(opened, Open)
    return opened.subject + opened.text


@pytest.mark.parametrize("script", data.scripts(), ids=lambda script: script.key)
def test_conversations_know_their_placeholders(made: Parties, script: Script) -> None:
    fitting = [
        (customer, ware)
        for customer in made.customers
        for ware in customer.wares
        if ware.row.key in script.products and script.language in {"en", customer.data.language}
    ]
    customer, ware = fitting[0]
    known = details.Known(
        script=script, customer=customer, contact="Ana", ware=ware, version=1, serial="-", opened_at=NOW
    )
    drawn = details.draw(Random(1), known)  # noqa: S311  # repeatable
    texts = [*script.subjects, *(line.text for line in script.lines)]
    filled_in = [drawn.fill(text, agent="A", colleague="C") for text in texts]
    assert all("{" not in text for text in filled_in)
    assert max(len(subject) for subject in filled_in[: len(script.subjects)]) <= 200
    assert script.lines[0].who == "customer"
    assert {"agent"} <= {line.who for line in script.lines}
    assert 3 <= len(script.lines) <= 12


def test_world_has_a_desk_that_routes() -> None:
    """Wednesday morning in Europe: those who answer there are on shift, and know languages and products."""
    room = routing.room(at=NOW)
    on_shift = {each.name for each in room.people if is_on_shift(each, at=NOW)}
    answering = [each for each in data.staff() if each.role in {"agent", "lead"}]
    assert on_shift == {each.name for each in answering if each.zone.startswith("Europe/")}
    skilled = {each.name for each in room.people if {kind for kind, _key in each.skills} == set(SkillKind)}
    assert skilled == {each.name for each in answering}


def test_world_has_rotas_for_both_sides_without_a_gap() -> None:
    found = {
        (rota.purpose, rota.serves): oncall.gaps(rota, NOW, NOW + oncall.AHEAD)
        for rota in oncall.rotas(around_the_clock=True)
    }
    sides = [(purpose, side) for purpose in ("support", "management") for side in ("open", "us")]
    assert found == {key: [] for key in sides}
    for purpose, side in sides:
        assert len(oncall.on_call(purpose, boundary=side, at=NOW)) >= 2
