from datetime import timedelta

import pytest
from django.urls import reverse

from backstay.accounts.choices import Role
from backstay.cases import actions, queries
from backstay.cases.choices import State
from backstay.cases.promises import due_by_severity
from backstay.conversations.actions import NewMessage
from backstay.core.scoping import acting
from backstay.ui.wording import moment
from tests.console.pages import HTMX, htmx, texts
from tests.fixtures.cast import SETUP


@pytest.fixture
def dana(cast):
    return cast.staff()


@pytest.fixture
def ana(cast):
    return cast.contact(cast.organisation())


@pytest.fixture
def case(opened, ana):
    return opened(ana)


@pytest.fixture
def change(dana, case, signed_in):
    """`change("close", reason=...)` as somebody: the response."""

    def post(name, *, who=None, headers=None, **values):
        address = reverse(f"console:{name}", args=[case.number])
        return signed_in(who or dana).post(address, {"seen": "1"} | values, headers=headers)

    return post


def test_severity_form_tells_the_new_promise_of_each_choice(cast, dana, ana, opened, signed_in, at):
    case = opened(ana, severity="S3", when=at)
    page = signed_in(dana).get(reverse("console:severity", args=[case.number]), headers=htmx("change-body"))
    choices = texts(page, "choice-words")
    told = moment(case.next_due_at, "Europe/Bucharest", now=at)
    assert [told in choice for choice in choices] == [False, False, True, True]
    assert ["First answer due" in choice for choice in choices] == [True] * 4
    assert b"<html" not in page.content


def test_promise_told_before_is_the_promise_made(cast, dana, ana, opened, reread, at):
    case = opened(ana, severity="S3", when=at - timedelta(hours=1))
    for new in ("S1", "S4", "S2"):
        with acting(cast.viewer(dana)) as viewer:
            told = due_by_severity(reread(case), at=at)[new]
            actions.change_severity(case_id=case.pk, new=new, reason="x", seen=None, by=viewer, at=at)
        assert reread(case).next_due_at == told


def test_severity_changes_with_a_reason_only(change, case, reread):
    refused = change("severity", new="S2", reason="", headers=HTMX)
    assert (refused.status_code, refused.headers["HX-Retarget"]) == (422, "#change-body")
    assert change("severity", new="S2", reason="It got better").status_code == 303
    assert reread(case).severity == "S2"


def test_change_by_htmx_answers_the_case_and_keeps_what_is_typed(change):
    response = change("severity", new="S2", reason="It got better", headers=htmx("case"))
    assert (response.status_code, texts(response, "toast")) == (200, ["Severity changed"])
    assert response.content.count(b'hx-preserve="true"') == 4  # both texts and both files


def test_change_of_what_somebody_else_changed_is_409_and_can_be_repeated(change, case, cast, reread, at):
    mihai = cast.viewer(cast.staff("Mihai Pop"))
    with acting(mihai):
        actions.set_state(case_id=case.pk, new=State.TRIAGE, seen=None, by=mihai, at=at)
    stopped = change("severity", new="S2", reason="It got better")
    assert (stopped.status_code, reread(case).severity) == (409, "S1")
    assert "Mihai Pop" in texts(stopped, "notice-warn")[0]
    assert change("severity", new="S2", reason="It got better", seen="2").status_code == 303


def test_agent_takes_a_case_and_gives_it_back(change, dana, case, reread):
    assert change("assign", staff=str(dana.pk)).status_code == 303
    assert (reread(case).assignee, reread(case).state) == (dana, State.TRIAGE)
    assert change("assign", staff="", seen="2").status_code == 303
    assert reread(case).assignee is None


def test_agents_are_not_offered_their_colleagues_and_leads_are(change, case, cast, reread):
    mihai, lena = cast.staff("Mihai Pop"), cast.staff("Lena", Role.LEAD)
    assert change("assign", staff=str(mihai.pk)).status_code == 422
    assert change("assign", staff=str(mihai.pk), who=lena).status_code == 303
    assert reread(case).assignee == mihai


def test_bound_case_is_offered_to_eligible_staff_only(cast, opened, signed_in):
    case = opened(cast.contact(cast.organisation("Sandia", "emerald-us", "us"), "Kim"))
    lena = cast.staff("Lena", Role.LEAD, eligible_us=True)
    cast.staff("Mihai Pop")
    page = signed_in(lena).get(reverse("console:assign", args=[case.number])).content.decode()
    assert ("Lena, Level 1" in page, "Mihai" in page) == (True, False)


def test_states_that_tell_the_customer_something_are_not_set_by_themselves(change, case, reread):
    assert change("state", new="waiting_on_customer").status_code == 422
    assert change("state", new="in_progress").status_code == 303
    assert reread(case).state == State.IN_PROGRESS


def test_case_that_nobody_answered_is_not_closed(change, case, cast, dana, reread, at):
    refused = change("close", reason="solved")
    assert refused.status_code == 422
    assert "reply before you close it" in texts(refused, "error-summary")[0]
    with acting(cast.viewer(dana)) as viewer:
        actions.reply(case_id=case.pk, message=NewMessage(body="Done."), seen=None, by=viewer, at=at)
    assert change("close", reason="solved", seen="2").status_code == 303
    assert reread(case).state == State.CLOSED
    assert change("reopen", reason="", seen="3").status_code == 422
    assert change("reopen", reason="It is back", seen="3").status_code == 303
    assert reread(case).state == State.IN_PROGRESS


def test_product_and_device_are_put_right(change, case, cast, reread):
    product = cast.product()
    assert change("subject_matter", product=str(product.pk), device="").status_code == 303
    assert reread(case).product == product


def test_colleague_of_the_contact_is_let_in_and_others_are_not(change, case, cast, ana):
    radu = cast.contact(ana.organisation, "Radu Stan")
    tom = cast.contact(cast.organisation("Harbour"), "Tom")
    assert change("participants", contact=str(tom.pk)).status_code == 422
    assert change("participants", contact=str(radu.pk)).status_code == 303
    with acting(SETUP):
        assert [row.contact for row in queries.participants(case)] == [radu]


def test_strangers_are_sent_to_sign_in_as_a_whole_page(client, case):
    address = reverse("console:case", args=[case.number])
    answer = client.get(address, headers=HTMX | {"HX-Current-URL": f"http://testserver{address}"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["HX-Redirect"].startswith("/accounts/login/?next=")
    foreign = client.get(address, headers=HTMX | {"HX-Current-URL": "https://evil.example/console/"})
    assert foreign.headers["HX-Redirect"] == "/accounts/login/?next=/"
