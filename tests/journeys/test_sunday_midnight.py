"""A case that arrives when nobody's clock counts: accepted, and told by when."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.fixtures.cast import PASSWORD, Cast
from tests.fixtures.databases import let_go

pytestmark = pytest.mark.browser
SUNDAY = datetime(2026, 11, 22, 0, 0, tzinfo=ZoneInfo("Europe/Bucharest"))


@pytest.fixture
def sunday(monkeypatch, live_server):
    """Every page believes that it is a Sunday's midnight."""
    let_go()  # tests before this one may have ended the connection from outside
    monkeypatch.setattr("django.utils.timezone.now", lambda: SUNDAY)


def test_case_of_a_sunday_midnight_is_promised_for_monday(sunday, live_server, browser_page):
    cast = Cast(SUNDAY)
    contact = cast.contact(cast.organisation(plan="gold"))
    page = browser_page
    page.goto(f"{live_server.url}/accounts/login/")
    page.fill("input[name=login]", contact.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.goto(f"{live_server.url}/cases/new?lang=ro")
    page.fill("[name=subject]", "Poarta nu mai răspunde")
    page.check("[name=severity][value=S1]")
    expect(page.locator("#promise time, .promise time").first).to_have_text("02:00 luni 23 noiembrie")
    page.fill("[name=body]", "De la miezul nopții.")
    page.locator("main form[method=post] button.button-primary").last.click()
    expect(page.get_by_role("heading", name="Poarta nu mai răspunde")).to_be_visible()
    expect(page.locator("#promise time, .promise time").first).to_have_text("02:00 luni 23 noiembrie")
