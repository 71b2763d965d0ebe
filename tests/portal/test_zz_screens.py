import itertools
from datetime import timedelta
import pytest
from django.utils import timezone
from backstay.accounts.choices import CaseView
from backstay.assets import actions as assets
from backstay.assets.actions import Dates
from backstay.cases.choices import State
from backstay.core.scoping import acting
from backstay.products import actions as products
from tests.fixtures.cast import PASSWORD, SETUP, Cast
from tests.portal.conftest import World

pytestmark = pytest.mark.browser
N = itertools.count()
import os


def test_screens(live_product, browser):
    now = timezone.now()
    cast = Cast(now)
    tag = os.urandom(2).hex()
    org = cast.organisation(name=f"Meridian {tag}", plan=os.environ.get("PLAN", "gold"))
    ana = cast.contact(org, f"Ana Marin {tag}", view=CaseView.ORGANISATION)
    mihai = cast.contact(org, f"Mihai Popa {tag}")
    dana = cast.staff(f"Dana {tag}")
    product = cast.product(f"gateway{tag}")
    with acting(SETUP):
        v = products.add_version(product=product, name="5.14", released_on=now.date())
        for i in range(3):
            assets.register_device(
                organisation=org,
                serial=f"MG-{tag}-{i}",
                product=product,
                version=v,
                site="Constanța",
                dates=Dates(purchased_on=now.date()),
                by=SETUP,
                at=now,
            )
    w = World(cast, now - timedelta(minutes=50), org, ana)
    case = w.open(subject="Gateway-ul nu mai primește e-mailuri după 5.14", product_id=product.pk)
    w.reply(case, mihai) if False else None
    c2 = w.open(subject="Raportul săptămânal nu sosește", severity="S3")
    w.at = now - timedelta(minutes=30)
    w.reply(
        c2,
        dana,
        "Am primit. Ce versiune folosiți?\n\n```\nbackstayctl version\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        new_state=State.WAITING_ON_CUSTOMER,
    )
    w.note(c2, dana, "secret note")
    w.open(subject="O întrebare despre export", severity="S4")
    dark = os.environ.get("SCHEME", "light")
    lang = os.environ.get("SHOT_LANG", "ro")

    def shoot(page, name, path):
        page.goto(live_product.url + path)
        page.wait_for_timeout(350)
        page.screenshot(path=f"/tmp/shots/{name}.png", full_page=True)

    for device, size in (("desk", (1280, 900)), ("phone", (390, 844))):
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=dark,
            locale="en-GB",
            timezone_id="America/New_York",
        )
        page = context.new_page()
        page.on("console", lambda m: print("CONSOLE", m.text))
        shoot(page, f"{device}-plans", f"/plans?lang={lang}")
        shoot(page, f"{device}-advisor", f"/plans/advisor?lang={lang}&ask=1&within=7200&channels=phone")
        page.goto(live_product.url + "/accounts/login/")
        page.fill("input[name=login]", ana.user.email)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        shoot(page, f"{device}-cases", f"/cases?lang={lang}")
        shoot(page, f"{device}-case", f"/cases/{case.number}")
        page.click("details.why summary")
        page.screenshot(path=f"/tmp/shots/{device}-case-why.png", full_page=True)
        shoot(page, f"{device}-case2", f"/cases/{c2.number}")
        shoot(page, f"{device}-new", "/cases/new")
        page.fill("[name=serial]", f"MG-{tag}-0")
        page.check("[name=severity][value=S2]")
        page.wait_for_timeout(700)
        page.screenshot(path=f"/tmp/shots/{device}-new2.png", full_page=True)
        page.fill("[name=body]", "**hi** there")
        page.click("text=Preview") if page.locator("text=Preview").count() else None
        page.set_input_files(
            "[name=attachments]", [{"name": "log.txt", "mimeType": "text/plain", "buffer": b"x" * 2000}]
        )
        page.click("main form button.button-primary")
        page.wait_for_timeout(500)
        page.screenshot(path=f"/tmp/shots/{device}-new-422.png", full_page=True)
        shoot(page, f"{device}-severity", f"/cases/{case.number}/severity")
        shoot(page, f"{device}-devices", "/devices")
        shoot(page, f"{device}-account", "/account")
    print(live_product.log.read_text()[-3000:])
