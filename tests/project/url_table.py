"""Every address of the project, and what each role is answered there. A new address needs a row.

A row is asked once by each role, in a world with an open case and a bound one. Paths and bodies name its
things in braces: {open}, {bound} (case numbers), {customer}, {bound_customer}, ...; see `test_urls_by_role`.
"""

from dataclasses import dataclass, field
from typing import Any

ROLES = (
    "anonymous",
    "contact",  # of the open case's organisation
    "other_contact",  # of another organisation
    "agent",  # not eligible
    "eligible",  # an agent inside the boundary
    "lead",  # not eligible
    "administrator",  # not eligible
)
Answers = tuple[int, int, int, int, int, int, int]

EVERYBODY: Answers = (200, 200, 200, 200, 200, 200, 200)
SIGNED_IN: Answers = (302, 200, 200, 200, 200, 200, 200)
ELSEWHERE: Answers = (302, 302, 302, 302, 302, 302, 302)
# The console: strangers sign in, customers are refused, staff get the page.
STAFF: Answers = (302, 403, 403, 200, 200, 200, 200)
STAFF_422: Answers = (302, 403, 403, 422, 422, 422, 422)
STAFF_204: Answers = (302, 403, 403, 204, 204, 204, 204)
STAFF_404: Answers = (302, 403, 403, 404, 404, 404, 404)
STAFF_303: Answers = (302, 403, 403, 303, 303, 303, 303)
NOWHERE: Answers = (404, 404, 404, 404, 404, 404, 404)
ARRANGERS: Answers = (302, 403, 403, 403, 403, 403, 200)  # managers and above
ARRANGERS_404: Answers = (302, 403, 403, 403, 403, 403, 404)
BOUND: Answers = (302, 403, 403, 404, 200, 404, 404)
BOUND_422: Answers = (302, 403, 403, 404, 422, 404, 404)
BOUND_303: Answers = (302, 403, 403, 404, 303, 404, 404)
BOUND_204: Answers = (302, 403, 403, 404, 204, 404, 404)


@dataclass(frozen=True, kw_only=True)
class Row:
    """`route` is the pattern as Django holds it. `data` is posted, with a file under the name `upload`.

    `bearer`: the role's token is sent, and the body is JSON unless a file goes with it.
    """

    route: str
    path: str
    answers: Answers
    method: str = "GET"
    data: dict[str, Any] = field(default_factory=dict)
    bearer: bool = False
    upload: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def get(route: str, path: str, answers: Answers) -> Row:
    return Row(route=route, path=path, answers=answers)


def post(route: str, path: str, answers: Answers, **data: Any) -> Row:
    return Row(route=route, path=path, answers=answers, method="POST", data=data)


def _of_case(suffix: str, answers: Answers, bound: Answers, method: str = "GET", **data: Any) -> list[Row]:
    """One address of the console's case, for the open case and for the bound one."""
    route = f"console/cases/<int:number>{suffix}"
    return [
        Row(route=route, path=f"/console/cases/{{{which}}}{suffix}", answers=each, method=method, data=data)
        for which, each in (("open", answers), ("bound", bound))
    ]


# People and the boundary's log: administrators, and everybody on their own page; the log is for those
# managers alone who are eligible, of whom there is none here.
ADMINISTRATOR: Answers = (302, 403, 403, 403, 403, 403, 200)
ADMINISTRATOR_404: Answers = (302, 403, 403, 403, 403, 403, 404)
ADMINISTRATOR_422: Answers = (302, 403, 403, 403, 403, 403, 422)
THEMSELVES: Answers = (302, 403, 403, 200, 403, 403, 200)
THEMSELVES_404: Answers = (302, 403, 403, 404, 403, 403, 404)
THEMSELVES_422: Answers = (302, 403, 403, 422, 403, 403, 422)
REFUSED: Answers = (302, 403, 403, 403, 403, 403, 403)
PEOPLE = [
    get("console/people", "/console/people", ADMINISTRATOR),
    post("console/people/networks", "/console/people/networks", ADMINISTRATOR_422),
    post(
        "console/people/networks/<int:network_id>/remove",
        "/console/people/networks/999999/remove",
        ADMINISTRATOR_404,
    ),
    get("console/people/<int:staff_id>", "/console/people/{agent}", THEMSELVES),
    post("console/people/<int:staff_id>/attest", "/console/people/{agent}/attest", ADMINISTRATOR_422),
    post(
        "console/people/<int:staff_id>/attestations/<int:attestation_id>/revoke",
        "/console/people/{agent}/attestations/999999/revoke",
        ADMINISTRATOR_404,
    ),
    post("console/people/<int:staff_id>/location", "/console/people/{agent}/location", THEMSELVES_422),
    post(
        "console/people/<int:staff_id>/locations/<int:location_id>/end",
        "/console/people/{agent}/locations/999999/end",
        THEMSELVES_404,
    ),
    get("console/boundary-log", "/console/boundary-log", REFUSED),
    get("console/boundary-log.csv", "/console/boundary-log.csv", REFUSED),
]

CONSOLE = [
    *PEOPLE,
    get("console/", "/console/", STAFF),
    post("console/bulk", "/console/bulk", STAFF),
    get("console/views", "/console/views", STAFF),
    post("console/views", "/console/views", STAFF_422),
    post("console/views/<int:view_id>", "/console/views/999999", STAFF_404),
    get("console/cases/new", "/console/cases/new", STAFF),
    get("console/cases/new", "/console/cases/new?organisation={customer}", STAFF),
    get("console/cases/new", "/console/cases/new?organisation={bound_customer}", BOUND),
    *_of_case("", STAFF, BOUND),
    *_of_case("/history", STAFF, BOUND),
    *_of_case("/reply", STAFF_422, BOUND_422, "POST"),
    *_of_case("/note", STAFF_422, BOUND_422, "POST"),
    *_of_case("/draft", STAFF_204, BOUND_204, "POST"),
    *_of_case("/presence", STAFF, BOUND, "POST"),
    *_of_case("/severity", STAFF, BOUND),
    *_of_case("/severity", STAFF_422, BOUND_422, "POST"),
    *_of_case("/state", STAFF, BOUND),
    *_of_case("/close", STAFF, BOUND),
    *_of_case("/reopen", STAFF, BOUND),
    *_of_case("/reopen", STAFF_422, BOUND_422, "POST"),
    *_of_case("/assign", STAFF, BOUND),
    *_of_case("/assign", STAFF_422, BOUND_422, "POST", staff="no number"),
    *_of_case("/subject-matter", STAFF, BOUND),
    *(
        row
        for verb in ("hand-over", "owner", "respite", "closing", "links", "follow-up", "incident")
        for row in _of_case(f"/{verb}", STAFF, BOUND)
    ),
    *(
        row
        for verb in ("hand-over", "owner", "links", "follow-up")
        for row in _of_case(f"/{verb}", STAFF_422, BOUND_422, "POST")
    ),
    post(
        "console/cases/<int:number>/links/<int:link_id>/remove",
        "/console/cases/{open}/links/999999/remove",
        STAFF_404,
    ),
    *_of_case("/escalate", STAFF, BOUND),
    *_of_case("/escalate", STAFF_422, BOUND_422, "POST"),
    *_of_case("/escalation", STAFF, BOUND),
    get("console/escalations", "/console/escalations", STAFF),
    post("console/escalations/notices/read", "/console/escalations/notices/read", STAFF_303),
    *(
        row
        for verb in ("accept", "decline")
        for row in (
            get(
                f"console/escalations/<int:request_id>/{verb}",
                f"/console/escalations/{{request}}/{verb}",
                STAFF,
            ),
            post(
                f"console/escalations/<int:request_id>/{verb}",
                f"/console/escalations/{{bound_request}}/{verb}",
                BOUND_422,
            ),
        )
    ),
    get("console/incidents", "/console/incidents", STAFF),
    get("console/incidents/new", "/console/incidents/new", STAFF),
    post("console/incidents/new", "/console/incidents/new", STAFF_422),
    get("console/incidents/<int:number>", "/console/incidents/{incident}", STAFF),
    get("console/incidents/<int:number>", "/console/incidents/{bound_incident}", BOUND),
    post("console/incidents/<int:number>/<slug:verb>", "/console/incidents/{incident}/add", STAFF_422),
    post("console/incidents/<int:number>/<slug:verb>", "/console/incidents/{bound_incident}/add", BOUND_422),
    *_of_case("/participants", STAFF, BOUND),
    get(
        "console/cases/<int:number>/attachments/<int:attachment_id>",
        "/console/cases/{open}/attachments/{attachment}",
        STAFF,
    ),
    get(
        "console/cases/<int:number>/attachments/<int:attachment_id>",
        "/console/cases/{bound}/attachments/{bound_attachment}",
        BOUND,
    ),
    get(
        "console/cases/<int:number>/attachments/<int:attachment_id>",
        "/console/cases/{open}/attachments/{bound_attachment}",
        STAFF_404,
    ),
    get("console/customers", "/console/customers", STAFF),
    get("console/customers/<int:organisation_id>", "/console/customers/{customer}", STAFF),
    get("console/customers/<int:organisation_id>", "/console/customers/{bound_customer}", BOUND),
    get("console/routing", "/console/routing", STAFF),
    get("console/routing", "/console/routing?case={open}", STAFF),
    get("console/routing", "/console/routing?case={bound}", (302, 403, 403, 422, 200, 422, 422)),
    get(
        "console/routing",
        "/console/routing?severity=S1&organisation={bound_customer}",
        (302, 403, 403, 422, 200, 422, 422),
    ),
    get("console/routing/people", "/console/routing/people", STAFF),
    get(
        "console/routing/people/<int:staff_id>",
        "/console/routing/people/{eligible}",
        (302, 403, 403, 403, 200, 200, 200),
    ),
    post(
        "console/routing/people/<int:staff_id>",
        "/console/routing/people/{eligible}",
        (302, 403, 403, 403, 403, 422, 422),
        verb="skill",
    ),
    get("console/routing/rules", "/console/routing/rules", STAFF),
    post("console/routing/rules", "/console/routing/rules", (302, 403, 403, 403, 403, 422, 422)),
    post("console/availability", "/console/availability", STAFF_422),
    post("console/availability/beat", "/console/availability/beat", STAFF),
    get("console/on-call", "/console/on-call", STAFF),
    post("console/on-call/take-over", "/console/on-call/take-over", STAFF_422),
    post(
        "console/on-call/overrides/<int:override_id>/end", "/console/on-call/overrides/999999/end", STAFF_404
    ),
    post(
        "console/on-call/pages/<int:page_id>/acknowledge",
        "/console/on-call/pages/{page}/acknowledge",
        STAFF_303,
    ),
    post(
        "console/on-call/pages/<int:page_id>/acknowledge",
        "/console/on-call/pages/{bound_page}/acknowledge",
        BOUND_303,
    ),
    get("console/on-call/acknowledge/<str:token>", "/console/on-call/acknowledge/wrong", NOWHERE),
    get("console/on-call/calendars/<str:token>.ics", "/console/on-call/calendars/wrong.ics", NOWHERE),
    get("console/on-call/doors", "/console/on-call/doors", STAFF),
    post("console/on-call/doors", "/console/on-call/doors", STAFF_422),
    post("console/on-call/doors/browser", "/console/on-call/doors/browser", STAFF_422),
    post("console/on-call/doors/calendar", "/console/on-call/doors/calendar", STAFF),
    post("console/on-call/doors/<int:door_id>/try", "/console/on-call/doors/999999/try", STAFF_404),
    post("console/on-call/doors/<int:door_id>/drop", "/console/on-call/doors/999999/drop", STAFF_404),
    get("console/on-call/rotas/new", "/console/on-call/rotas/new", ARRANGERS),
    get("console/on-call/rotas/<int:rota_id>", "/console/on-call/rotas/{rota}", ARRANGERS),
    post("console/on-call/rotas/<int:rota_id>/calendar", "/console/on-call/rotas/{rota}/calendar", ARRANGERS),
    get(
        "console/on-call/rotas/<int:rota_id>/layers/new",
        "/console/on-call/rotas/{rota}/layers/new",
        ARRANGERS,
    ),
    get(
        "console/on-call/rotas/<int:rota_id>/layers/<int:layer_id>",
        "/console/on-call/rotas/{rota}/layers/999999",
        ARRANGERS_404,
    ),
    post(
        "console/on-call/rotas/<int:rota_id>/layers/<int:layer_id>/drop",
        "/console/on-call/rotas/{rota}/layers/999999/drop",
        ARRANGERS_404,
    ),
    get("console/settings", "/console/settings", STAFF),
    post("console/settings", "/console/settings", STAFF_422),
    post("console/settings/tokens", "/console/settings/tokens", STAFF_422),
    post("console/settings/tokens/<int:token_id>", "/console/settings/tokens/999999", STAFF_404),
]

# The portal: contacts see theirs; staff are led to the console, and may not write here.
CONTACTS: Answers = (302, 200, 200, 302, 302, 302, 302)
CONTACTS_422: Answers = (302, 422, 422, 403, 403, 403, 403)
CONTACTS_404: Answers = (302, 404, 404, 403, 403, 403, 403)
OWN: Answers = (302, 200, 404, 302, 302, 302, 302)
OWN_422: Answers = (302, 422, 404, 403, 403, 403, 403)
NOT_THEIRS: Answers = (302, 404, 404, 302, 302, 302, 302)
FILE = "/files/<int:attachment_id>"


def _own_case(suffix: str, answers: Answers, bound: Answers, method: str = "GET") -> list[Row]:
    """One address of the portal's case, for the open case and for the bound one."""
    return [
        Row(
            route=f"cases/<int:number>{suffix}",
            path=f"/cases/{{{which}}}{suffix}",
            answers=each,
            method=method,
        )
        for which, each in (("open", answers), ("bound", bound))
    ]


PORTAL = [
    get("plans", "/plans", EVERYBODY),
    get("plans/advisor", "/plans/advisor", EVERYBODY),
    get("workflow", "/workflow", EVERYBODY),
    get("cases", "/cases", CONTACTS),
    get("cases/new", "/cases/new", CONTACTS),
    post("cases/new", "/cases/new", CONTACTS_422),
    *_own_case("", OWN, NOT_THEIRS),
    *_own_case("", OWN_422, CONTACTS_404, "POST"),
    get(f"cases/<int:number>{FILE}", "/cases/{open}/files/{attachment}", OWN),
    get(f"cases/<int:number>{FILE}", "/cases/{bound}/files/{bound_attachment}", NOT_THEIRS),
    get(f"cases/<int:number>{FILE}", "/cases/{open}/files/{bound_attachment}", NOT_THEIRS),
    *(
        row
        for verb in ("severity", "close", "reopen", "more-time", "participants")
        for row in _own_case(f"/{verb}", OWN, NOT_THEIRS)
    ),
    *(
        row
        for verb in ("severity", "close", "reopen", "more-time", "participants")
        for row in _own_case(f"/{verb}", OWN_422, CONTACTS_404, "POST")
    ),
    *_own_case("/escalate", OWN, NOT_THEIRS),
    *_own_case("/escalate", OWN_422, CONTACTS_404, "POST"),
    post(
        "cases/<int:number>/escalations/<int:request_id>/withdraw",
        "/cases/{open}/escalations/{request}/withdraw",
        (302, 303, 404, 403, 403, 403, 403),
    ),
    post(
        "cases/<int:number>/escalations/<int:request_id>/withdraw",
        "/cases/{open}/escalations/{bound_request}/withdraw",
        CONTACTS_404,
    ),
    get("escalation", "/escalation", EVERYBODY),
    get("devices", "/devices", CONTACTS),
    get("account", "/account", CONTACTS),
    post("account", "/account", CONTACTS_422),
    post("account/tokens", "/account/tokens", CONTACTS_422),
    post("account/tokens/<int:token_id>/revoke", "/account/tokens/999999/revoke", CONTACTS_404),
]

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

# The API, each role with its token.
BEARERS: Answers = (401, 200, 200, 200, 200, 200, 200)
API_CASE: Answers = (401, 200, 404, 200, 200, 200, 200)
API_MADE: Answers = (401, 201, 404, 201, 201, 201, 201)
API_STAFF: Answers = (401, 403, 404, 200, 200, 200, 200)
API_BOUND: Answers = (401, 404, 404, 404, 200, 404, 404)
API_BOUND_MADE: Answers = (401, 404, 404, 404, 201, 404, 404)
API_BOUND_409: Answers = (401, 404, 404, 404, 409, 404, 404)
API_ADMINISTRATOR: Answers = (401, 403, 403, 403, 403, 403, 201)


def _api(route: str, answers: Answers, query: str = "") -> Row:
    return Row(route=f"api/v1/{route}", path=f"/api/v1/{route}{query}", answers=answers, bearer=True)


def _api_post(route: str, answers: Answers, **data: Any) -> Row:
    path = f"/api/v1/{route}"
    return Row(route=f"api/v1/{route}", path=path, answers=answers, method="POST", data=data, bearer=True)


def _api_case(suffix: str, answers: Answers, bound: Answers, method: str = "GET", **data: Any) -> list[Row]:
    """One address of the API's case, for the open case and for the bound one."""
    return [
        Row(
            route=f"api/v1/cases/<int:number>{suffix}",
            path=f"/api/v1/cases/{{{which}}}{suffix}",
            answers=each,
            method=method,
            data=data,
            bearer=True,
            upload="files" if suffix == "/attachments" else "",
        )
        for which, each in (("open", answers), ("bound", bound))
    ]


def _api_file(case: str, attachment: str, answers: Answers) -> Row:
    path = f"/api/v1/cases/{{{case}}}/attachments/{{{attachment}}}"
    route = "api/v1/cases/<int:number>/attachments/<int:attachment_id>"
    return Row(route=route, path=path, answers=answers, bearer=True)


def _api_of(route: str, key: str, answers: Answers) -> Row:
    return Row(
        route=f"api/v1/{route}/<int:{route[:-1]}_id>",
        path=f"/api/v1/{route}/{{{key}}}",
        answers=answers,
        bearer=True,
    )


UNSIGNED: Answers = (403, 403, 403, 403, 403, 403, 403)  # the phone provider signs
API_PAGE: Answers = (401, 404, 404, 200, 200, 200, 200)
API_BOUND_PAGE: Answers = (401, 404, 404, 404, 200, 404, 404)


def _api_page(which: str, answers: Answers) -> Row:
    return Row(
        route="api/v1/pages/<int:page_id>/acknowledge",
        path=f"/api/v1/pages/{{{which}}}/acknowledge",
        answers=answers,
        method="POST",
        bearer=True,
    )


API = [
    _api_page("page", API_PAGE),
    _api_page("bound_page", API_BOUND_PAGE),
    post("api/v1/on-call/calls/<token>", "/api/v1/on-call/calls/any", UNSIGNED),
    post(
        "api/v1/on-call/messages/<uuidstr:stable_id>",
        "/api/v1/on-call/messages/0b9e5f3e-6c1f-4f7a-9a44-3f5f6c0d2f11",
        UNSIGNED,
    ),
    get("api/v1/openapi.json", "/api/v1/openapi.json", EVERYBODY),
    get("api/v1/", "/api/v1/", (404, 404, 404, 404, 404, 404, 404)),
    _api("me", BEARERS),
    _api("cases", BEARERS),
    _api_post(
        "cases",
        (401, 201, 403, 201, 201, 201, 201),
        subject="Reset",
        description="Since noon.",
        severity="S1",
        organisation_id="{customer}",
    ),
    *_api_case("", API_CASE, API_BOUND),
    *_api_case("/clocks", API_CASE, API_BOUND),
    *_api_case("/history", API_CASE, API_BOUND),
    *_api_case("/messages", API_CASE, API_BOUND),
    *_api_case("/messages", API_MADE, API_BOUND_MADE, "POST", body="Hello"),
    *_api_case("/notes", (401, 403, 404, 201, 201, 201, 201), API_BOUND_MADE, "POST", body="Hello"),
    *_api_case("/attachments", API_MADE, API_BOUND_MADE, "POST", body="Hello"),
    *_api_case("/escalations", API_CASE, API_BOUND),
    *_api_case("/escalations", API_MADE, API_BOUND_MADE, "POST", urgency="urgent", reason="Nobody calls."),
    *_api_case("/state", (401, 409, 404, 200, 200, 200, 200), API_BOUND, "POST", state="triage"),
    *_api_case("/severity", API_CASE, API_BOUND, "POST", severity="S2", reason="It got better."),
    *_api_case("/close", (401, 200, 404, 409, 409, 409, 409), API_BOUND_409, "POST"),
    *_api_case("/reopen", (401, 409, 404, 409, 409, 409, 409), API_BOUND_409, "POST", reason="Again."),
    *_api_case("/assignee", API_STAFF, API_BOUND, "POST", staff_id=None),
    *_api_case("/subject-matter", API_STAFF, API_BOUND, "POST", product_id="{product}", device_id=None),
    *_api_case(
        "/participants", API_CASE, (401, 404, 404, 404, 403, 404, 404), "POST", contact_id="{contact}"
    ),
    _api_file("open", "attachment", API_CASE),
    _api_file("bound", "bound_attachment", API_BOUND),
    _api_file("open", "bound_attachment", (401, 404, 404, 404, 404, 404, 404)),
    _api("organisations", BEARERS),
    _api_of("organisations", "customer", API_CASE),
    _api_of("organisations", "bound_customer", API_BOUND),
    _api("contacts", BEARERS, "?organisation_id={bound_customer}"),  # those of it that one may know: none
    _api("devices", BEARERS, "?organisation_id={bound_customer}"),
    _api("staff", (401, 403, 403, 200, 200, 200, 200)),
    _api("products", BEARERS),
    Row(
        route="api/v1/products/<int:product_id>/versions",
        path="/api/v1/products/{product}/versions",
        answers=BEARERS,
        bearer=True,
    ),
    _api("plans", BEARERS),
    _api("entitlement", API_CASE, "?organisation_id={customer}"),
    _api("entitlement", API_BOUND, "?organisation_id={bound_customer}"),
    _api_post("organisations", API_ADMINISTRATOR, name="New", region="ro"),
    _api_post(
        "contacts",
        (401, 403, 422, 403, 403, 403, 201),
        organisation_id="{customer}",
        name="New",
        email="new@meridian.example",
    ),
    _api_post(
        "devices",
        (401, 422, 422, 422, 403, 422, 422),
        organisation_id="{bound_customer}",
        serial="N-1",
        product_id="{product}",
    ),
    _api_post(
        "contracts",
        (401, 422, 422, 422, 403, 422, 422),
        organisation_id="{bound_customer}",
        number="N-1",
        kind="warranty",
        region="us",
        starts_at="2026-01-01T00:00:00Z",
    ),
]

ROWS = [*ACCOUNTS, *CONSOLE, *PORTAL, *API]
