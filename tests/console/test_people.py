"""The pages of people: who may read and say what of whom."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backstay.accounts import queries
from backstay.accounts.choices import Role, Standing
from backstay.accounts.models import Attestation, OfficeNetwork, WorkLocation
from backstay.core.scoping import acting
from tests.fixtures.cast import SETUP

PEOPLE = "/console/people"


def standing(staff):
    with acting(SETUP):
        return queries.standing_of(staff, at=timezone.now())


def proof(**changed):
    today = timezone.now().date()
    return {
        "fact": "us_citizenship",
        "method": "passport",
        "verified_by": "Helen Record",
        "attested_on": today.isoformat(),
        "expires_on": (today + timedelta(days=365)).isoformat(),
    } | changed


@pytest.fixture
def ada(cast):
    return cast.staff("Ada Stan", Role.ADMINISTRATOR)


def test_people_says_how_everybody_stands_and_why(cast, ada, signed_in):
    cast.staff("Chris Lee", eligible_us=True)
    cast.staff("Dana Ionescu")
    page = signed_in(ada).get(PEOPLE).content.decode()
    assert page.count("Eligible: an attested US citizen who is in the United States") == 1
    assert page.count("Outside: US citizenship is not attested") == 2


def test_people_costs_the_same_for_many(cast, ada, signed_in):
    client, costs = signed_in(ada), []
    for names in (["Dana"], ["Ben", "Eve", "Ian"]):
        for name in names:
            cast.staff(name, eligible_us=True)
        client.get(PEOPLE)
        with CaptureQueriesContext(connection) as asked:
            client.get(PEOPLE)
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_administrator_attests_and_the_person_declares(cast, ada, signed_in):
    dana = cast.staff()
    address = f"{PEOPLE}/{dana.pk}"
    assert signed_in(ada).post(f"{address}/attest", proof()).status_code == 303
    assert standing(dana) is Standing.NOT_DECLARED
    answer = signed_in(dana).post(f"{address}/location", {"country": "us"})
    assert (answer.status_code, answer["Location"]) == (303, address)
    assert standing(dana) is Standing.ELIGIBLE
    page = signed_in(dana).get(address).content.decode()
    assert "Eligible: an attested US citizen" in page
    assert "/attest" not in page


def test_administrator_revokes_and_the_person_is_outside(cast, ada, signed_in):
    chris = cast.staff("Chris Lee", eligible_us=True)
    with acting(SETUP):
        row = Attestation.objects.get(staff=chris)
    signed_in(ada).post(f"{PEOPLE}/{chris.pk}/attestations/{row.pk}/revoke")
    assert standing(chris) is Standing.NOT_ATTESTED
    assert "revoked" in signed_in(ada).get(f"{PEOPLE}/{chris.pk}").content.decode()


def test_person_ends_their_location(cast, signed_in):
    chris = cast.staff("Chris Lee", eligible_us=True)
    with acting(SETUP):
        row = WorkLocation.objects.get(staff=chris)
    signed_in(chris).post(f"{PEOPLE}/{chris.pk}/locations/{row.pk}/end")
    assert standing(chris) is Standing.NOT_DECLARED


def test_administrator_attests_nothing_of_themselves(ada, signed_in):
    assert signed_in(ada).post(f"{PEOPLE}/{ada.pk}/attest", proof()).status_code == 403
    assert standing(ada) is Standing.NOT_ATTESTED


@pytest.mark.parametrize(
    "changed", [{"expires_on": "2020-01-01"}, {"method": "hearsay"}, {"verified_by": ""}]
)
def test_attestation_that_cannot_be_is_refused_in_words(cast, ada, signed_in, changed):
    dana = cast.staff()
    answer = signed_in(ada).post(f"{PEOPLE}/{dana.pk}/attest", proof(**changed))
    assert answer.status_code == 422
    assert standing(dana) is Standing.NOT_ATTESTED


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"country": "7!"}, "two letters"),
        ({"country": "US", "starts_at": "2020-01-01T10:00"}, "lies behind us"),
    ],
)
def test_location_that_cannot_be_is_refused_in_words(cast, signed_in, given, words):
    dana = cast.staff()
    answer = signed_in(dana).post(f"{PEOPLE}/{dana.pk}/location", given)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_administrator_lists_and_removes_a_network(ada, signed_in):
    client = signed_in(ada)
    given = {"cidr": "192.0.2.0/24", "country": "US", "name": "Denver"}
    assert client.post(f"{PEOPLE}/networks", given).status_code == 303
    again = client.post(f"{PEOPLE}/networks", given)
    assert (again.status_code, "listed already" in again.content.decode()) == (422, True)
    with acting(SETUP):
        (network,) = OfficeNetwork.objects.all()
    assert (str(network.cidr), network.country, network.name) == ("192.0.2.0/24", "US", "Denver")
    client.post(f"{PEOPLE}/networks/{network.pk}/remove")
    with acting(SETUP):
        assert OfficeNetwork.objects.exists() is False


def test_agent_sees_their_own_page_and_nobody_elses(cast, signed_in):
    dana, ben = cast.staff("Dana"), cast.staff("Ben")
    client = signed_in(dana)
    asked = (f"{PEOPLE}/{dana.pk}", f"{PEOPLE}/{ben.pk}", PEOPLE)
    assert [client.get(address).status_code for address in asked] == [200, 403, 403]
