import re
import time

import httpx
import pytest
from django.core import mail
from django.test import Client

from tests.core.outbox import knock, publish
from tests.fixtures.cast import PASSWORD, Cast

KEY = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def test_password_reset_mail_names_the_product_and_not_its_host(cast):
    cast.staff()
    Client().post("/accounts/password/reset/", {"email": "dana.ionescu@vendor.example"})
    (sent,) = mail.outbox
    assert sent.subject == "[Backstay] Password Reset Email"
    assert sent.body.startswith("Hello from Backstay!\n")
    assert sent.body.endswith("Thank you for using Backstay!\nhttp://testserver/")


@pytest.fixture
def signed_in(live_product):
    """`signed_in(person)`: a browser that they have signed in with, at the running product."""
    opened = []

    def sign_in(email):
        browser = httpx.Client(base_url=live_product.url, timeout=10, follow_redirects=True)
        opened.append(browser)
        form = browser.get("/accounts/login/").text
        given = {"login": email, "password": PASSWORD, "csrfmiddlewaretoken": KEY.findall(form)[0]}
        assert browser.post("/accounts/login/", data=given).status_code == 200
        return browser

    yield sign_in
    for browser in opened:
        browser.close()


def test_signing_out_closes_that_browsers_stream_at_once_and_no_other(signed_in, at):
    Cast(at).staff("Sofia Sign")
    here, elsewhere = (signed_in("sofia.sign@vendor.example") for _ in range(2))
    with here.stream("GET", "/live") as stream, elsewhere.stream("GET", "/live") as other:
        lines, others = stream.iter_lines(), other.iter_lines()
        assert [next(each)[:6] for each in (lines, others)] == ["retry:"] * 2
        token = KEY.findall(here.get("/accounts/logout/").text)[0]
        began = time.monotonic()
        here.post("/accounts/logout/", data={"csrfmiddlewaretoken": token})
        assert list(lines)[-1] == ""  # the stream has ended
        assert time.monotonic() - began < 5  # the next check of every session is within 30 s
        publish(knock("still heard", 1, "queue"))
        assert any("still heard" in line for line in others)
