"""Whatever is asked for wrongly, the answer is a problem."""

import re
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import quote

import pytest

from backstay.accounts import actions as accounts
from backstay.core.scoping import acting
from tests.api.conftest import Caller, problem
from tests.fixtures.cast import SETUP

HUGE = 10**30
NEW = {"subject": "x", "description": "y", "severity": "S1"}


def document(world):
    return world["nobody"].get("/openapi.json").json()


def operations(world, wanted):
    """(path, names of its body's fields, names of its query) of every operation with that method."""
    found = document(world)
    for path, methods in found["paths"].items():
        if wanted in methods:
            parameters = methods[wanted]["parameters"]
            query = [each["name"] for each in parameters if each["in"] == "query"]
            yield path.removeprefix("/api/v1"), fields(found, methods[wanted]), query


def fields(found, operation):
    content = operation.get("requestBody", {}).get("content", {})
    for kind in content.values():
        reference = kind["schema"].get("$ref", "")
        named = found["components"]["schemas"].get(reference.rpartition("/")[2], kind["schema"])
        return list(named["properties"])
    return []


def test_unknown_paths_and_methods_are_problems(world):
    missing = (404, "Not Found", "it does not exist, or you may not see it")
    for path in ("/nothing", "/cases/x", "/cases/" + "9" * 5000, "/", f"/cases/{HUGE}", "/cases/0"):
        assert problem(world["ana"].get(path)) == missing
    assert problem(world["ana"].client.get("/api/v2/")) == missing
    assert problem(world["nobody"].get("/nothing")) == missing
    refused = world["ana"].send("DELETE", "/cases")
    assert (problem(refused)[:2], set(refused["Allow"].split(", "))) == (
        (405, "Method Not Allowed"),
        {"GET", "POST"},
    )
    assert problem(world["nobody"].send("PUT", "/openapi.json"))[0] == 405


def test_a_token_that_is_not_valid_is_told_nothing_but_that(world, now):
    with acting(SETUP):
        user = world.person("ana").user
        hour = now.at + timedelta(hours=1)
        token = accounts.issue_token(user=user, label="short", expires_at=hour, at=now.at)
    caller = Caller(token)
    assert caller.get("/me").status_code == 200
    now.at = hour
    expired = caller.get("/me")
    assert problem(expired)[:2] == (401, "No valid token")
    assert expired["WWW-Authenticate"] == "Bearer"
    others = ["backstay_" + "x" * 43, "", "\x00", "é"]
    answers = [Caller(other or " ").get("/me") for other in others]
    assert [answer.content for answer in answers] == [expired.content] * len(others)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        (b'{"subject": ' + b"1" * 5000 + b"}", 400),
        (b"", 422),
        (b"null", 422),
        (b"[]", 422),
        (b"x" * (2 * 1024**2 + 1), 413),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem(world, content, status):
    for path in ("/cases", "/contracts"):
        assert problem(world["ana"].post(path, content))[:2] == (status, problem_title(status))


def problem_title(status):
    named = {422: "The request is not as described", 413: "Too large"}
    return named.get(status, HTTPStatus(status).phrase)


@pytest.mark.parametrize(
    ("values", "where", "what"),
    [
        ({"subject": "a\x00b"}, "subject", "String should match pattern '^[^\\x00]*$'"),
        ({"organisation_id": HUGE}, "organisation_id", f"Input should be less than or equal to {2**63 - 1}"),
        (
            {"received_at": "0001-01-01T00:00:00+14:00"},
            "received_at",
            "Input should be greater than or equal to",
        ),
        ({"received_at": "2026-01-01T00:00:00"}, "received_at", "Input should have timezone info"),
        ({"severty": "S1"}, "severty", "Extra inputs are not permitted"),
        ({"subject": "\ud800"}, "subject", "Input should be a valid string, unable to parse raw data"),
        ({"subject": "x" * 201}, "subject", "String should have at most 200 characters"),
    ],
)
def test_a_wrong_field_is_named(world, values, where, what):
    response = world["agent"].post("/cases", NEW | values)
    assert problem(response) == (422, "The request is not as described", "see errors")
    (error,) = response.json()["errors"]
    assert error["where"] == ["body", "body", where]
    assert error["what"].startswith(what)


def test_an_idempotency_key_that_cannot_be_is_a_problem(world):
    for key in ("x" * 201, "a\tb"):
        assert problem(world["ana"].post("/cases", NEW, Idempotency_Key=key))[:2] == (
            422,
            "Bad idempotency key",
        )
    assert world["ana"].get("/cases").json()["items"] == []


def test_an_error_of_ours_is_a_problem_and_leaves_nothing(world, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("made up")

    monkeypatch.setattr("backstay.api.cases.endpoints.opened_case", fail)
    assert problem(world["ana"].post("/cases", NEW))[:2] == (500, "Internal Server Error")
    assert world["ana"].get("/cases").json()["items"] == []


STRANGE = [None, 0, 2**63, 10**400, "", "a\x00b", "\ud800", "0001-01-01T00:00:00+14:00", ["x"]]


def usual(world, number):
    """For each POST a body that is taken."""
    organisation = {"organisation_id": world.meridian.pk}
    case = f"/cases/{number}"
    return {
        "/cases": NEW | organisation,
        f"{case}/messages": {"body": "x", "state": "triage", "seen": 1},
        f"{case}/notes": {"body": "x"},
        f"{case}/state": {"state": "triage", "seen": 1},
        f"{case}/severity": {"severity": "S2", "reason": "x", "seen": 1},
        f"{case}/close": {"reason": "x", "seen": 1},
        f"{case}/reopen": {"reason": "x", "seen": 1},
        f"{case}/assignee": {"staff_id": 1, "seen": 1},
        f"{case}/subject-matter": {"product_id": None, "device_id": None, "seen": 1},
        f"{case}/participants": {"contact_id": 1},
        f"{case}/attachments": {"body": "x", "visibility": "public", "state": "triage", "seen": 1},
        f"{case}/escalations": {"urgency": "urgent", "reason": "x"},
        "/pages/{page_id}/acknowledge": {},
        "/organisations": {"name": "x", "region": "ro"},
        "/contacts": organisation | {"name": "x", "email": "x@x.example"},
        "/devices": organisation | {"serial": "x", "product_id": 1},
        "/contracts": organisation | {"number": "x", "region": "ro", "starts_at": "2026-01-01T00:00:00Z"},
    }


def posts(world, number):
    """Every POST, with one field of its usual body made strange at a time."""
    bodies = usual(world, number)
    found = {path.replace("{number}", str(number)): names for path, names, _ in operations(world, "post")}
    assert set(found) == set(bodies)
    return [
        (path, bodies[path] | {name: strange})
        for path, names in found.items()
        for name in names
        for strange in STRANGE
    ]


def test_no_post_however_strange_is_our_fault(world):
    number = world.open_case()["number"]
    answers = {}
    for path, body in posts(world, number):
        if path.endswith("/attachments"):
            fields = {name: str(value).replace("\ud800", "?") for name, value in body.items()}
            fields.pop("files", None)
            response = world["eligible manager"].upload(path, ("\x00", b"x", "a/\x00b"), **fields)
        else:
            response = world["eligible manager"].post(path, body)
        answers.setdefault(path, set()).add(response.status_code)
        if response.status_code >= 400:
            assert problem(response)[0] < 500, (path, body)
    assert {path for path, statuses in answers.items() if 422 not in statuses} == set()


def test_no_get_however_strange_is_our_fault(world):
    number = world.open_case()["number"]
    words = ["", "\x00", "-1", str(2**63), "9" * 400, "0001-01-01T00:00:00+14:00", "\ufffd" * 300]
    for path, _, names in operations(world, "get"):
        there = re.sub("{number}", str(number), path)
        asked = [
            (re.sub("{[a-z_]+}", "1", there), {name: word}) for name in [*names, "other"] for word in words
        ]
        asked += [(re.sub("{[a-z_]+}", quote(word, safe=""), path), {}) for word in words if "{" in path]
        for address, query in asked:
            response = world["eligible manager"].get(address, {"organisation_id": 1} | query)
            if response.status_code >= 400:
                assert problem(response)[0] < 500, (address, query)


def test_every_operation_declares_its_problems(world):
    for path, methods in document(world)["paths"].items():
        for method, operation in methods.items():
            errors = [answer for status, answer in operation["responses"].items() if int(status) >= 400]
            assert {kind for answer in errors for kind in answer["content"]} == {"application/problem+json"}
            keyed = any(each["name"] == "Idempotency-Key" for each in operation["parameters"])
            assert keyed is (method == "post"), path
            assert operation["security"] == [{"Token": []}]
