from dataclasses import replace
from datetime import date, timedelta

import pytest

from backstay.calendars.actions import put_version
from backstay.calendars.models import CalendarVersion
from backstay.calendars.queries import latest
from backstay.core.scoping import machine
from businesstime import Calendar, Window

HOURS = Calendar(zone="Europe/Bucharest", week=((Window(28800, 72000),),) * 5 + ((),) * 2, name="case-hours")
NAMES = {date(2026, 12, 1): {"en": "National Day", "ro": "Ziua Națională"}}


@pytest.fixture
def put(acting_as, at):
    acting_as(machine("test"))
    return lambda calendar, **more: put_version(
        **({"key": "case-hours", "region": "ro", "calendar": calendar, "at": at} | more)
    )


def test_put_version_writes_the_first(put, at):
    version = put(HOURS, names=NAMES)
    found = CalendarVersion.objects.get(pk=version.pk)
    assert (found.key, found.region, found.version, found.zone) == ("case-hours", "ro", 1, "Europe/Bucharest")
    assert found.created_at == at
    names = {"2026-12-01": {"en": "National Day", "ro": "Ziua Națională"}}
    assert found.definition == HOURS.to_dict() | {"names": names}


def test_put_version_again_writes_nothing(put, at):
    first = put(HOURS, names=NAMES)
    assert put(HOURS, names=NAMES, at=at + timedelta(days=1)) == first
    assert CalendarVersion.objects.filter(key="case-hours").count() == 1


def test_put_version_of_other_hours_or_names_is_the_next(put):
    put(HOURS, names=NAMES)
    assert put(replace(HOURS, zone="Europe/Rome"), names=NAMES).version == 2
    assert put(HOURS).version == 3
    assert latest("case-hours", "ro").version == 3


def test_put_version_counts_each_region_by_itself(put):
    put(HOURS)
    assert put(replace(HOURS, zone="America/New_York"), region="us").version == 1
    assert latest("case-hours", "us").zone == "America/New_York"
    assert latest("case-hours", "nowhere") is None
