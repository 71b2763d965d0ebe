"""A row of the table, and answers that many addresses share."""

from collections.abc import Mapping
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
# These are answered as one of the roles above, unless a row says otherwise (`but`).
LIKE = {
    "partner": "contact",  # of an organisation that works for the open case's
    "bound_contact": "other_contact",  # of the bound case's organisation
    "abroad": "agent",  # a US citizen
    "us_person": "agent",  # in the US
    "manager": "administrator",  # not eligible
}

NOTHING_ELSE: Mapping[str, int] = {}
EVERYBODY: Answers = (200, 200, 200, 200, 200, 200, 200)
SIGNED_IN: Answers = (302, 200, 200, 200, 200, 200, 200)
ELSEWHERE: Answers = (302, 302, 302, 302, 302, 302, 302)


@dataclass(frozen=True, kw_only=True, eq=False)
class Row:
    """`route` is the pattern as Django holds it. `data` is posted, with a file under the name `upload`.

    `bearer`: the role's token is sent, and the body is JSON unless a file goes with it.
    `but` names roles of LIKE that are answered otherwise than the one that they are like.
    """

    route: str
    path: str
    answers: Answers
    method: str = "GET"
    data: dict[str, Any] = field(default_factory=dict)
    bearer: bool = False
    upload: str = ""
    but: Mapping[str, int] = field(default_factory=dict)

    def answer(self, role: str) -> int:
        return self.but.get(role, self.answers[ROLES.index(LIKE.get(role, role))])

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def get(route: str, path: str, answers: Answers, **but: int) -> Row:
    return Row(route=route, path=path, answers=answers, but=but)


def post(route: str, path: str, answers: Answers, but: Mapping[str, int] = NOTHING_ELSE, **data: Any) -> Row:
    return Row(route=route, path=path, answers=answers, method="POST", data=data, but=but)
