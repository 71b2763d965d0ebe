"""The duty manager's page, in a real browser against the whole product."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from backstay.accounts.choices import Role
from backstay.cases import actions
from backstay.cases.actions import NewCase
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel
from backstay.core.scoping import acting
from tests.fixtures.cast import PASSWORD, Cast
from tests.fixtures.duty import OnDuty

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def cast(live_product):
    return Cast(timezone.now())


@pytest.fixture
def shift(cast):
    """Somebody who leads it, and whoever is on call."""
    cast.staff("Lena Lead", Role.LEAD)
    duty = OnDuty(cast)
    duty.rota("Carla Night", key="duty-page", around_the_clock=True)
    return duty


def open_case(cast, subject):
    viewer = cast.viewer(cast.contact(cast.organisation(subject, "platinum"), f"Ana {subject}"))
    new = NewCase(
        subject=subject,
        message=NewMessage(body="Since noon."),
        severity="S1",
        channel=Channel.PORTAL,
        organisation_id=viewer.own_organisation,
    )
    with acting(viewer):
        return actions.open_case(new=new, by=viewer, at=cast.at)


def violations(page) -> list[str]:
    """Rules that the page breaks, in both colour schemes."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{scheme}: {each['id']}" for each in Axe().run(page).response["violations"]]
    return found


def width_beyond(page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_a_shift_is_seen_live_and_acted_upon_with_one_click(cast, shift, live_product, browser_page):
    page = browser_page
    page.goto(f"{live_product.url}/accounts/login/?next=/console/")
    page.fill("[name=login]", "lena.lead@vendor.example")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#queue")
    page.wait_for_load_state()  # the keys are bound when the scripts have run
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_selector("#duty")
    case = open_case(cast, "Everything stands still")
    row = page.locator("#unassigned tr", has_text=case.reference)
    row.wait_for()
    assert violations(page) == []
    row.get_by_role("button", name="Page on-call").click()
    page.wait_for_selector(f"#pages >> text={case.reference}")
    page.locator("#unassigned tr", has_text=case.reference).get_by_role("button", name="Take it").click()
    page.locator("#risk tr", has_text=case.reference).get_by_text("you", exact=True).wait_for()
    assert page.locator("#unassigned tr", has_text=case.reference).count() == 0
    page.set_viewport_size(PHONE)
    assert (width_beyond(page), violations(page)) == (0, [])
