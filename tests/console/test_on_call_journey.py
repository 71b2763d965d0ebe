"""On call, in a real browser against the whole product."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from tests.fixtures.cast import PASSWORD, Cast
from tests.fixtures.duty import OnDuty

pytestmark = pytest.mark.browser


@pytest.fixture
def on_call(live_product):
    duty = OnDuty(Cast(timezone.now()))
    duty.rota("Ana Pop", "Bogdan Ion", "Carla Dan", around_the_clock=True)
    duty.rota("Mara Stan", purpose="management", week=[[["08:00", "20:00"]]] * 7)
    return duty


def violations(page) -> list[str]:
    """Rules that the page breaks, in both colour schemes."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{scheme}: {each['id']}" for each in Axe().run(page).response["violations"]]
    return found


def test_whoever_is_paged_sees_it_live_and_acknowledges(on_call, live_product, browser_page):
    page = browser_page
    page.goto(f"{live_product.url}/accounts/login/?next=/console/on-call")
    page.fill("[name=login]", "ana.pop@vendor.example")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("svg.weeks")
    assert violations(page) == []
    on_call.page(facts={"text": "The mail server is down."})
    page.get_by_role("button", name="Acknowledge").click()
    page.wait_for_selector("text=Acknowledged: Ana Pop")
    page.goto(f"{live_product.url}/console/on-call/doors")
    assert violations(page) == []
