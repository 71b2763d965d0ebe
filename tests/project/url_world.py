"""An open case and a bound one with all that hangs on them, somebody in every role, and what they ask."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from backstay.accounts import actions as accounts
from backstay.accounts.choices import Access, CaseView, Fact, Role
from backstay.accounts.models import Contact, Organisation
from backstay.assets import actions as assets
from backstay.assets.actions import Dates
from backstay.cases import actions
from backstay.cases.actions import NewCase
from backstay.cases.choices import Criterion
from backstay.cases.models import Case
from backstay.conversations.actions import NewFile, NewMessage
from backstay.conversations.choices import Channel, Visibility
from backstay.conversations.models import Attachment
from backstay.core import files
from backstay.core.scoping import acting
from backstay.escalation import actions as escalation
from backstay.oncall import actions as oncall
from backstay.oncall.actions import RotaTerms
from backstay.oncall.choices import Purpose
from tests.fixtures.cast import SETUP, Cast
from tests.project.url_table import Row


class Words(NamedTuple):
    """What is said about a case and around it."""

    subject: str
    message: str
    file: str
    content: str
    note: str
    draft: str
    reason: str
    incident: str
    page: str
    device: str


OPEN = Words(
    "Gateway drops mail",
    "Since 5.14.",
    "log.txt",
    "log",
    "Ask the second level",
    "We look into it",
    "Nobody calls.",
    "Mail is held up",
    "Nobody answers.",
    "BS-1",
)
# Words that stand nowhere else, so that they tell of a leak wherever they are met.
BOUND = Words(
    "Calorimeter drifts at dawn",
    "The tungsten filament glows.",
    "crucible.log",
    "quicksilver trace",
    "Ask the foundrymen",
    "Dear observatory",
    "Nobody phones the observatory.",
    "Spectrometers are out",
    "Who tends the cyclotron?",
    "ZQX-4711",
)
PAGES = ("text/html", "application/json", "application/problem+json", "text/css")
CUSTOMER, CONTACT, NUMBER = "Zephyrine Works", "Kimberlite Oakheart", 770077


class Asked(NamedTuple):
    """What came back: everything of it that the asker gets to see."""

    status: int
    text: str
    content_type: str

    @property
    def is_file(self) -> bool:
        return self.status == 200 and not self.content_type.startswith(PAGES)


@dataclass
class World:
    """Everybody is there from the start; what is bound comes with `bind`."""

    cast: Cast
    people: dict[str, Any] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)
    markers: dict[str, str] = field(default_factory=dict)  # what tells of the bound case, by its kind

    def __post_init__(self) -> None:
        customer, other = self.cast.organisation("Meridian"), self.cast.organisation("Harbour")
        helper = self.cast.organisation("Partner House", plan="")
        with acting(SETUP):
            accounts.grant(partner=helper, customer=customer, access=Access.FULL, by=SETUP, at=self.cast.at)
        self._hire()
        for name, organisation, person in (
            ("contact", customer, "Ana"),
            ("other_contact", other, "Tom"),
            ("partner", helper, "Pavel"),
        ):
            self.people[name] = self.cast.contact(organisation, person, view=CaseView.ORGANISATION)
        product = self.cast.product()
        self.case = self._open(self.people["contact"], OPEN)
        self.names = {
            **{name: self.people[name].pk for name in ("contact", "agent", "eligible")},
            "open": self.case.number,
            "product": product.pk,
            "customer": customer.pk,
            "other_customer": other.pk,
            "rota": self._rota(),
        }
        self._hang_on(self.case, OPEN, "", "lead", customer)

    def _hire(self) -> None:
        self.people |= {
            "agent": self.cast.staff("Dana"),
            "eligible": self.cast.staff("Chris", eligible_us=True),
            "abroad": self.cast.staff("Abe", eligible_us=True),
            "us_person": self.cast.staff("Pia"),
            "lead": self.cast.staff("Lena", Role.LEAD),
            "manager": self.cast.staff("Mona", Role.MANAGER),
            "administrator": self.cast.staff("Ada", Role.ADMINISTRATOR),
            "auditor": self.cast.staff("Otto", Role.MANAGER, eligible_us=True),
        }
        self.cast.declare(self.people["abroad"], "RO", self.cast.at)
        self.cast.attest(self.people["us_person"], Fact.US_PERSON)
        self.cast.declare(self.people["us_person"], "US")

    def bind(self) -> None:
        """A customer behind the boundary, with a case and everything that can hang on one."""
        organisation = self.cast.organisation(CUSTOMER, "emerald-us", "us")
        person = self.cast.contact(organisation, CONTACT, view=CaseView.ORGANISATION)
        self.people["bound_contact"] = person
        self.bound_case = self._open(person, BOUND)
        with acting(SETUP):
            Case.objects.filter(pk=self.bound_case.pk).update(number=NUMBER)
        self.bound_case.number = NUMBER
        self.names |= {
            "bound": NUMBER,
            "bound_contact": person.pk,
            "bound_customer": organisation.pk,
        }
        self._hang_on(self.bound_case, BOUND, "bound_", "eligible", organisation)
        self.markers = BOUND._asdict() | {
            "organisation": CUSTOMER,
            "contact": CONTACT,
            "address": person.email,
            "number": str(NUMBER),
            "contract": f"C-{organisation.pk}-emerald-us-all",
        }

    def _hang_on(self, case: Case, words: Words, which: str, role: str, customer: Organisation) -> None:
        """What hangs on a case, made by staff on its side of the boundary; `which` begins its names."""
        viewer = self.cast.viewer(self.people[role])
        with acting(viewer):
            actions.note(case_id=case.pk, message=NewMessage(body=words.note), by=viewer, at=self.cast.at)
            actions.keep_draft(
                case=case, visibility=Visibility.PUBLIC, body=words.draft, by=viewer, at=self.cast.at
            )
            actions.look(case=case, typing=True, by=viewer, at=self.cast.at)
        with acting(SETUP):
            device = assets.register_device(
                organisation=customer,
                serial=words.device,
                product=self._product(),
                version=None,
                site="",
                dates=Dates(),
                by=SETUP,
                at=self.cast.at,
            )
            attachment = Attachment.objects.get(message__conversation=case.conversation_id)
        self.names |= {
            f"{which}device": device.pk,
            f"{which}attachment": attachment.pk,
            f"{which}request": self._request(case, words.reason),
            f"{which}page": self._page(case, words.page),
            f"{which}incident": self._incident(role, case.boundary, words.incident),
        }

    def _product(self) -> Any:
        with acting(SETUP):
            return type(self.case)._meta.get_field("product").related_model.objects.get(key="gateway")

    def _open(self, contact: Contact, words: Words) -> Case:
        viewer = self.cast.viewer(contact)
        stored = files.store([words.content.encode()])
        attached = NewFile(stored=stored, name=words.file, content_type="text/plain")
        with acting(viewer):
            new = NewCase(
                subject=words.subject,
                message=NewMessage(body=words.message, files=(attached,)),
                severity="S1",
                channel=Channel.PORTAL,
                organisation_id=viewer.own_organisation,
            )
            return actions.open_case(new=new, by=viewer, at=self.cast.at)

    def _rota(self) -> int:
        terms = RotaTerms(key="support", name="Support", purpose=Purpose.SUPPORT, zone="UTC")
        with acting(SETUP):
            return oncall.add_rota(terms=terms, by=SETUP, at=self.cast.at).pk

    def _page(self, case: Case, text: str) -> int:
        """With nobody on call it waits; whoever may see it may acknowledge it."""
        with acting(SETUP):
            return oncall.page(
                purpose="support",
                boundary=case.boundary,
                subject=f"case:{case.pk}",
                link=f"/console/cases/{case.number}",
                kind="message",
                facts={"text": text},
                by=SETUP,
                at=self.cast.at,
            ).pk

    def _request(self, case: Case, reason: str) -> int:
        """A manager was asked for, and is no longer wanted."""
        with acting(SETUP):
            viewer = self.cast.viewer(Contact.objects.select_related("user").get(pk=case.contact_id))
        with acting(viewer):
            asked = escalation.request(
                case_id=case.pk, reason=reason, urgency="urgent", by=viewer, at=self.cast.at
            )
            return escalation.withdraw_request(request_id=asked.pk, by=viewer, at=self.cast.at).pk

    def _incident(self, role: str, boundary: str, title: str) -> int:
        viewer = self.cast.viewer(self.people[role])
        with acting(viewer):
            made = actions.declare(
                title=title,
                criteria=[Criterion.OWN_SERVICE_DOWN],
                owner_id=viewer.id,
                boundary=boundary,
                by=viewer,
                at=self.cast.at,
            )
            return made.number

    def filled(self, data: dict[str, Any]) -> dict[str, Any]:
        """A body with the things of this world in place of their names in braces."""
        return {
            name: self.names[value[1:-1]] if isinstance(value, str) and value.startswith("{") else value
            for name, value in data.items()
        }

    def client(self, role: str) -> Client:
        client = Client(raise_request_exception=False)
        if role in self.people:
            with acting(SETUP):
                client.force_login(self.people[role].user)
        return client

    def token(self, role: str) -> str:
        return self.cast.token(self.people[role]) if role in self.people else ""

    def ask(self, client: Client, token: str, row: Row) -> Asked:
        """What the row is answered; what the request did is undone, and the client stays as it was."""
        kept, token = client.cookies.copy(), token if row.bearer else ""
        path, body = row.path.format(**self.names), self.filled(row.data)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if row.upload:
            body[row.upload] = SimpleUploadedFile("log.txt", b"log")
        given = {"content_type": "application/json"} if row.bearer and not row.upload else {}
        with transaction.atomic():
            if row.method == "GET":
                response = client.get(path, headers=headers)
            else:
                response = client.post(path, body, headers=headers, **given)
            # To its end, which closes a file.
            content = b"".join(response.streaming_content) if response.streaming else response.content
            transaction.set_rollback(True)
        client.cookies = kept
        told = f"{response.headers}\n{content.decode(errors='replace')}"
        return Asked(response.status_code, told, response.headers.get("Content-Type", ""))

    def leaked(self, asked: Asked, row: Row) -> set[str]:
        """Kinds of what the answer tells of the bound case, beyond what was asked with."""
        said = f"{row.path.format(**self.names)} {self.filled(row.data)}"
        return {kind for kind, marker in self.markers.items() if marker in asked.text and marker not in said}


@contextmanager
def one_world(blocker: Any, *, bound: bool = True) -> Iterator[World]:
    """A world for all tests of a file, which is undone at its end."""
    with blocker.unblock(), transaction.atomic():
        world = World(Cast(timezone.now()))
        if bound:
            world.bind()
        yield world
        transaction.set_rollback(True)
