"""The portal: contacts see theirs; staff are led to the console, and may not write here."""

from tests.project.url_table.rows import EVERYBODY, Answers, Row, get, post

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
            but={"bound_contact": answers[1]} if which == "bound" else {},
        )
        for which, each in (("open", answers), ("bound", bound))
    ]


PORTAL = [
    get("plans", "/plans", EVERYBODY),
    get("plans/advisor", "/plans/advisor", EVERYBODY),
    get("workflow", "/workflow", EVERYBODY),
    get("cases", "/cases", CONTACTS),
    get("cases", "/cases?q=tungsten", CONTACTS),
    get("cases/new", "/cases/new", CONTACTS),
    post("cases/new", "/cases/new", CONTACTS_422),
    *_own_case("", OWN, NOT_THEIRS),
    *_own_case("", OWN_422, CONTACTS_404, "POST"),
    get(f"cases/<int:number>{FILE}", "/cases/{open}/files/{attachment}", OWN),
    get(
        f"cases/<int:number>{FILE}", "/cases/{bound}/files/{bound_attachment}", NOT_THEIRS, bound_contact=200
    ),
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
    get("devices", "/devices?organisation={bound_customer}", CONTACTS),
    get("account", "/account", CONTACTS),
    post("account", "/account", CONTACTS_422),
    post("account/tokens", "/account/tokens", CONTACTS_422),
    post("account/tokens/<int:token_id>/revoke", "/account/tokens/999999/revoke", CONTACTS_404),
]
