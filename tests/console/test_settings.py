import re

import pytest
from django.urls import reverse
from django.utils import timezone

from backstay.accounts import queries
from backstay.core.scoping import acting
from tests.console.pages import texts, value_of
from tests.fixtures.cast import SETUP

SETTINGS, TOKENS = reverse("console:settings"), reverse("console:tokens")


@pytest.fixture
def dana(cast):
    return cast.staff()


def test_language_and_zone_are_changed_at_once(dana, signed_in):
    client = signed_in(dana)
    response = client.post(SETTINGS, {"language": "ro", "timezone": "Asia/Tokyo"})
    assert response.headers["Location"] == f"{SETTINGS}?lang=ro"
    assert client.get(response.headers["Location"]).headers["Content-Language"] == "ro"
    dana.refresh_from_db()
    assert (dana.language, dana.timezone) == ("ro", "Asia/Tokyo")


@pytest.fixture(autouse=True)
def _reading(acting_as):
    acting_as(SETUP)


@pytest.mark.parametrize("wrong", [{"language": "xx"}, {"timezone": "Mars/Olympus"}])
def test_unknown_language_or_zone_is_refused(wrong, dana, signed_in):
    given = {"language": "ro", "timezone": "Asia/Tokyo"} | wrong
    assert signed_in(dana).post(SETTINGS, given).status_code == 422
    dana.refresh_from_db()
    assert (dana.language, dana.timezone) == ("en", "Europe/Bucharest")


def test_token_is_shown_once_and_works_until_revoked(dana, signed_in):
    client = signed_in(dana)
    made = client.post(TOKENS, {"label": "nightly export", "days": "30"})
    (secret,) = re.findall(r'id="secret"[^>]*value="([^"]+)"', made.content.decode())
    assert made.headers["Cache-Control"] == "no-store"
    token = queries.token_for(secret, at=timezone.now())
    assert (token.user, token.label) == (dana.user, "nightly export")
    assert secret not in client.get(SETTINGS).content.decode()
    client.post(reverse("console:token", args=[token.pk]))
    with acting(SETUP):
        assert queries.token_for(secret, at=timezone.now()) is None
    assert texts(client.get(SETTINGS), "tag") == ["revoked"]


def test_tokens_of_others_are_out_of_reach(cast, dana, signed_in):
    cast.token(dana)
    token = queries.tokens_of(dana.user_id).get()
    mihai = signed_in(cast.staff("Mihai Pop"))
    assert "test" not in texts(mihai.get(SETTINGS), "table")
    assert mihai.post(reverse("console:token", args=[token.pk])).status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_token_form_sent_twice_makes_one_token_and_says_so(dana, signed_in):
    client = signed_in(dana)
    key = value_of(client.get(SETTINGS), "idempotency_key")
    given = {"label": "nightly export", "days": "30", "idempotency_key": key}
    first, again = client.post(TOKENS, given), client.post(TOKENS, given)
    assert [len(texts(page, "notice-kept")) for page in (first, again)] == [1, 0]
    assert texts(again, "notice")[0].startswith("This form was sent before")
    assert queries.tokens_of(dana.user_id).count() == 1
    assert client.post(TOKENS, given | {"label": "other"}).status_code == 422
    assert queries.tokens_of(dana.user_id).count() == 1
