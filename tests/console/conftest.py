from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from backstay.accounts.models import Contact, Staff
from backstay.cases import actions, queries
from backstay.cases.actions import NewCase
from backstay.cases.models import Case
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel
from backstay.core.scoping import acting
from tests.fixtures.cast import SETUP, Cast


@pytest.fixture
def at() -> datetime:
    """Views read the clock themselves, so here it is now."""
    return timezone.now()


@pytest.fixture
def opened(cast: Cast, at: datetime) -> Callable[..., Case]:
    """`opened(contact, subject=..., severity=...)`: a case that this contact opened just now."""

    def open_case(contact: Contact, *, when: datetime | None = None, **values: object) -> Case:
        viewer = cast.viewer(contact)
        given = {
            "subject": "Gateway drops mail",
            "severity": "S1",
            "organisation_id": viewer.own_organisation,
        }
        new = NewCase(
            message=NewMessage(body="Since *5.14* today."), channel=Channel.PORTAL, **given | values
        )
        with acting(viewer):
            return actions.open_case(new=new, by=viewer, at=when or at)

    return open_case


@pytest.fixture
def signed_in() -> Callable[[Contact | Staff], Client]:
    """`signed_in(person)`: their browser."""

    def sign_in(person: Contact | Staff) -> Client:
        client = Client()
        with acting(SETUP):
            client.force_login(person.user)
        return client

    return sign_in


@pytest.fixture
def reread() -> Callable[[Case], Case]:
    """`reread(case)`: as it is now, for a machine that sees all."""

    def read(case: Case) -> Case:
        with acting(SETUP):
            found = queries.by_number(case.number)
        assert found is not None
        return found

    return read
