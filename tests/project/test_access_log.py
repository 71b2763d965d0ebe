"""Who comes to bound data leaves one row for each request; who is refused it, too."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backstay.accounts import actions as accounts
from backstay.accounts.choices import CaseView, Role
from backstay.accounts.models import BoundAccess
from backstay.cases import actions
from backstay.cases.actions import NewCase
from backstay.conversations.actions import NewFile, NewMessage
from backstay.conversations.choices import Channel
from backstay.conversations.models import Attachment
from backstay.core import files
from backstay.core.scoping import acting
from tests.fixtures.cast import SETUP, Cast


@pytest.fixture
def cast(db):
    return Cast(timezone.now())


@pytest.fixture
def bound(cast):
    """A contact behind the boundary, who has opened a case with a file."""
    return cast.contact(cast.organisation("Sandia", "emerald-us", "us"), "Kim", view=CaseView.ORGANISATION)


def opened(cast, contact, subject="Gateway drops mail"):
    viewer = cast.viewer(contact)
    attached = NewFile(stored=files.store([b"log"]), name="log.txt", content_type="text/plain")
    new = NewCase(
        subject=subject,
        message=NewMessage(body="Since 5.14.", files=(attached,)),
        severity="S1",
        channel=Channel.PORTAL,
        organisation_id=viewer.own_organisation,
    )
    with acting(viewer):
        return actions.open_case(new=new, by=viewer, at=cast.at)


@pytest.fixture
def case(cast, bound):
    return opened(cast, bound)


def browser(person):
    client = Client(raise_request_exception=False)
    with acting(SETUP):
        client.force_login(person.user)
    return client


def logged():
    """What was logged since it was asked last."""
    with acting(SETUP):
        rows = list(BoundAccess.objects.order_by("pk"))
    seen = getattr(logged, "seen", 0)
    logged.seen = rows[-1].pk if rows else seen
    return [row for row in rows if row.pk > seen]


@pytest.fixture(autouse=True)
def _from_the_beginning():
    logged.seen = 0


def test_page_of_a_bound_case_is_logged_once_with_what_it_showed(cast, case, bound):
    chris = cast.staff("Chris Lee", eligible_us=True)
    answer = browser(chris).get(f"/console/cases/{case.number}")
    (row,) = logged()
    assert (row.person_kind, row.person_id, row.person_name) == ("staff", chris.pk, "Chris Lee")
    assert (row.how, row.place, row.allowed) == ("page", "console/cases/<int:number>", True)
    assert set(row.subjects) >= {f"case:{case.pk}", f"organisation:{case.organisation_id}"}
    assert (row.address, row.country, row.boundary) == ("127.0.0.1", "", "us")
    assert row.rows >= len(row.subjects)
    assert answer["Cache-Control"] == "private, no-store"


def test_list_and_search_name_every_case_that_they_showed(cast, bound):
    cases = [opened(cast, bound, f"Trouble {number}") for number in range(2)]
    open_case = opened(cast, cast.contact(cast.organisation("Meridian")))
    client = browser(cast.staff("Chris Lee", eligible_us=True))
    expected = sorted(f"case:{each.pk}" for each in cases)
    for address, how in (("/console/", "list"), ("/console/?q=Trouble", "search")):
        assert client.get(address).status_code == 200
        (row,) = logged()
        assert row.how == how
        assert sorted(name for name in row.subjects if name.startswith("case:")) == expected
    assert client.get(f"/console/cases/{open_case.number}").status_code == 200
    assert logged() == []


def test_attachment_and_api_are_logged_as_such(cast, case):
    chris = cast.staff("Chris Lee", eligible_us=True)
    with acting(SETUP):
        attachment = Attachment.objects.get()
    answer = browser(chris).get(f"/console/cases/{case.number}/attachments/{attachment.pk}")
    assert b"".join(answer.streaming_content) == b"log"
    headers = {"Authorization": f"Bearer {cast.token(chris)}"}
    Client().get(f"/api/v1/cases/{case.number}", headers=headers)
    assert [(row.how, f"attachment:{attachment.pk}" in row.subjects) for row in logged()] == [
        ("attachment", True),
        ("api", False),
    ]


def test_customer_who_reads_their_own_case_is_logged(cast, case, bound):
    browser(bound).get(f"/cases/{case.number}")
    (row,) = logged()
    assert (row.person_kind, row.person_id, row.how) == ("contact", bound.pk, "page")


@pytest.mark.parametrize(
    "address",
    [
        "/console/cases/{case}",
        "/console/cases/{case}/history",
        "/console/customers/{organisation}",
        "/api/v1/cases/{case}",
    ],
)
@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMINISTRATOR])
def test_refused_is_logged_with_what_was_asked_for(cast, case, address, role):
    dana = cast.staff("Dana", role)
    path = address.format(case=case.number, organisation=case.organisation_id)
    headers = {"Authorization": f"Bearer {cast.token(dana)}"} if path.startswith("/api") else {}
    assert browser(dana).get(path, headers=headers).status_code == 404
    (row,) = logged()
    kind = f"organisation:{case.organisation_id}" if "customers" in path else f"case:{case.pk}"
    assert (row.person_name, row.subjects, row.allowed, row.rows) == ("Dana", [kind], False, 0)


def test_what_does_not_exist_or_is_open_is_not_logged(cast, case):
    dana = cast.staff("Dana")
    open_case = opened(cast, cast.contact(cast.organisation("Meridian")))
    client = browser(dana)
    assert client.get("/console/cases/99999999").status_code == 404
    assert client.get(f"/console/cases/{open_case.number}").status_code == 200
    assert logged() == []


def test_log_shows_nothing_to_who_is_outside_and_keeps_what_it_has(cast, case):
    browser(cast.staff("Dana")).get(f"/console/cases/{case.number}")
    assert len(logged()) == 1
    with acting(cast.viewer(cast.staff("Mia", Role.MANAGER))):
        assert BoundAccess.objects.count() == 0


def test_log_costs_one_insert(cast, case):
    client = browser(cast.staff("Chris Lee", eligible_us=True))
    address = f"/console/cases/{case.number}"
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    assert len([each for each in asked if "accounts_boundaccess" in each["sql"]]) == 1


def test_network_of_the_request_is_logged(cast, case):
    with acting(SETUP):
        accounts.add_network(cidr="192.0.2.0/24", country="US", name="Denver", by=SETUP, at=cast.at)
    client = browser(cast.staff("Chris Lee", eligible_us=True))
    client.get(f"/console/cases/{case.number}", REMOTE_ADDR="192.0.2.9")
    (row,) = logged()
    assert (row.address, row.country) == ("192.0.2.9", "US")
