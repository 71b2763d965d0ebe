from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backstay.accounts.actions import grant
from backstay.accounts.choices import Access
from backstay.cases import actions
from backstay.cases.choices import State
from backstay.core.scoping import acting
from backstay.portal.views import listing
from backstay.portal.views.listing import Place
from tests.fixtures.cast import SETUP


def subjects(answer):
    return [row.case.subject for row in answer.context["rows"]]


def queries_of(page, path):
    with CaptureQueriesContext(connection) as captured:
        assert page.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("whose", ["mine", "organisation"])
def test_list_takes_as_many_queries_for_three_cases_as_for_one(world, whose):
    page, product = world.page(world.ana), world.cast.product()
    world.open(product_id=product.pk)
    page.get("/cases")
    one = queries_of(page, f"/cases?whose={whose}")
    world.open(product_id=product.pk)
    world.open(product_id=world.cast.product("mailer").pk)
    assert queries_of(page, f"/cases?whose={whose}") == one
    assert one <= 25


def test_list_shows_states_in_the_customers_words(world):
    dana = world.cast.staff()
    for subject, state in (("Asked", State.WAITING_ON_CUSTOMER), ("Worked on", None)):
        world.reply(world.open(subject=subject), dana, new_state=state)
    world.open(subject="Fresh")
    rows = world.page(world.ana).get("/cases?lang=en").context["rows"]
    assert {row.case.subject: row.state.label for row in rows} == {
        "Asked": "Waiting on me",
        "Worked on": "Waiting on vendor",
        "Fresh": "Open",
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["B", "A"]),
        ("state=closed", ["C"]),
        ("state=any", ["C", "B", "A"]),
        ("state=open", ["B", "A"]),
        ("state=waiting_on_me", []),
        ("text=b", ["B"]),
        ("product=gateway", ["A"]),
        ("state=nonsense&product=999&text=%00", ["B", "A"]),
    ],
)
def test_list_is_narrowed_by_state_product_and_words(world, query, found):
    product = world.cast.product()
    ana = world.cast.viewer(world.ana)
    world.open(subject="A", product_id=product.pk)
    world.at += timedelta(minutes=1)
    world.open(subject="B")
    world.at += timedelta(minutes=1)
    closed = world.open(subject="C")
    with acting(ana):
        actions.close(case_id=closed.pk, seen=None, by=ana, at=world.at)
    page = world.page(world.ana)
    assert subjects(page.get(f"/cases?{query}".replace("gateway", str(product.pk)))) == found


def test_pages_lead_through_the_whole_list_and_back(world, monkeypatch):
    monkeypatch.setattr(listing, "PAGE", 2)
    for number in range(5):
        world.open(subject=str(number))
        world.at += timedelta(minutes=number % 2)  # some share their instant
    page = world.page(world.ana)
    first = page.get("/cases?state=any")
    second = page.get(f"/cases{first.context['older']}")
    last = page.get(f"/cases{second.context['older']}")
    assert [subjects(each) for each in (first, second, last)] == [["4", "3"], ["2", "1"], ["0"]]
    assert (first.context["newer"], last.context["older"]) == ("", "")
    back = page.get(f"/cases{last.context['newer']}")
    assert subjects(back) == ["2", "1"]
    assert subjects(page.get(f"/cases{back.context['newer']}")) == ["4", "3"]


@pytest.mark.parametrize(
    "text", ["", "_", "x_1", "2026-01-01T00:00:00_1", "2026-99-01T00:00:00Z_1", "2026-01-01T00:00:00Z_²"]
)
def test_place_that_makes_no_sense_is_none(text):
    assert Place.read(text) is None


def test_partners_find_their_customers_cases_in_a_list_of_their_own(world):
    customer = world.cast.organisation(name="Customer")
    outsider = world.cast.organisation(name="Outsider")
    with acting(SETUP):
        grant(partner=world.organisation, customer=customer, access=Access.VIEW, by=SETUP, at=world.at)
    world.open(by=world.cast.contact(customer, "Eva"), subject="Of the customer")
    world.open(by=world.cast.contact(outsider, "Ion"), subject="Of nobody we know")
    page = world.page(world.ana)
    assert subjects(page.get("/cases?whose=customers")) == ["Of the customer"]
    assert subjects(page.get("/cases?whose=organisation")) == []
    assert subjects(page.get("/cases")) == []


def test_list_says_under_the_clock_why_nothing_is_promised(world):
    bare = world.cast.organisation(name="Bare", plan="")
    eva = world.cast.contact(bare, "Eva")
    world.open(by=eva)
    (row,) = world.page(eva).get("/cases?lang=en").context["rows"]
    assert (row.standing.pace, row.promise) == ("none", "no support contract")


def test_plan_panel_tells_plan_end_and_open_channels(world):
    plan = world.page(world.ana).get("/cases?lang=en").context["plan"]
    assert (plan.name, plan.valid_until, plan.lack) == ("Gold", "18 November 2027", "")
    assert [(each.label, each.state) for each in plan.channels] == [
        ("Case (ticket) in the portal", "open"),
        ("AI chatbot", "not_connected"),
        ("Live agent chat", "not_connected"),
        ("Phone", "not_in_plan"),
    ]
