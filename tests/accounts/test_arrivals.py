"""Where people come from: what each request says, and what is kept of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backstay.accounts import actions, queries
from backstay.accounts.models import AccessInstant, Sighting
from backstay.accounts.residency import CONFLICT
from backstay.core.models import OutboxEvent
from backstay.core.scoping import acting
from tests.fixtures.cast import SETUP

DENVER, CLUJ, HOME = "192.0.2.9", "198.51.100.9", "203.0.113.9"
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def networks(db, at):
    with acting(SETUP):
        for cidr, country in (("192.0.2.0/24", "US"), ("198.51.100.0/24", "RO")):
            actions.add_network(cidr=cidr, country=country, name=country, by=SETUP, at=at)


@pytest.fixture
def chris(cast, networks):
    return cast.staff("Chris Lee", eligible_us=True)


def arrive(staff, at, address):
    """Come as a request does; whether bound data is open."""
    with acting(SETUP):
        found = queries.arrival_of(staff.user, at=at, address=address)
        if found.sight:
            actions.note_sighting(sight=found.sight, at=at)
        return found.viewer.sees_us


def sightings():
    with acting(SETUP):
        return list(Sighting.objects.order_by("pk").values_list("country", "address"))


def told():
    with acting(SETUP):
        return OutboxEvent.objects.filter(name="AccessChanged").delete()[0]


@pytest.mark.parametrize(
    ("address", "opens"),
    [(DENVER, True), (HOME, True), ("127.0.0.1", True), (CLUJ, False), (f"::ffff:{CLUJ}", False)],
)
def test_address_decides_where_it_is_known(chris, at, address, opens):
    assert arrive(chris, at, address) is opens


@pytest.mark.parametrize(
    ("address", "opens"), [(DENVER, True), (HOME, False), ("127.0.0.1", False), (None, False)]
)
def test_site_that_asks_for_a_known_network_gets_one(chris, at, settings, address, opens):
    settings.BOUNDARY_NEEDS_NETWORK = True
    assert arrive(chris, at, address) is opens


def test_background_work_goes_by_the_newest_sighting(chris, at):
    assert arrive(chris, at, CLUJ) is False
    later = at + 2 * HOUR
    with acting(SETUP):
        assert (queries.is_eligible(chris, at=later), queries.eligible_staff_ids(at=later)) == (False, set())
    assert arrive(chris, later, DENVER) is True
    with acting(SETUP):
        assert queries.eligible_staff_ids(at=later) == {chris.pk}


def test_two_countries_within_minutes_are_a_conflict(chris, at):
    assert arrive(chris, at, CLUJ) is False
    answers = [arrive(chris, at + after, DENVER) for after in (SECOND, CONFLICT - SECOND, CONFLICT)]
    assert answers == [False, False, True]


def test_change_of_country_is_told_now_and_when_the_conflict_ends(chris, at):
    arrive(chris, at, DENVER)
    told()
    arrive(chris, at + HOUR, HOME)
    assert told() == 0
    arrive(chris, at + 2 * HOUR, CLUJ)
    with acting(SETUP):
        assert AccessInstant.objects.filter(at=at + 2 * HOUR + CONFLICT).count() == 1
    assert told() == 1


def test_sighting_is_a_row_when_it_changes_and_a_time_once_a_minute(chris, at):
    for after in (timedelta(0), MINUTE - SECOND, MINUTE, 2 * MINUTE + SECOND):
        arrive(chris, at + after, DENVER)
    assert sightings() == [("US", DENVER)]
    with acting(SETUP):
        seen = Sighting.objects.get()
    assert (seen.since, seen.seen_at) == (at, at + 2 * MINUTE + SECOND)
    arrive(chris, at + HOUR, HOME)
    assert sightings() == [("US", DENVER), ("", HOME)]


def test_nobody_is_looked_after_for_whom_it_does_not_matter(cast, networks, at):
    dana = cast.staff("Dana Ionescu")
    contact = cast.contact(cast.organisation())
    arrive(dana, at, CLUJ)
    arrive(contact, at, CLUJ)
    assert sightings() == []


def test_viewer_of_staff_is_one_statement(chris, at):
    arrive(chris, at, DENVER)
    with acting(SETUP), CaptureQueriesContext(connection) as asked:
        queries.viewer_for(chris.user, at=at, address=DENVER)
    assert len([each for each in asked if "accounts_" in each["sql"]]) == 1
