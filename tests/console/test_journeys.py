"""An agent at work, in Chromium against the running product."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from backstay.cases import actions
from backstay.cases.actions import NewCase
from backstay.cases.choices import State
from backstay.conversations.actions import NewMessage
from backstay.conversations.choices import Channel, Visibility
from backstay.core.scoping import acting
from tests.fixtures.cast import PASSWORD, Cast

pytestmark = pytest.mark.browser
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
BODY = "Since **5.14** nothing gets in.\n\n- both clusters\n\n```\n421 4.7.0 TLS handshake failed\n```\n"


class Desk:
    """An organisation with cases, and agents who sign in to look at them."""

    def __init__(self, product, browser, name: str) -> None:
        self.product, self.browser, self.name = product, browser, name
        self.cast = Cast(timezone.now())
        self.organisation = self.cast.organisation(name=name, plan="platinum")
        self.contact = self.cast.contact(self.organisation, f"Ana {name}")
        self.contexts = []

    def open(self, subject: str):
        viewer = self.cast.viewer(self.contact)
        new = NewCase(
            subject=subject,
            message=NewMessage(body=BODY),
            severity="S1",
            channel=Channel.PORTAL,
            organisation_id=self.organisation.pk,
        )
        with acting(viewer):
            return actions.open_case(new=new, by=viewer, at=timezone.now())

    def agent(self, name: str, **looks):
        """A page of somebody who has just signed in, and their viewer."""
        staff = self.cast.staff(f"{name} {self.name}", tier=2)
        context = self.browser.new_context(viewport={"width": 1440, "height": 900}, **looks)
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        page = context.new_page()
        page.goto(f"{self.product.url}/accounts/login/")
        page.fill("input[name=login]", staff.user.email)
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_url("**/console/**")
        return page, self.cast.viewer(staff)

    def queue(self) -> str:
        """Only this organisation's cases: other tests leave theirs in the database."""
        return f"{self.product.url}/console/?organisation={self.organisation.pk}"

    def case(self, case) -> str:
        return f"{self.product.url}/console/cases/{case.number}"


@pytest.fixture
def desk(live_product, browser, request):
    made = Desk(
        live_product,
        browser,
        f"Org{request.node.name[-12:]}".replace("_", "").replace("[", "").replace("]", ""),
    )
    yield made
    for context in made.contexts:
        context.close()


def test_agent_works_through_the_queue_by_keyboard(desk):
    first, second = desk.open("First of two"), desk.open("Second of two")
    page, _viewer = desk.agent("Dana")
    page.goto(desk.queue())
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("[data-row] input:checked").get_attribute("aria-label") == second.reference
    third = desk.open("Comes in live")
    page.locator(".row-title", has_text="Comes in live").wait_for(timeout=4000)
    assert page.locator("tr.fresh .row-title").inner_text() == third.subject
    assert page.locator("[data-row] input:checked").get_attribute("aria-label") == second.reference
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.locator("#pane .case-title", has_text="First of two").wait_for()
    assert f"case={first.number}" in page.url
    page.keyboard.press("a")
    page.locator("#pane .case-facts", has_text="yours").wait_for()
    page.keyboard.press("r")
    page.keyboard.type("We look into it.")
    page.keyboard.press("Control+Enter")
    page.locator("#pane .message-us .prose", has_text="We look into it.").wait_for()
    assert page.locator("#pane .case-clock .clock-face").inner_text() == "kept"
    assert page.locator("#reply_body").input_value() == ""
    page.keyboard.press("Escape")
    page.locator("#content").click(position={"x": 5, "y": 5})
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/console/")


def test_draft_survives_a_crash_of_the_browser(desk):
    case = desk.open("Long story")
    page, viewer = desk.agent("Dana")
    page.goto(desk.case(case))
    page.keyboard.press("r")
    page.keyboard.type("Half of a long answer")
    page.locator("#reply-panel [data-autosave-state]", has_text="Draft saved").wait_for()
    state = page.context.storage_state()
    page.context.close()
    again = desk.browser.new_context(storage_state=state)
    desk.contexts[:] = [again]
    page = again.new_page()
    page.goto(desk.case(case))
    assert page.locator("#reply_body").input_value() == "Half of a long answer"
    assert viewer.name.startswith("Dana")


def test_what_is_typed_survives_what_happens_around_it(desk):
    case = desk.open("Busy case")
    page, _viewer = desk.agent("Dana")
    page.goto(desk.case(case))
    page.fill("#reply_body", "My answer")
    page.locator(".case-actions a", has_text="Severity").click()
    page.locator("#change input[value=S2]").check()
    page.fill("#change input[name=reason]", "One cluster is back")
    page.locator("#change .actions button").click()
    page.locator(".toast", has_text="Severity changed").wait_for()
    assert page.locator("#reply_body").input_value() == "My answer"
    assert page.locator("dialog[open]").count() == 0


def test_colleague_who_answers_first_is_shown_before_anything_is_sent(desk):
    case = desk.open("Two minds")
    page, _viewer = desk.agent("Dana")
    other, mihai = desk.agent("Mihai")
    page.goto(desk.case(case))
    other.goto(desk.case(case))
    page.locator(".presence", has_text="Mihai").wait_for(timeout=15_000)
    page.fill("#reply_body", "Same idea, other words")
    with acting(mihai):
        theirs = NewMessage(body="Roll back to 5.13.")
        actions.reply(case_id=case.pk, message=theirs, seen=None, by=mihai, at=timezone.now())
    page.locator("#case-live .message-us", has_text="Roll back").wait_for(timeout=4000)
    page.locator("#reply-panel button[type=submit]").click()
    page.locator(".meanwhile .message", has_text="Roll back to 5.13.").wait_for()
    assert page.locator("#reply_body").input_value() == "Same idea, other words"
    page.locator(".meanwhile button", has_text="Send anyway").click()
    page.locator("#case-live .message-us", has_text="Same idea, other words").wait_for()
    assert page.locator(".meanwhile").count() == 0


def test_expired_sign_in_leads_to_the_sign_in_page(desk):
    case = desk.open("Left open")
    page, _viewer = desk.agent("Dana")
    page.goto(desk.case(case))
    cookie = next(each for each in page.context.cookies() if each["name"] == settings.SESSION_COOKIE_NAME)
    with acting(desk.cast.viewer(desk.cast.staff(f"Sweep {desk.name}"))):
        Session.objects.filter(session_key=cookie["value"]).delete()
    page.locator(".case-actions a", has_text="Severity").click()
    page.wait_for_url("**/accounts/login/**")
    assert f"/console/cases/{case.number}" in page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_queue_and_case_break_no_accessibility_rule(desk, scheme):
    case = desk.open("Gateway drops all inbound mail after 5.14")
    page, dana = desk.agent("Dana", color_scheme=scheme, reduced_motion="reduce")
    with acting(dana):
        note = NewMessage(body="Same *trace*", visibility=Visibility.INTERNAL)
        actions.note(case_id=case.pk, message=note, by=dana, at=timezone.now())
        asked = NewMessage(body="Which **version**?")
        actions.reply(
            case_id=case.pk,
            message=asked,
            new_state=State.WAITING_ON_CUSTOMER,
            seen=None,
            by=dana,
            at=timezone.now(),
        )
    desk.open("Kiosk will not boot")
    base = desk.product.url
    addresses = (
        desk.queue(),
        f"{desk.queue()}&case={case.number}",
        desk.case(case),
        f"{desk.case(case)}/history",
        f"{desk.case(case)}/severity",
        f"{base}/console/customers/{desk.organisation.pk}",
        f"{base}/console/cases/new?organisation={desk.organisation.pk}",
        f"{base}/console/settings",
        f"{base}/console/views",
    )
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for address in addresses:
            page.goto(address)
            assert (address, width, violations(page)) == (address, width, [])
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, width)


def violations(page) -> list[tuple[str, list[str]]]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found]
