from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backstay.assets import actions as assets
from backstay.core.scoping import acting
from tests.console.pages import texts
from tests.fixtures.cast import SETUP

LIST = reverse("console:customers")


@pytest.fixture
def dana(cast):
    return cast.staff()


def register(organisation, product, serial, at):
    with acting(SETUP):
        assets.register_device(
            organisation=organisation,
            serial=serial,
            product=product,
            version=None,
            site="Cluj",
            dates=assets.Dates(),
            by=SETUP,
            at=at,
        )


def test_organisations_are_found_by_a_part_of_their_name_without_accents(cast, dana, signed_in):
    for name in ("Meridian", "Țiriac Auto", "Harbour"):
        cast.organisation(name, plan="")
    client = signed_in(dana)
    assert texts(client.get(LIST), "row-title") == ["Harbour", "Meridian", "Țiriac Auto"]
    assert texts(client.get(f"{LIST}?q=tiri"), "row-title") == ["Țiriac Auto"]
    assert texts(client.get(f"{LIST}?q=nobody"), "empty-title") == ["No such organisation"]


def test_list_goes_on_where_its_page_ended(cast, dana, signed_in, monkeypatch):
    monkeypatch.setattr("backstay.console.views.customers.PAGE", 2)
    for name in ("A", "B", "C"):
        cast.organisation(name, plan="")
    client = signed_in(dana)
    first = client.get(LIST).content.decode()
    following = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert texts(client.get(LIST + following), "row-title") == ["C"]


def test_organisation_page_tells_contacts_contracts_devices_and_cases(cast, dana, opened, signed_in, at):
    meridian = cast.organisation()
    opened(cast.contact(meridian), subject="Gateway drops mail")
    register(meridian, cast.product(), "MG-88213", at)
    response = signed_in(dana).get(reverse("console:organisation", args=[meridian.pk]))
    page = response.content.decode()
    shown = ["Gateway drops mail", "ana.marin@meridian.example", f"C-{meridian.pk}-gold", "MG-88213"]
    assert [words in page for words in shown] == [True] * 4
    assert "Gold" in texts(response, "facts")[0]


def test_organisation_whose_contract_ended_says_so(cast, dana, signed_in, at):
    ended = cast.organisation(ends_at=at - timedelta(days=2))
    response = signed_in(dana).get(reverse("console:organisation", args=[ended.pk]))
    assert "ran until" in texts(response, "lack")[0]


def test_bound_organisation_is_for_eligible_staff_only(cast, dana, signed_in):
    sandia = cast.organisation("Sandia", "emerald-us", "us")
    chris = cast.staff("Chris Lee", eligible_us=True)
    listed = [texts(signed_in(who).get(LIST), "row-title") for who in (chris, dana)]
    assert listed == [["Sandia"], []]
    address = reverse("console:organisation", args=[sandia.pk])
    assert [signed_in(who).get(address).status_code for who in (chris, dana)] == [200, 404]


def test_organisation_page_asks_as_often_for_three_of_all_as_for_one(cast, dana, opened, signed_in, at):
    client, meridian, product = signed_in(dana), cast.organisation(), cast.product()
    counts = []
    for number in range(3):
        opened(cast.contact(meridian, f"Contact {number}"))
        register(meridian, product, f"MG-{number}", at)
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("console:organisation", args=[meridian.pk]))
        counts.append(len(captured))
    assert counts[1] == counts[2]


def test_organisation_page_names_its_region_as_the_catalogue_does(cast, dana, signed_in):
    meridian = cast.organisation()
    shown = signed_in(dana).get(reverse("console:organisation", args=[meridian.pk]))
    assert texts(shown, "facts")[0].split("Region ")[1].startswith("Romania ")


def test_region_that_the_catalogue_no_longer_has_goes_by_its_key(cast, dana, signed_in):
    elsewhere = cast.organisation(plan="", region="antarctica")
    shown = signed_in(dana).get(reverse("console:organisation", args=[elsewhere.pk]))
    assert texts(shown, "facts")[0].split("Region ")[1].startswith("antarctica ")
