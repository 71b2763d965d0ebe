import base64
import hashlib
import hmac
import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from backstay.oncall import doors
from backstay.oncall.choices import DoorKind
from backstay.oncall.doors import DoorFailed, Outgoing

ID = "0b9e5f3e-6c1f-4f7a-9a44-3f5f6c0d2f11"
TOKEN = "example auth token"


@pytest.fixture
def outgoing(at, settings) -> Outgoing:
    settings.OUTBOUND_ALLOW = "127.0.0.1"
    return Outgoing(
        delivery_id=1,
        door=DoorKind.EMAIL,
        address="ana@vendor.example",
        secret="",
        stable_id=ID,
        title="You are on call",
        text="Nobody answers BS-10012 & time runs.",
        link="http://desk.example/console/cases/10012",
        acknowledge="http://desk.example/console/on-call/acknowledge/abc",
        callback="http://desk.example/api/v1/on-call/calls/abc",
        language="en",
        may_be_double=False,
        at=at,
    )


def sent(outgoing: Outgoing, **values) -> None:
    doors.send(replace(outgoing, **values))


def test_mail_carries_its_stable_id_as_message_id_and_both_links(outgoing, mail_sink):
    sent(outgoing)
    sent(outgoing, may_be_double=True, language="ro")
    first, second = mail_sink.received
    assert first["Message-ID"] == second["Message-ID"] == f"<{ID}@vendor.example>"
    assert (first["To"], first["Subject"]) == ("ana@vendor.example", "You are on call")
    assert (first["X-Backstay-May-Be-Double"], second["X-Backstay-May-Be-Double"]) == (None, "yes")
    lines = first.get_content().splitlines()
    assert [line for line in lines if line.startswith("http")] == [outgoing.link, outgoing.acknowledge]


def test_mail_server_that_refuses_for_now_is_tried_again(outgoing, mail_sink):
    mail_sink.answer = "451 later"
    with pytest.raises(DoorFailed) as raised:
        sent(outgoing)
    assert not raised.value.is_final


def test_webhook_is_signed_as_standard_webhooks_says(outgoing, web):
    secret = doors.new_webhook_secret()
    sent(outgoing, door=DoorKind.WEBHOOK, address=f"{web.url}/hook", secret=secret)
    (request,) = web.received
    assert request.json == {
        "type": "page",
        "id": ID,
        "text": outgoing.text,
        "link": outgoing.link,
        "acknowledge": outgoing.acknowledge,
        "may_be_double": False,
    }
    signed = f"{ID}.{int(outgoing.at.timestamp())}.".encode() + request.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert request.headers["webhook-signature"] == f"v1,{expected}"
    assert request.headers["webhook-id"] == request.headers["idempotency-key"] == ID


@pytest.mark.parametrize(
    ("status", "is_final"), [(404, True), (410, True), (302, True), (429, False), (503, False)]
)
def test_answer_of_the_other_side_says_whether_to_try_again(outgoing, web, status, is_final):
    web.answers = [(status, b"")]
    with pytest.raises(DoorFailed, match=str(status)) as raised:
        sent(outgoing, door=DoorKind.WEBHOOK, address=web.url, secret=doors.new_webhook_secret())
    assert raised.value.is_final is is_final


def test_webhook_that_leads_inside_is_refused_for_good(outgoing, web, settings):
    settings.OUTBOUND_ALLOW = ""
    with pytest.raises(DoorFailed, match="not public") as raised:
        sent(outgoing, door=DoorKind.WEBHOOK, address=web.url, secret=doors.new_webhook_secret())
    assert raised.value.is_final
    assert web.received == []


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_push_is_encrypted_for_the_browser_and_signed_by_us(outgoing, web):
    browser, auth = ec.generate_private_key(ec.SECP256R1()), b"0123456789abcdef"
    point = browser.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    key = doors.new_push_key()
    secret = json.dumps({"p256dh": b64(point), "auth": b64(auth)})
    sent(outgoing, door=DoorKind.PUSH, address=f"{web.url}/push/1", secret=secret, key=key)
    (request,) = web.received
    opened = http_ece.decrypt(request.body, private_key=browser, auth_secret=auth, version="aes128gcm")
    assert json.loads(opened) == {
        "title": outgoing.title,
        "text": outgoing.text,
        "link": outgoing.link,
        "acknowledge": outgoing.acknowledge,
        "id": ID,
    }
    assert Vapid02.verify(request.headers["authorization"])
    claims = request.headers["authorization"].removeprefix("vapid t=").split(",")[0].split(".")[1]
    told = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert told["aud"] == web.url
    assert request.headers["authorization"].endswith(f"k={doors.public_key(key)}")
    assert (request.headers["content-encoding"], request.headers["ttl"]) == ("aes128gcm", "3600")


def test_push_with_keys_that_do_not_work_is_refused_for_good(outgoing, web):
    with pytest.raises(DoorFailed) as raised:
        sent(
            outgoing,
            door=DoorKind.PUSH,
            address=web.url,
            secret='{"p256dh": "AAAA", "auth": "AA"}',
            key=doors.new_push_key(),
        )
    assert raised.value.is_final


@pytest.fixture
def provider(settings, web):
    settings.TWILIO_URL, settings.TWILIO_ACCOUNT = web.url, "AC123"
    settings.TWILIO_TOKEN, settings.TWILIO_FROM = TOKEN, "+12025550100"
    return web


def test_text_message_asks_the_provider_as_its_api_wants(outgoing, provider):
    sent(outgoing, door=DoorKind.SMS, address="+40215550100")
    (request,) = provider.received
    assert request.path == "/2010-04-01/Accounts/AC123/Messages.json"
    assert (
        base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode() == f"AC123:{TOKEN}"
    )
    assert request.form == {
        "To": "+40215550100",
        "From": "+12025550100",
        "Body": f"{outgoing.text}\n{outgoing.link}\n{outgoing.acknowledge}\n(0b9e5f)",
        "StatusCallback": outgoing.callback,
    }


def test_call_says_the_text_and_asks_for_a_key(outgoing, provider):
    sent(outgoing, door=DoorKind.VOICE, address="+40215550100", language="ro")
    (request,) = provider.received
    assert request.path == "/2010-04-01/Accounts/AC123/Calls.json"
    gather = ET.fromstring(request.form["Twiml"]).find("Gather")  # noqa: S314  # our own text
    assert (gather.get("action"), gather.get("numDigits")) == (outgoing.callback, "1")
    assert [say.get("language") for say in gather] == ["ro-RO", "ro-RO"]
    assert gather[0].text.startswith(outgoing.text)


def test_phone_without_a_provider_is_refused_for_good(outgoing):
    with pytest.raises(DoorFailed, match="no phone provider") as raised:
        sent(outgoing, door=DoorKind.SMS, address="+40215550100")
    assert raised.value.is_final


def test_signature_of_the_provider_s_own_example_is_known(settings):
    """The example of https://www.twilio.com/docs/usage/security."""
    settings.TWILIO_ACCOUNT, settings.TWILIO_TOKEN, settings.TWILIO_FROM = "AC1", "12345", "+1"
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675310",
        "Digits": "1234",
        "From": "+14158675310",
        "To": "+18005551212",
    }
    url = "https://example.com/myapp.php?foo=1&bar=2"
    assert doors.is_from_provider(url, form, "L/OH5YylLD5NRKLltdqwSvS0BnU=")
    assert not doors.is_from_provider(url, form | {"Digits": "1"}, "L/OH5YylLD5NRKLltdqwSvS0BnU=")
    assert not doors.is_from_provider(url, form, "")


def test_secrets_stand_in_no_representation(outgoing):
    told = repr(replace(outgoing, secret="whsec_1", key="PEM", address="+40215550100"))
    assert [word for word in ("whsec_1", "PEM", "+40215550100", "abc") if word in told] == []
