"""A customer's organisation, its people, a case; and pages as each of them gets them."""

import re
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.test import Client

from backstay.accounts.choices import CaseView
from backstay.accounts.models import Contact, Organisation
from backstay.cases import actions, queries
from backstay.cases.actions import NewCase
from backstay.cases.models import Case
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel, Visibility
from backstay.core.scoping import Viewer, acting
from tests.fixtures.cast import SETUP, Cast

KEY = re.compile(r'name="idempotency_key" value="([^"]+)"')


@dataclass
class World:
    """One organisation with a plan, and what its cases are made with."""

    cast: Cast
    at: datetime
    organisation: Organisation
    ana: Contact

    def open(self, by: Contact | None = None, **values) -> Case:
        viewer = self.cast.viewer(by or self.ana)
        given = {
            "subject": "Gateway drops mail",
            "severity": "S1",
            "organisation_id": viewer.own_organisation,
            "message": NewMessage(body="Since **5.14**."),
        }
        with acting(viewer):
            case = actions.open_case(
                new=NewCase(channel=Channel.PORTAL, **given | values), by=viewer, at=self.at
            )
            return queries.by_number(case.number)

    def reply(self, case: Case, by, text="We are looking.", **values):
        viewer = self.cast.viewer(by)
        with acting(viewer):
            message = NewMessage(body=text)
            return actions.reply(case_id=case.pk, message=message, seen=None, by=viewer, at=self.at, **values)

    def note(self, case: Case, by, text: str):
        viewer = self.cast.viewer(by)
        with acting(viewer):
            message = NewMessage(body=text, visibility=Visibility.INTERNAL)
            return actions.note(case_id=case.pk, message=message, by=viewer, at=self.at)

    def page(self, person) -> Client:
        client = Client()
        with acting(SETUP):
            client.force_login(person.user)
        return client


@pytest.fixture
def world(cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch) -> World:
    """Everything happens at `at`, for the views too."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    organisation = cast.organisation(plan="gold")
    return World(cast, at, organisation, cast.contact(organisation, view=CaseView.ORGANISATION))


def form_key(answer) -> str:
    found = KEY.search(answer.content.decode())
    assert found is not None
    return found[1]


@pytest.fixture
def customers(cast: Cast, at: datetime) -> list[Viewer]:
    """A contact on each of three plans, valid for years around `at`."""
    period = {"starts_at": at.replace(year=2025), "ends_at": at.replace(year=2032)}
    plans = ("silver", "gold", "platinum")
    return [
        cast.viewer(cast.contact(cast.organisation(name=plan, plan=plan, **period), plan)) for plan in plans
    ]
