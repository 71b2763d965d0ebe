import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backstay.assets import actions as assets
from backstay.assets.actions import Dates
from backstay.core.scoping import acting
from backstay.portal.views import devices
from tests.fixtures.cast import SETUP


@pytest.fixture
def register(world):
    product = world.cast.product()

    def register(serial, organisation=world.organisation):
        with acting(SETUP):
            return assets.register_device(
                organisation=organisation,
                serial=serial,
                product=product,
                version=None,
                site="Constanța",
                dates=Dates(purchased_on=world.at.date()),
                by=SETUP,
                at=world.at,
            )

    return register


def serials(answer):
    return [device.serial for device in answer.context["devices"]]


def test_devices_are_those_of_the_own_organisation(world, register):
    register("MG-2")
    register("MG-1")
    other = world.cast.organisation(name="Other")
    register("XX-1", other)
    page = world.page(world.ana)
    assert serials(page.get("/devices")) == ["MG-1", "MG-2"]
    assert serials(page.get(f"/devices?organisation={other.pk}")) == ["MG-1", "MG-2"]


def test_devices_take_as_many_queries_for_three_as_for_one(world, register):
    page = world.page(world.ana)

    def count():
        with CaptureQueriesContext(connection) as captured:
            page.get("/devices")
        return len(captured)

    register("MG-1")
    page.get("/devices")
    one = count()
    register("MG-2")
    register("MG-3")
    assert count() == one


def test_devices_come_in_pages(world, register, monkeypatch):
    monkeypatch.setattr(devices, "PAGE", 2)
    for number in range(3):
        register(f"MG-{number}")
    page = world.page(world.ana)
    first = page.get("/devices")
    second = page.get(f"/devices{first.context['older']}")
    assert (serials(first), serials(second)) == (["MG-0", "MG-1"], ["MG-2"])
    assert serials(page.get(f"/devices{second.context['newer']}")) == ["MG-0", "MG-1"]
