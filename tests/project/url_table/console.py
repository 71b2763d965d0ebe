"""The console: strangers sign in, customers are refused, staff get the page."""

from typing import Any

from tests.project.url_table.rows import Answers, Row, get, post

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


def _of_case(suffix: str, answers: Answers, bound: Answers, method: str = "GET", **data: Any) -> list[Row]:
    """One address of the console's case, for the open case and for the bound one."""
    route = f"console/cases/<int:number>{suffix}"
    return [
        Row(route=route, path=f"/console/cases/{{{which}}}{suffix}", answers=each, method=method, data=data)
        for which, each in (("open", answers), ("bound", bound))
    ]


CONSOLE = [
    get("console/", "/console/", STAFF),
    get("console/", "/console/?q=tungsten", STAFF),
    get("console/", "/console/?q=Zephyrine", STAFF),
    get("console/", "/console/?case={bound}", STAFF),
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
    get("console/incidents/new", "/console/incidents/new?case={bound}", STAFF),
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
    get("console/duty", "/console/duty", STAFF),
    *(
        post("console/duty/cases/<int:number>", f"/console/duty/cases/{{{which}}}", answers, do=verb)
        for verb, open_to, bound_to in (
            ("take", STAFF_303, BOUND_303),
            ("page", STAFF_303, BOUND_303),
            ("give:999999", STAFF_422, BOUND_422),
        )
        for which, answers in (("open", open_to), ("bound", bound_to))
    ),
    post("console/duty/pages/<int:page_id>", "/console/duty/pages/{page}", STAFF_303),
    post("console/duty/pages/<int:page_id>", "/console/duty/pages/{bound_page}", BOUND_303),
    get("console/customers", "/console/customers", STAFF),
    get("console/customers", "/console/customers?q=Zephyrine", STAFF),
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
