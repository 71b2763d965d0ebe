import pytest
from django.urls import reverse

from backstay.accounts.choices import Role
from backstay.cases import actions
from backstay.cases.choices import State
from backstay.core.models import StoredAnswer
from backstay.core.scoping import acting
from tests.console.pages import HTMX, texts, value_of
from tests.fixtures.cast import SETUP

BULK = reverse("console:bulk")


@pytest.fixture
def dana(cast):
    return cast.staff()


@pytest.fixture
def cases(cast, opened):
    ana = cast.contact(cast.organisation())
    return [opened(ana, subject=f"Case {number}") for number in range(3)]


def ticked(cases) -> list[str]:
    return [f"{case.pk}:{case.version}" for case in cases]


def test_ticked_cases_are_taken_at_once(cases, dana, signed_in, reread):
    response = signed_in(dana).post(BULK, {"case": ticked(cases[:2]), "do": "assign:me"}, headers=HTMX)
    assert texts(response, "notice-info") == ["2 cases changed."]
    assert [reread(case).assignee for case in cases] == [dana, dana, None]


def test_each_case_has_a_result_of_its_own(cases, dana, cast, signed_in, reread, at):
    mihai = cast.viewer(cast.staff("Mihai Pop"))
    with acting(mihai):
        actions.set_state(case_id=cases[0].pk, new=State.TRIAGE, seen=None, by=mihai, at=at)
    response = signed_in(dana).post(BULK, {"case": ticked(cases), "do": "state:in_progress"})
    result = f"{cases[0].reference} Case 0: Changed meanwhile: not touched."
    assert texts(response, "notice-warn") == [f"2 cases changed. 1 case was not changed: {result}"]
    assert [reread(case).state for case in cases] == ["triage", "in_progress", "in_progress"]


@pytest.mark.parametrize("verb", ["state:closed", "state:waiting_on_customer"])
def test_what_the_life_cycle_forbids_is_refused_case_by_case(verb, cases, dana, signed_in, reread):
    response = signed_in(dana).post(BULK, {"case": ticked(cases[:1]), "do": verb})
    assert "cannot be done from there" in texts(response, "notice-warn")[0]
    assert reread(cases[0]).state == State.NEW


def test_agents_do_not_hand_cases_to_others_and_leads_do(cases, dana, cast, signed_in, reread):
    lena = cast.staff("Lena", Role.LEAD)
    given = {"case": ticked(cases[:1]), "do": f"assign:{lena.pk}"}
    assert "You may not" in texts(signed_in(dana).post(BULK, given), "notice-warn")[0]
    given = {"case": ticked(cases[:1]), "do": f"assign:{dana.pk}"}
    signed_in(lena).post(BULK, given)
    assert reread(cases[0]).assignee == dana


def test_bound_cases_are_not_touched_by_who_is_not_eligible(dana, cast, opened, signed_in, reread):
    bound = opened(cast.contact(cast.organisation("Sandia", "emerald-us", "us"), "Kim"), subject="Pump")
    chris = cast.staff("Chris Lee", eligible_us=True)
    given = {"case": ticked([bound]), "do": "assign:me"}
    assert texts(signed_in(dana).post(BULK, given), "notice") == ["Tick some cases first."]
    assert reread(bound).assignee is None
    signed_in(chris).post(BULK, given)
    assert reread(bound).assignee == chris


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"case": ["1:1"]}, "Choose what to do with the cases that you ticked."),
        ({"do": "assign:me"}, "Tick some cases first."),
        ({"do": "assign:me", "case": ["x", "9" * 40 + ":1", "1:"]}, "Tick some cases first."),
    ],
)
def test_nothing_to_do_is_told(given, told, dana, signed_in):
    assert texts(signed_in(dana).post(BULK, given), "notice") == [told]


def test_form_sent_twice_changes_once_and_is_answered_alike(cases, dana, cast, signed_in, reread, at):
    mihai = cast.viewer(cast.staff("Mihai Pop"))
    with acting(mihai):
        actions.set_state(case_id=cases[0].pk, new=State.TRIAGE, seen=None, by=mihai, at=at)
    client = signed_in(dana)
    key = value_of(client.get(reverse("console:queue")), "idempotency_key")
    given = {"case": ticked(cases), "do": "state:in_progress", "idempotency_key": key}
    first, again = client.post(BULK, given), client.post(BULK, given)
    assert texts(first, "notice-warn") == texts(again, "notice-warn")
    assert texts(first, "notice-warn")[0].startswith("2 cases changed. 1 case was not changed: ")
    assert [reread(case).version for case in cases] == [2, 2, 2]


def test_form_sent_again_with_other_ticks_changes_nothing(cases, dana, signed_in, reread):
    client, key = signed_in(dana), {"do": "assign:me", "idempotency_key": "one"}
    client.post(BULK, key | {"case": ticked(cases[:1])})
    told = texts(client.post(BULK, key | {"case": ticked(cases)}), "notice-info")
    assert told == ["This form was sent before. Look at what it did; then send it anew."]
    assert [reread(case).assignee for case in cases] == [dana, None, None]


def test_stored_answer_about_bound_cases_is_bound(cast, opened, signed_in):
    bound = opened(cast.contact(cast.organisation("Sandia", "emerald-us", "us"), "Kim"), subject="Pump")
    given = {"case": ticked([bound]), "do": "assign:me", "idempotency_key": "one"}
    signed_in(cast.staff("Chris Lee", eligible_us=True)).post(BULK, given)
    with acting(SETUP):
        assert StoredAnswer.objects.get().boundary == "us"
