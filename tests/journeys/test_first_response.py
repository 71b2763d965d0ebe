"""The main job, in two browsers: opened, promised, seen live, answered, met."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.fixtures.cast import PASSWORD, Cast

pytestmark = pytest.mark.browser


def sign_in(page, url, email):
    page.goto(f"{url}/accounts/login/?lang=en")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda address: "/accounts/login" not in address)


@pytest.fixture
def pages(browser):
    """Two people at two browsers."""
    contexts = [browser.new_context(locale="en-GB") for _ in range(2)]
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


def test_case_is_promised_seen_live_answered_and_met(live_product, pages):
    cast = Cast(timezone.now())
    organisation = cast.organisation(name="Walk", plan="platinum")
    contact = cast.contact(organisation, "Ana Walk")
    staff = cast.staff("Dana Walk", tier=2)
    customer, agent = pages
    sign_in(agent, live_product.url, staff.user.email)
    agent.goto(f"{live_product.url}/console/")
    sign_in(customer, live_product.url, contact.user.email)
    customer.goto(f"{live_product.url}/cases/new")
    customer.fill("[name=subject]", "Gateway drops all mail")
    customer.check("[name=severity][value=S1]")
    customer.fill("[name=body]", "Since 5.14.")
    customer.get_by_role("button", name="Send the case").click()
    expect(customer.get_by_role("heading", name="Gateway drops all mail")).to_be_visible()
    seen = agent.get_by_role("link", name="Gateway drops all mail")
    expect(seen).to_be_visible(timeout=3000)
    seen.click()
    agent.locator("textarea[name=body]:visible").fill("We are looking.")
    agent.get_by_role("button", name="Send reply").click()
    expect(customer.get_by_text("We are looking.")).to_be_visible(timeout=5000)
    expect(customer.locator(".clock-kept").first).to_be_visible()
