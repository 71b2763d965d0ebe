import json
from dataclasses import dataclass, field

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from backstay.accounts.choices import CaseView, Role

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


@dataclass
class World:
    """A Gold customer, a bound one, and the people around them, each with a program of their own."""

    cast: object

    def __post_init__(self):
        self.meridian = self.cast.organisation(plan="gold")
        self.liberty = self.cast.organisation(name="Liberty", plan="emerald-us", region="us")
        self.contacts = {
            "ana": self.cast.contact(self.meridian),
            "ion": self.cast.contact(self.meridian, "Ion Pop", view=CaseView.ORGANISATION),
            "grace": self.cast.contact(self.liberty, "Grace Hall", view=CaseView.ORGANISATION),
        }
        self.staff = {
            "agent": self.cast.staff("Dana Ionescu"),
            "lead": self.cast.staff("Lidia Dima", Role.LEAD),
            "manager": self.cast.staff("Mihai Radu", Role.MANAGER),
            "administrator": self.cast.staff("Alin Stan", Role.ADMINISTRATOR),
            "eligible": self.cast.staff("John Carter", eligible_us=True),
            "eligible_manager": self.cast.staff("Kim Lane", Role.MANAGER, eligible_us=True),
        }
        self._callers = {}

    def __getitem__(self, name):
        """The program of a person; "nobody" has no token."""
        if name not in self._callers:
            person = (self.contacts | self.staff).get(name)
            self._callers[name] = Caller(self.cast.token(person) if person else "")
        return self._callers[name]

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
