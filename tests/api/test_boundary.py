"""Who gets at what: a bound case and an open one, for everybody, through every door."""

import pytest

from tests.api.conftest import problem

WRITES = {
    "messages": {"body": "x"},
    "notes": {"body": "x"},
    "state": {"state": "triage"},
    "severity": {"severity": "S2", "reason": "x"},
    "close": {},
    "reopen": {"reason": "x"},
    "assignee": {"staff_id": None},
    "subject-matter": {"product_id": None, "device_id": None},
    "participants": {"contact_id": 1},
}
READS = ["", "/messages", "/clocks", "/history"]
OUTSIDE = ["agent", "lead", "manager", "administrator", "ana", "ion", "looker", "stranger"]
INSIDE = ["eligible", "eligible manager", "grace"]


@pytest.fixture
def bound(world):
    case = world.open_case("grace", subject="Bound")
    path = f"/cases/{case['number']}"
    sent = world["grace"].upload(f"{path}/attachments", ("secret.log", b"secret", "text/plain")).json()
    return path, f"{path}/attachments/{sent['attachments'][0]['id']}"


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_bound_case_is_not_there_for_who_is_not_eligible(world, bound, name):
    path, attachment = bound
    missing = world[name].get("/cases/1").json()
    for read in [path + read for read in READS] + [attachment]:
        response = world[name].get(read)
        assert (problem(response)[0], response.json()) == (404, missing)
    for verb, body in WRITES.items():
        assert world[name].post(f"{path}/{verb}", body).json() == missing
    sent = world[name].upload(f"{path}/attachments", ("a", b"a", ""))
    assert sent.json() == missing
    assert world["grace"].get(path).json()["version"] == 2


@pytest.mark.parametrize("name", OUTSIDE)
def test_lists_never_contain_what_is_bound(world, bound, name):
    world.open_case("ion", subject="Open")
    key = world.liberty.pk
    answers = [
        world[name].get("/cases", {"limit": 1}),
        world[name].get("/cases", {"organisation_id": key}),
        world[name].get("/organisations"),
        world[name].get("/contacts", {"organisation_id": key}),
        world[name].get("/devices", {"organisation_id": key}),
    ]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert [answer.json()["next"] for answer in answers] == [None] * 5
    said = b"".join(answer.content for answer in answers)
    assert b"Bound" not in said
    assert b"Liberty" not in said
    assert b"Grace" not in said
    assert problem(world[name].get("/entitlement", {"organisation_id": key}))[0] == 404


@pytest.mark.parametrize("name", INSIDE)
def test_a_bound_case_is_there_for_who_is_eligible(world, bound, name):
    path, attachment = bound
    assert [world[name].get(path + read).status_code for read in READS] == [200] * len(READS)
    assert world[name].send("HEAD", attachment)["Content-Length"] == "6"
    assert [case["subject"] for case in world[name].get("/cases").json()["items"]] == ["Bound"]


def test_an_open_case_is_there_for_its_people_and_staff_only(world):
    path = f"/cases/{world.open_case()['number']}"
    seen = ["ana", "ion", "looker", "agent", "administrator", "eligible"]
    assert {
        name: world[name].get(path).status_code for name in [*seen, "grace", "stranger"]
    } == dict.fromkeys(seen, 200) | {"grace": 404, "stranger": 404}
    mine = f"/cases/{world.open_case('ion')['number']}"
    assert problem(world["ana"].get(mine))[0] == 404


def test_who_may_only_look_changes_nothing(world):
    path = f"/cases/{world.open_case()['number']}"
    refused = {verb: world["looker"].post(f"{path}/{verb}", body) for verb, body in WRITES.items()}
    assert {verb: problem(answer)[0] for verb, answer in refused.items()} == dict.fromkeys(WRITES, 403)
    new = {"subject": "x", "description": "y", "severity": "S1"}
    assert problem(world["looker"].post("/cases", new))[:2] == (403, "Not allowed")
    assert world["ana"].get(path).json()["version"] == 1


def test_without_a_token_nothing_is_answered(world, bound):
    for path in [*(bound[0] + read for read in READS), bound[1], "/cases", "/me", "/organisations", "/plans"]:
        assert problem(world["nobody"].get(path))[:2] == (401, "No valid token")


def test_who_has_lost_eligibility_gets_no_stored_answer_either(world):
    key = {"Idempotency_Key": "k"}
    new = {
        "subject": "Bound",
        "description": "y",
        "severity": "S1",
        "organisation_id": world.liberty.pk,
    }
    assert world["eligible"].post("/cases", new, **key).status_code == 201
    world.cast.declare(world.person("eligible"), "RO", world.cast.at)
    assert problem(world["eligible"].post("/cases", new, **key))[0] == 404
