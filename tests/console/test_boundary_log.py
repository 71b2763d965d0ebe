"""The auditor's page: who came to bound data."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backstay.accounts import actions
from backstay.accounts.actions import Reading
from backstay.accounts.choices import AccessHow, CaseView, Role
from backstay.accounts.models import BoundAccess, Staff
from backstay.core.scoping import acting
from tests.fixtures.cast import SETUP

LOG, EXPORT = "/console/boundary-log", "/console/boundary-log.csv"


@pytest.fixture
def kim(cast):
    """A manager who is eligible."""
    return cast.staff("Kim Lane", Role.MANAGER, eligible_us=True)


@pytest.fixture
def log(cast, at):
    def note(person, subject="case:1", when=None, *, allowed=True):
        reading = Reading(
            how=AccessHow.PAGE,
            place="console/cases/<int:number>",
            subjects=(subject,),
            rows=3,
            allowed=allowed,
        )
        with acting(SETUP):
            actions.log_access(reading, by=cast.viewer(person), at=when or at)

    return note


def lines(answer):
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR])
def test_log_is_refused_to_managers_outside(cast, signed_in, log, role):
    log(cast.staff("Chris Lee"))
    client = signed_in(cast.staff("Mia", role))
    assert [client.get(address).status_code for address in (LOG, EXPORT)] == [403, 403]


def test_log_is_refused_to_eligible_agents(cast, signed_in):
    client = signed_in(cast.staff("Chris Lee", eligible_us=True))
    assert [client.get(address).status_code for address in (LOG, EXPORT)] == [403, 403]


def test_log_names_people_cases_and_refusals(cast, kim, signed_in, log, opened):
    case = opened(cast.contact(cast.organisation("Sandia", "emerald-us", "us"), view=CaseView.ORGANISATION))
    log(cast.staff("Chris Lee"), f"case:{case.pk}")
    log(cast.staff("Dana Ionescu"), f"case:{case.pk}", allowed=False)
    log(cast.staff("Eve Pop"), "case:999")
    client = signed_in(kim)
    shown = {
        query: [name for name in ("Chris Lee", "Dana Ionescu", "Eve Pop") if f"<td>{name}</td>" in page]
        for query in ("", f"?case={case.reference}", "?refused=on", "?person=eve", "?until=2020-01-01")
        for page in [client.get(f"{LOG}{query}").content.decode()]
    }
    assert shown == {
        "": ["Chris Lee", "Dana Ionescu", "Eve Pop"],
        f"?case={case.reference}": ["Chris Lee", "Dana Ionescu"],
        "?refused=on": ["Dana Ionescu"],
        "?person=eve": ["Eve Pop"],
        "?until=2020-01-01": [],
    }
    assert case.reference in client.get(LOG).content.decode()


def test_log_that_is_read_is_logged_itself(cast, kim, signed_in, log):
    log(cast.staff("Chris Lee"))
    signed_in(kim).get(LOG)
    with acting(SETUP):
        row = BoundAccess.objects.latest("pk")
    assert (row.person_name, row.place, row.rows) == ("Kim Lane", "console/boundary-log", 1)


def test_log_costs_the_same_for_many(cast, kim, signed_in, log):
    chris, client, costs = cast.staff("Chris Lee"), signed_in(kim), []
    client.get(LOG)  # from where they come is new this once
    for more in (1, 3):
        for _ in range(more):
            log(chris)
        with CaptureQueriesContext(connection) as asked:
            client.get(LOG)
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_export_has_every_row_and_is_logged(cast, kim, signed_in, log, at, monkeypatch):
    monkeypatch.setattr("backstay.console.views.boundary_log.AT_ONCE", 2)
    chris = cast.staff("Chris Lee")
    for minutes in range(5):
        log(chris, f"case:{minutes}", at - timedelta(minutes=minutes))
    found = lines(signed_in(kim).get(EXPORT))
    assert [line["subjects"] for line in found if line["person_name"] == "Chris Lee"] == [
        f"case:{minutes}" for minutes in range(5)
    ]
    with acting(SETUP):
        assert BoundAccess.objects.filter(how="export", person_name="Kim Lane").count() == 1


def test_export_ends_when_who_reads_it_is_outside(cast, kim, signed_in, log, monkeypatch):
    monkeypatch.setattr("backstay.console.views.boundary_log.AT_ONCE", 1)
    chris = cast.staff("Chris Lee")
    for _ in range(3):
        log(chris)
    pieces = iter(signed_in(kim).get(EXPORT).streaming_content)
    assert [next(pieces).decode().count("\r\n") for _ in range(2)] == [1, 1]
    with acting(SETUP):
        for row in kim.attestations.all():
            actions.revoke_attestation(attestation_id=row.pk, by=SETUP, at=cast.at)
    assert list(pieces) == []


def test_export_runs_nothing_in_a_spreadsheet(cast, kim, signed_in, log):
    with acting(SETUP):
        Staff.objects.filter(pk=cast.staff("Chris Lee").pk).update(name="=HYPERLINK(1)")
        log(Staff.objects.get(name="=HYPERLINK(1)"))
    (line,) = [line for line in lines(signed_in(kim).get(EXPORT)) if line["subjects"] == "case:1"]
    assert line["person_name"] == "'=HYPERLINK(1)"
