from dataclasses import dataclass
from datetime import datetime

import pytest

from backstay.accounts.models import Contact, Organisation
from backstay.cases import actions, queries
from backstay.cases.actions import NewCase
from backstay.cases.models import Case
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel, Visibility
from backstay.core.scoping import Viewer, acting


def said(body="We look.", visibility=Visibility.PUBLIC):
    return NewMessage(body=body, visibility=visibility)


@dataclass
class Scene:
    """A Gold customer's S3 case, opened at `at`, and the two who talk about it."""

    organisation: Organisation
    contact: Contact
    ana: Viewer
    dana: Viewer
    case: Case
    at: datetime

    def reply(self, by, at, **values):
        with acting(by):
            given = {"message": said(), "seen": None} | values
            return actions.reply(case_id=self.case.pk, by=by, at=at, **given)

    def shown(self, to=None):
        with acting(to or self.dana):
            return queries.by_number(self.case.number)


@pytest.fixture
def scene(cast, at):
    organisation = cast.organisation(plan="gold")
    contact = cast.contact(organisation)
    ana, dana = cast.viewer(contact), cast.viewer(cast.staff())
    new = NewCase(
        subject="Report shows the wrong zone",
        message=NewMessage(body="See the attached page."),
        severity="S3",
        channel=Channel.PORTAL,
        organisation_id=organisation.pk,
    )
    with acting(ana):
        case = actions.open_case(new=new, by=ana, at=at)
    return Scene(organisation, contact, ana, dana, case, at)
