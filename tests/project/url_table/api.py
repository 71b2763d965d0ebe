"""The API, each role with its token."""

from collections.abc import Mapping
from typing import Any

from tests.project.url_table.rows import EVERYBODY, NOTHING_ELSE, Answers, Row, get, post

BEARERS: Answers = (401, 200, 200, 200, 200, 200, 200)
API_CASE: Answers = (401, 200, 404, 200, 200, 200, 200)
API_MADE: Answers = (401, 201, 404, 201, 201, 201, 201)
API_STAFF: Answers = (401, 403, 404, 200, 200, 200, 200)
API_BOUND: Answers = (401, 404, 404, 404, 200, 404, 404)
API_BOUND_MADE: Answers = (401, 404, 404, 404, 201, 404, 404)
API_BOUND_409: Answers = (401, 404, 404, 404, 409, 404, 404)
API_ADMINISTRATOR: Answers = (401, 403, 403, 403, 403, 403, 201)


def _api(route: str, answers: Answers, query: str = "", **but: int) -> Row:
    path = f"/api/v1/{route}{query}"
    return Row(route=f"api/v1/{route}", path=path, answers=answers, bearer=True, but=but)


def _api_post(route: str, answers: Answers, but: Mapping[str, int] = NOTHING_ELSE, **data: Any) -> Row:
    return Row(
        route=f"api/v1/{route}",
        path=f"/api/v1/{route}",
        answers=answers,
        method="POST",
        data=data,
        bearer=True,
        but=but,
    )


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
            but={"bound_contact": 403 if suffix == "/participants" else answers[1]}
            if which == "bound"
            else {},
        )
        for which, each in (("open", answers), ("bound", bound))
    ]


def _api_file(case: str, attachment: str, answers: Answers, **but: int) -> Row:
    path = f"/api/v1/cases/{{{case}}}/attachments/{{{attachment}}}"
    route = "api/v1/cases/<int:number>/attachments/<int:attachment_id>"
    return Row(route=route, path=path, answers=answers, bearer=True, but=but)


def _api_of(route: str, key: str, answers: Answers, **but: int) -> Row:
    return Row(
        route=f"api/v1/{route}/<int:{route[:-1]}_id>",
        path=f"/api/v1/{route}/{{{key}}}",
        answers=answers,
        bearer=True,
        but=but,
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
    _api("cases", BEARERS, "?q=tungsten"),
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
    # Nobody outside takes part in a bound case, not even when its own customer asks for it.
    *_api_case(
        "/participants", API_CASE, (401, 404, 404, 404, 403, 404, 404), "POST", contact_id="{contact}"
    ),
    _api_file("open", "attachment", API_CASE),
    _api_file("bound", "bound_attachment", API_BOUND, bound_contact=200),
    _api_file("open", "bound_attachment", (401, 404, 404, 404, 404, 404, 404)),
    _api("organisations", BEARERS),
    _api_of("organisations", "customer", API_CASE),
    _api_of("organisations", "bound_customer", API_BOUND, bound_contact=200),
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
    _api("entitlement", API_BOUND, "?organisation_id={bound_customer}", bound_contact=200),
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
        {"bound_contact": 403},
        organisation_id="{bound_customer}",
        serial="N-1",
        product_id="{product}",
    ),
    _api_post(
        "contracts",
        (401, 422, 422, 422, 403, 422, 422),
        {"bound_contact": 403},
        organisation_id="{bound_customer}",
        number="N-1",
        kind="warranty",
        region="us",
        starts_at="2026-01-01T00:00:00Z",
    ),
]
