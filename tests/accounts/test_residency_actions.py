"""Attested facts, declared locations, known networks: who may say them, and what follows at which instant."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from backstay.accounts import actions, queries
from backstay.accounts.actions import (
    BadCountry,
    BadNetwork,
    BadPeriod,
    LocationTaken,
    MayNotAttest,
    MayNotLocate,
    Proven,
    Stay,
)
from backstay.accounts.choices import Fact, Proof, Role, Standing
from backstay.accounts.models import AccessInstant, Attestation, Sighting, WorkLocation
from backstay.accounts.residency import CONFLICT
from backstay.core.models import AuditEntry, OutboxEvent
from backstay.core.scoping import acting
from tests.fixtures.cast import SETUP

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)


def told():
    """The users whose access was told to have changed, since it was asked last."""
    rows = OutboxEvent.objects.filter(name="AccessChanged").order_by("id")
    found = [row.payload["user_id"] for row in rows]
    rows.delete()
    return found


def proven(at, *, fact=Fact.US_CITIZENSHIP, lasts=DAY):
    return Proven(
        fact=fact,
        verified_by="Helen Record",
        method=Proof.PASSPORT,
        attested_on=at.date(),
        expires_at=at + lasts,
    )


def standing(staff, at):
    with acting(SETUP):
        return queries.standing_of(staff, at=at)


@pytest.fixture
def administrator(cast):
    return cast.viewer(cast.staff("Ada Stan", Role.ADMINISTRATOR))


def test_attested_citizen_in_the_us_is_eligible_until_the_very_instant(cast, administrator, at):
    staff = cast.staff()
    with acting(administrator):
        actions.attest(staff=staff, proven=proven(at), by=administrator, at=at)
        assert queries.standing_of(staff, at=at) is Standing.NOT_DECLARED
        actions.declare_location(staff=staff, stay=Stay(country="us ", starts_at=at), by=SETUP, at=at)
    moments = [at - SECOND, at, at + DAY - SECOND, at + DAY]
    assert [standing(staff, moment) for moment in moments] == [
        Standing.NOT_ATTESTED,
        Standing.ELIGIBLE,
        Standing.ELIGIBLE,
        Standing.EXPIRED,
    ]
    with acting(SETUP):
        assert [queries.eligible_staff_ids(at=moment) for moment in moments] == [
            set(),
            {staff.pk},
            {staff.pk},
            set(),
        ]
        entry = AuditEntry.objects.get(kind="fact_attested")
        assert entry.facts | {"attestation": 0} == {
            "attestation": 0,
            "fact": "us_citizenship",
            "verified_by": "Helen Record",
            "method": "passport",
            "attested_on": "2026-11-18",
            "expires_at": (at + DAY).isoformat(),
        }
        assert (entry.actor_name, entry.boundary) == ("Ada Stan", "open")


def test_us_person_alone_opens_nothing(cast, at):
    staff = cast.staff()
    cast.attest(staff, Fact.US_PERSON)
    cast.declare(staff, "US")
    assert standing(staff, at) is Standing.NOT_ATTESTED


def test_revoked_attestation_ends_at_once_and_another_goes_on(cast, administrator, at):
    staff = cast.staff(eligible_us=True)
    with acting(administrator):
        second = actions.attest(staff=staff, proven=proven(at), by=administrator, at=at)
        for row in Attestation.objects.exclude(pk=second.pk):
            actions.revoke_attestation(attestation_id=row.pk, by=administrator, at=at)
        assert queries.is_eligible(staff, at=at) is True
        told()
        actions.revoke_attestation(attestation_id=second.pk, by=administrator, at=at)
        actions.revoke_attestation(attestation_id=second.pk, by=administrator, at=at + HOUR)
        assert told() == [staff.user_id]
    assert standing(staff, at) is Standing.NOT_ATTESTED


@pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.MANAGER])
def test_only_administrators_attest_and_list_networks(cast, at, role):
    staff, by = cast.staff(), cast.viewer(cast.staff("Ben", role))
    with acting(by):
        for act in (
            lambda: actions.attest(staff=staff, proven=proven(at), by=by, at=at),
            lambda: actions.add_network(cidr="192.0.2.0/24", country="US", name="x", by=by, at=at),
        ):
            with pytest.raises(MayNotAttest):
                act()


def test_nobody_attests_or_revokes_anything_of_themselves(cast, at):
    ada = cast.staff("Ada Stan", Role.ADMINISTRATOR, eligible_us=True)
    by = cast.viewer(ada)
    with acting(by):
        own = Attestation.objects.get(staff=ada)
        with pytest.raises(MayNotAttest):
            actions.attest(staff=ada, proven=proven(at), by=by, at=at)
        with pytest.raises(MayNotAttest):
            actions.revoke_attestation(attestation_id=own.pk, by=by, at=at)


@pytest.mark.parametrize("wrong", [{"lasts": timedelta(0)}, {"lasts": -DAY}])
def test_attestation_that_has_expired_already_is_refused(cast, administrator, at, wrong):
    staff = cast.staff()
    with acting(administrator), pytest.raises(BadPeriod):
        actions.attest(staff=staff, proven=proven(at, **wrong), by=administrator, at=at)


def test_attestation_seen_tomorrow_is_refused(cast, administrator, at):
    staff = cast.staff()
    with acting(administrator), pytest.raises(BadPeriod):
        actions.attest(staff=staff, proven=proven(at + DAY), by=administrator, at=at)


def test_location_is_declared_by_oneself_or_a_manager(cast, at):
    dana, ben = cast.staff(), cast.viewer(cast.staff("Ben"))
    manager = cast.viewer(cast.staff("Mia", Role.MANAGER))
    stay = Stay(country="US", starts_at=at)
    with acting(ben), pytest.raises(MayNotLocate):
        actions.declare_location(staff=dana, stay=stay, by=ben, at=at)
    for hours, by in enumerate([cast.viewer(dana), manager]):
        when = at + hours * HOUR
        with acting(by):
            actions.declare_location(staff=dana, stay=Stay(country="US", starts_at=when), by=by, at=when)


def test_declared_location_ends_the_one_before_and_nothing_comes_after_by_itself(cast, at):
    chris = cast.staff(eligible_us=True)
    by = cast.viewer(chris)
    stay = Stay(country="RO", starts_at=at + DAY, ends_at=at + 3 * DAY)
    with acting(by):
        actions.declare_location(staff=chris, stay=stay, by=by, at=at)
    moments = [at, at + DAY - SECOND, at + DAY, at + 3 * DAY - SECOND, at + 3 * DAY]
    assert [standing(chris, moment) for moment in moments] == [
        Standing.ELIGIBLE,
        Standing.ELIGIBLE,
        Standing.DECLARED_ABROAD,
        Standing.DECLARED_ABROAD,
        Standing.NOT_DECLARED,
    ]


def test_location_over_one_that_begins_within_it_is_refused(cast, at):
    chris = cast.staff()
    by = cast.viewer(chris)
    with acting(by):
        actions.declare_location(staff=chris, stay=Stay(country="RO", starts_at=at + DAY), by=by, at=at)
        with pytest.raises(LocationTaken):
            actions.declare_location(staff=chris, stay=Stay(country="US", starts_at=at), by=by, at=at)
        until = Stay(country="US", starts_at=at, ends_at=at + DAY)
        actions.declare_location(staff=chris, stay=until, by=by, at=at)


@pytest.mark.parametrize(
    ("stay", "error"),
    [
        ({"starts_at": -SECOND}, BadPeriod),
        ({"ends_at": timedelta(0)}, BadPeriod),
        ({"country": "USA"}, BadCountry),
        ({"country": "ÜS"}, BadCountry),
    ],
)
def test_location_that_cannot_be_is_refused(cast, at, stay, error):
    staff = cast.staff()
    by = cast.viewer(staff)
    given = {"country": "US", "starts_at": timedelta(0)} | stay
    moments = {name: at + value for name, value in given.items() if name != "country"}
    with acting(by), pytest.raises(error):
        actions.declare_location(staff=staff, stay=Stay(country=given["country"], **moments), by=by, at=at)


def test_location_ended_is_over_at_once_and_a_later_one_is_taken_back(cast, at):
    chris = cast.staff(eligible_us=True)
    by = cast.viewer(chris)
    with acting(by):
        later = actions.declare_location(
            staff=chris, stay=Stay(country="RO", starts_at=at + DAY), by=by, at=at
        )
        actions.end_location(location_id=later.pk, by=by, at=at)
        assert WorkLocation.objects.filter(country="RO").exists() is False
        (now,) = WorkLocation.objects.all()
        actions.end_location(location_id=now.pk, by=by, at=at)
    assert standing(chris, at) is Standing.NOT_DECLARED


def test_database_refuses_two_locations_at_once(cast, at):
    staff = cast.staff()
    with acting(SETUP):
        WorkLocation.objects.create(staff=staff, country="US", starts_at=at)
        with pytest.raises(IntegrityError, match="one_location_at_a_time"), transaction.atomic():
            WorkLocation.objects.create(staff=staff, country="RO", starts_at=at + DAY)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"expires_at": F("recorded_at")}, "attestation_expires_later"),
        ({"fact": "born_lucky"}, "attestation_known"),
        ({"method": "hearsay"}, "attestation_known"),
    ],
)
def test_database_refuses_an_attestation_that_cannot_be(cast, change, constraint):
    cast.attest(cast.staff())
    with acting(SETUP), pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Attestation.objects.update(**change)


def test_change_is_told_at_the_very_instant_and_once(cast, at):
    chris = cast.staff()
    with acting(SETUP):
        actions.attest(staff=chris, proven=proven(at, lasts=2 * HOUR), by=SETUP, at=at)
        stay = Stay(country="US", starts_at=at + HOUR, ends_at=at + 3 * HOUR)
        actions.declare_location(staff=chris, stay=stay, by=SETUP, at=at)
        assert told() == [chris.user_id] * 2
        following = []
        for moment in (at, at + HOUR - SECOND, at + HOUR, at + HOUR, at + 2 * HOUR, at + 3 * HOUR):
            nearest = actions.tell_due_changes(at=moment)
            following.append(((nearest - at) // HOUR if nearest else None, told() == [chris.user_id]))
        assert following == [(1, False), (1, False), (2, True), (2, False), (3, True), (None, True)]
        assert AccessInstant.objects.exists() is False


@pytest.mark.parametrize("cidr", ["", "nonsense", "192.0.2.1/24", "300.0.0.0/8"])
def test_network_that_is_none_is_refused(administrator, at, cidr):
    with acting(administrator), pytest.raises(BadNetwork):
        actions.add_network(cidr=cidr, country="US", name="x", by=administrator, at=at)


def test_network_is_listed_once_and_the_narrowest_says_the_country(administrator, at):
    with acting(administrator):
        for cidr, country in (("192.0.0.0/16", "US"), ("192.0.2.0/24", "RO"), ("2001:db8::/32", "RO")):
            actions.add_network(cidr=cidr, country=country, name="x", by=administrator, at=at)
        with pytest.raises(BadNetwork):
            actions.add_network(cidr="192.0.2.0/24", country="US", name="y", by=administrator, at=at)
        addresses = ["192.0.2.9", "192.0.3.9", "2001:db8::9", "127.0.0.1"]
        assert [queries.country_of(each) for each in addresses] == ["RO", "US", "RO", ""]


def test_networks_that_change_are_looked_at_again_for_those_who_were_seen(cast, administrator, at):
    chris = cast.staff(eligible_us=True)
    with acting(SETUP):
        Sighting.objects.create(staff=chris, country="", address="192.0.2.9", since=at, seen_at=at)
        told()
    with acting(administrator):
        network = actions.add_network(
            cidr="192.0.2.0/24", country="RO", name="Cluj", by=administrator, at=at + HOUR
        )
        assert told() == [chris.user_id]
    assert standing(chris, at + HOUR) is Standing.SEEN_ABROAD
    with acting(administrator):
        actions.remove_network(network_id=network.pk, by=administrator, at=at + 2 * HOUR)
    assert standing(chris, at + 2 * HOUR + CONFLICT) is Standing.ELIGIBLE
    with acting(SETUP):
        kinds = (
            AuditEntry.objects.filter(subject_kind="network").order_by("id").values_list("kind", flat=True)
        )
        assert list(kinds) == ["network_added", "network_removed"]


def test_addresses_are_forgotten_after_a_while(cast, at):
    chris = cast.staff()
    with acting(SETUP):
        for days in (40, 20):
            then = at - days * DAY
            Sighting.objects.create(staff=chris, country="US", address="192.0.2.9", since=then, seen_at=then)
        assert actions.forget_addresses(older_than=30 * DAY, at=at) == 1
        kept = Sighting.objects.order_by("since").values_list("address", "country")
        assert list(kept) == [(None, "US"), ("192.0.2.9", "US")]
