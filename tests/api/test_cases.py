from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import problem

HOUR = timedelta(hours=1)
NOW, DUE = "2026-11-18T08:00:00Z", "2026-11-18T10:00:00Z"


def test_open_case_answers_the_case_with_its_promise(world):
    case = world.open_case()
    assert case == {
        "number": case["number"],
        "reference": f"BS-{case['number']}",
        "subject": "Gateway drops mail",
        "severity": "S1",
        "state": "open",
        "organisation": {"id": world.meridian.pk, "name": "Meridian"},
        "contact": {"id": world.person("ana").pk, "name": "Ana Marin"},
        "product": None,
        "device": None,
        "plan": "gold",
        "no_promise": "",
        "opened_at": NOW,
        "recorded_at": NOW,
        "updated_at": NOW,
        "closed_at": None,
        "next_due_at": DUE,
        "version": 1,
        "queue": None,
        "assignee": None,
        "clocks": [
            {
                "id": case["clocks"][0]["id"],
                "kind": "first_response",
                "state": "running",
                "started_at": NOW,
                "due_at": DUE,
                "remaining_s": 7200,
                "length_s": 7200,
                "warned_at": None,
                "breached_at": None,
                "stopped_at": None,
            }
        ],
    }


def test_one_case_is_the_same_as_its_opening_answered(world, now):
    now.at = now.at.replace(microsecond=120_000)
    case = world.open_case()
    assert world["ana"].get(f"/cases/{case['number']}").json() == case
    assert world["agent"].get(f"/cases/{case['number']}").json() == case | {"state": "new", "queue": "tier_1"}


def test_open_case_without_a_contract_says_why_nothing_is_promised(world):
    case = world.open_case("agent", organisation_id=world.harbour.pk)
    assert (case["no_promise"], case["next_due_at"], case["clocks"], case["queue"]) == (
        "no_contract",
        None,
        [],
        "lead",
    )


def test_open_case_by_staff_counts_from_the_real_receipt(world):
    ana = world.person("ana")
    case = world.open_case(
        "agent",
        organisation_id=world.meridian.pk,
        contact_id=ana.pk,
        received_at="2026-11-18T09:20:00+02:00",
    )
    assert (case["opened_at"], case["recorded_at"], case["next_due_at"]) == (
        "2026-11-18T07:20:00Z",
        NOW,
        "2026-11-18T09:20:00Z",
    )
    said = world["ana"].get(f"/cases/{case['number']}/messages").json()["items"]
    assert [message["author"] for message in said] == ["Ana Marin"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"contact_id": 1}, (403, "Not allowed", "only staff may send contact_id")),
        ({"received_at": NOW}, (403, "Not allowed", "only staff may send received_at")),
        ({"severity": "S9"}, (422, "Unknown term", 'there is no severity "S9"; there are S1, S2, S3, S4')),
        ({"subject": "  "}, (422, "Bad subject", "the subject needs 1 to 200 characters")),
        ({"description": " "}, (422, "Empty message", "write something, or attach a file")),
        (
            {"product_id": 2**62},
            (422, "Unknown product, device, version or contact", "no such product"),
        ),
    ],
)
def test_open_case_refuses_what_cannot_be(world, values, expected):
    given = {"subject": "x", "description": "y", "severity": "S1"}
    assert problem(world["ana"].post("/cases", given | values)) == expected


def test_list_cases_gives_what_the_viewer_may_read_newest_change_first(world, now):
    first = world.open_case("ana", subject="first")
    now.at += HOUR
    world.open_case("ion", subject="second")
    world.open_case("grace", subject="bound")
    now.at += HOUR
    world["ana"].post(f"/cases/{first['number']}/messages", {"body": "and another thing"})

    def subjects(name, **query):
        return [case["subject"] for case in world[name].get("/cases", query).json()["items"]]

    assert subjects("ana") == ["first"]
    assert subjects("ion") == subjects("agent") == ["first", "second"]
    assert subjects("eligible") == ["first", "bound", "second"]
    assert subjects("ion", updated_since="2026-11-18T10:00:00Z") == ["first"]


def test_list_cases_can_be_narrowed(world):
    mine = world.open_case("ana", subject="mine")
    world.open_case("ion", subject="graver", severity="S3")
    dana = world.person("agent")
    world["agent"].post(f"/cases/{mine['number']}/assignee", {"staff_id": dana.pk})

    def found(name, **query):
        return sorted(case["subject"] for case in world[name].get("/cases", query).json()["items"])

    assert found("agent", assignee_id=dana.pk) == ["mine"]
    assert found("agent", state="triage") == ["mine"]
    assert found("agent", queue="tier_2") == []
    assert found("agent", severity="S3", organisation_id=world.meridian.pk) == ["graver"]
    assert found("ion", state="open") == ["graver", "mine"]
    assert found("agent", organisation_id=world.liberty.pk) == []


def test_list_cases_tells_customers_nothing_of_the_work_inside(world):
    world.open_case()
    assert problem(world["ana"].get("/cases", {"state": "triage"})) == (
        422,
        "Unknown reference",
        "there is no state triage; there are open, waiting_on_vendor, waiting_on_me, closed",
    )
    asked = {"assignee_id": 1, "queue": "tier_1"}
    assert problem(world["ana"].get("/cases", asked)) == (
        403,
        "Not allowed",
        "only staff may send assignee_id, queue",
    )


def test_a_case_goes_its_way_over_the_api(world, now):
    number = world.open_case()["number"]
    path = f"/cases/{number}"
    now.at += HOUR
    taken = world["agent"].post(f"{path}/assignee", {"staff_id": world.person("agent").pk}).json()
    assert (taken["state"], taken["assignee"]["name"]) == ("triage", "Dana Ionescu")
    assert world["agent"].post(f"{path}/state", {"state": "in_progress"}).json()["state"] == "in_progress"
    graver = world["ana"].post(f"{path}/severity", {"severity": "S2", "reason": "only half is down"}).json()
    assert (graver["severity"], graver["next_due_at"]) == ("S2", DUE)
    ion = world.person("ion").pk
    assert world["ana"].post(f"{path}/participants", {"contact_id": ion}).status_code == 200
    asked = {"body": "Which version?", "state": "waiting_on_customer"}
    assert world["agent"].post(f"{path}/messages", asked).status_code == 201
    assert world["ana"].get(path).json()["state"] == "waiting_on_me"
    closed = world["ana"].post(f"{path}/close", {"reason": "solved"}).json()
    assert (closed["state"], closed["closed_at"]) == ("closed", "2026-11-18T09:00:00Z")
    reopened = world["ana"].post(f"{path}/reopen", {"reason": "not solved"}).json()
    assert (reopened["state"], reopened["closed_at"]) == ("waiting_on_vendor", None)
    assert [clock["stopped_at"] for clock in reopened["clocks"]] == ["2026-11-18T09:00:00Z"]


def test_subject_matter_is_put_right_by_staff(world, cast):
    product = cast.product()
    number = world.open_case()["number"]
    right = {"product_id": product.pk, "device_id": None}
    assert world["agent"].post(f"/cases/{number}/subject-matter", right).json()["product"] == {
        "id": product.pk,
        "name": "Gateway",
    }
    assert problem(world["ana"].post(f"/cases/{number}/subject-matter", right))[0] == 403


def test_a_change_of_what_somebody_else_changed_tells_the_version(world):
    number = world.open_case()["number"]
    world["agent"].post(f"/cases/{number}/state", {"state": "triage"})
    response = world["agent"].post(f"/cases/{number}/state", {"state": "in_progress", "seen": 1})
    assert problem(response) == (
        409,
        "The case has changed",
        f"BS-{number} is at version 2, you saw 1: read it again",
    )
    assert response.json()["version"] == 2


@pytest.mark.parametrize(
    ("name", "path", "body", "expected"),
    [
        ("agent", "close", {}, (409, "Nobody has answered yet")),
        ("agent", "reopen", {"reason": "x"}, (409, "Not possible in this state")),
        ("agent", "state", {"state": "solution_proposed"}, (409, "Not possible in this state")),
        ("ana", "state", {"state": "triage"}, (409, "Not possible in this state")),
        ("agent", "assignee", {"staff_id": 2**62}, (403, "Not allowed")),
        ("lead", "assignee", {"staff_id": 2**62}, (422, "Cannot be assigned")),
        ("ana", "assignee", {"staff_id": None}, (403, "Not allowed")),
        ("ana", "notes", {"body": "x"}, (403, "Not allowed")),
        ("ana", "messages", {"body": "x", "state": "triage"}, (403, "Not allowed")),
        ("agent", "severity", {"severity": "S9", "reason": "x"}, (422, "Unknown term")),
        ("agent", "severity", {"severity": "S2", "reason": " "}, (422, "A reason is needed")),
        ("ana", "participants", {"contact_id": 2**62}, (403, "Not allowed")),
        ("agent", "assignee", {}, (422, "The request is not as described")),
    ],
)
def test_a_change_that_cannot_be_is_a_problem(world, name, path, body, expected):
    number = world.open_case()["number"]
    assert problem(world[name].post(f"/cases/{number}/{path}", body))[:2] == expected
    assert world["agent"].get(f"/cases/{number}").json()["version"] == 1


def test_clocks_are_explained_stretch_by_stretch(world, now):
    number = world.open_case()["number"]
    now.at += HOUR
    told = world["ana"].get(f"/cases/{number}/clocks").json()
    clock = told["items"][0]
    assert clock == {
        "clock_id": clock["clock_id"],
        "kind": "first_response",
        "outcome": "running",
        "unit": "business_hours",
        "amount": 7200,
        "source": clock["source"],
        "calendar": "24x5/ro v1",
        "zone": "Europe/Bucharest",
        "length_s": 7200,
        "counted_s": 3600,
        "started_at": NOW,
        "due_at": DUE,
        "stopped_at": None,
        "stretches": [{"start": NOW, "end": DUE, "kind": "counted", "reason": "open", "detail": ""}],
    }
    assert (len(told["items"]), told["next"], clock["source"]["plan"]) == (1, None, "gold")


def test_history_tells_customers_what_concerns_them(world):
    number = world.open_case()["number"]
    path = f"/cases/{number}"
    world["agent"].post(f"{path}/assignee", {"staff_id": world.person("agent").pk})
    world["agent"].post(f"{path}/notes", {"body": "looks like last week's"})
    world["agent"].post(f"{path}/state", {"state": "waiting_on_engineering"})
    world["agent"].post(f"{path}/state", {"state": "in_progress"})

    def told(name):
        entries = world[name].get(f"{path}/history").json()["items"]
        return [(entry["kind"], entry["facts"].get("new")) for entry in entries]

    assert told("agent") == [
        ("case_opened", None),
        ("case_assigned", world.person("agent").pk),
        ("case_state_changed", "triage"),
        ("case_noted", None),
        ("case_state_changed", "waiting_on_engineering"),
        ("case_state_changed", "in_progress"),
    ]
    assert told("ana") == [("case_opened", None), ("case_state_changed", "waiting_on_vendor")]


def queries_of(caller, path):
    with CaptureQueriesContext(connection) as queries:
        assert caller.get(path).status_code == 200
    return len(queries)


def test_lists_ask_as_often_for_three_rows_as_for_one(world):
    number = world.open_case()["number"]
    paths = ["/cases", f"/cases/{number}/messages", f"/cases/{number}/clocks", f"/cases/{number}/history"]
    world["agent"].get("/cases")  # what a process keeps is asked for once
    one = [queries_of(world["ana"], path) for path in paths]
    for severity in ("S3", "S2"):
        world.open_case()
        world["ana"].upload(f"/cases/{number}/attachments", ("a.log", b"abc", "text/plain"))
        world["ana"].post(f"/cases/{number}/severity", {"severity": severity, "reason": "measured"})
    assert [queries_of(world["ana"], path) for path in paths] == one
    assert [len(world["ana"].get(path).json()["items"]) for path in paths] == [3, 3, 3, 5]
