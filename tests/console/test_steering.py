from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backstay.accounts.choices import Role
from backstay.cases import actions, queries
from backstay.cases.choices import LinkKind, Queue, State
from backstay.cases.models import Case, CaseLink, Incident
from backstay.conversations.actions import NewMessage
from backstay.core.scoping import acting
from tests.console.pages import htmx, texts, value_of
from tests.fixtures.cast import SETUP

DAY = timedelta(days=1)


@pytest.fixture
def desk(cast, opened, signed_in):
    """A Gold customer's S3 case, an agent and their browser."""
    ana = cast.contact(cast.organisation())
    dana = cast.staff()
    return cast, ana, dana, opened(ana, severity="S3"), signed_in(dana)


def post(client, address, **data):
    form = client.get(address)
    given = {"idempotency_key": value_of(form, "idempotency_key"), **data}
    return client.post(address, given)


def of(case, verb):
    return f"/console/cases/{case.number}/{verb}"


def test_case_is_handed_over_with_a_note(desk, reread):
    _cast, _ana, _dana, case, client = desk
    answer = post(client, of(case, "hand-over"), queue="tier_2", note_text="Look at the engine.")
    assert answer.status_code == 303
    assert reread(case).queue == Queue.TIER_2
    history = client.get(of(case, "history")).content.decode()
    assert "Handed the case over from “Level 1” to “Level 2”" in history


def test_handover_without_a_note_is_told_so(desk, reread):
    _cast, _ana, _dana, case, client = desk
    assert post(client, of(case, "hand-over"), queue="tier_2", note_text=" ").status_code == 422
    assert reread(case).queue == Queue.TIER_1


def test_owner_is_changed_by_leads_and_shown_beside_the_assignee(desk, signed_in, reread):
    cast, _ana, dana, case, client = desk
    lead = cast.staff("Lia", Role.LEAD)
    assert post(client, of(case, "owner"), staff=dana.pk).status_code == 422
    assert post(signed_in(lead), of(case, "owner"), staff=lead.pk).status_code == 303
    assert reread(case).owner_id == lead.pk
    assert "Lia answers for it" in texts(client.get(of(case, "")[:-1]), "case-facts")[0]


def waiting(cast, dana, case, at):
    viewer = cast.viewer(dana)
    with acting(viewer):
        message = NewMessage(body="Which version?")
        actions.reply(
            case_id=case.pk, message=message, new_state=State.WAITING_ON_CUSTOMER, seen=None, by=viewer, at=at
        )


def test_page_says_when_silence_closes_the_case_until_somebody_opts_out(desk, at, reread):
    cast, _ana, dana, case, client = desk
    address = f"/console/cases/{case.number}"
    assert "If the customer stays silent" not in client.get(address).content.decode()
    waiting(cast, dana, case, at)
    page = client.get(address).content.decode()
    assert "unless the customer answers" in page
    assert page.count("Reminder:") == 2
    assert post(client, of(case, "closing")).status_code == 303
    assert reread(case).closes_itself is False
    assert "silence does not close this case" in client.get(address).content.decode()


def test_respite_is_given_and_shown(desk, at, reread):
    cast, _ana, dana, case, client = desk
    waiting(cast, dana, case, at)
    until = (at + 20 * DAY).date()
    assert post(client, of(case, "respite"), until=until.isoformat()).status_code == 303
    assert reread(case).quiet_until == until
    assert post(client, of(case, "respite"), until="2020-01-01").status_code == 422


def test_cases_are_linked_and_unlinked(desk, opened):
    _cast, ana, _dana, case, client = desk
    other = opened(ana, subject="The same again")
    assert post(client, of(case, "links"), number=other.reference, kind="duplicate").status_code == 303
    page = client.get(f"/console/cases/{other.number}")
    assert "Has the duplicate" in page.content.decode()
    with acting(SETUP):
        link = CaseLink.objects.get()
    removed = client.post(of(case, f"links/{link.pk}/remove"), {"idempotency_key": "a" * 32})
    assert (removed.status_code, removed["Location"]) == (303, f"/console/cases/{case.number}")
    with acting(SETUP):
        assert not CaseLink.objects.exists()


def test_link_to_a_bound_case_is_no_case_to_those_outside(desk, opened):
    cast, _ana, _dana, case, client = desk
    bound = opened(cast.contact(cast.organisation("Sandia", "emerald-us", "us"), "Kim"))
    missing = post(client, of(case, "links"), number="99999999", kind="related")
    refused = post(client, of(case, "links"), number=str(bound.number), kind="related")
    assert refused.status_code == missing.status_code == 422
    assert texts(refused, "error-summary") == texts(missing, "error-summary")


def test_case_closed_long_ago_offers_a_follow_up(desk, at, opened, reread):
    cast, ana, _dana, _case, client = desk
    old = opened(ana, when=at - 40 * DAY)
    viewer = cast.viewer(ana)
    with acting(viewer):
        actions.close(case_id=old.pk, seen=None, by=viewer, at=at - 30 * DAY)
    page = client.get(f"/console/cases/{old.number}").content.decode()
    assert "Open a follow-up" in page
    assert f"/console/cases/{old.number}/reopen" not in page
    assert post(client, of(old, "reopen"), reason="Again").status_code == 422
    assert post(client, of(old, "follow-up"), body="It is back.").status_code == 303
    with acting(SETUP):
        made = Case.objects.latest("id")
        (linked,) = queries.links(made)
    assert (made.subject, linked.kind, linked.case.pk) == (old.subject, LinkKind.FOLLOW_UP, old.pk)


def test_form_opens_in_the_dialog(desk):
    *_others, case, client = desk
    part = client.get(of(case, "hand-over"), headers=htmx("change-body")).content.decode()
    assert part.lstrip().startswith("<form")


def declared(client, dana, **data):
    given = {"title": "Mail is held up", "criteria": ["own_service_down"], "staff": dana.pk} | data
    answer = post(client, "/console/incidents/new", **given)
    with acting(SETUP):
        return answer, Incident.objects.order_by("id").last()


def test_incident_is_declared_told_resolved_and_reviewed(desk):
    _cast, _ana, dana, case, client = desk
    answer, incident = declared(client, dana)
    page = f"/console/incidents/{incident.number}"
    assert (answer.status_code, answer["Location"]) == (303, page)
    assert client.post(f"{page}/add", {"number": case.reference}).status_code == 303
    assert "Part of a major incident" in client.get(f"/console/cases/{case.number}").content.decode()
    assert client.post(f"{page}/update", {"body": "We found it."}).status_code == 303
    shown = client.get(page).content.decode()
    assert "1 case to go" in shown
    assert client.post(f"{page}/review", {"body": "Early."}).status_code == 422
    assert client.post(f"{page}/resolve").status_code == 303
    assert "Resolved, review owed" in client.get("/console/incidents").content.decode()
    assert client.post(f"{page}/review", {"body": "A disk was full."}).status_code == 303
    assert "A disk was full." in client.get(page).content.decode()


def test_incident_is_steered_by_nobody_else(desk, signed_in):
    cast, _ana, dana, _case, client = desk
    _answer, incident = declared(client, dana)
    other = signed_in(cast.staff("Mihai"))
    page = f"/console/incidents/{incident.number}"
    assert "Send to all its cases" not in other.get(page).content.decode()
    assert other.post(f"{page}/update", {"body": "Hello."}).status_code == 403


def test_incident_list_takes_as_many_queries_for_three_as_for_one(desk):
    _cast, _ana, dana, _case, client = desk

    def count():
        client.get("/console/incidents")
        with CaptureQueriesContext(connection) as captured:
            client.get("/console/incidents")
        return len(captured)

    declared(client, dana)
    one = count()
    declared(client, dana)
    declared(client, dana)
    assert count() == one
