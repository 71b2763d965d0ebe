"""Every address of the project, and what each role is answered there. A new address needs a row.

A row is asked once by each role, in a world with an open case and a bound one. Paths and bodies name the
world's things in braces: {open}, {bound} (case numbers), {customer}, {bound_customer}, ...; see `test_urls_by_role`.
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
# The console: strangers sign in, customers are refused, staff get the page.
STAFF: Answers = (302, 403, 403, 200, 200, 200, 200)
STAFF_422: Answers = (302, 403, 403, 422, 422, 422, 422)
STAFF_204: Answers = (302, 403, 403, 204, 204, 204, 204)
STAFF_404: Answers = (302, 403, 403, 404, 404, 404, 404)
BOUND: Answers = (302, 403, 403, 404, 200, 404, 404)
BOUND_422: Answers = (302, 403, 403, 404, 422, 404, 404)
BOUND_204: Answers = (302, 403, 403, 404, 204, 404, 404)


@dataclass(frozen=True, kw_only=True)
class Row:
    """`route` is the pattern as Django holds it. `data` is posted; `bearer`: the role's token is sent."""

    route: str
    path: str
    answers: Answers
    method: str = "GET"
    data: dict[str, Any] = field(default_factory=dict)
    bearer: bool = False

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


CONSOLE = [
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
    get("console/settings", "/console/settings", STAFF),
    post("console/settings", "/console/settings", STAFF_422),
    post("console/settings/tokens", "/console/settings/tokens", STAFF_422),
    post("console/settings/tokens/<int:token_id>", "/console/settings/tokens/999999", STAFF_404),
]

ROWS = CONSOLE
