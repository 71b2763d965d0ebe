from collections.abc import Callable

import pytest

from backstay.calendars.actions import put_version
from backstay.calendars.models import CalendarVersion
from backstay.core import scoping
from businesstime import Calendar, Window
from tests.sla.promises import MACHINE, NINE, local

DESK = Window.parse("09:00", "17:00")
CLOSED = local("2026-11-30 00:00").date()


@pytest.fixture
def on_duty(acting_as: Callable[[scoping.Viewer], scoping.Viewer]) -> None:
    """The test's own queries run as a machine that sees both sides."""
    acting_as(MACHINE)


@pytest.fixture
def desk(on_duty: None) -> CalendarVersion:
    """Monday to Friday 09:00-17:00 in Bucharest, with one holiday: Monday 30 November 2026."""
    calendar = Calendar("Europe/Bucharest", week=((DESK,),) * 5 + ((), ()), holidays=frozenset({CLOSED}))
    names = {CLOSED: {"en": "Saint Andrew's Day", "ro": "Sfântul Andrei"}}
    return put_version(key="test-desk", region="ro", calendar=calendar, names=names, at=NINE)
