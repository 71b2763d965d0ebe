"""Who sees what: strangers, staff, those who may only look, other people's cases, bound ones."""

import pytest
from django.test import Client

from backstay.accounts.actions import bind_organisation, end_grant, grant
from backstay.accounts.choices import Access, CaseView
from backstay.core.models import OutboxEvent
from backstay.core.scoping import acting
from tests.fixtures.cast import SETUP

PAGES = ["/cases", "/cases/new", "/cases/1", "/cases/1/severity", "/cases/1/files/1", "/devices", "/account"]
CHANGES = ["", "/severity", "/close", "/reopen", "/participants"]


@pytest.mark.parametrize("path", PAGES)
def test_strangers_are_asked_to_sign_in(db, path):
    answer = Client().get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={path}")


def test_expired_sign_in_sends_htmx_to_the_sign_in_page(db):
    answer = Client().get("/cases", headers={"HX-Request": "true", "HX-Current-URL": "/cases"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/accounts/login/?next=/cases")


def test_staff_are_led_to_the_console_and_refused_where_they_write(world):
    case = world.open()
    page = world.page(world.cast.staff())
    assert page.get("/cases")["Location"] == "/console/"
    assert page.get(f"/cases/{case.number}")["Location"] == f"/console/cases/{case.number}"
    assert page.post(f"/cases/{case.number}", {"body": "hi"}).status_code == 403


def test_cases_of_other_organisations_do_not_exist(world):
    case = world.open(subject="A secret subject")
    other = world.cast.organisation(name="Other")
    eva = world.cast.contact(other, "Eva", view=CaseView.ORGANISATION)
    page = world.page(eva)
    for path in CHANGES:
        assert page.get(f"/cases/{case.number}{path}").status_code == 404
        assert page.post(f"/cases/{case.number}{path}", {"body": "hi"}).status_code == 404
    for address in ("/cases", "/cases?state=any&text=secret", f"/cases?state=any&text={case.reference}"):
        assert "A secret subject" not in page.get(address).content.decode()


def test_partner_who_lost_the_grant_finds_no_case_of_that_customer_because_the_grant_was_the_right(world):
    partner = world.cast.organisation(name="Partner")
    paul = world.cast.contact(partner, "Paul")
    with acting(SETUP):
        given = grant(partner=partner, customer=world.organisation, access=Access.FULL, by=SETUP, at=world.at)
    own = world.open(by=paul, subject="Of their own house")
    opened = world.open(by=paul, subject="For the customer", organisation_id=world.organisation.pk)
    page = world.page(paul)
    assert page.get(f"/cases/{opened.number}").status_code == 200
    with acting(SETUP):
        end_grant(grant=given, by=SETUP, at=world.at)
    for path in CHANGES:
        assert page.get(f"/cases/{opened.number}{path}").status_code == 404
        assert page.post(f"/cases/{opened.number}{path}", {"body": "hi"}).status_code == 404
    listed = page.get("/cases")
    assert [row.case.subject for row in listed.context["rows"]] == ["Of their own house"]
    assert page.get(f"/cases/{own.number}").status_code == 200
    world.reply(opened, world.cast.staff())
    with acting(SETUP):
        (heard,) = OutboxEvent.objects.filter(name="CaseReplied").values_list("topics", flat=True)
    assert f"contact:{paul.pk}" not in heard


def test_contact_of_own_cases_sees_own_and_shared_ones_alone(world):
    mihai = world.cast.contact(world.organisation, "Mihai")
    hidden, shared = world.open(subject="Hidden"), world.open(subject="Shared")
    own = world.open(by=mihai, subject="Own")
    world.page(world.ana).post(f"/cases/{shared.number}/participants", {"contact": mihai.pk})
    page = world.page(mihai)
    listed = page.get("/cases")
    assert {row.case.subject for row in listed.context["rows"]} == {"Own", "Shared"}
    assert [tab.label for tab in page.get("/cases?lang=en&whose=organisation").context["tabs"]] == [
        "My cases"
    ]
    assert page.get(f"/cases/{hidden.number}").status_code == 404
    assert page.get(f"/cases/{own.number}").status_code == 200
    assert page.get(f"/cases/{shared.number}").status_code == 200


def test_contact_who_may_only_look_sees_no_form_and_is_refused(world):
    case = world.open()
    vera = world.cast.contact(world.organisation, "Vera", view=CaseView.ORGANISATION, access=Access.VIEW)
    page = world.page(vera)
    shown = page.get(f"/cases/{case.number}")
    assert shown.status_code == 200
    assert "<textarea" not in shown.content.decode()
    assert "/cases/new" not in page.get("/cases").content.decode()
    assert page.get("/cases/new").status_code == 403
    for path in CHANGES:
        assert page.post(f"/cases/{case.number}{path}", {"body": "hi", "reason": "hi"}).status_code == 403


def test_bound_cases_are_seen_inside_the_boundary_alone(world):
    bound = world.cast.organisation(name="Fort", plan="emerald-us", region="us")
    with acting(SETUP):
        bind_organisation(organisation_id=bound.pk, by=SETUP, at=world.at)
        bound.refresh_from_db()
    inside = world.cast.contact(bound, "Ivy", view=CaseView.ORGANISATION)
    case = world.open(by=inside, subject="A bound subject")
    shown = world.page(inside).get(f"/cases/{case.number}")
    assert (case.boundary, shown.status_code) == ("us", 200)
    assert world.page(world.ana).get(f"/cases/{case.number}").status_code == 404
    assert "A bound subject" not in world.page(world.ana).get("/cases?state=any").content.decode()


def test_internal_notes_and_assignments_never_reach_a_customers_page(world):
    case, dana = world.open(), world.cast.staff("Dana Noted")
    world.note(case, dana, "A secret note")
    text = world.page(world.ana).get(f"/cases/{case.number}").content.decode()
    assert "A secret note" not in text
    assert "Dana Noted" not in text
    world.reply(case, dana)
    assert "Dana Noted" in world.page(world.ana).get(f"/cases/{case.number}").content.decode()
