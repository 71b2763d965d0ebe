import base64
import hashlib
import hmac

import pytest
from django.test import Client

from backstay.core.scoping import acting
from backstay.oncall import actions
from backstay.oncall.models import PageDelivery
from tests.api.conftest import problem
from tests.fixtures.duty import BY

TOKEN = "example auth token"


@pytest.fixture
def provider(settings):
    settings.TWILIO_ACCOUNT, settings.TWILIO_TOKEN, settings.TWILIO_FROM = "AC123", TOKEN, "+12025550100"


def reports(path: str, signed_with: str = TOKEN, **form: str):
    """What the phone provider sends, signed as its documentation says."""
    text = f"http://127.0.0.1:8000{path}" + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(signed_with.encode(), text.encode(), hashlib.sha1).digest()
    headers = {"X-Twilio-Signature": base64.b64encode(digest).decode()}
    return Client().post(path, form, headers=headers)


def call_path(duty, page) -> str:
    (row,) = duty.deliveries(page)
    token = actions.acknowledge_token(page_id=page.pk, staff_id=row.staff_id, at=duty.at)
    return f"/api/v1/on-call/calls/{token}"


def test_staff_acknowledge_over_the_api_once(world, duty):
    duty.rota("Ana")
    page = duty.page()
    answer = world["agent"].post(f"/pages/{page.pk}/acknowledge", {}, Idempotency_Key="k1")
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["acknowledged_by"]) == ("acknowledged", "Dana Ionescu")
    again = world["agent"].post(f"/pages/{page.pk}/acknowledge", {}, Idempotency_Key="k1")
    assert (again.json(), again["Idempotent-Replayed"]) == (answer.json(), "true")


def test_bound_page_is_there_for_the_eligible_alone(world, duty):
    duty.person("Chris", eligible_us=True)
    duty.rota("Chris")
    page = duty.page(boundary="us")
    for who in ("agent", "administrator", "ana"):
        assert problem(world[who].post(f"/pages/{page.pk}/acknowledge", {}))[0] == 404
    assert world["eligible"].post(f"/pages/{page.pk}/acknowledge", {}).status_code == 200


def test_withdrawn_page_cannot_be_acknowledged(world, duty):
    duty.rota("Ana")
    page = duty.page()
    with acting(BY):
        actions.withdraw(subject=page.subject, by=BY, at=duty.at)
    answer = problem(world["agent"].post(f"/pages/{page.pk}/acknowledge", {}))
    assert answer[:2] == (409, "Settled meanwhile")


@pytest.mark.parametrize(("key", "state"), [("1", "acknowledged"), ("2", "paging"), ("", "paging")])
def test_key_pressed_in_a_call_acknowledges(now, duty, provider, key, state):
    duty.rota("Ana")
    page = duty.page()
    answer = reports(call_path(duty, page), CallSid="CA1", Digits=key)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/xml")
    assert answer.content.startswith(b'<Response><Say language="en-US">')
    assert duty.read(page).state == state


def test_call_that_the_provider_did_not_sign_changes_nothing(now, duty, provider):
    duty.rota("Ana")
    page = duty.page()
    path = call_path(duty, page)
    assert problem(reports(path, signed_with="another token", Digits="1"))[0] == 403
    assert problem(Client().post(path, {"Digits": "1"}))[0] == 403
    assert duty.read(page).state == "paging"


def test_call_about_something_bound_is_of_no_use_to_whoever_left_the_country(now, duty, provider):
    chris = duty.person("Chris", eligible_us=True)
    duty.rota("Chris")
    page = duty.page(boundary="us")
    path = call_path(duty, page)
    duty.cast.declare(chris, "CA", at=duty.at)
    answer = reports(path, Digits="1")
    assert b"You may not acknowledge this now" in answer.content
    assert duty.read(page).state == "paging"


def test_report_of_the_provider_marks_a_message_that_did_not_arrive(now, duty, provider):
    duty.rota("Ana")
    (row,) = duty.deliveries(duty.page())
    with acting(BY):
        actions.record_sent(delivery_id=row.pk, at=duty.at)
    path = f"/api/v1/on-call/messages/{row.stable_id}"
    assert reports(path, MessageStatus="delivered").status_code == 204
    with acting(BY):
        assert PageDelivery.objects.get().state == "sent"
    assert reports(path, MessageStatus="undelivered").status_code == 204
    with acting(BY):
        assert PageDelivery.objects.get().state == "failed"
