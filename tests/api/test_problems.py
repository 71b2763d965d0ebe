"""Whatever is asked for wrongly, the answer is a problem."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backstay.accounts import actions as accounts
from backstay.core.scoping import acting
from tests.api.conftest import Caller, problem
from tests.fixtures.cast import SETUP

HUGE = 10**30
NEW = {"subject": "x", "description": "y", "severity": "S1"}


def document(world):
    return world["nobody"].get("/openapi.json").json()


def operations(world):
    """(method, path with its numbers filled in, names of its body's fields, names of its query)."""
    found = document(world)
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            query = [each["name"] for each in operation["parameters"] if each["in"] == "query"]
            yield method.upper(), path.removeprefix("/api/v1"), fields(found, operation), query


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

    monkeypatch.setattr("backstay.api.cases.endpoints.made_case", fail)
    assert problem(world["ana"].post("/cases", NEW))[:2] == (500, "Internal Server Error")
    assert world["ana"].get("/cases").json()["items"] == []


STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, -1, 1, 2**31, 2**63 - 1, 2**63, HUGE, 10**400, 0.5]),
    st.sampled_from(
        ["", " ", "\x00", "\ud800", "S1", "9" * 400, "0001-01-01", "9999-12-31T23:59:59Z", "x" * 3000]
    ),
    st.text(max_size=20),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["a", "id"]), st.none(), max_size=1),
)


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data(), name=st.sampled_from(["ana", "agent", "eligible manager", "nobody"]))
def test_no_request_however_strange_is_our_fault(world, data, name):
    number = world.__dict__.setdefault("number", None) or world.open_case()["number"]
    world.number = number
    for method, path, body, query in operations(world):
        filled = path.replace("{number}", str(number)).replace("{attachment_id}", "1")
        filled = filled.replace("{organisation_id}", str(data.draw(st.sampled_from([1, 2**63, HUGE]))))
        filled = filled.replace("{product_id}", "1")
        if method == "GET":
            asked = {key: data.draw(STRANGE.filter(is_sendable)) for key in query}
            response = world[name].get(
                filled, {key: value for key, value in asked.items() if value is not None}
            )
        elif path.endswith("/attachments"):
            response = world[name].upload(filled, ("\x00", b"x", "a/\x00b"), seen=str(data.draw(STRANGE)))
        else:
            sent = {key: data.draw(STRANGE) for key in body}
            response = world[name].post(filled, sent)
        if response.status_code >= 400:
            assert problem(response)[0] < 500, (method, filled)


def is_sendable(value):
    return not (isinstance(value, dict) or (isinstance(value, str) and "\ud800" in value))


def test_every_operation_declares_its_problems(world):
    for path, methods in document(world)["paths"].items():
        for method, operation in methods.items():
            errors = [answer for status, answer in operation["responses"].items() if int(status) >= 400]
            assert {kind for answer in errors for kind in answer["content"]} == {"application/problem+json"}
            keyed = any(each["name"] == "Idempotency-Key" for each in operation["parameters"])
            assert keyed is (method == "post"), path
            assert operation["security"] == [{"Token": []}]
