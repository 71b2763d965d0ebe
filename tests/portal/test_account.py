from backstay.accounts.queries import token_for
from backstay.core.scoping import acting
from tests.fixtures.cast import SETUP


def token_of(answer):
    return answer.context.get("secret")


def works(world, secret):
    with acting(SETUP):
        return token_for(secret, at=world.at) is not None


def test_language_and_zone_are_saved_and_the_browsers_choice_forgotten(world):
    page = world.page(world.ana)
    page.get("/account?lang=ro")
    answer = page.post("/account", {"language": "en", "timezone": "America/New_York"})
    assert answer.status_code == 303
    assert answer.cookies["django_language"].value == ""
    shown = page.get("/account")
    assert shown["Content-Language"] == "en"
    assert shown.context["locale_form"].initial == {"language": "en", "timezone": "America/New_York"}


def test_zone_that_is_none_is_refused(world):
    refused = world.page(world.ana).post("/account", {"language": "en", "timezone": "Mars/Olympus"})
    assert (refused.status_code, list(refused.context["locale_form"].errors)) == (422, ["timezone"])


def test_token_is_shown_once_and_works_until_it_is_revoked(world):
    page = world.page(world.ana)
    form = {"label": "monitoring", "days": "90", "idempotency_key": "one"}
    made = page.post("/account/tokens", form)
    secret = token_of(made)
    assert works(world, secret)
    again = page.post("/account/tokens", form)
    assert (token_of(again), again.context["was_issued_before"]) == ("", True)
    assert secret not in page.get("/account").content.decode()
    (token,) = made.context["tokens"]
    page.post(f"/account/tokens/{token.pk}/revoke")
    assert not works(world, secret)


def test_token_of_somebody_else_cannot_be_revoked(world):
    mihai = world.cast.contact(world.organisation, "Mihai")
    secret = token_of(world.page(mihai).post("/account/tokens", {"label": "mine", "days": "0"}))
    with acting(SETUP):
        token = token_for(secret, at=world.at)
    assert world.page(world.ana).post(f"/account/tokens/{token.pk}/revoke").status_code == 404
    assert works(world, secret)
