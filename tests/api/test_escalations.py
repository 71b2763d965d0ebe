from tests.api.conftest import problem

REASON = "Two days and nobody has called."
ASK = {"urgency": "urgent", "reason": REASON}


def test_contact_asks_for_a_manager_and_is_told_by_when(world):
    path = f"/cases/{world.open_case()['number']}/escalations"
    asked = world["ana"].post(path, ASK)
    assert asked.status_code == 201
    told = asked.json()
    assert told == {
        "id": told["id"],
        "state": "open",
        "urgency": "urgent",
        "reason": REASON,
        "asked_at": "2026-11-18T08:00:00Z",
        "answer_by": "2026-11-18T08:30:00Z",
        "decided_at": None,
        "answer": "",
        "manager": None,
    }
    assert world["ana"].get(path).json() == world["agent"].get(path).json() == [told]


def test_same_key_asks_once(world):
    path = f"/cases/{world.open_case()['number']}/escalations"
    answers = [world["ana"].post(path, ASK, Idempotency_Key="once") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


def test_second_request_is_a_conflict(world):
    path = f"/cases/{world.open_case()['number']}/escalations"
    world["ana"].post(path, ASK)
    assert problem(world["ana"].post(path, ASK))[:2] == (409, "Asked already")


def test_unknown_urgency_names_those_that_there_are(world):
    path = f"/cases/{world.open_case()['number']}/escalations"
    assert problem(world["ana"].post(path, ASK | {"urgency": "now"})) == (
        422,
        "Unknown urgency",
        'there is no urgency "now"; there are urgent, timely, not_urgent',
    )


def test_who_may_only_look_cannot_ask(world):
    path = f"/cases/{world.open_case()['number']}/escalations"
    assert problem(world["looker"].post(path, ASK))[:2] == (403, "Not allowed")


def test_a_closed_case_is_not_escalated(world):
    number = world.open_case()["number"]
    world["ana"].post(f"/cases/{number}/close", {})
    answer = world["ana"].post(f"/cases/{number}/escalations", ASK)
    assert problem(answer)[:2] == (409, "Not possible in this state")
