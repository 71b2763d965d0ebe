"""Signing in, and what belongs to no face."""

from tests.project.url_table.rows import ELSEWHERE, EVERYBODY, SIGNED_IN, get

ACCOUNTS = [
    get("", "/", ELSEWHERE),
    get("healthz", "/healthz", EVERYBODY),
    get("ui/assets/<str:version>/<path:path>", "/ui/assets/any/backstay.css", EVERYBODY),
    get("ui/gallery", "/ui/gallery", EVERYBODY),
    get("accounts/login/", "/accounts/login/", (200, 302, 302, 302, 302, 302, 302)),
    get(
        "accounts/signup/", "/accounts/signup/", (200, 302, 302, 302, 302, 302, 302)
    ),  # says that it is closed
    get("accounts/logout/", "/accounts/logout/", SIGNED_IN),
    get("accounts/inactive/", "/accounts/inactive/", EVERYBODY),
    get("accounts/reauthenticate/", "/accounts/reauthenticate/", SIGNED_IN),
    get("accounts/email/", "/accounts/email/", SIGNED_IN),
    get("accounts/confirm-email/", "/accounts/confirm-email/", EVERYBODY),
    get(r"accounts/^confirm-email/(?P<key>[-:\w]+)/$", "/accounts/confirm-email/wrong/", EVERYBODY),
    get("accounts/password/change/", "/accounts/password/change/", SIGNED_IN),
    get("accounts/password/set/", "/accounts/password/set/", ELSEWHERE),
    get("accounts/password/reset/", "/accounts/password/reset/", EVERYBODY),
    get("accounts/password/reset/done/", "/accounts/password/reset/done/", EVERYBODY),
    get("accounts/password/reset/key/done/", "/accounts/password/reset/key/done/", EVERYBODY),
    get(
        r"accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        "/accounts/password/reset/key/1-wrong/",
        EVERYBODY,
    ),
    get("accounts/login/code/confirm/", "/accounts/login/code/confirm/", ELSEWHERE),
    get("accounts/2fa/", "/accounts/2fa/", SIGNED_IN),
    get("accounts/2fa/authenticate/", "/accounts/2fa/authenticate/", ELSEWHERE),
    get("accounts/2fa/reauthenticate/", "/accounts/2fa/reauthenticate/", ELSEWHERE),
    # Nobody here has a second factor yet, and to set one up one signs in again.
    get("accounts/2fa/totp/activate/", "/accounts/2fa/totp/activate/", ELSEWHERE),
    get(
        "accounts/2fa/totp/deactivate/", "/accounts/2fa/totp/deactivate/", (302, 404, 404, 404, 404, 404, 404)
    ),
    get("accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/", (302, 404, 404, 404, 404, 404, 404)),
    get("accounts/2fa/recovery-codes/generate/", "/accounts/2fa/recovery-codes/generate/", ELSEWHERE),
    get(
        "accounts/2fa/recovery-codes/download/",
        "/accounts/2fa/recovery-codes/download/",
        (302, 404, 404, 404, 404, 404, 404),
    ),
]
