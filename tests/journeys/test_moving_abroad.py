"""Somebody's work location changes while their console is open: what is bound goes from it within seconds."""

import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from backstay.accounts import actions as accounts
from backstay.accounts.actions import Stay
from backstay.accounts.choices import CaseView
from backstay.cases import actions
from backstay.cases.actions import NewCase
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel
from backstay.core.scoping import acting
from tests.fixtures.cast import SETUP, Cast

pytestmark = pytest.mark.browser
SUBJECT = "The vault door does not answer"
WITHIN = 5.0  # seconds


def bound_case(cast: Cast):
    organisation = cast.organisation(f"Sandia {time.monotonic_ns()}", "emerald-us", "us")
    viewer = cast.viewer(cast.contact(organisation, "Kim", view=CaseView.ORGANISATION))
    new = NewCase(
        subject=SUBJECT,
        message=NewMessage(body="Since noon."),
        severity="S1",
        channel=Channel.PORTAL,
        organisation_id=viewer.own_organisation,
    )
    with acting(viewer):
        return actions.open_case(new=new, by=viewer, at=cast.at)


def sign_in(context: BrowserContext, person, url: str) -> None:
    client = Client()
    with acting(SETUP):
        client.force_login(person.user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": url}])


def test_bound_rows_leave_an_open_console_within_seconds_of_a_move(live_product, browser_page: Page):
    cast = Cast(timezone.now())
    case, chris = bound_case(cast), cast.staff(f"Chris {time.monotonic_ns()}", eligible_us=True)
    context = browser_page.context
    sign_in(context, chris, live_product.url)
    pages = {"queue": browser_page, "case": context.new_page(), "customer": context.new_page()}
    addresses = {
        "queue": "/console/",
        "case": f"/console/cases/{case.number}",
        "customer": f"/console/customers/{case.organisation_id}",
    }
    for name, page in pages.items():
        page.goto(live_product.url + addresses[name])
        expect(page.get_by_text(SUBJECT).first).to_be_visible()
    time.sleep(1.5)  # the stream is open by now

    moved_at = time.monotonic()
    with acting(SETUP):
        at = timezone.now()
        accounts.declare_location(staff=chris, stay=Stay(country="RO", starts_at=at), by=SETUP, at=at)
    for page in pages.values():
        expect(page.get_by_text(SUBJECT)).to_have_count(0, timeout=WITHIN * 1000)
    assert time.monotonic() - moved_at < WITHIN
    for name in ("case", "customer"):
        expect(pages[name].get_by_role("heading", level=1)).to_have_text("You can no longer see this")
        assert str(case.number) not in pages[name].content()


def test_bound_case_leaves_an_open_page_when_the_declared_stay_ends(live_product, browser_page: Page):
    cast = Cast(timezone.now())
    case, chris = bound_case(cast), cast.staff(f"Chris {time.monotonic_ns()}")
    cast.attest(chris)
    ends_at = timezone.now() + timedelta(seconds=8)
    with acting(SETUP):
        at = timezone.now()
        stay = Stay(country="US", starts_at=at, ends_at=ends_at)
        accounts.declare_location(staff=chris, stay=stay, by=SETUP, at=at)
    sign_in(browser_page.context, chris, live_product.url)
    browser_page.goto(f"{live_product.url}/console/cases/{case.number}")
    expect(browser_page.get_by_text(SUBJECT).first).to_be_visible()
    left = (ends_at - timezone.now()).total_seconds()
    assert left > 0
    expect(browser_page.get_by_text(SUBJECT)).to_have_count(0, timeout=(left + WITHIN) * 1000)
    assert timezone.now() >= ends_at
