import json
from dataclasses import dataclass, field
from functools import cache, cached_property

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from backstay.accounts.choices import Access, CaseView, Role
from backstay.core.scoping import acting
from tests.fixtures.cast import SETUP, Cast

ROOT = "/api/v1"


@dataclass
class Caller:
    """Somebody's program: it sends their token, and JSON."""

    token: str = ""
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def get(self, path, query=None, **headers):
        return self.client.get(ROOT + path, query, headers=self._headers(headers))

    def post(self, path, body, **headers):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(
            ROOT + path, content, content_type="application/json", headers=self._headers(headers)
        )

    def upload(self, path, *files, headers=None, **fields):
        uploads = [SimpleUploadedFile(name, content, kind) for name, content, kind in files]
        return self.client.post(
            ROOT + path, {**fields, "files": uploads}, headers=self._headers(headers or {})
        )

    def send(self, method, path, **headers):
        return self.client.generic(method, ROOT + path, headers=self._headers(headers))

    def _headers(self, headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return {"Authorization": f"Bearer {self.token}", **named} if self.token else named


CONTACTS = {
    "ana": ("meridian", "Ana Marin", CaseView.OWN, Access.FULL),
    "ion": ("meridian", "Ion Pop", CaseView.ORGANISATION, Access.FULL),
    "looker": ("meridian", "Vlad Enache", CaseView.ORGANISATION, Access.VIEW),
    "grace": ("liberty", "Grace Hall", CaseView.ORGANISATION, Access.FULL),
    "stranger": ("harbour", "Ada Neagu", CaseView.ORGANISATION, Access.FULL),
}
STAFF = {
    "agent": ("Dana Ionescu", Role.AGENT, False),
    "lead": ("Lidia Dima", Role.LEAD, False),
    "manager": ("Mihai Radu", Role.MANAGER, False),
    "administrator": ("Alin Stan", Role.ADMINISTRATOR, False),
    "eligible": ("John Carter", Role.AGENT, True),
    "eligible manager": ("Kim Lane", Role.MANAGER, True),
}


@dataclass
class World:
    """Customers and staff, each made when they are asked for, with a program of their own."""

    cast: Cast

    def __post_init__(self):
        self.person = cache(self._person)
        self._caller = cache(self._caller_of)

    @cached_property
    def meridian(self):
        return self.cast.organisation(plan="gold")

    @cached_property
    def liberty(self):
        """Behind the US boundary."""
        return self.cast.organisation(name="Liberty", plan="emerald-us", region="us")

    @cached_property
    def harbour(self):
        return self.cast.organisation(name="Harbour", plan="")

    def _person(self, name):
        if name in STAFF:
            full_name, role, eligible = STAFF[name]
            return self.cast.staff(full_name, role, eligible_us=eligible)
        organisation, full_name, view, access = CONTACTS[name]
        return self.cast.contact(getattr(self, organisation), full_name, view=view, access=access)

    def __getitem__(self, name):
        """The program of a person; "nobody" has no token."""
        return self._caller(name)

    def _caller_of(self, name):
        return Caller("" if name == "nobody" else self.cast.token(self.person(name)))

    def save(self, row):
        with acting(SETUP):
            row.save()

    def open_case(self, by="ana", **values):
        """A case as its opening answered it."""
        given = {"subject": "Gateway drops mail", "description": "Since 5.14.", "severity": "S1"}
        response = self[by].post("/cases", given | values)
        assert response.status_code == 201, response.content
        return response.json()


@pytest.fixture
def now(at, monkeypatch):
    """The clock that the endpoints read; `now.at = ...` moves it."""

    class Now:
        def __init__(self):
            self.at = at

    clock = Now()
    monkeypatch.setattr(timezone, "now", lambda: clock.at)
    return clock


@pytest.fixture
def world(cast, now):
    return World(cast)


def problem(response):
    """The status and body of an answer that must be a problem."""
    assert response["Content-Type"] == "application/problem+json", response.content
    body = response.json()
    assert body["status"] == response.status_code
    return response.status_code, body["title"], body.get("detail")
