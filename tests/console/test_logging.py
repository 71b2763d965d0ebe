from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from backstay.cases.models import Case
from backstay.conversations.models import Message
from backstay.core.models import StoredAnswer
from backstay.core.scoping import acting
from backstay.plans.queries import UnknownSeverity
from tests.console.pages import htmx, texts
from tests.fixtures.cast import SETUP
from tests.fixtures.catalogues import without_gold

NEW = reverse("console:new_case")
HERE = ZoneInfo("Europe/Bucharest")


@pytest.fixture
def dana(cast):
    return cast.staff()


@pytest.fixture
def ana(cast):
    return cast.contact(cast.organisation())


def the_case() -> Case:
    with acting(SETUP):
        return Case.objects.select_related("contact", "organisation").get()


def test_first_one_says_for_whom(ana, dana, signed_in):
    response = signed_in(dana).get(NEW)
    assert texts(response, "row-title") == ["Meridian"]
    assert f"?organisation={ana.organisation_id}" in response.content.decode()


def test_case_is_logged_for_a_contact_with_its_real_receipt(ana, dana, signed_in, at):
    received = (at - timedelta(hours=5)).replace(second=0, microsecond=0)
    given = {
        "contact": ana.pk,
        "subject": "Called about the gateway",
        "severity": "S2",
        "received_at": f"{received.astimezone(HERE):%Y-%m-%dT%H:%M}",
        "body": "Since noon.",
    }
    response = signed_in(dana).post(f"{NEW}?organisation={ana.organisation_id}", given)
    case = the_case()
    assert response.headers["Location"] == f"/console/cases/{case.number}"
    assert (case.contact, case.channel, case.opened_at, case.recorded_at > case.opened_at) == (
        ana,
        "staff",
        received,
        True,
    )
    with acting(SETUP):
        assert [(row.author_name, row.sent_at) for row in Message.objects.all()] == [("Ana Marin", received)]


def test_promise_is_told_before_and_follows_the_form(ana, dana, signed_in, at):
    address = f"{NEW}?organisation={ana.organisation_id}"
    page = signed_in(dana).get(address)
    assert "within 2 hours" in texts(page, "facts")[0]
    earlier = f"{at.astimezone(HERE) - timedelta(days=60):%Y-%m-%dT%H:%M}"
    part = signed_in(dana).get(f"{address}&severity=S1&received_at={earlier}", headers=htmx("promise"))
    assert (b"<html" in part.content, len(texts(part, "facts"))) == (False, 1)
    assert texts(part, "facts") != texts(page, "facts")


def test_case_of_an_unknown_organisation_waits_for_a_lead(dana, signed_in):
    client = signed_in(dana)
    assert "The organisation is not known" in texts(client.get(f"{NEW}?organisation=unknown"), "lack")[0]
    client.post(
        f"{NEW}?organisation=unknown", {"subject": "Who", "severity": "S3", "body": "Somebody called."}
    )
    case = the_case()
    assert (case.organisation, case.queue, case.no_promise) == (None, "lead", "no_organisation")


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": ""},
        {"severity": "S9"},
        {"body": ""},
        {"received_at": "2999-01-01T10:00"},
        {"received_at": "yesterday"},
        {"contact": "999999"},
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(wrong, ana, dana, signed_in):
    given = {"contact": ana.pk, "subject": "Typed subject", "severity": "S2", "body": "Typed text"} | wrong
    response = signed_in(dana).post(f"{NEW}?organisation={ana.organisation_id}", given)
    assert (response.status_code, len(texts(response, "error-summary"))) == (422, 1)
    with acting(SETUP):
        assert Case.objects.count() == 0


def test_contacts_of_other_organisations_are_not_offered(cast, ana, dana, signed_in):
    tom = cast.contact(cast.organisation("Harbour"), "Tom Berg")
    page = signed_in(dana).get(f"{NEW}?organisation={ana.organisation_id}").content.decode()
    assert ("Ana Marin" in page, tom.name in page) == (True, False)


def test_plan_that_left_the_catalogue_is_offered_with_the_severities_of_its_contract(
    cast, ana, dana, signed_in
):
    cast.offer(without_gold())
    client, address = signed_in(dana), f"{NEW}?organisation={ana.organisation_id}"
    page = client.get(address).content.decode()
    assert ('value="S4"' in page, 'value="S5"' in page) == (True, False)
    given = {"subject": "Called", "body": "Since noon."}
    refused = client.post(address, given | {"severity": "S5"})
    assert (refused.status_code, "Severity" in texts(refused, "error-summary")[0]) == (422, True)
    client.post(address, given | {"severity": "S4"})
    assert the_case().severity == "S4"


def test_severity_that_is_refused_only_when_the_case_is_opened_is_told_at_its_field(
    ana, dana, signed_in, monkeypatch
):
    """Another catalogue may be put in force between the form's check and the case's."""

    def refuse(**_given):
        raise UnknownSeverity("S1", ("S2",))

    monkeypatch.setattr("backstay.cases.actions.open_case", refuse)
    given = {"subject": "Called", "severity": "S1", "body": "Since noon."}
    response = signed_in(dana).post(f"{NEW}?organisation={ana.organisation_id}", given)
    assert response.status_code == 422
    assert "The contract has no such severity any more" in texts(response, "error-summary")[0]


def test_answer_to_a_logged_case_stands_on_its_side_of_the_boundary(cast, signed_in):
    kim = cast.contact(cast.organisation("Sandia", "emerald-us", "us"), "Kim")
    chris = cast.staff("Chris Lee", eligible_us=True)
    given = {"subject": "Pump", "severity": "S1", "body": "Stopped.", "idempotency_key": "one"}
    signed_in(chris).post(f"{NEW}?organisation={kim.organisation_id}", given)
    case = the_case()
    with acting(SETUP):
        kept = StoredAnswer.objects.get()
    assert (kept.boundary, kept.subject) == ("us", f"case:{case.pk}")
