from tests.api.conftest import Caller, problem

NEW = {"subject": "x", "description": "y", "severity": "S1"}


def test_the_same_key_has_one_effect_and_one_answer(world):
    first = world["ana"].post("/cases", NEW, Idempotency_Key="a")
    again = world["ana"].post("/cases", NEW, Idempotency_Key="a")
    assert (again.status_code, again.content) == (201, first.content)
    assert ("Idempotent-Replayed" in first, again["Idempotent-Replayed"]) == (False, "true")
    assert len(world["ana"].get("/cases").json()["items"]) == 1


def test_the_answer_stays_as_it_was_given(world):
    key = {"Idempotency_Key": "a"}
    case = world["ana"].post("/cases", NEW, **key).json()
    world["agent"].post(f"/cases/{case['number']}/messages", {"body": "We look."})
    assert world["ana"].post("/cases", NEW, **key).json() == case


def test_a_key_is_of_one_token_and_one_request(world, cast):
    first = world["ana"].post("/cases", NEW, Idempotency_Key="a").json()
    other = world["ana"].post("/cases", NEW | {"subject": "z"}, Idempotency_Key="a")
    assert problem(other)[:2] == (422, "Idempotency key reused")
    elsewhere = world["ana"].post(f"/cases/{first['number']}/close", NEW, Idempotency_Key="a")
    assert problem(elsewhere)[0] == 422
    second = Caller(cast.token(world.person("ana"))).post("/cases", NEW, Idempotency_Key="a").json()
    assert second["number"] != first["number"]


def test_a_problem_uses_no_key_up(world):
    path = f"/cases/{world.open_case()['number']}/close"
    assert problem(world["agent"].post(path, {}, Idempotency_Key="a"))[0] == 409
    world["agent"].post(path.replace("close", "messages"), {"body": "We look."})
    assert world["agent"].post(path, {}, Idempotency_Key="a").json()["state"] == "closed"
