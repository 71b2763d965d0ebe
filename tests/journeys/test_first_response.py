import pytest
from django.utils import timezone

from tests.fixtures.cast import PASSWORD, Cast

pytestmark = pytest.mark.browser


def sign_in(page, url, email):
    page.goto(f"{url}/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")


def test_case_is_promised_seen_live_answered_and_met(live_product, browser):
    cast = Cast(timezone.now())
    organisation = cast.organisation(name="Walk", plan="platinum")
    contact = cast.contact(organisation, "Ana Walk")
    staff = cast.staff("Dana Walk", tier=2)
    customer, agent = browser.new_context().new_page(), browser.new_context().new_page()
    sign_in(agent, live_product.url, staff.user.email)
    agent.goto(f"{live_product.url}/console/")
    sign_in(customer, live_product.url, contact.user.email)
    customer.goto(f"{live_product.url}/cases/new")
    customer.fill("[name=subject]", "Gateway drops all mail")
    customer.check("[name=severity][value=S1]")
    customer.fill("[name=body]", "Since 5.14.")
    customer.click("main button[type=submit]")
    assert customer.locator("h1").inner_text() == "Gateway drops all mail"
    agent.locator("a", has_text="Gateway drops all mail").wait_for(timeout=3000)
    agent.click("a:has-text('Gateway drops all mail')")
    agent.fill("[name=body]", "We are looking.")
    agent.click("main button[type=submit]")
    customer.locator("text=We are looking.").wait_for(timeout=3000)
    assert customer.locator(".clock-kept").count() == 1
