from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backstay.accounts.choices import Role
from backstay.core.scoping import acting, machine
from backstay.escalation import actions, jobs
from backstay.escalation.models import EscalationRequest
from backstay.oncall.models import Page

BY = machine("test")
REASON = "Two days and nobody has called."


@pytest.fixture
def ana(cast):
    return cast.contact(cast.organisation(plan="platinum"))


@pytest.fixture
def mia(cast):
    return cast.staff("Mia Manager", Role.MANAGER)


@pytest.fixture
def asked(cast, opened, at):
    """`asked(contact)`: a case of theirs, in which they ask for a manager."""

    def ask(contact, **values):
        case = opened(contact, **values)
        viewer = cast.viewer(contact)
        with acting(viewer):
            row = actions.request(case_id=case.pk, reason=REASON, urgency="urgent", by=viewer, at=at)
        with acting(BY):
            actions.plan(case_id=case.pk, by=BY, at=at)
        return case, row

    return ask


def read(row):
    with acting(BY):
        return EscalationRequest.objects.get(pk=row.pk)


def test_page_shows_requests_with_their_clock_and_what_comes(signed_in, asked, ana, mia, at):
    case, row = asked(ana)
    page = signed_in(mia).get("/console/escalations?lang=en")
    assert [line.request.pk for line in page.context["requests"]] == [row.pk]
    assert [(line.mark, line.did) for line in page.context["ahead"]][:2] == [
        ("75 % of the time to answer have passed", "Notify the assignee, Notify the team leads"),
        ("The target is missed", "Notify the team leads, Page the engineer on call"),
    ]
    content = page.content.decode()
    assert (REASON in content, case.reference in content) == (True, True)


def test_steps_that_were_taken_tell_what_came_of_them(signed_in, asked, ana, mia, at):
    case, _ = asked(ana)
    jobs.sweep(at=case.opened_at + timedelta(minutes=45))
    page = signed_in(mia).get("/console/escalations?lang=en")
    (line,) = page.context["done"]
    assert line.did == (
        "Notify the assignee (nobody was there who may know of it), "
        "Notify the team leads (nobody was there who may know of it)"
    )


@pytest.mark.parametrize(("verb", "state"), [("accept", "accepted"), ("decline", "declined")])
def test_manager_decides_with_words_for_the_customer(signed_in, asked, ana, mia, verb, state):
    _, row = asked(ana)
    browser = signed_in(mia)
    assert browser.get(f"/console/escalations/{row.pk}/{verb}").status_code == 200
    assert browser.post(f"/console/escalations/{row.pk}/{verb}", {"answer": ""}).status_code == 422
    sent = browser.post(f"/console/escalations/{row.pk}/{verb}", {"answer": "We call at noon."})
    assert (sent.status_code, sent.url) == (303, "/console/escalations")
    assert (read(row).state, read(row).answer, read(row).manager_id) == (state, "We call at noon.", mia.pk)
    again = browser.post(f"/console/escalations/{row.pk}/{verb}", {"answer": "Again."})
    assert (again.status_code, read(row).answer) == (409, "We call at noon.")


def test_who_is_no_manager_is_told_so(signed_in, asked, ana, cast):
    _, row = asked(ana)
    refused = signed_in(cast.staff("Ada Agent")).post(
        f"/console/escalations/{row.pk}/accept?lang=en", {"answer": "I do it."}
    )
    assert refused.status_code == 409
    assert "Managers decide on requests, and whoever is on call for them." in refused.content.decode()
    assert read(row).state == "open"


def test_staff_ask_on_behalf_of_the_customer(signed_in, opened, ana, cast):
    case = opened(ana)
    browser = signed_in(cast.staff("Ada Agent"))
    assert browser.get(f"/console/cases/{case.number}/escalate").status_code == 200
    sent = browser.post(
        f"/console/cases/{case.number}/escalate", {"urgency": "timely", "reason": "He called."}
    )
    assert sent.status_code == 303
    again = browser.post(f"/console/cases/{case.number}/escalate", {"urgency": "timely", "reason": "Again."})
    assert again.status_code == 422
    with acting(BY):
        row = EscalationRequest.objects.get(case=case)
        assert (row.contact_id, row.asked_by.name) == (ana.pk, "Ada Agent")


def test_part_of_the_case_page_tells_its_ladder_and_requests(signed_in, asked, ana, mia):
    case, _ = asked(ana)
    part = signed_in(mia).get(f"/console/cases/{case.number}/escalation?lang=en")
    assert [line.mark for line in part.context["steps"]][:2] == [
        "75 % of the time to answer have passed",
        "The target is missed",
    ]
    assert not part.context["may_escalate"]
    assert REASON in part.content.decode()


def test_history_tells_of_escalations(signed_in, asked, ana, mia):
    case, row = asked(ana)
    jobs.sweep(at=case.opened_at + timedelta(hours=1))
    signed_in(mia).post(f"/console/escalations/{row.pk}/decline", {"answer": "Not now."})
    content = signed_in(mia).get(f"/console/cases/{case.number}/history?lang=en").content.decode()
    for words in (
        "Asked for a manager: Urgent: our business stands still",
        "Escalation: The target is missed",
        "Declined the escalation",
    ):
        assert words in content


def test_notices_are_shown_until_they_are_read(signed_in, asked, ana, cast, mia):
    lead = cast.staff("Lea Lead", Role.LEAD)
    case, _ = asked(ana)
    jobs.sweep(at=case.opened_at + timedelta(minutes=45))
    browser = signed_in(lead)
    (told,) = browser.get("/console/escalations?lang=en").context["notices"]
    assert told[1] == f"{case.reference} (S1): 75 % of the time to answer have passed."
    assert len(signed_in(mia).get("/console/escalations").context["notices"]) == 0
    assert browser.post("/console/escalations/notices/read").status_code == 303
    assert len(browser.get("/console/escalations").context["notices"]) == 0
    with acting(BY):
        assert Page.objects.filter(state="notice", closed_at__isnull=True).count() == 0


def test_bound_escalations_are_shown_inside_only(signed_in, asked, cast, mia):
    bound = cast.contact(cast.organisation("Bound", plan="emerald-us", region="us"), "Bob Bound")
    case, row = asked(bound, subject="Secret matter")
    with acting(BY):
        case.refresh_from_db()
        actions.raise_alarm(case_id=case.pk, reason="test", by=BY, at=case.opened_at)
    jobs.sweep(at=case.opened_at + timedelta(hours=1))
    inside = cast.staff("Ula Inside", Role.MANAGER, eligible_us=True)
    shown, hidden = (signed_in(person).get("/console/escalations") for person in (inside, mia))
    assert [len(shown.context[part]) > 0 for part in ("requests", "alarms", "done")] == [True] * 3
    assert [len(hidden.context[part]) for part in ("requests", "alarms", "done", "ahead")] == [0] * 4
    assert case.reference not in hidden.content.decode()
    for path in (f"{row.pk}/accept", f"{row.pk}/decline"):
        assert signed_in(mia).post(f"/console/escalations/{path}", {"answer": "Mine."}).status_code == 404


def test_page_asks_the_same_queries_for_one_and_for_three(signed_in, asked, ana, mia):
    browser = signed_in(mia)

    def counted():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get("/console/escalations").status_code == 200
        return len(queries)

    case, _ = asked(ana)
    jobs.sweep(at=case.opened_at + timedelta(minutes=45))
    counted()
    one = counted()
    for number in (2, 3):
        case, _ = asked(ana, subject=f"Down {number}")
        jobs.sweep(at=case.opened_at + timedelta(minutes=45))
    assert counted() == one
