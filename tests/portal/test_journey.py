"""A customer at night: what they are promised before and after, in Romanian, with and without a contract."""

import itertools
import os
from datetime import datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from backstay.core.scoping import acting
from tests.fixtures.cast import PASSWORD, Cast
from tests.portal.conftest import World

pytestmark = pytest.mark.browser
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
NUMBERS = itertools.count(1)
CASE_FORM = "main form[enctype]"


def violations(page):
    found = Axe().run(page, options=RULES).response["violations"]
    return [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found]


def sign_in(page, url, person):
    page.goto(f"{url}/accounts/login/?next=/cases/new")
    page.fill("input[name=login]", person.user.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/cases/new")


def promised(page):
    """The instant in the large letters."""
    return datetime.fromisoformat(page.locator(".promise-time time").get_attribute("datetime"))


@pytest.fixture
def customer(live_product):
    """Makes an organisation, with or without a contract, and its contact."""

    def make(plan, **period):
        now = timezone.now()
        cast = Cast(now)
        organisation = cast.organisation(name=f"Night {os.getpid()} {next(NUMBERS)}", plan=plan, **period)
        return World(cast, now, organisation, cast.contact(organisation, f"Ana {next(NUMBERS)}"))

    return make


def fill_in(page, subject):
    page.fill("[name=subject]", subject)
    page.check("[name=severity][value=S1]")
    page.fill("[name=body]", "De azi dimineață portul 25 răspunde, apoi **resetează** conexiunea.")


def test_gold_customer_opens_an_s1_in_romanian_and_sees_the_promise_before_and_after(
    live_product, browser_page, customer
):
    world, page = customer("gold"), browser_page
    sign_in(page, live_product.url, world.ana)
    assert page.locator("html").get_attribute("lang") == "ro"
    assert violations(page) == []
    fill_in(page, "Gateway-ul nu mai primește e-mailuri")
    page.wait_for_selector(".promise-time")
    before = promised(page)
    assert violations(page) == []
    page.locator("[name=intent][value=preview]").click()
    assert page.locator("#preview strong").inner_text() == "resetează"
    log = {"name": "jurnal.txt", "mimeType": "text/plain", "buffer": b"421 4.3.2"}
    page.set_input_files("[name=attachments]", [log])
    page.locator(f"{CASE_FORM} .button-primary").click()
    page.wait_for_url("**/cases/*opened=1")
    assert timedelta(0) <= promised(page) - before < timedelta(minutes=1)
    assert page.locator(".notice-kept").count() == 1
    page.locator("details.why > summary").click()
    assert violations(page) == []
    with page.expect_download() as download:
        page.click("a[download]")
    assert download.value.suggested_filename == "jurnal.txt"


def test_answer_appears_within_a_second_without_losing_what_is_being_typed(
    live_product, browser_page, customer
):
    world, page = customer("gold"), browser_page
    case, dana = world.open(), world.cast.staff(f"Dana {next(NUMBERS)}")
    sign_in(page, live_product.url, world.ana)
    page.goto(f"{live_product.url}/cases/{case.number}")
    page.wait_for_timeout(500)
    page.fill("[name=body]", "I was about to say")
    world.at = timezone.now()
    world.note(case, dana, "A secret note")
    world.reply(case, dana, "We have found it.")
    page.get_by_text("We have found it.").wait_for(timeout=2500)
    assert page.locator("#state .clock-kept").count() == 1
    assert page.locator("[name=body]").input_value() == "I was about to say"
    assert page.get_by_text("A secret note").count() == 0
    assert violations(page) == []


@pytest.mark.parametrize("case", ["no contract", "expired"])
def test_customer_without_a_valid_contract_is_told_so_and_accepted(
    live_product, browser_page, customer, case
):
    period = {"ends_at": timezone.now() - timedelta(days=30)} if case == "expired" else {}
    world, page = customer("gold" if period else "", **period), browser_page
    sign_in(page, live_product.url, world.ana)
    assert page.locator("#promise .notice-warn").count() == 1
    assert violations(page) == []
    fill_in(page, "Night watch: no mail passes")
    page.locator(f"{CASE_FORM} .button-primary").click()
    page.wait_for_url("**/cases/*opened=1")
    assert page.locator("#state .notice-warn").count() == 1
    assert page.locator(".promise-time").count() == 0
    with acting(world.cast.viewer(world.ana)):
        opened = world.organisation.cases.get()
    assert (opened.queue, opened.no_promise) == ("lead", "expired" if period else "no_contract")
    assert violations(page) == []


def test_everything_works_without_scripts(live_product, browser, customer):
    world = customer("platinum")
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    sign_in(page, live_product.url, world.ana)
    fill_in(page, "Night watch: no mail passes")
    page.locator("[name=intent][value=promise]").click()
    before = promised(page)
    assert page.locator("[name=subject]").input_value() == "Night watch: no mail passes"
    page.locator(f"{CASE_FORM} .button-primary").click()
    assert timedelta(0) <= promised(page) - before < timedelta(minutes=1)
    page.fill("[name=body]", "More of it")
    page.locator("#reply .button-primary").click()
    assert page.locator(".message").count() == 2
    context.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1280)])
def test_every_page_is_free_of_violations(live_product, browser, customer, scheme, width):
    world = customer("gold")
    case = world.open(severity="S3")
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page = context.new_page()
    sign_in(page, live_product.url, world.ana)
    for path in (
        "/plans",
        "/plans/advisor?ask=1&within=7200",
        "/cases",
        "/cases/new",
        f"/cases/{case.number}",
        f"/cases/{case.number}/severity",
        f"/cases/{case.number}/close",
        f"/cases/{case.number}/participants",
        "/devices",
        "/account",
    ):
        page.goto(f"{live_product.url}{path}")
        assert (path, violations(page)) == (path, [])
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert (path, page.evaluate(overflow)) == (path, 0)
    context.close()


def test_strangers_week_turns_to_their_browsers_zone(live_product, browser):
    context = browser.new_context(timezone_id="Asia/Tokyo", locale="en-GB")
    page = context.new_page()
    page.goto(f"{live_product.url}/plans")
    page.locator("#week").get_by_text("Times in Tokyo").first.wait_for()
    context.close()
