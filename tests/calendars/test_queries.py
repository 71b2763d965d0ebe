from datetime import date

import pytest

from backstay.calendars.actions import put_version
from backstay.calendars.models import CalendarVersion
from backstay.calendars.queries import compiled, holiday_names
from backstay.core.scoping import PUBLIC
from businesstime import Calendar, Window

DAY = date(2026, 12, 1)
CLOSED = Calendar(
    zone="Europe/Bucharest",
    week=((Window(0, 86400),),) * 7,
    holidays=frozenset({DAY}),
    holiday_names={DAY: "National Day"},
    name="odd",
)


@pytest.fixture
def version(acting_as, at):
    acting_as(PUBLIC)
    names = {DAY: {"en": "National Day", "ro": "Ziua Națională"}}
    return put_version(key="odd", region="ro", calendar=CLOSED, names=names, at=at)


def test_compiled_is_the_calendar_that_was_put(version):
    assert compiled(CalendarVersion.objects.get(pk=version.pk)) == CLOSED


def test_compiled_is_kept_in_the_process(version):
    assert compiled(CalendarVersion.objects.get(pk=version.pk)) is compiled(version)


def test_holiday_names_are_by_language(version):
    assert holiday_names(version, DAY) == {"en": "National Day", "ro": "Ziua Națională"}
    assert holiday_names(version, date(2026, 12, 2)) == {}
