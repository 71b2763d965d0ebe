from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from backstay.accounts.choices import CaseView, Fact, Role
from backstay.accounts.models import Contact
from backstay.cases import actions
from backstay.cases.actions import NewCase
from backstay.cases.choices import Criterion
from backstay.cases.models import Case
from backstay.conversations.actions import NewFile, NewMessage
from backstay.conversations.choices import Channel
from backstay.conversations.models import Attachment
from backstay.core import files
from backstay.core.scoping import acting
from backstay.escalation import actions as escalation
from backstay.oncall import actions as oncall
from backstay.oncall.actions import RotaTerms
from backstay.oncall.choices import Purpose
from tests.fixtures.cast import SETUP, Cast
from tests.project.url_table import ROLES, ROWS, Row


def routes(patterns=None, before: str = "") -> Iterator[str]:
    """Every route of the project as Django holds it."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLPattern):
            yield route
        else:
            yield from routes(each.url_patterns, route)


@dataclass
class World:
    """An open case and a bound one, and somebody in every role."""

    cast: Cast

    def __post_init__(self) -> None:
        customer, other = self.cast.organisation("Meridian"), self.cast.organisation("Harbour")
        bound = self.cast.organisation("Sandia", "emerald-us", "us")
        self.people = {
            "contact": self.cast.contact(customer, "Ana", view=CaseView.ORGANISATION),
            "other_contact": self.cast.contact(other, "Tom", view=CaseView.ORGANISATION),
            "agent": self.cast.staff("Dana"),
            "eligible": self.cast.staff("Chris", eligible_us=True),
            "abroad": self.cast.staff("Abe", eligible_us=True),
            "us_person": self.cast.staff("Pia"),
            "lead": self.cast.staff("Lena", Role.LEAD),
            "administrator": self.cast.staff("Ada", Role.ADMINISTRATOR),
        }
        self.cast.declare(self.people["abroad"], "RO", self.cast.at)
        self.cast.attest(self.people["us_person"], Fact.US_PERSON)
        self.cast.declare(self.people["us_person"], "US")
        within = self.cast.contact(bound, "Kim", view=CaseView.ORGANISATION)
        self.case, self.bound_case = self.open(self.people["contact"]), self.open(within)
        with acting(SETUP):
            attached = {row.message.conversation_id: row.pk for row in Attachment.objects.all()}
        self.names = {
            "open": self.case.number,
            "bound": self.bound_case.number,
            "contact": self.people["contact"].pk,
            "bound_contact": within.pk,
            "agent": self.people["agent"].pk,
            "eligible": self.people["eligible"].pk,
            "product": self.cast.product().pk,
            "customer": customer.pk,
            "other_customer": other.pk,
            "bound_customer": bound.pk,
            "attachment": attached[self.case.conversation_id],
            "bound_attachment": attached[self.bound_case.conversation_id],
            "request": self.request(self.case),
            "bound_request": self.request(self.bound_case),
            "rota": self.rota(),
            "page": self.page("open"),
            "bound_page": self.page("us"),
            "incident": self.incident("lead", "open"),
            "bound_incident": self.incident("eligible", "us"),
        }

    def rota(self) -> int:
        terms = RotaTerms(key="support", name="Support", purpose=Purpose.SUPPORT, zone="UTC")
        with acting(SETUP):
            return oncall.add_rota(terms=terms, by=SETUP, at=self.cast.at).pk

    def page(self, boundary: str) -> int:
        """With nobody on call it waits; whoever may see it may acknowledge it."""
        case = self.case if boundary == "open" else self.bound_case
        with acting(SETUP):
            return oncall.page(
                purpose="support",
                boundary=boundary,
                subject=f"case:{case.pk}",
                link=f"/console/cases/{case.number}",
                kind="message",
                facts={"text": "Nobody answers."},
                by=SETUP,
                at=self.cast.at,
            ).pk

    def request(self, case: Case) -> int:
        """A manager was asked for, and is no longer wanted."""
        with acting(SETUP):
            viewer = self.cast.viewer(Contact.objects.select_related("user").get(pk=case.contact_id))
        with acting(viewer):
            asked = escalation.request(
                case_id=case.pk, reason="Nobody calls.", urgency="urgent", by=viewer, at=self.cast.at
            )
            return escalation.withdraw_request(request_id=asked.pk, by=viewer, at=self.cast.at).pk

    def filled(self, data: dict[str, Any]) -> dict[str, Any]:
        """A body with the things of this world in place of their names in braces."""
        return {
            name: self.names[value[1:-1]] if isinstance(value, str) and value.startswith("{") else value
            for name, value in data.items()
        }

    def open(self, contact) -> Case:
        viewer = self.cast.viewer(contact)
        stored = files.store([b"log"])
        attached = NewFile(stored=stored, name="log.txt", content_type="text/plain")
        with acting(viewer):
            new = NewCase(
                subject="Gateway drops mail",
                message=NewMessage(body="Since 5.14.", files=(attached,)),
                severity="S1",
                channel=Channel.PORTAL,
                organisation_id=viewer.own_organisation,
            )
            return actions.open_case(new=new, by=viewer, at=self.cast.at)

    def incident(self, role: str, boundary: str) -> int:
        viewer = self.cast.viewer(self.people[role])
        with acting(viewer):
            made = actions.declare(
                title="Mail is held up",
                criteria=[Criterion.OWN_SERVICE_DOWN],
                owner_id=viewer.id,
                boundary=boundary,
                by=viewer,
                at=self.cast.at,
            )
            return made.number

    def client(self, role: str) -> Client:
        client = Client()
        if role in self.people:
            with acting(SETUP):
                client.force_login(self.people[role].user)
        return client

    def token(self, role: str) -> str:
        return self.cast.token(self.people[role]) if role in self.people else ""


@pytest.fixture
def world(db) -> World:
    return World(Cast(timezone.now()))


def asked(world: World, client: Client, row: Row, token: str) -> int:
    """The answer's status; what the request did is undone."""
    path = row.path.format(**world.names)
    headers = {"Authorization": f"Bearer {token}"} if row.bearer and token else {}
    with transaction.atomic():
        if row.method == "GET":
            response = client.get(path, headers=headers)
        elif row.bearer and not row.upload:
            response = client.post(
                path, world.filled(row.data), content_type="application/json", headers=headers
            )
        else:
            body = world.filled(row.data)
            if row.upload:
                body[row.upload] = SimpleUploadedFile("log.txt", b"log")
            response = client.post(path, body, headers=headers)
        if response.streaming:
            b"".join(response.streaming_content)  # to its end, which closes the file
        transaction.set_rollback(True)
    return int(response.status_code)


# A citizen abroad and a US person in the US are agents like any other who is outside.
ALIKE = {"abroad": "agent", "us_person": "agent"}


@pytest.mark.parametrize("role", [*ROLES, *ALIKE])
def test_each_address_answers_a_role_as_the_table_says(world, role):
    place, token = ROLES.index(ALIKE.get(role, role)), world.token(role)
    if role in ALIKE:
        world.names[ALIKE[role]] = world.people[role].pk  # what is the agent's own is now theirs
    cookies = world.client(role).cookies
    found = {}
    for row in ROWS:
        client = Client(raise_request_exception=False)
        client.cookies = cookies.copy()
        found[str(row)] = asked(world, client, row, token if row.bearer else "")
    assert found == {str(row): row.answers[place] for row in ROWS}


def test_every_address_has_a_row():
    assert {row.route for row in ROWS} == set(routes())
