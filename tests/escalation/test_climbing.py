import logging
from datetime import timedelta

from backstay.cases import actions as cases
from backstay.cases.choices import Queue
from backstay.conversations.actions import NewMessage
from backstay.core.models import OutboxEvent
from backstay.core.scoping import acting
from backstay.escalation import actions, jobs, queries
from backstay.escalation.actions import climbing
from backstay.escalation.models import EscalationStep
from backstay.oncall.models import Page
from tests.escalation.conftest import BY, DAY, HOUR, MINUTE

SECOND = timedelta(seconds=1)


def test_nothing_is_taken_a_moment_before_its_time(scene):
    due = scene.step("target 75 %").due_at
    assert jobs.sweep(at=due - SECOND) == (0, due)
    assert jobs.sweep(at=due) == (1, scene.step("breach").due_at)


def test_a_step_is_taken_once_with_its_event(scene):
    due = scene.step("breach").due_at
    for _ in range(3):
        jobs.sweep(at=due)
    with acting(BY):
        rows = OutboxEvent.objects.filter(name="StepTaken").order_by("id")
        told = [(row.payload["mark"], row.payload["did"], row.key, row.topics) for row in rows]
    key = f"case:{scene.case.pk}"
    assert told == [
        ("target 75 %", {"notify assignee": "nobody", "notify leads": "done"}, key, ["staff", key]),
        ("breach", {"notify leads": "done", "page on-call": "done"}, key, ["staff", key]),
    ]


def test_after_an_outage_steps_are_caught_up_in_order_and_marked_late(scene):
    back = scene.case.opened_at + 3 * DAY
    jobs.sweep(at=back)
    assert [mark for _, mark in scene.taken()] == [
        "target 75 %",
        "breach",
        "breach + 15 minutes",
        "age 4 business hours",
        "age 24 hours",
    ]
    assert {(row.is_late, row.done_at) for row in scene.steps()} == {(True, back)}


def test_after_an_outage_an_answered_case_is_not_paged_for(scene):
    """The answer was given while no worker was there: neither planned anew nor swept."""
    lea, start = scene.house.viewer("Lea One"), scene.case.opened_at
    with acting(lea):
        cases.reply(
            case_id=scene.case.pk, message=NewMessage(body="Yes."), seen=None, by=lea, at=start + HOUR
        )
    jobs.sweep(at=start + 3 * HOUR)
    assert (scene.taken(), scene.asked()) == ([], [])
    assert scene.step("breach").state == "withdrawn"


def test_a_poisoned_step_is_put_off_reported_and_stops_nobody(scene, opened, monkeypatch, caplog):
    other = opened(scene.house, "platinum")
    notify = climbing.oncall.notify

    def poisoned(**values):
        if values["facts"]["case"] == scene.case.reference:
            raise RuntimeError("a customer's secret")
        return notify(**values)

    monkeypatch.setattr(climbing.oncall, "notify", poisoned)
    due = scene.step("target 75 %").due_at
    with caplog.at_level(logging.ERROR):
        assert jobs.sweep(at=due)[0] == 3
    step = scene.step("target 75 %")
    assert (step.state, step.next_at, step.attempts, step.error) == (
        "pending",
        due + climbing.RETRY,
        1,
        "RuntimeError",
    )
    assert [mark for _, mark in other.taken()] == ["target 75 %", "breach", "breach + 15 minutes"]
    assert len(caplog.records) == 1
    monkeypatch.undo()
    jobs.sweep(at=due + climbing.RETRY)
    assert (scene.step("target 75 %").state, scene.step("target 75 %").error) == ("done", "")


def test_a_case_that_somebody_works_on_goes_up_a_tier_with_a_note_and_keeps_its_owner(scene):
    ada = scene.house.viewer("Ada")
    scene.act(cases.assign, ada, staff_id=ada.id, seen=None)
    scene.turn(scene.case.opened_at + 4 * HOUR)
    case = scene.read()
    assert (case.queue, case.assignee_id, case.owner_id) == (Queue.TIER_2, None, ada.id)
    with acting(BY):
        (note,) = case.conversation.messages.filter(visibility="internal")
    assert note.body.startswith(
        "The escalation ladder handed this case over: The case has been open for 4 business hours."
    )


def test_the_highest_tier_hands_over_to_nobody(scene):
    lea = scene.house.viewer("Lea One")
    scene.act(cases.hand_over, lea, queue=Queue.ENGINEERING, note_text="A bug.", seen=None)
    scene.turn(scene.case.opened_at + 4 * HOUR)
    assert scene.step("age 4 business hours").outcome == {"tier up": "top"}
    assert scene.read().queue == Queue.ENGINEERING


def test_whoever_works_on_a_case_is_told(scene):
    ada = scene.house.viewer("Ada")
    scene.act(cases.assign, ada, staff_id=ada.id, seen=None)
    scene.turn(scene.case.opened_at + 90 * MINUTE)
    assert [name for _, name in scene.told()] == ["Ada", "Lea One"]


def test_without_a_manager_on_call_all_managers_are_told(house, opened):
    house.person("Mia", "manager")
    house.person("Max", "manager")
    scene = opened(house)
    jobs.sweep(at=scene.case.opened_at + DAY)
    assert scene.told() == [(DAY, "Mia"), (DAY, "Max")]


def test_a_page_that_is_going_on_is_not_made_twice(scene):
    scene.turn(scene.case.opened_at + 2 * HOUR)
    with acting(BY):
        EscalationStep.objects.filter(mark="breach + 15 minutes").update(do=["page on-call"])
        case = scene.read()
        row = scene.step("breach + 15 minutes")
        result = climbing.ACTS["page on-call"](case, row, by=BY, at=scene.now)
        assert (str(result), Page.objects.exclude(state="notice").count()) == ("going_on", 1)


def test_sweeping_answers_the_cases_in_the_order_of_their_first_step(scene, opened):
    other = opened(scene.house, "platinum")
    with acting(BY):
        due = queries.due_cases(at=scene.case.opened_at + DAY, limit=10)
        assert due == [other.case.pk, scene.case.pk]
        assert actions.climb(case_id=999_999, by=BY, at=scene.now) == 0
